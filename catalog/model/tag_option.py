"""TagOptions as content declares them: active and inactive values by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import ContentError
from catalog.model.portfolio import TagOption


@dataclass(frozen=True, slots=True)
class Inactive:
    """A value of a TagOption that people can no longer choose. Resources that have the tag keep it.

    The value stays associated with the portfolio or product ("deactivate TagOptions and retain their associations",
    Administrator Guide, "TagOption library"). It is inactive in the whole account: an error if a portfolio or product
    for the same account and Region declares it as active.
    """

    value: str
    """The value: 1 to 256 letters, digits, spaces and `_.:/=+-@`."""


Values = Mapping[str, Sequence[str | Inactive]]
"""Key → values, as in a portfolio or product file."""
Activity = Mapping[TagOption, bool]
"""TagOption → whether it is active. A missing TagOption is active."""
ALL_ACTIVE: Activity = {}
Offer = Mapping[str, Sequence[str]]
"""Key → the values that people can choose at launch."""


def read_values(values: Values) -> Iterator[tuple[tuple[str, int], TagOption, bool]]:
    """(key and index, TagOption, whether it is active) of each value; `ContentError` if one cannot be a TagOption."""
    for key, members in values.items():
        for index, member in enumerate(members):
            active = not isinstance(member, Inactive)
            yield (key, index), TagOption(key, member.value if isinstance(member, Inactive) else member), active


def by_key(options: Iterable[TagOption], active: Activity) -> dict[str, tuple[str | Inactive, ...]]:
    """The inverse of `read_values`: key → values, in order."""
    values: dict[str, tuple[str | Inactive, ...]] = {}
    for option in sorted(options):
        value = option.value if active.get(option, True) else Inactive(option.value)
        values[option.key] = (*values.get(option.key, ()), value)
    return values


def offered(values: Values) -> dict[str, tuple[str, ...]]:
    """What a portfolio or product offers: its active values. A key without active values is left out."""
    active = {key: tuple(each for each in members if not isinstance(each, Inactive)) for key, members in values.items()}
    return {key: members for key, members in active.items() if members}


def launch_offer(on_portfolio: Offer, on_product: Offer) -> dict[str, tuple[str, ...]]:
    """What a launch offers: for a key that portfolio and product both have, the values that both have.

    If they have no value in common, the key is in conflict and offers nothing. AWS tags the launch with
    `sc-tagoption-conflict-<portfolio>-<product>` (Administrator Guide, "Launching a product with TagOptions": a logical
    AND; DescribeProvisioningParameters in the API reference).
    """
    offer: dict[str, tuple[str, ...]] = {
        key: tuple(values) for key, values in (*on_portfolio.items(), *on_product.items())
    }
    for key in on_portfolio:
        if key in on_product:
            offer[key] = tuple(value for value in on_portfolio[key] if value in on_product[key])
    return offer


def check_texts(field_name: str, members: object) -> None:
    """`ContentError` unless `members` is a tuple or list of texts."""
    if not isinstance(members, tuple | list) or not all(isinstance(member, str) for member in members):
        raise ContentError(f"{field_name} must be a tuple of names, got {members!r}")


def check_form(values: object) -> None:
    """`ContentError` unless `values` has the form of `Values`, because a product file can give any Python value."""
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise ContentError(f"tag_options must map keys to values, got {values!r}")
    for key, members in values.items():
        if isinstance(members, str) or not isinstance(members, Sequence) or not members:
            raise ContentError(f"tag_options {key!r} must be a tuple of one or more values, got {members!r}")
        for member in members:
            if not isinstance(member, str | Inactive) or not isinstance(getattr(member, "value", ""), str):
                raise ContentError(f"tag_options {key!r}: a value must be text or Inactive(text), got {member!r}")
