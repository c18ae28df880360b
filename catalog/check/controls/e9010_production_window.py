"""E9010: in production, the deletion window of a KMS key is 30 days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn.template import text_of
from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._launches import (
    UNKNOWN,
    TooManyLaunchesError,
    described,
    evaluated,
    is_created,
    is_left_out,
    launches,
    production,
    reached,
)
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

LONGEST = "30"
"""Also the default of KMS (ScheduleKeyDeletion, PendingWindowInDays)."""


class ProductionWindow(Control):
    """A literal, a bound of a parameter and a Rule can all enforce the window.

    The control tries every production launch that the parameters' constraints and the template's Rules allow. If the
    template has no environment parameter, the rules of a portfolio of stage prod must enforce the window.
    """

    id = "E9010"
    shortdesc = "The deletion window of a KMS key is 30 days in production"
    description = (
        "If a parameter says that a launch is for production, the template's Rules allow no launch in which "
        "PendingWindowInDays of a KMS key is less than 30. The default of PendingWindowInDays is 30."
    )
    why = "Only within the window can people notice that a key is still needed and cancel its deletion."
    remedy = (
        'Add a Rule that asserts the window\'s parameter to be 30, compared as the text "30", when the environment is '
        "production. Or write PendingWindowInDays: 30."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("KMS.3",),
        "NIST 800-53": ("SC-12", "SC-12(2)"),
        "KMS article checklist": ("5",),
        "KMS article compliance": ("4",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",)
    tags = ("kms", "deletion", "production", "rules")
    looks_at = KEY_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each key with a shorter window in a production launch, with the first such launch."""
        environment = production(template)
        for logical_id, _, properties in resources(template, *KEY_TYPES):
            if environment and "PendingWindowInDays" in properties:
                for problem in too_short(template, logical_id, properties["PendingWindowInDays"], environment):
                    path = ("Resources", logical_id, "Properties", "PendingWindowInDays")
                    yield path, f"the deletion window of {logical_id} {problem}"


def too_short(
    template: Mapping[str, Any], logical_id: str, window: Any, environment: tuple[str, tuple[str, ...]]
) -> Iterator[str]:
    """The first launch, in words, with a window of less than 30 days."""
    node = {"Condition": template["Resources"][logical_id].get("Condition"), "Window": window}
    try:
        for values in launches(template, node, {environment[0]: environment[1]}):
            value = evaluated(template, window, values)
            if not is_left_out(value) and text_of(value) != LONGEST and is_created(template, logical_id, values):
                names = [environment[0], *sorted(reached(template, node) - {environment[0]})]
                days = "is unknown" if value is UNKNOWN else f"is {text_of(value)} days"
                yield f"{days} when launched with {described(values, names)}; let a Rule require {LONGEST}"
                return
    except TooManyLaunchesError as error:
        yield f"cannot be decided: it depends on too many values at once ({error})"
