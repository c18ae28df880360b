"""The key of a product: one parameter, `KeyArn`, for all of them."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, If, ImportValue, Ref, Select, Split

from _shared.parameters import Parameters, text

KEY_PARAMETER = "KeyArn"


def key_parameter(what: str, needs: str = "") -> Parameters:
    """The parameter with the key that encrypts `what`; `needs` says with which options the key must be launched."""
    return {
        KEY_PARAMETER: text(
            "Key",
            f"KMS key that encrypts {what}: its ARN, or the name under which the stack of the key exports it, which "
            "ends in -KeyArn (output KeyArn of the product KMS key). With the name, the key cannot be terminated "
            f"while it is used here.{f' {needs}' if needs else ''}",
            "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[a-f0-9-]+|[A-Za-z0-9:-]+-KeyArn",
            "must be the ARN of a key, arn:aws:kms:…:key/…, not of an alias, or the name of an export that ends in "
            "-KeyArn.",
            most=2048,
        )
    }


KEY_CONDITION = {"KeyIsAnArn": Equals(Select(0, Split(":", Ref(KEY_PARAMETER))), "arn")}


def key_arn() -> Any:
    """The ARN of the key, as it was given or as its stack exports it."""
    return If("KeyIsAnArn", Ref(KEY_PARAMETER), ImportValue(Ref(KEY_PARAMETER)))
