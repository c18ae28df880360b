"""A new repository: settings, a portfolio, a first product with its test, schemas for editors, and CI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from catalog import __version__
from catalog.content.config import OWNER_PATTERN, load_config, read_tool_table
from catalog.content.files import read_text
from catalog.content.schema_files import schema_bodies
from catalog.errors import ContentError
from catalog.model.limits import check_pattern
from catalog.model.regions import check_region
from catalog.scaffolds.portfolios import NewPortfolio, check_team, is_pattern
from catalog.scaffolds.products import NewProduct
from catalog.scaffolds.texts import quoted, scaffold_text
from catalog.scaffolds.writing import Scaffold

PYPROJECT = PurePosixPath("pyproject.toml")
ROLE = re.compile(r"role/[\w+=,.@/*?-]+", re.ASCII)
GITATTRIBUTES = PurePosixPath(".gitattributes")
GITIGNORE = PurePosixPath(".gitignore")
HOOKS = PurePosixPath(".pre-commit-config.yaml")
PRODUCT_KINDS = ("yaml", "python")
CI_FILES = {
    "github": {".github/workflows/catalog.yml": "ci/github.yml"},
    "gitlab": {".gitlab-ci.yml": "ci/gitlab.yml"},
    "codebuild": {"buildspec.yml": "ci/buildspec.yml", "buildspec-review.yml": "ci/buildspec-review.yml"},
}
"""CI system → path in the repository → name of the text."""
REQUIREMENTS = PurePosixPath("ci/requirements.in")


@dataclass(frozen=True, slots=True)
class NewRepository:
    """What a person says of a new repository."""

    owner: str
    """The value of the tag catalog:owner."""
    team: str
    """Whom people ask for help."""
    regions: tuple[str, ...]
    principal: str
    """Who may launch, as `role/NAME`, which can have `*` and `?`."""
    product: str
    product_kind: str
    ci: str = ""
    """A key of CI_FILES, or empty."""
    example: bool = False
    """Whether there is also a portfolio for production, with rules, and examples of launches."""

    @property
    def role(self) -> str:
        """A role that may launch: the principal, or one that matches it."""
        return re.sub(r"[*?]", "x", self.principal)

    def scaffold(self, root: Path) -> Scaffold:
        """The files, for a folder that may have some already."""
        check_owner(self.owner)
        check_team(self.team)
        check_role(self.principal)
        for region in self.regions:
            check_region("--region", region)
        product = NewProduct(self.product, "Bucket", self.team, example=self.example)
        files = product.python_files() if self.product_kind == "python" else product.template_files()
        test = scaffold_text("repository/test_product.py", key=self.product, role=self.role)
        new = {
            **files,
            **{portfolio.path: portfolio.body() for portfolio in self.portfolios()},
            **(product.example_files() if self.example else {}),
            PurePosixPath("tests") / f"test_{self.product}.py": test,
            **schema_bodies(),
            **(ci_files(self.ci, self.owner) if self.ci else {}),
        }
        edited: dict[PurePosixPath, bytes] = {}
        for path, body in (
            (PYPROJECT, self.pyproject(root)),
            (GITIGNORE, with_lines(root / GITIGNORE, "repository/gitignore")),
            (GITATTRIBUTES, with_lines(root / GITATTRIBUTES, "repository/gitattributes")),
        ):
            (edited if (root / path).exists() else new)[path] = body
        hooks = scaffold_text("repository/pre-commit-config.yaml")
        return Scaffold(new, edited, {HOOKS: hooks})

    def portfolios(self) -> Iterator[NewPortfolio]:
        """The portfolio for dev and test, and in an example that for production."""
        for stage in ("dev", "prod") if self.example else ("dev",):
            yield NewPortfolio(
                key=f"{self.owner}-{stage}",
                display_name=f"{self.team} ({stage})",
                team=self.team,
                stage=stage,
                principals=(self.principal,),
                products=(self.product,),
                example=self.example,
            )

    def pyproject(self, root: Path) -> bytes:
        """pyproject.toml with the tables of catalog and pytest, after what it has."""
        file = root / PYPROJECT
        table = scaffold_text(
            "repository/pyproject.toml",
            owner=quoted(self.owner),
            regions=quoted(self.regions),
            principal_patterns=quoted([self.principal] if is_pattern(self.principal) else []),
        )
        tool = read_tool_table(file)
        if "catalog" in tool:
            raise ContentError(
                f"{file}: has [tool.catalog] already, so the folder is a repository",
                hint="`catalog new` adds to it. With --ci, init writes the files for CI.",
            )
        tests: Any = tool.get("pytest", {})
        added = table + (b"" if "ini_options" in tests else scaffold_text("repository/pytest.toml"))
        return before(file) + added


def before(file: Path) -> bytes:
    """What a file has, with an empty line at its end, for what is added; empty if it does not exist."""
    text = read_text(file, str(file)) if file.exists() else ""
    return f"{text.rstrip()}\n\n".encode() if text.strip() else b""


def with_lines(file: Path, scaffold: str) -> bytes:
    """.gitignore or .gitattributes with the lines of the scaffold that it lacks."""
    wanted = scaffold_text(scaffold).decode()
    if not file.exists():
        return wanted.encode()
    text = read_text(file, str(file))
    lines = [line for line in wanted.splitlines() if line not in text.splitlines() and not line.startswith("#")]
    if not lines:
        return file.read_bytes()
    return before(file) + "".join(f"{line}\n" for line in ("# catalog", *lines)).encode()


def ci_files(ci: str, owner: str) -> dict[PurePosixPath, bytes]:
    """The files for a CI system, and what it installs."""
    files = {PurePosixPath(path): scaffold_text(name, owner=owner) for path, name in CI_FILES[ci].items()}
    return {**files, REQUIREMENTS: scaffold_text("ci/requirements.in", version=__version__)}


def ci_scaffold(root: Path, ci: str) -> Scaffold:
    """The files that a repository which exists needs for a CI system."""
    owner = load_config(root).owner
    hooks = scaffold_text("repository/pre-commit-config.yaml")
    return Scaffold(ci_files(ci, owner), optional={HOOKS: hooks})


def check_owner(owner: str) -> None:
    """`ContentError` unless it can be the value of the tag catalog:owner."""
    check_pattern("--owner", owner, OWNER_PATTERN, "2 to 32 lower-case letters, digits or hyphens")


def check_role(principal: str) -> None:
    """`ContentError` unless it names a role: the test of the first product launches as one."""
    check_pattern("--principal", principal, ROLE, "role/NAME, such as role/developer or role/dev-*")
