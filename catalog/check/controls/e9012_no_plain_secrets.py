"""E9012: parameters that hold secrets have NoEcho and no Default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.template import text_of
from catalog.check.controls._control import Control, Fault, section
from catalog.check.controls._secrets import DYNAMIC, secret_parameters


class NoPlainSecrets(Control):
    """The parameter's name, and the properties that its value flows into, decide whether it is a secret.

    A parameter with AllowedValues is not a secret. Neither is one whose type, or pattern for ARNs, refers to something
    in the account. cfn-lint's W2501 covers only nine properties, and a template can switch it off.
    """

    id = "E9012"
    shortdesc = "Parameters that hold secrets have NoEcho and no Default"
    description = (
        "Every parameter that holds a secret has NoEcho: true and no Default, unless the Default is empty or a dynamic "
        "reference. A parameter holds a secret if its name (…Password, …Secret, …Token, …ApiKey, …PrivateKey) or the "
        "property that it flows into (MasterUserPassword, SecretString, …) says so."
    )
    why = (
        "Without NoEcho, everybody who may describe the stack or the provisioned product can read the value, as long "
        "as the stack exists. A Default is in the template, which everybody who may launch can read."
    )
    remedy = (
        "Prefer a dynamic reference {{resolve:secretsmanager:…}} or a generated secret to a parameter. Otherwise write "
        "NoEcho: true and remove the Default."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"
    tags = ("parameters", "secrets", "noecho")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each secret that is shown, or that is in the template."""
        parameters = dict(section(template, "Parameters"))
        for name, reason in secret_parameters(template).items():
            definition = parameters[name]
            if not is_secret(definition):
                yield ("Parameters", name), f"parameter {name} is a secret {reason}, but has no NoEcho: true"
            default = text_of(definition.get("Default"))
            if default and not DYNAMIC.match(default):
                yield ("Parameters", name, "Default"), f"parameter {name} is a secret {reason}, but has a Default"
