"""A launch: the form, the review of what will be made, and the start."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from catalog.aws.launched_stacks import StackWatch
from catalog.aws.provisioning import Provisioning
from catalog.cfn import Template
from catalog.console.drafts import LaunchDraft
from catalog.console.fields import (
    ACCOUNTS,
    NAME,
    REGIONS,
    TAGS,
    FieldFault,
    FormFields,
    at,
    located,
    read_tags,
    read_values,
    tag_name,
)
from catalog.console.operations import begin, stack_name
from catalog.console.pages import show
from catalog.console.products import form_to_launch
from catalog.console.reviews import launch_review
from catalog.console.state import caller, console, pseudo_of, visitor
from catalog.console.visitors import token
from catalog.errors import AwsError, ContentError
from catalog.provisioning.account_launch import AccountLaunch, version_problems
from catalog.provisioning.current import version_template
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_faults import form_faults
from catalog.provisioning.launch import StackPlaces, check_aliases, name_problems
from catalog.provisioning.provisioned_state import Permitted

routes = Blueprint("launching", __name__)
CHECK = "check"
SHORTEST = 4
"""Characters of a value that is looked for in the words of AWS."""


@routes.get("/products/<product_id>/launch")
def empty_form(product_id: str) -> Response:
    """The form as it begins, or as it was filled in before."""
    form = form_to_launch(product_id, request.args.get("version", ""), request.args.get("path", ""))
    draft = visitor().launches.get(request.args.get("draft", ""))
    return form_page(form, draft or LaunchDraft(), ())


@routes.post("/products/<product_id>/launch")
def filled_form(product_id: str) -> Response:
    """The form as it was filled in: again with its faults, or on to the review."""
    form = form_to_launch(product_id, request.args.get("version", ""), request.args.get("path", ""))
    draft, faults = read_draft(form, visitor().launches.get(request.form.get("draft", "")))
    faults += launch_faults(form, draft)
    if request.form.get("step") == CHECK:
        return form_page(form, draft, faults)
    if faults:
        return form_page(form, draft, faults, 422)
    return redirect(f"/launches/{visitor().launches.add(draft)}", 303)


@routes.get("/launches/<key>")
def review_page(key: str) -> Response:
    """What the launch will make, and who gets access by it."""
    draft, form = chosen_draft(key)
    review = launch_review(form, template_of(form), given(form, draft), all_tags(draft), caller().account_region)
    try:
        check_aliases(review.rendering, caller())
    except AwsError as error:
        return form_page(form, draft, [fault_of(form, draft, error)], 422)
    return show("launch_review.html", form=form, draft=draft, key=key, review=review, back=back_to(form, key))


@routes.post("/launches/<key>")
def start(key: str) -> Response:
    """Launch it, once: a second click goes to the same record."""
    who = visitor()
    with who.starting:
        if record_id := who.started.get(key):
            return redirect(f"/records/{record_id}", 303)
        draft, form = chosen_draft(key)
        try:
            record = account_launch(form, draft).provision(caller(), form)
        except (AwsError, ContentError) as error:
            return form_page(form, draft, [fault_of(form, draft, error)], 422)
        who.started.add(record.id, key)
    watch = StackWatch(caller(), stack_name(record), readable=record.type != "CFN_STACKSET")
    return begin(f"Launch of {draft.name}", record, watch)


def chosen_draft(key: str) -> tuple[LaunchDraft, LaunchForm]:
    """What was filled in, and its form as it is now; `ContentError` if it is forgotten."""
    draft = visitor().launches.get(key)
    if draft is None:
        raise ContentError("this launch is not known any more", hint="Begin again at the page of the product.")
    return draft, form_to_launch(draft.product_id, draft.artifact_id, draft.path_id)


def template_of(form: LaunchForm) -> Template | None:
    """The template of a version: as the role may read it, or the owner of the sandbox."""
    return version_template((caller(), console().administrator), form.product.id, form.version.id)


def read_draft(form: LaunchForm, before: LaunchDraft | None) -> tuple[LaunchDraft, list[FieldFault]]:
    """What was typed. A NoEcho value that is left empty stays what it was before."""
    posted = {name: request.form.getlist(name) for name in request.form}
    typed = read_values(form, posted)
    hidden = {each.name for each in form.parameters if each.secret and each.name not in typed}
    typed |= {name: value for name, value in (before.typed if before else {}).items() if name in hidden}
    chosen = {key: request.form.get(tag_name(key), "") for key in form.tag_options}
    draft = LaunchDraft(
        name=request.form.get(NAME, "").strip(),
        typed=typed,
        tags={key: value for key, value in chosen.items() if value},
        more_tags=request.form.get(TAGS, ""),
        stacks=StackPlaces(tuple(request.form.getlist(ACCOUNTS)), tuple(request.form.getlist(REGIONS))),
        product_id=form.product.id,
        artifact_id=form.version.id,
        path_id=form.path.id,
    )
    return draft, read_tags(draft.more_tags)[1]


def given(form: LaunchForm, draft: LaunchDraft) -> dict[str, str]:
    """The parameters as AWS gets them: without those that have their default."""
    defaults = {parameter.name: parameter.default for parameter in form.parameters}
    return {name: value for name, value in draft.typed.items() if value != defaults.get(name)}


def all_tags(draft: LaunchDraft) -> dict[str, str]:
    """The chosen TagOptions, and further tags."""
    return {**read_tags(draft.more_tags)[0], **draft.tags}


def account_launch(form: LaunchForm, draft: LaunchDraft) -> AccountLaunch:
    """The launch, as `catalog launch` makes it outside of a repository."""
    return AccountLaunch(
        product=form.product.id,
        name=draft.name,
        version=form.version.name,
        portfolio=form.path.id,
        parameters=given(form, draft),
        tags=all_tags(draft),
        stacks=draft.stacks,
    )


def launch_faults(form: LaunchForm, draft: LaunchDraft) -> list[FieldFault]:
    """Everything that is wrong, by the engine of `catalog launch`."""
    faults = [FieldFault(NAME, text) for text in name_faults(draft.name)]
    faults += [FieldFault("", text.removeprefix("--")) for text in version_problems(form)]
    faults += located(form, form_faults(form, given(form, draft), all_tags(draft), pseudo_of(caller())))
    faults += stack_faults(form, draft.stacks)
    return faults


def name_faults(name: str) -> Iterator[str]:
    """What is wrong with the name, which must be new in the account and Region."""
    problems = [text.removeprefix("--name ") for text in name_problems(name)]
    yield from (f"{text[:1].upper()}{text[1:]}" for text in problems)
    if not problems and Permitted({}).read(lambda: Provisioning(caller()).describe(Name=name)) is not None:
        yield f"{name} is taken: choose another name."


def stack_faults(form: LaunchForm, stacks: StackPlaces) -> Iterator[FieldFault]:
    """Accounts and Regions that the STACKSET constraint does not have."""
    chosen = ((ACCOUNTS, stacks.accounts, form.stack_accounts), (REGIONS, stacks.regions, form.stack_regions))
    for name, values, allowed in chosen:
        if outside := [value for value in values if value not in allowed]:
            yield FieldFault(name, f"{', '.join(outside)} is not among {', '.join(allowed) or 'none'}.")


def fault_of(form: LaunchForm, draft: LaunchDraft, error: AwsError | ContentError) -> FieldFault:
    """An error of AWS at the field whose value it names; at the whole form if it names none."""
    text = "; ".join([error.message, *(error.problems if isinstance(error, ContentError) else ())])
    if draft.name in text and "already exists" in text:
        return FieldFault(NAME, text)
    secrets = {parameter.name for parameter in form.parameters if parameter.secret}
    values = {name: value for name, value in draft.typed.items() if len(value) >= SHORTEST and name not in secrets}
    named = [name for name, value in values.items() if value in text]
    return FieldFault(f"p.{max(named, key=lambda name: len(values[name]))}" if named else "", text)


def back_to(form: LaunchForm, key: str = "") -> str:
    """The address of the form."""
    draft = f"&draft={key}" if key else ""
    return f"/products/{form.product.id}/launch?version={form.version.id}&path={form.path.id}{draft}"


def form_page(
    form: LaunchForm, draft: LaunchDraft, faults: list[FieldFault] | tuple[()], status: int = 200
) -> Response:
    """The page of the form."""
    kept = frozenset(each.name for each in form.parameters if each.secret and each.name in draft.typed)
    fields = FormFields(form, draft.typed, faults, pseudo_of(caller()), kept)
    key = request.values.get("draft", "") or token()
    if kept:  # the next request finds them, and the browser never has them
        visitor().launches.add(draft, key)
    return show(
        "launch.html",
        status,
        form=form,
        draft=draft,
        key=key,
        action=back_to(form),
        groups=fields.groups(),
        rules=fields.rules(),
        tags=list(fields.tags(draft.tags)),
        fixed_tags=fields.fixed_tags(),
        faults=faults,
        name_faults=at(faults, NAME),
        tags_faults=at(faults, TAGS),
        places=(
            (ACCOUNTS, form.stack_accounts, draft.stacks.accounts),
            (REGIONS, form.stack_regions, draft.stacks.regions),
        ),
        labels=labels_of(form),
    )


def labels_of(form: LaunchForm) -> dict[str, str]:
    """Name of an input → what the summary of faults calls it."""
    labels = {f"p.{parameter.name}": parameter.label for parameter in form.parameters}
    labels |= {tag_name(key): f"Tag {key}" for key in form.tag_options}
    return labels | {NAME: "Name", TAGS: "Further tags", ACCOUNTS: "Accounts", REGIONS: "Regions"}
