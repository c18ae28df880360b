"""E9010: in production a KMS key waits the longest time before it is deleted."""

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
    is_left_out,
    is_made,
    launches,
    production,
    reached,
)
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

LONGEST = "30"
"""Also what KMS takes when no window is asked for (ScheduleKeyDeletion, PendingWindowInDays)."""


class ProductionWindow(Control):
    """A literal, a bound of a parameter and a Rule can all enforce the window.

    The control tries every production launch that the parameters' constraints and the template's Rules allow. If no
    parameter says what production is, the rules of a portfolio of stage prod must enforce the window.
    """

    id = "E9010"
    shortdesc = "In production a KMS key waits 30 days before it is deleted"
    description = (
        "Where a parameter says that a launch is for production, the template's Rules let through no launch in which "
        "PendingWindowInDays of a KMS key is less than 30. A key without PendingWindowInDays waits 30 days."
    )
    why = "The window is the time in which somebody can notice that a key is missed, and cancel its deletion."
    remedy = (
        "Add a Rule whose RuleCondition is the production environment and that asserts the window's parameter to be "
        '30, compared as the text "30", or write PendingWindowInDays: 30.'
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
        """Each key that a production launch gives a shorter window, with the first such launch."""
        environment = production(template)
        for logical_id, _, properties in resources(template, *KEY_TYPES):
            if environment and "PendingWindowInDays" in properties:
                for problem in too_short(template, logical_id, properties["PendingWindowInDays"], environment):
                    path = ("Resources", logical_id, "Properties", "PendingWindowInDays")
                    yield path, f"the deletion window of {logical_id} {problem}"


def too_short(
    template: Mapping[str, Any], logical_id: str, window: Any, environment: tuple[str, tuple[str, ...]]
) -> Iterator[str]:
    """The first launch, in words, whose window is not the longest."""
    node = {"Condition": template["Resources"][logical_id].get("Condition"), "Window": window}
    try:
        for values in launches(template, node, {environment[0]: environment[1]}):
            got = evaluated(template, window, values)
            if not is_left_out(got) and text_of(got) != LONGEST and is_made(template, logical_id, values):
                names = [environment[0], *sorted(reached(template, node) - {environment[0]})]
                days = "is unknown" if got is UNKNOWN else f"is {text_of(got)} days"
                yield f"{days} when launched with {described(values, names)}; let a Rule force {LONGEST}"
                return
    except TooManyLaunchesError as error:
        yield f"depends on too many values at once to be judged ({error})"
