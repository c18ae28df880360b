"""What a launch would make, and who gets access by it: a few lines to read before it starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.access import Matrix, matrix
from catalog.access.matrix import PolicyMatrix
from catalog.access.report import glance
from catalog.cfn import Pseudo, Template
from catalog.cfn.template import section
from catalog.content.portfolio_files import AccountRegion
from catalog.errors import ContentError
from catalog.provisioning.form_text import Line, LineMark, block, wrapped
from catalog.provisioning.state_text import column_of
from catalog.simulate import LaunchRequest, simulate
from catalog.simulate.simulation import Rendering, ResourceOutcome

NAMES = ("Name", "AliasName", "BucketName", "TopicName", "QueueName", "TableName", "RoleName", "LogGroupName")
"""Properties that name a resource."""
UNCORRECTED = "not rendered: correct the parameters first"
NOTHING = ("no", "IAM", "")
INVENTED = (", with IAM ", "a principal in both lists")
"""Words in the labels of the matrix for principals that are not named in the parameters alone."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A launch before it starts."""

    product: str
    """Name and version."""
    template: Template | None
    """None if the caller may not read it."""
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    account_region: AccountRegion
    places: str
    """Where it would be made, in words."""

    def lines(self, width: int) -> Iterator[Line]:
        """Resources, access and tags."""
        for _, line in wrapped(f"Will be made in {self.places}", width):
            yield LineMark.GROUP, line
        if self.template is None:
            yield from wrapped(
                "Not known: the caller may not read the template (DescribeProvisioningArtifact).", width, "  "
            )
        else:
            yield from resource_lines(self.rendering(self.template), self.template, width)
            yield from self.access_lines(self.template, width)
        if self.tags:
            yield LineMark.GROUP, "Tags"
            yield from wrapped(", ".join(f"{key}={value}" for key, value in self.tags.items()), width, "  ")

    def rendering(self, template: Template) -> Rendering:
        """The evaluated template, or the reason why it cannot be."""
        request = LaunchRequest(
            product=self.product,
            version="",
            template={**template, "Rules": {}},  # they were checked, and the portfolio's are not in the template
            parameters=self.parameters,
            account_region=self.account_region,
        )
        return simulate(request, []).rendering

    def resources(self) -> int:
        """The number of resources; 0 if it is not known."""
        return len(self.rendering(self.template).resources) if self.template else 0

    def access(self, template: Template) -> Matrix:
        """Who may do what to the resources; `ContentError` where only AWS knows a value, such as that of SSM."""
        where = self.account_region
        pseudo = Pseudo(where.account, where.region, stack_name=f"SC-{where.account}-pp-example")
        return matrix({**template, "Rules": {}}, self.parameters, pseudo, source=self.product)

    def access_lines(self, template: Template, width: int) -> Iterator[Line]:
        """For each resource with a policy, the principals that get access by it."""
        if not section(template, "Resources"):
            return
        try:
            policies = self.access(template).policies
        except ContentError as error:
            yield LineMark.GROUP, "Who gets access"
            yield from wrapped(f"Not known: {error.message}", width, "  ")
            return
        rows = [row for policy in policies for row in access_rows(policy)]
        if rows:
            yield LineMark.GROUP, "Who gets access"
            column = column_of(*(name for name, _ in rows))
            for name, text in rows:
                for _, line in block(name, text, column, width):
                    yield LineMark.RULE, line


def resource_lines(rendering: Rendering, template: Template, width: int) -> Iterator[Line]:
    """Each resource: logical id, type and its name. Of a template that cannot be evaluated, all that it declares."""
    if not rendering.resources:
        # The parameters were checked before: what is missing can only be the value of an SSM parameter.
        why = "only AWS knows the values of SSM parameters" if rendering.note == UNCORRECTED else rendering.note
        yield from wrapped(f"Not evaluated: {why or 'no resources'}. The template declares:", width, "  ")
        declared = section(template, "Resources")
        for name, resource in declared.items():
            if isinstance(resource, Mapping):
                condition = f"  if {resource['Condition']}" if "Condition" in resource else ""
                yield from block(name, f"{resource.get('Type')}{condition}", column_of(*declared), width)
        return
    column = column_of(*(resource.logical_id for resource in rendering.resources))
    types = max(len(resource.type) for resource in rendering.resources)
    for resource in rendering.resources:
        yield from block(resource.logical_id, f"{resource.type:{types}}  {name_of(resource)}".rstrip(), column, width)


def name_of(resource: ResourceOutcome) -> str:
    """The name that a resource gets; empty if AWS makes one up."""
    properties = resource.properties if isinstance(resource.properties, Mapping) else {}
    names = (properties.get(name) for name in NAMES)
    return next((name for name in names if isinstance(name, str)), "")


def access_rows(policy: PolicyMatrix) -> Iterator[tuple[str, str]]:
    """(resource, who may do what) of each principal that gets access by the policy itself."""
    header, rows = glance(policy)
    name = policy.logical_id
    for principal, *cells in rows:
        families = [
            part_words(family.lower(), word)
            for family, word in zip(header[1:], cells, strict=True)
            if word not in NOTHING
        ]
        if families and not any(words in principal for words in INVENTED):
            yield name, f"{principal}: {', '.join(families)}"
            name = ""


def part_words(family: str, word: str) -> str:
    """`use`, `use under conditions`, or `administer in part`: `catalog access` has the numbers."""
    if word in ("yes", "?"):
        return family if word == "yes" else f"perhaps {family}"
    return f"{family} under conditions" if word == "if" else f"{family} in part"
