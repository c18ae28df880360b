"""Signing in as a role that the portfolios name, or as the administrator of the sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.console.guard import give_cookie
from catalog.console.pages import show
from catalog.console.state import console, visitor
from catalog.console.visitors import ADMINISTRATOR, Visitor
from catalog.errors import AwsCallError
from catalog.model.limits import shown

routes = Blueprint("sign_in", __name__)
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
PATTERN = re.compile(r"[*?]+")


@routes.get("/")
def start() -> Response:
    """The first page of whoever is here."""
    who = visitor()
    return redirect("/portfolios" if who.is_administrator else "/products" if who.session else "/sign-in", 303)


@routes.get("/sign-in")
def ask() -> Response:
    """The page that asks for the role."""
    return sign_in_page()


@routes.post("/sign-in")
def sign_in() -> Response:
    """Assume the role, and begin anew with it."""
    wanted = request.form.get("other", "").strip() or request.form.get("role", "").strip()
    if wanted == ADMINISTRATOR:
        return welcome(Visitor(role=wanted, session=console().administrator), "/portfolios")
    if not ROLE.fullmatch(wanted):
        got = f", got {shown(wanted)}" if wanted else ""
        return sign_in_page(f"Write the ARN of a role, arn:aws:iam::<account>:role/<path and name>{got}.", wanted)
    try:
        session = console().administrator.assume(wanted, "catalog-console")
    except AwsCallError as error:
        return sign_in_page(error.message, wanted)
    return welcome(Visitor(role=wanted, session=session), "/products")


@routes.post("/sign-out")
def sign_out() -> Response:
    """Forget the role, and what was filled in with it."""
    return welcome(Visitor(), "/sign-in")


def welcome(who: Visitor, path: str) -> Response:
    """Go on as another visitor: nothing of the earlier one is left."""
    console().visitors.forget(request.cookies.get(console().cookie, ""))
    answer = redirect(path, 303)
    give_cookie(answer, who)
    return answer


def sign_in_page(fault: str = "", typed: str = "") -> Response:
    """The page, with what is wrong with what was typed."""
    return show(
        "sign_in.html",
        422 if fault else 200,
        roles=list(roles_of(console().administrator)),
        administrator=ADMINISTRATOR,
        fault=fault,
        typed=typed,
    )


def roles_of(administrator: AwsSession) -> Iterator[tuple[str, str]]:
    """(ARN, whose principal it is) of the roles that may launch something: by name, then one for each pattern."""
    reader = Reader(administrator)
    account, partition = administrator.identity.account, administrator.identity.partition
    names: dict[tuple[bool, str], dict[str, None]] = {}
    for portfolio in reader.portfolios():
        for principal in reader.principals(portfolio["Id"]):
            arn = principal["PrincipalARN"]
            kind, _, name = arn.rpartition(":")[2].partition("/")
            if kind != "role":
                continue
            by_pattern, words = principal.get("PrincipalType") == "IAM_PATTERN", portfolio["DisplayName"]
            if by_pattern:
                words += f", by the pattern role/{name}"
                arn = f"arn:{partition}:iam::{account}:role/{PATTERN.sub('example', name)}"
            names.setdefault((by_pattern, arn), {})[words] = None
    for (_, arn), portfolios in sorted(names.items()):
        yield arn, "; ".join(portfolios)
