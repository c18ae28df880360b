"""W9008: key administrators are break-glass or security roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault
from catalog.check.controls._roles import ADMINISTRATOR, APPLICATION, names_of
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

ADMINISTRATION = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")


class KeyAdministrators(Control):
    """Reports names that show a wrong role: a role of an application, or one with AdministratorAccess."""

    id = "W9008"
    shortdesc = "Key administrators are break-glass or security roles"
    description = (
        "Principals that a key policy allows to change the policy, or to disable or delete the key, are break-glass "
        "roles or roles of the security team, not roles of applications or general administrators."
    )
    why = "A role in daily use is used by mistake, and attackers take it over first."
    remedy = (
        "Use a break-glass or security role. In a portfolio of stage prod, add a rule that allows only these roles, as "
        "KeyAdministratorsMembersAllowed of portfolios/security-prod.yaml does."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("8",)}
    advisory = (
        "The template takes the ARN of the role at launch and cannot know what the role is for. Rules of a portfolio "
        "can allow only certain ARNs."
    )
    tags = ("kms", "key policy", "administrators")
    looks_at = KEY_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each administrator whose name shows a role of an application or a general administrator."""
        for path, name in names_of(template, ADMINISTRATION):
            if APPLICATION.search(name) or ADMINISTRATOR.search(name):
                yield path, f"{name} administers the key, but its name is not that of a break-glass or security role"
