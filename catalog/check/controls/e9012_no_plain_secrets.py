"""E9012: parameters that hold secrets have NoEcho and no Default, and no secret is in the template as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.template import text_of
from catalog.check.controls._control import Control, Fault, section
from catalog.check.controls._literal_secrets import literal_secrets
from catalog.check.controls._secrets import DYNAMIC, secret_parameters


class NoPlainSecrets(Control):
    """The parameter's name, and the properties that its value flows into, decide whether it is a secret.

    A parameter with AllowedValues is not a secret. Neither is one whose type, or pattern for ARNs, refers to something
    in the account. cfn-lint's W2501 covers only nine properties, and a template can switch it off.

    A resource has a secret as text in a property that takes one, in a variable of a function, container or build with
    such a name, or in any text that has the form of an access key, private key or token.
    """

    id = "E9012"
    shortdesc = "Parameters that hold secrets have NoEcho and no Default, and no secret is in the template"
    description = (
        "Every parameter that holds a secret has NoEcho: true and no Default, unless the Default is empty or a dynamic "
        "reference. A parameter holds a secret if its name (…Password, …Secret, …Token, …ApiKey, …PrivateKey) or the "
        "property that it flows into (MasterUserPassword, SecretString, …) says so. No such property, no variable of a "
        "function, container or build with such a name (DB_PASSWORD, SECRET_KEY, …), and no SSM parameter has a secret "
        "as text, and no text, such as user data, has an access key (AKIA…), a private key or a token of GitHub or "
        "Slack."
    )
    why = (
        "Without NoEcho, everybody who may describe the stack or the provisioned product can read the value, as long "
        "as the stack exists. A Default and every other text is in the template, which everybody who may launch can "
        "read, and every launch has the same secret."
    )
    remedy = (
        "Prefer a dynamic reference {{resolve:secretsmanager:…}} or a generated secret to a parameter. Otherwise write "
        "NoEcho: true and remove the Default. Let programs read secrets when they start: as Secrets of a container, or "
        "with a role."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"
    tags = ("parameters", "secrets", "noecho")
    looks_at = ("Parameters", "Resources")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each secret parameter that is shown or has a Default, and each secret that is text of a resource."""
        parameters = dict(section(template, "Parameters"))
        for name, reason in secret_parameters(template).items():
            definition = parameters[name]
            if not is_secret(definition):
                yield ("Parameters", name), f"parameter {name} is a secret {reason}, but has no NoEcho: true"
            default = text_of(definition.get("Default"))
            if default and not DYNAMIC.match(default):
                yield ("Parameters", name, "Default"), f"parameter {name} is a secret {reason}, but has a Default"
        yield from literal_secrets(template)
