"""The catalogue as templates: complete, in an order that gives nobody more, inside the limits, and never moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest
from hypothesis import given, settings

from catalog.cfn import Pseudo, render
from catalog.content.load import load_catalog
from catalog.errors import ContentError
from catalog.model.constraint import LaunchConstraint, TemplateConstraint, split_digest
from catalog.model.imports import AcceptedShareType, PortfolioImport
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import ADDRESS_TAG, CatalogState
from catalog.plan.diff import diff
from catalog.plan.stack_templates import PORTABLE, Destination, Translation, lay_out, single_template, translate
from catalog.plan.stack_templates.packing import template_text
from catalog.plan.stack_templates.translation import Layer
from catalog.publishing.desired import Publication, publication, without_retired
from catalog.publishing.exported import export_catalogue
from tests.conftest import CONTENT
from tests.everything import EVERYTHING
from tests.unit.plan.worlds import states

HUB = Destination.of("123456789012", "eu-west-1")


def translated(state: CatalogState) -> Translation:
    return translate(
        diff(without_retired(state, CatalogState())[0], CatalogState()), "catalog", "https://bucket/{}".format, HUB
    )


def waited_for(template: Mapping[str, Any]) -> dict[str, set[str]]:
    """Logical id → all logical ids that are deployed before it."""
    direct = {name: set(names_in(resource)) for name, resource in template["Resources"].items()}
    closed: dict[str, set[str]] = {}

    def close(name: str) -> set[str]:
        if name not in closed:
            closed[name] = set().union(direct[name], *(close(other) for other in direct[name]))
        return closed[name]

    return {name: close(name) for name in direct}


def names_in(value: Any) -> Iterator[str]:
    """What Ref, Fn::GetAtt and DependsOn name."""
    match value:
        case {"Ref": str(name)} if not name.startswith("AWS::"):
            yield name
        case {"Fn::GetAtt": [name, _]}:
            yield name
        case dict():
            yield from value.get("DependsOn", ())
            for member in value.values():
                yield from names_in(member)
        case list():
            for member in value:
                yield from names_in(member)


def big(portfolios: int, products: int) -> CatalogState:
    """Every portfolio has all products, each with rules and a role."""
    artifact = ProvisioningArtifact("1.0.0", "First.", "sha256:" + "0" * 64)
    constraints = {"TEMPLATE": TemplateConstraint({"Rule": {"Assertions": []}}), "LAUNCH": LaunchConstraint("role")}
    held = {f"p{n}": PortfolioProduct(f"p{n}", constraints) for n in range(products)}
    anyone = frozenset({Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/app-*")})
    share = frozenset({PortfolioShare(ShareType.ACCOUNT, "210987654321")})
    return CatalogState(
        {key: Product(key, key, "x", artifacts=(artifact,)) for key in held},
        {
            f"f{n}": Portfolio(f"f{n}", "x", "x", principals=anyone, products=held, shares=share)
            for n in range(portfolios)
        },
    )


@given(states())
@settings(max_examples=30)
def test_every_change_is_a_resource_or_left_to_publish(state: CatalogState) -> None:
    state = without_retired(state, CatalogState())[0]
    translation = translated(state)
    left = {each.address for each in translation.remainders}
    for change in diff(state, CatalogState()):
        kind = change.address.partition("/")[0]
        own = change.address in translation.resources or change.address in left
        version = "/version/" in change.address and change.address.partition("/version/")[0] in translation.resources
        assert own or version or kind == "template", change


@given(states())
@settings(max_examples=30)
def test_nobody_gets_access_before_all_rules_hold(state: CatalogState) -> None:
    translation = translated(state)
    flat = waited_for(single_template(translation, "x"))
    ids = {
        resource["Metadata"][ADDRESS_TAG]: name
        for name, resource in single_template(translation, "x")["Resources"].items()
    }
    for address, resource in translation.resources.items():
        portfolio = "/".join(address.split("/")[:2]) + "/product/"
        if resource.layer is Layer.ACCESS:
            assert {ids[other] for other in ids if other.startswith(portfolio)} <= flat[ids[address]]
        if address.endswith("/constraint/launch"):
            pair = address.removesuffix("constraint/launch")
            others = {ids[other] for other in ids if other.startswith(pair) and other != address}
            assert others | {ids[pair.rstrip("/")]} <= flat[ids[address]]


@given(states())
@settings(max_examples=20)
def test_a_layer_of_nested_stacks_waits_for_the_one_before(state: CatalogState) -> None:
    layout = lay_out(translated(state), "x")
    waits = waited_for(layout.roots[-1])
    for name, before in waits.items():
        layer = Layer[name.rstrip("0123456789").upper()]
        assert before == {other for other in waits if Layer[other.rstrip("0123456789").upper()] < layer}
    outputs = {f"{each.name}.Outputs.{key}" for each in layout.nested for key in each.template.get("Outputs", {})}
    for each in layout.nested:
        stack = layout.roots[-1]["Resources"][each.name]
        given_values = stack["Properties"].get("Parameters", {})
        assert given_values.keys() == each.template.get("Parameters", {}).keys()
        assert {".".join(value["Fn::GetAtt"]) for value in given_values.values()} <= outputs
        local = {*each.template["Resources"], *each.template.get("Parameters", {})}
        assert set(names_in(each.template["Resources"])) <= local


def test_a_big_catalogue_stays_half_below_every_limit() -> None:
    layout = lay_out(translated(big(portfolios=40, products=30)), "x")
    assert sum(len(each.template["Resources"]) for each in layout.nested) == 40 + 30 + 40 * 30 * 3 + 40 + 40
    for each in layout.nested:
        assert len(each.template["Resources"]) <= 250
        assert len(each.template.get("Parameters", {})) <= 100
        assert len(each.template.get("Outputs", {})) <= 100
        assert len(template_text(each.template).encode()) <= 524_288
    counts = {each.name: len(each.template["Resources"]) for each in layout.nested}
    deployed: set[str] = set()
    for root in layout.roots:
        assert deployed < root["Resources"].keys()
        assert sum(counts[name] for name in root["Resources"].keys() - deployed) <= 2_500
        assert all(name in root["Resources"] for name in names_in(root["Resources"]))
        deployed = {*root["Resources"]}
    assert (deployed, len(layout.roots)) == ({*counts}, 2)


def test_what_is_in_a_stack_stays_there() -> None:
    small, grown = translated(big(2, 40)), translated(big(4, 60))
    before = lay_out(small, "x").groups
    after = lay_out(grown, "x", before).groups
    assert before.items() <= after.items()
    assert lay_out(grown, "x").groups != after
    assert lay_out(grown, "x", after) == lay_out(grown, "x", before)


def test_a_stack_over_a_limit_is_an_error_with_the_number() -> None:
    translation = translated(big(1, 190))
    full = {group: "Offers1" for group in lay_out(translation, "x").groups if group.startswith("Offers")}
    with pytest.raises(ContentError, match=r"nested stack Offers1 has 570 resources \(limit 500\)"):
        lay_out(translation, "x", full)
    with pytest.raises(ContentError, match=r"does not fit into one template: 763 resources \(limit 500\)"):
        single_template(translation, "x")


@pytest.fixture(scope="module")
def released() -> Publication:
    return publication(load_catalog(CONTENT), ())


def test_templates_for_any_account_say_the_same_as_those_for_one(released: Publication) -> None:
    hub = export_catalogue(released, HUB).single()
    portable = export_catalogue(released, PORTABLE).single()
    resolved = render(portable, {}, Pseudo(HUB.account, HUB.region))["Resources"]
    by_address = {each["Metadata"][ADDRESS_TAG]: each["Properties"] for each in resolved.values()}
    for resource in render(hub, {}, Pseudo(HUB.account, HUB.region))["Resources"].values():
        address, properties = resource["Metadata"][ADDRESS_TAG], resource["Properties"]
        texts = {key for key in by_address[address] if not isinstance(properties[key], dict | list)}
        if "Rules" in texts:  # the digest of Rules that name the account is left out
            properties["Description"] = split_digest(properties["Description"])[0]
            by_address[address]["Description"] = split_digest(by_address[address]["Description"])[0]
        assert {key: by_address[address][key] for key in texts} == {key: properties[key] for key in texts}
    assert len(by_address) == len(hub["Resources"])


def test_a_version_that_became_inactive_stays_in_the_list(released: Publication) -> None:
    first = export_catalogue(released, HUB)
    releases = {key: tuple(replace(each, active=False) for each in of) for key, of in released.releases.items()}
    retired = replace(released, releases=releases)
    kept = export_catalogue(retired, HUB, first.versions())
    assert (kept.versions(), first.versions() != []) == (first.versions(), True)
    assert {each.address for each in kept.translation.remainders} == {*first.versions()}
    assert export_catalogue(retired, HUB).versions() == []


def test_text_that_is_a_stand_in_is_refused(released: Publication) -> None:
    key, definition = next(iter(released.catalog.products.items()))
    named = replace(released.catalog, products={key: replace(definition, owner="team 000000000000")})
    with pytest.raises(ContentError, match="product/kms_key: its text has one of 000000000000"):
        export_catalogue(replace(released, catalog=named))


def test_the_templates_have_no_findings(released: Publication) -> None:
    portable, layout = export_catalogue(released).layout(), lay_out(translated(EVERYTHING), "Each kind of object.")
    everything = cfnlint.config.ManualArgs(include_checks=["I"], regions=["us-east-1"])
    for template in (*portable.roots, *layout.roots, *(each.template for each in layout.nested)):
        assert cfnlint.api.lint(template_text(template), config=everything) == []


def test_imports_are_accepted_and_what_only_acceptance_tells_is_left() -> None:
    role = Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/team")
    accepted = PortfolioImport(
        "hub", "111122223333", AcceptedShareType.IMPORTED, portfolio_id="port-abc", principals=frozenset({role})
    )
    by_name = PortfolioImport(
        "org", "111122223333", AcceptedShareType.AWS_ORGANIZATIONS, display_name="Org", principals=frozenset({role})
    )
    product = PortfolioProduct("hub/Queue", {"LAUNCH": LaunchConstraint("launch-queue")})
    state = CatalogState(
        portfolios={"own": Portfolio("own", "x", "x", products={"hub/Queue": product})},
        imports={"hub": accepted, "org": by_name},
    )
    translation = translated(state)
    written = {each["Metadata"][ADDRESS_TAG]: each for each in single_template(translation, "x")["Resources"].values()}
    assert written["portfolio/hub"]["Properties"] == {"PortfolioId": "port-abc"}
    associated = written[f"portfolio/hub/principal/IAM/{role.arn}"]
    assert associated["Properties"]["PortfolioId"] == "port-abc"
    assert len(associated["DependsOn"]) == 1
    assert {(each.operation, each.address) for each in translation.remainders} == {
        ("AcceptPortfolioShare", "portfolio/org"),
        ("AssociatePrincipalWithPortfolio", f"portfolio/org/principal/IAM/{role.arn}"),
        ("AssociateProductWithPortfolio", "portfolio/own/product/hub/Queue"),
        ("CreateConstraint", "portfolio/own/product/hub/Queue/constraint/launch"),
    }
