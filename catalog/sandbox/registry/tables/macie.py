"""The session of Macie, of which an account has one. Nothing is searched."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import plain, taken

DEFAULTS = {"status": "ENABLED", "findingPublishingFrequency": "SIX_HOURS"}


def given(it: ApiResource) -> dict[str, str]:
    """The settings of the session, which have defaults."""
    names = {"status": "Status", "findingPublishingFrequency": "FindingPublishingFrequency"}
    return {parameter: it.text(name, DEFAULTS[parameter]) for parameter, name in names.items()}


SESSION = plain(
    "AWS::Macie::Session",
    "macie2",
    (),
    create=ApiCall("EnableMacie", given),
    known=lambda it, answer: {"AwsAccountId": it.place.account},
    read=ApiCall("GetMacieSession"),
    attributes=taken(ServiceRole="serviceRole"),
    shown=lambda it, answer: answer if answer.get("status") else None,
    update=ApiCall("UpdateMacieSession", given),
    delete=(ApiCall("DisableMacie"),),
    also=dict.fromkeys(("create", "update"), ("macie2:ListAutomatedDiscoveryAccounts",)),
)

TYPES = (SESSION,)
