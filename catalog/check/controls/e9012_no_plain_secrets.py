"""E9012: a parameter that holds a secret hides it, and has none in the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.template import text_of
from catalog.check.controls._control import Control, Fault, section
from catalog.check.controls._secrets import DYNAMIC, secret_parameters


class NoPlainSecrets(Control):
    """cfn-lint's W2501 knows nine properties; a template may switch it off.

    What is a secret is told by the parameter's name and by where it flows. A parameter with AllowedValues is none,
    nor is one whose type, or pattern of ARNs, names something in the account.
    """

    id = "E9012"
    shortdesc = "Parameters that hold secrets have NoEcho and no Default"
    description = (
        "Every parameter that holds a secret, as its name says (…Password, …Secret, …Token, …ApiKey, …PrivateKey) or "
        "as the property says that it flows into (MasterUserPassword, SecretString, …), has NoEcho: true and no "
        "Default, unless that is empty or a dynamic reference."
    )
    why = (
        "Without NoEcho the value is shown to everybody who may describe the stack or the provisioned product, for as "
        "long as it lives. A Default is in the template, which everybody who may launch can read."
    )
    remedy = (
        "Best take no secret at all: a dynamic reference {{resolve:secretsmanager:…}} or a generated secret. Else "
        "write NoEcho: true and drop the Default."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"
    tags = ("parameters", "secrets", "noecho")
    looks_at = ("Parameters",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each secret that is shown or written down."""
        parameters = dict(section(template, "Parameters"))
        for name, reason in secret_parameters(template).items():
            definition = parameters[name]
            if not is_secret(definition):
                yield ("Parameters", name), f"parameter {name} is a secret {reason}, and has no NoEcho: true"
            default = text_of(definition.get("Default"))
            if default and not DYNAMIC.match(default):
                yield ("Parameters", name, "Default"), f"parameter {name} is a secret {reason}, and has a Default"
