"""What a launch will make and who gets access by it, as a page shows it before the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.access import Matrix
from catalog.cfn import HIDDEN, Template
from catalog.cfn.template import section
from catalog.content.portfolio_files import AccountRegion
from catalog.errors import ContentError
from catalog.graphs.graph import Graph
from catalog.graphs.resources import resource_graph
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.preview import UNCORRECTED, Preview, access_rows, name_of
from catalog.review.cells import AccessTable, access_tables
from catalog.simulate import effective_tags
from catalog.simulate.simulation import Rendering


@dataclass(frozen=True, slots=True)
class LaunchReview:
    """A launch before it starts."""

    parameters: tuple[tuple[str, str, bool], ...]
    """(label, value, whether it is the default), in the order of the form."""
    tags: Mapping[str, str]
    resources: tuple[tuple[str, str, str], ...]
    """(logical id, type, name), in the order of their creation."""
    unevaluated: str
    """Why the resources are those that the template declares, under any condition; empty if they are evaluated."""
    gains: tuple[tuple[str, str], ...]
    """(resource, who may do what)."""
    access: tuple[AccessTable, ...]
    unknown_access: str
    """Why nobody knows who gets access; empty if it is known."""
    rendering: Rendering
    picture: Graph | None
    """The resources that are made, and what needs what; None if they are not known."""


def launch_review(
    form: LaunchForm,
    template: Template | None,
    given: Mapping[str, str],
    tags: Mapping[str, str],
    account_region: AccountRegion,
) -> LaunchReview:
    """The review of a launch with these values. `template` is None if nobody may read it."""
    sent = effective_tags(form.tag_options, form.declared, form.values(given), tags)
    preview = Preview(f"{form.product.name} {form.version.name}", template, given, sent, account_region, "")
    rendering = preview.rendering(template) if template else Rendering(note="The template cannot be read.")
    matrix, unknown = access_of(preview)
    return LaunchReview(
        parameters=tuple(shown_parameters(form, given)),
        tags=sent,
        resources=resource_rows(rendering, template),
        unevaluated="" if rendering.resources else reason_of(rendering),
        gains=gains_of(matrix),
        access=access_tables(matrix) if matrix else (),
        unknown_access=unknown,
        rendering=rendering,
        picture=picture_of(preview, rendering),
    )


def picture_of(preview: Preview, rendering: Rendering) -> Graph | None:
    """The resources of the launch as a graph; one alone needs no picture."""
    if preview.template is None or len(rendering.resources) < 2:
        return None
    declared = section(preview.template, "Resources")
    made = {each.logical_id: declared[each.logical_id] for each in rendering.resources if each.logical_id in declared}
    return resource_graph(preview.product, {**preview.template, "Resources": made})


def reason_of(rendering: Rendering) -> str:
    """Why a template is not evaluated."""
    # The parameters were checked before: what is missing can only be the value of an SSM parameter.
    return (
        "Only AWS knows the values of SSM parameters." if rendering.note == UNCORRECTED else rendering.note or "None."
    )


def resource_rows(rendering: Rendering, template: Template | None) -> tuple[tuple[str, str, str], ...]:
    """The resources with the names that they get; of a template that cannot be evaluated, all that it declares."""
    if rendering.resources:
        return tuple((each.logical_id, each.type, name_of(each)) for each in rendering.resources)
    declared = section(template, "Resources") if template else {}
    rows = ((name, body) for name, body in declared.items() if isinstance(body, Mapping))
    return tuple(
        (name, str(body.get("Type", "")), f"if {body['Condition']}" if "Condition" in body else "")
        for name, body in rows
    )


def access_of(preview: Preview) -> tuple[Matrix | None, str]:
    """(access, why it is not known)."""
    if preview.template is None or not section(preview.template, "Resources"):
        return None, "" if preview.template else "The template cannot be read."
    try:
        return preview.access(preview.template), ""
    except ContentError as error:  # such as an SSM value that only AWS knows
        return None, error.message


def gains_of(matrix: Matrix | None) -> tuple[tuple[str, str], ...]:
    """Who gets access to what, in words."""
    return tuple(
        (policy.logical_id, words) for policy in (matrix.policies if matrix else ()) for _, words in access_rows(policy)
    )


def shown_parameters(form: LaunchForm, given: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """The values of all parameters; NoEcho values are hidden."""
    rows = []
    for parameter in form.parameters:
        value = given.get(parameter.name, parameter.default or "")
        shown = HIDDEN if parameter.secret and value else value.replace(",", ", ") if parameter.is_list else value
        rows.append((parameter.label, shown or "(empty)", parameter.name not in given))
    return rows
