"""The products of a catalogue, as people look at them before they launch one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.cfn import Template
from catalog.cfn.template import section
from catalog.check.evidence import release_evidence
from catalog.check.lint_cache import LintCache
from catalog.graphs.graph import Graph
from catalog.graphs.resources import resource_graph
from catalog.model.definition import ProductDefinition
from catalog.model.service_action import ServiceAction
from catalog.releases import Release, find_release
from catalog.review.examples import ExampleAccess, example_access
from catalog.review.parameters import ComparedGroup, parameter_groups
from catalog.review.products import launch_side
from catalog.review.rules import RuleSentence, rule_sentences
from catalog.review.sides import Side
from catalog.site.console_links import ConsoleLink, list_links, regions_of
from catalog.site.examples import SiteExample, site_examples
from catalog.site.offer import OfferState, shown
from catalog.site.usage import ProductUsage
from catalog.site.versions import SiteVersion, site_versions


@dataclass(frozen=True, slots=True)
class SiteOutput:
    """An output of what is launched."""

    name: str
    description: str
    export: str
    """The name of its export, as the template has it; empty without one."""
    condition: str


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """A service action of a product."""

    key: str
    name: str
    description: str
    document: str
    """The SSM document that it runs, or the type of the resource that the repository's own document is for."""
    parameters: tuple[tuple[str, str], ...]
    """(name, who gives the value) of each parameter."""
    runs_as: str
    since: str
    available: bool
    """Whether the version that is shown has it."""


@dataclass(frozen=True, slots=True)
class SiteProduct:
    """A product, in the version that a launch gets."""

    key: str
    definition: ProductDefinition
    file: str
    version: str
    published_name: str
    """The name of the version in AWS."""
    state: OfferState
    versions: tuple[SiteVersion, ...]
    portfolios: tuple[str, ...]
    """The keys of those that offer it."""
    groups: tuple[ComparedGroup, ...]
    rules: tuple[RuleSentence, ...]
    examples: tuple[SiteExample, ...]
    outputs: tuple[SiteOutput, ...]
    access: tuple[ExampleAccess, ...]
    graph: Graph
    types: tuple[str, ...]
    """The types of its resources."""
    actions: tuple[OfferedAction, ...]
    roles: tuple[str, ...]
    evidence: Mapping[str, Any] | None
    """The document of `catalog evidence`; None before the first release."""
    console: tuple[ConsoleLink, ...]
    usage: tuple[ProductUsage, ...] = ()

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.definition.name

    @property
    def launchable(self) -> bool:
        """Whether a launch gets the version that is shown."""
        return self.state is OfferState.DEFAULT

    @property
    def evidence_file(self) -> str:
        """The name of the file with the evidence."""
        return f"{self.key}-{self.version}.json"


def site_product(
    key: str, side: Side, roles: Sequence[str], usage: Sequence[ProductUsage], cache: LintCache | None
) -> SiteProduct:
    """One product."""
    definition, releases = side.catalog.products[key], side.releases[key]
    version = shown(key, definition, releases)
    launched = launch_side(key, side)
    assert launched is not None  # noqa: S101  # each product of an offer has a version
    template = version.rendered.template
    release = find_release(releases, version.rendered.version)
    portfolios = tuple(name for name, file in side.catalog.portfolios.items() if key in file.products)
    return SiteProduct(
        key,
        definition,
        definition.shown(key),
        version.rendered.version,
        release.published_name if release else version.rendered.version,
        version.state,
        site_versions(key, side),
        portfolios,
        parameter_groups(template),
        rule_sentences(section(template, "Rules")),
        tuple(site_examples(launched)),
        tuple(outputs(template)),
        example_access(launched, None) if definition.examples or not required(template) else (),
        resource_graph(f"Resources of {definition.name}", template),
        tuple(dict.fromkeys(types(template))),
        tuple(offered_action(action, version.rendered.version) for action in definition.service_actions),
        tuple(roles),
        evidence_of(release, side, cache),
        console_links(side, portfolios, usage),
        tuple(usage),
    )


def required(template: Template) -> bool:
    """Whether a launch must give a value, so that one without any says nothing."""
    declared = section(template, "Parameters").values()
    return any("Default" not in definition for definition in declared if isinstance(definition, Mapping))


def evidence_of(release: Release | None, side: Side, cache: LintCache | None) -> Mapping[str, Any] | None:
    """The evidence of the release that is shown."""
    return release_evidence(side.catalog, release, cache=cache) if release else None


def outputs(template: Template) -> Iterator[SiteOutput]:
    """The outputs in the order of the template."""
    for name, body in section(template, "Outputs").items():
        if name.startswith("Fn::ForEach::") or not isinstance(body, Mapping):
            continue
        export = body.get("Export", {})
        name_of_export = export.get("Name", "") if isinstance(export, Mapping) else ""
        if isinstance(name_of_export, Mapping):
            name_of_export = name_of_export.get("Fn::Sub", "a name that the launch makes")
        yield SiteOutput(name, str(body.get("Description", "")), str(name_of_export), str(body.get("Condition", "")))


def types(template: Template) -> Iterator[str]:
    """The types of the resources."""
    for body in section(template, "Resources").values():
        if isinstance(body, Mapping) and "Type" in body:
            yield str(body["Type"])


VALUES = {"TARGET": "the resource, filled in by Service Catalog", "TEXT_VALUE": "a text that the person gives"}


def offered_action(action: ServiceAction, version: str) -> OfferedAction:
    """A service action in words."""
    document = action.document if isinstance(action.document, str) else f"a document for {action.target_type}"
    return OfferedAction(
        action.key,
        action.name,
        action.description,
        document,
        tuple((name, VALUES[kind]) for name, kind in action.parameters.items()),
        runs_as(action.assume_role),
        action.since,
        action.works_with(version),
    )


def runs_as(role: str) -> str:
    """Whose permissions the document has."""
    if not role:
        return "the person who runs it"
    return "the launch role" if role == "LAUNCH_ROLE" else role


def console_links(side: Side, portfolios: Sequence[str], usage: Sequence[ProductUsage]) -> tuple[ConsoleLink, ...]:
    """The product's own page where usage has its id, else the list of products in each Region."""
    own = tuple(each.link for each in usage if each.link)
    if own:
        return own
    return list_links(regions_of(side.config.targets, portfolios, side.config.regions)) if portfolios else ()
