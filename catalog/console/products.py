"""The products that a role sees, and the page of each."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request
from werkzeug.wrappers import Response

from catalog.aws.provisioning import Provisioning
from catalog.console.pages import show
from catalog.console.state import caller, console
from catalog.errors import ContentError
from catalog.model.constraint import split_digest
from catalog.provisioning.form import LaunchForm, read_form
from catalog.provisioning.form_words import rule_texts
from catalog.provisioning.offer import AccountProduct, AccountVersion, described
from catalog.provisioning.state_text import moment
from catalog.review.mark import PartMark
from catalog.review.parameters import ComparedGroup, ParameterPair, form_field

routes = Blueprint("products", __name__)


@routes.get("/products")
def listing() -> Response:
    """All products that the role may launch."""
    views = sorted(Provisioning(caller()).products(), key=lambda view: (view["Name"].casefold(), view["ProductId"]))
    return show("products.html", products=views)


@routes.get("/products/<product_id>")
def product_page(product_id: str) -> Response:
    """One product: versions, launch paths, and what a launch of a version asks for and gives."""
    product = described(Provisioning(caller()), product_id)
    version = chosen_version(product, request.args.get("version", ""))
    form = form_of(product, version, "") if version and product.paths else None
    return show(
        "product.html",
        product=product,
        version=version,
        versions=[(each, moment(each.created)) for each in reversed(product.versions)],
        form=form,
        groups=parameter_groups(form) if form else (),
        constraints=[(kind, split_digest(text)[0]) for kind, text in form.constraints] if form else [],
        rules=list(rule_texts(form.rules, form.separate_lists)) if form else [],
    )


def chosen_version(product: AccountProduct, artifact_id: str) -> AccountVersion | None:
    """The version with this id; without an id that of a new launch, or else the newest. None if there is none."""
    named = next((version for version in product.versions if version.id == artifact_id), None)
    return named or product.default_version or next(reversed(product.versions), None)


def form_of(product: AccountProduct, version: AccountVersion, path_id: str) -> LaunchForm:
    """The form of a launch through a launch path; without an id, the first one."""
    path = product.path(path_id) if path_id else product.paths_through(None)[0]
    form = read_form(caller(), product, version, path)
    return replace(form, separate_lists=console().separate_lists(product.id))


def form_to_launch(product_id: str, artifact_id: str, path_id: str) -> LaunchForm:
    """The form of a launch that was chosen on the page of a product; `ContentError` if it has no version."""
    product = described(Provisioning(caller()), product_id)
    version = chosen_version(product, artifact_id)
    if version is None:
        raise ContentError(f"{product.name} has no version", hint="Publish one.")
    return form_of(product, version, path_id)


def parameter_groups(form: LaunchForm) -> tuple[ComparedGroup, ...]:
    """The parameters as the pages of reviews show them."""
    return tuple(
        ComparedGroup(
            group.label,
            tuple(
                ParameterPair(None, form_field(parameter, form.rules), PartMark.SAME) for parameter in group.parameters
            ),
        )
        for group in form.groups
    )
