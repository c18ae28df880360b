"""An update of what was launched: the form with its present values, the preview, and the start."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from catalog.aws.launched_stacks import StackWatch
from catalog.cfn import HIDDEN
from catalog.console.drafts import UpdateDraft
from catalog.console.fields import FieldFault, FormFields, located, parameter_name, read_values, tag_name
from catalog.console.launching import CHECK, labels_of
from catalog.console.operations import begin
from catalog.console.pages import show
from catalog.console.state import caller, console, visitor
from catalog.console.visitors import token
from catalog.errors import AwsError, ContentError
from catalog.provisioning.current import CurrentLaunch, read_current
from catalog.provisioning.update import Update, UpdatePreview, WantedUpdate, preview, shown_value, start_update
from catalog.review.differences import difference_lines
from catalog.versions.update_effects import grouped_shifts

routes = Blueprint("updating", __name__)


@routes.get("/provisioned/<provisioned_id>/update")
def empty_form(provisioned_id: str) -> Response:
    """The form with the present values, or as it was filled in before."""
    draft = visitor().updates.get(request.args.get("draft", ""))
    update = chosen_update(provisioned_id, {}, {})
    return form_page(update, draft.typed if draft else present_values(update), draft.wanted.tags if draft else {}, [])


@routes.post("/provisioned/<provisioned_id>/update")
def filled_form(provisioned_id: str) -> Response:
    """The form as it was filled in: again with its faults, or on to the preview."""
    plain = chosen_update(provisioned_id, {}, {})
    typed = read_values(plain.form, {name: request.form.getlist(name) for name in request.form})
    before = visitor().updates.get(request.form.get("draft", ""))
    secret = {each.name for each in plain.form.parameters if each.secret and each.name not in typed}
    typed |= {name: value for name, value in (before.typed if before else {}).items() if name in secret}
    chosen = {key: request.form.get(tag_name(key), "") for key in plain.form.tag_options}
    tags = {key: value for key, value in chosen.items() if value and plain.current.tags.get(key) != value}
    wanted = WantedUpdate(plain.version.name, changed_values(plain, typed), tags)
    update = Update.read(caller(), plain.current, wanted)
    faults = located(update.form, update.faults(update.current.pseudo(caller())))
    if request.form.get("step") == CHECK:
        return form_page(update, typed, tags, faults)
    if not faults and update.does_nothing:
        faults = [FieldFault("", f"{update.current.name} is on {update.version.name} with these values already.")]
    if faults:
        return form_page(update, typed, tags, faults, 422)
    return redirect(f"/updates/{visitor().updates.add(UpdateDraft(update.current.id, wanted, typed))}", 303)


@routes.get("/updates/<key>")
def preview_page(key: str) -> Response:
    """What the update does to resources and to access."""
    return show_preview(key, chosen_draft(key))


@routes.post("/updates/<key>")
def start(key: str) -> Response:
    """Carry out the update, once. One that may lose data must be allowed."""
    who = visitor()
    with who.starting:
        if record_id := who.started.get(key):
            return redirect(f"/records/{record_id}", 303)
        draft = chosen_draft(key)
        update = read_update(draft)
        effects = effects_of(update)
        if effects.failing or (effects.needs_consent and "allow" not in request.form):
            return show_preview(key, draft, 422)
        watch = StackWatch.begin(caller(), update.current.stack or update.current.id)
        try:
            record = start_update(caller(), update, None)
        except AwsError as error:
            return form_page(update, draft.typed, draft.wanted.tags, [FieldFault("", error.message)], 422)
        who.started.add(record.id, key)
    return begin(f"Update of {update.current.name} to {update.version.name}", record, watch)


def chosen_draft(key: str) -> UpdateDraft:
    """What was filled in; `ContentError` if it is forgotten."""
    draft = visitor().updates.get(key)
    if draft is None:
        raise ContentError("this update is not known any more", hint="Begin again at the page of what was launched.")
    return draft


def read_update(draft: UpdateDraft) -> Update:
    """The update as it would be made now; `ContentError` with what has changed in the meantime."""
    current = updatable(draft.provisioned_id)
    update = Update.read(caller(), current, draft.wanted)
    if problems := tuple(update.problems(current.pseudo(caller()))):
        raise ContentError(f"{current.name} cannot be updated with these values any more", problems=problems)
    return update


def updatable(provisioned_id: str) -> CurrentLaunch:
    """What was launched; `AwsError` if AWS accepts no update in its status."""
    current = read_current(caller(), provisioned_id)
    current.require_updatable()
    return current


def chosen_update(provisioned_id: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> Update:
    """The update to the version in the address; without one, to that of a new launch."""
    wanted = WantedUpdate(request.args.get("version") or None, parameters, tags)
    return Update.read(caller(), updatable(provisioned_id), wanted)


def present_values(update: Update) -> dict[str, str]:
    """The present values of the parameters that the version has; hidden ones are not shown."""
    current = update.current.parameters or {}
    return {name: value for name, value in current.items() if value != HIDDEN and update.form.parameter(name)}


def changed_values(update: Update, typed: Mapping[str, str]) -> dict[str, str]:
    """The parameters that the update gives: those that differ from what there is, and from the default of new ones."""
    current = update.current.parameters or {}
    changed = {}
    for parameter in update.form.parameters:
        emptied = "" if parameter.name in current and not parameter.secret else None
        value = typed.get(parameter.name, emptied)
        before = current.get(parameter.name) if parameter.name in update.previous else parameter.default
        if value is not None and value != before:
            changed[parameter.name] = value
    return changed


def effects_of(update: Update) -> UpdatePreview:
    """What the update does."""
    sessions = (caller(), console().administrator)
    return preview(update, sessions, console().names.template, (caller().region,))


def show_preview(key: str, draft: UpdateDraft, status: int = 200) -> Response:
    """The page of the preview."""
    update = read_update(draft)
    effects = effects_of(update)
    previous, labels = update.current.parameters or {}, labels_of(update.form)
    values = [
        (
            labels.get(parameter_name(name), name),
            shown_value(update, name, previous[name]) if name in previous else "",
            shown_value(update, name, value),
        )
        for name, value in draft.wanted.parameters.items()
    ]
    return show(
        "update_review.html",
        status,
        update=update,
        effects=effects,
        key=key,
        values=values,
        defaults=[(each.label, shown_value(update, each.name, each.default or "")) for each in update.defaults],
        shifts=grouped_shifts(effects.effects.access) if effects.effects else [],
        differences=list(difference_lines(effects.difference.changes)) if effects.difference else [],
        moves=update.current.path_id not in ("", update.form.path.id),
        back=f"/provisioned/{draft.provisioned_id}/update?{urlencode({'version': draft.wanted.version, 'draft': key})}",
        refused=status != 200,
    )


def form_page(
    update: Update, typed: Mapping[str, str], tags: Mapping[str, str], faults: list[FieldFault], status: int = 200
) -> Response:
    """The page of the form."""
    kept = frozenset(each.name for each in update.form.parameters if each.secret and each.name in update.previous)
    fields = FormFields(update.form, typed, faults, update.current.pseudo(caller()), kept)
    chosen = {**update.current.tags, **tags}
    key = request.values.get("draft", "") or token()
    if any(each.secret and each.name in typed for each in update.form.parameters):
        visitor().updates.add(UpdateDraft(update.current.id, update.wanted, typed), key)
    return show(
        "update.html",
        status,
        update=update,
        versions=list(reversed(update.product.versions)),
        groups=fields.groups(),
        rules=fields.rules(),
        tags=list(fields.tags(chosen)) if update.form.tag_updates else [],
        faults=faults,
        labels=labels_of(update.form),
        key=key,
        unreadable=update.current.parameters is None,
    )
