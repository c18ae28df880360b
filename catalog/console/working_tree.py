"""The author's loop: the form of the working tree, which a browser shows again when a file changes."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from catalog.console.drafts import LaunchDraft
from catalog.console.fields import NAME, TAGS, FieldFault, FormFields, at, located
from catalog.console.files import fingerprint
from catalog.console.launching import CHECK, all_tags, given, labels_of, read_draft, stack_faults
from catalog.console.pages import show
from catalog.console.reviews import launch_review
from catalog.console.state import console, pseudo_of
from catalog.errors import ContentError
from catalog.provisioning.form_faults import form_faults
from catalog.provisioning.launch import name_problems
from catalog.provisioning.working_form import WorkingForm, working_form

routes = Blueprint("working_tree", __name__, url_prefix="/working-tree")
LOOKS, PAUSE = 100, 0.1
"""How often a request looks for a change, and the seconds between: then the browser asks again."""


def root() -> Path:
    """The repository; `ContentError` outside of one."""
    folder = console().root
    if folder is None:
        raise ContentError("there is no repository here", hint="Start `catalog console` in one.")
    return folder


@routes.get("")
def listing() -> Response:
    """The products of the repository."""
    return show("working_tree.html", keys=console().keys(), root=root().name)


@routes.get("/<key>")
def empty_form(key: str) -> Response:
    """The form as it begins."""
    return tree_page(key, None)


@routes.post("/<key>")
def filled_form(key: str) -> Response:
    """The form with what was typed, or what a launch would make."""
    return tree_page(key, request.form.get("step", CHECK))


@routes.get("/<key>/changes")
def changes(key: str) -> Response:
    """The state of the files, as soon as it is another one than `since`; else the same after ten seconds."""
    since = request.args.get("since", "")
    for _ in range(LOOKS):
        if fingerprint(root()) != since:
            break
        time.sleep(PAUSE)
    return jsonify({"state": fingerprint(root()), "product": key})


def tree_page(key: str, step: str | None) -> Response:
    """The page of a product; what is wrong with the files is shown in place of the form."""
    state = fingerprint(root())
    portfolio = request.args.get("portfolio", "")
    try:
        working = remembered_form(state, key, portfolio)
    except ContentError as error:
        return show("working_fault.html", key=key, state=state, error=error)
    return form_page(key, state, working, step)


def remembered_form(state: str, key: str, portfolio: str) -> WorkingForm:
    """The form of the files in this state, read once: it is shown again at each key that is typed."""
    forms, name = console().forms, f"{state}/{portfolio}/{key}"
    working = forms.get(name)
    if working is None:
        working = working_form(root(), key, portfolio, console().administrator.account_region)
        forms.add(working, name)
    return working


def form_page(key: str, state: str, working: WorkingForm, step: str | None) -> Response:
    """The page of the form; with a `step`, with what was typed and its faults, or with the review."""
    form, pseudo = working.form, pseudo_of(console().administrator)
    draft, faults = (LaunchDraft(), []) if step is None else read_draft(form, None)
    if step is not None:
        faults += [FieldFault(NAME, text.removeprefix("--name ").capitalize()) for text in name_problems(draft.name)]
        faults += located(form, form_faults(form, given(form, draft), all_tags(draft), pseudo))
        faults += stack_faults(form, draft.stacks)
    fields = FormFields(form, draft.typed, faults, pseudo)
    review = None
    if step not in (None, CHECK) and not faults:
        where = console().administrator.account_region
        review = launch_review(form, form.template, given(form, draft), all_tags(draft), where)
    return show(
        "working_form.html",
        422 if faults and step not in (None, CHECK) else 200,
        key=key,
        state=state,
        working=working,
        form=form,
        draft=draft,
        groups=fields.groups(),
        rules=fields.rules(),
        tags=list(fields.tags(draft.tags)),
        fixed_tags=fields.fixed_tags(),
        faults=faults,
        name_faults=at(faults, NAME),
        tags_faults=at(faults, TAGS),
        labels=labels_of(form),
        review=review,
        filled=step is not None,
        action=f"/working-tree/{key}?portfolio={form.path.id}",
    )
