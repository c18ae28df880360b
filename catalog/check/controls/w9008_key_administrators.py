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
    """Found is what a name gives away: an application's role, or a role of AdministratorAccess."""

    id = "W9008"
    shortdesc = "Key administrators are break-glass or security roles"
    description = (
        "Those whom a key policy allows to rewrite the policy, disable or delete the key are roles for emergencies or "
        "of the security team: no application's role and no general administrator's."
    )
    why = "A role that works every day is used by mistake, and is the first that is taken over."
    remedy = (
        "Name a break-glass or security role, and let the rules of a portfolio of stage prod allow only these, as "
        "KeyAdministratorsMembersAllowed of portfolios/security-prod.yaml does."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("8",)}
    advisory = (
        "What a role is for is known to those who made it: the template takes its ARN at launch. A portfolio's rules "
        "can allow certain ARNs only."
    )
    tags = ("kms", "key policy", "administrators")
    looks_at = KEY_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each administrator whose name says that it is none of these roles."""
        for path, name in names_of(template, ADMINISTRATION):
            if APPLICATION.search(name) or ADMINISTRATOR.search(name):
                yield path, f"{name} administers the key, but is no break-glass or security role by its name"
