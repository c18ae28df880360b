"""The rows of a plan: what is said of a change that matters, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.lifecycle.usage import is_of
from catalog.model import addresses
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan import overview
from catalog.plan.changes import Change, Impact, Plan, VersionDiff
from catalog.plan.diff import diff
from catalog.plan.kinds.stack import CreateStack, UpdateStack
from catalog.plan.report import MARKS
from tests.unit.plan.test_diff import ALL_CONSTRAINTS, FULL, KEY, OTHER_DIGEST, TEAM, with_portfolio, with_product

LESS = MARKS[Impact.RESTRICTS]
NEW = ProvisioningArtifact("1.1.0", "Second.", OTHER_DIGEST)


def rows(changes: tuple[Change, ...], **parts: Any) -> list[str]:
    """What the overview says between the account and the counts."""
    plan = Plan(account="123456789012", region="eu-west-1", owner="catalog", bucket="b", changes=changes, **parts)
    return [line for _, line in overview.lines(plan)][2:-2]


def test_a_new_product_names_its_newest_version_first() -> None:
    old = replace(KEY.artifacts[0], guidance=Guidance.DEPRECATED)
    changes = diff(CatalogState({"key": replace(KEY, artifacts=(old, NEW))}), CatalogState())
    assert rows(changes) == ["  + key 1.1.0                new product, also version 1.0.0 (deprecated)"]


@pytest.mark.parametrize(
    ("artifact", "row"),
    [
        ({"guidance": Guidance.DEPRECATED}, f"  {LESS} key 1.0.0                deprecated, no new launches"),
        ({"active": False}, f"  {LESS} key 1.0.0                inactive, nobody can launch it or update to it"),
        ({"description": "Better."}, "  ~ key 1.0.0                description: 'First.' → 'Better.'"),
    ],
)
def test_a_version_that_changes_says_what_people_lose(artifact: dict[str, Any], row: str) -> None:
    wanted = with_product(replace(KEY, artifacts=(replace(KEY.artifacts[0], **artifact),)))
    assert rows(diff(wanted, FULL)) == [row]


def test_a_version_that_people_get_back_widens() -> None:
    observed = with_product(replace(KEY, artifacts=(replace(KEY.artifacts[0], active=False),)))
    assert rows(diff(FULL, observed)) == ["  ! key 1.0.0                people can launch it again"]


def difference(*changes: dict[str, object], level: str = "minor") -> VersionDiff:
    """What a version changes, as `catalog diff --json` has it."""
    data = {"old": {"version": "1.0.0"}, "verdict": {"level": level}, "changes": list(changes)}
    return VersionDiff(("since 1.0.0: minor",), data)


def item(aspect: str, *path: str, level: str = "minor", detail: str = "", widens: bool = False) -> dict[str, object]:
    """A difference of two versions."""
    return {"aspect": aspect, "path": list(path), "level": level, "detail": detail, "widens_access": widens}


def test_a_new_version_says_what_breaks_and_who_gains() -> None:
    changes = diff(with_product(replace(KEY, artifacts=(*KEY.artifacts, NEW))), FULL)
    breaks = [item("parameter removed", "Parameters", str(number), level="major") for number in range(5)]
    gained = item("access gained", "Resources", "Key", detail="R may now do kms:Decrypt", widens=True)
    found = difference(*breaks, item("output added", "Outputs", "X"), gained, level="major")
    assert rows(changes, version_diffs={addresses.version("key", "1.1.0"): found}) == [
        "  ~ key 1.0.0 → 1.1.0        major: parameter removed Parameters/0, parameter removed Parameters/1",
        "                             and 3 more; 1 smaller change",
        "      ~ access               1 difference, 1 widens access: gained: R may now do kms:Decrypt",
    ]
    quiet = {addresses.version("key", "1.1.0"): difference(item("output added", "Outputs", "X"))}
    assert rows(changes, version_diffs=quiet) == [
        "  ~ key 1.0.0 → 1.1.0        minor: output added Outputs/X",
        "      ~ access               nobody gains or loses",
    ]
    unknown = {addresses.version("key", "1.1.0"): VersionDiff(("since 1.0.0: unknown, no template",))}
    assert rows(changes, version_diffs=unknown) == [
        "  + key 1.1.0                new version, since 1.0.0: unknown, no template"
    ]


def test_a_product_comes_into_a_portfolio_with_its_terms() -> None:
    more = replace(KEY, key="more")
    observed = replace(FULL, products={"key": KEY, "more": more})
    wanted = replace(
        observed,
        portfolios={
            "team": replace(TEAM, products={**TEAM.products, "more": PortfolioProduct("more", ALL_CONSTRAINTS)})
        },
    )
    assert rows(diff(wanted, observed)) == [
        "  ! team                     product: more: 1 rule, tag updates allowed, launched as launch"
    ]


def test_several_changes_stand_below_their_portfolio() -> None:
    wanted = with_portfolio(replace(TEAM, principals=frozenset(), tag_options=frozenset(), provider_name="Other"))
    assert rows(diff(wanted, FULL)) == [
        "  ~ team                     provider_name: 'Platform' → 'Other'",
        "      - may no longer launch role/app, every role/app-*",
        "      - tag option           Environment=prod",
    ]


def test_a_new_portfolio_without_products_says_so() -> None:
    empty = CatalogState(portfolios={"team": Portfolio("team", "Team", "Platform")})
    assert rows(diff(empty, CatalogState())) == ["  + team                     new portfolio"]


def test_a_tag_option_that_nobody_offers_belongs_to_the_account() -> None:
    wanted = CatalogState(tag_options={TagOption("Stage", "old"): True})
    assert rows(diff(wanted, CatalogState())) == ["  + tag option               Stage=old"]


def stack(change_class: type[CreateStack | UpdateStack], *details: str, name: str = "roles") -> Change:
    """A stack of bootstrap."""
    return change_class(address=addresses.stack(name), impact=Impact.WIDENS, name=name, body="{}", details=details)


def test_a_launch_role_says_what_it_may_do() -> None:
    bucket = stack(CreateStack, name="catalog-templates")
    one = stack(CreateStack, "role r is new: kms (3 actions)", "role r gains kms:A, kms:B, kms:C on *")
    two = stack(CreateStack, "role r is new: kms (3 actions)", "role s is new: s3:GetObject")
    assert rows((bucket, one)) == [
        "  ! template bucket          b",
        "  + launch role              r",
        "      ! may do               kms (3 actions)",
    ]
    assert rows((two,)) == [
        "  + launch roles             r, s",
        "      ! may do               r: kms (3 actions)",
        "      ! may do               s: s3:GetObject",
    ]


def test_many_roles_have_one_line_with_their_services() -> None:
    made = [
        f"role {name} is new: cloudformation (8 actions), {name}:GetIt, kms (1 action)" for name in ("a", "b", "c", "d")
    ]
    assert rows((stack(CreateStack, *made),)) == [
        "  + launch roles             a, b, c, d",
        "      ! may do               4 roles, each what its template needs: a, b, c, cloudformation, d, kms",
    ]


def test_many_new_products_have_one_line_but_for_what_widens() -> None:
    keys = [f"product_number_{number}" for number in range(5)]
    state = replace(
        FULL, products={key: replace(KEY, key=key, name=key) for key in keys}, portfolios={}, tag_options={}
    )
    assert rows(diff(state, CatalogState())) == [
        "  + 5 products               new: product_number_0 1.0.0, product_number_1 1.0.0,",
        "                             product_number_2 1.0.0, product_number_3 1.0.0, product_number_4 1.0.0",
    ]
    assert len(rows(diff(replace(state, products={key: state.products[key] for key in keys[:3]}), CatalogState()))) == 3


def test_a_launch_role_that_changes_says_what_it_gains_and_loses() -> None:
    changed = stack(
        UpdateStack,
        "role r gains kms:A, kms:B, kms:C, kms:D on arn:x",
        "role r gains s3:GetObject on *",
        "role r loses sns:Publish on *",
        "role s trusts others than before",
        "role r is administrator-equivalent: it has iam:CreateRole",
        "role t leaves the stack and stays in the account as it is",
    )
    assert rows((changed,)) == [
        "    launch roles             roles",
        "      ! gains                r: kms (4 actions) on arn:x; s3:GetObject on *",
        f"      {LESS} loses                r: sns:Publish on *",
        "      ! trusts               s: others than before",
        "      ! note                 role r is administrator-equivalent: it has iam:CreateRole",
        "        note                 role t leaves the stack and stays in the account as it is",
    ]


@pytest.mark.parametrize(
    ("principal", "arn", "theirs"),
    [
        (Principal(PrincipalType.IAM, "arn:aws:iam::1:role/a"), "arn:aws:iam::1:role/a", True),
        (Principal(PrincipalType.IAM, "arn:aws:iam::1:role/a"), "arn:aws:iam::1:role/ab", False),
        (Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/a-*"), "arn:aws:iam::1:role/a-b", True),
        (Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/a-*"), "arn:aws:iam::1:user/a-b", False),
        (Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/a-*"), "arn:aws:iam::1:role/p/a-b", False),
    ],
)
def test_what_people_launched_is_counted_by_the_principal_that_they_were(
    principal: Principal, arn: str, theirs: bool
) -> None:
    assert is_of(principal, arn) is theirs
