"""A new portfolio file: who may launch, tags to choose from, and the products with their launch roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog.content.portfolio_files import EXAMPLE
from catalog.content.product_files import KEY
from catalog.errors import ContentError
from catalog.model.limits import check_pattern, shown
from catalog.model.portfolio import Principal, PrincipalType
from catalog.scaffolds.texts import checked_line, quoted, scaffold_text, yaml_text

PRINCIPAL = re.compile(r"(role|user|group)/[\w+=,.@/*?-]+", re.ASCII)
ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12})?:(role|user|group)/[\w+=,.@/*?-]+", re.ASCII)
ENVIRONMENTS = {"dev": ("dev", "test"), "test": ("test",), "staging": ("staging",), "prod": ("prod",)}
"""Stage → values of the TagOption Environment."""


@dataclass(frozen=True, slots=True)
class NewPortfolio:
    """What a person says of a new portfolio."""

    key: str
    display_name: str
    team: str
    """The provider, whom people ask for help."""
    stage: str
    principals: tuple[str, ...]
    """Roles, users and groups as `role/NAME`, which can have `*` and `?`, or as ARNs."""
    products: tuple[str, ...]
    example: bool = False
    """Whether it also has rules for the parameter Environment, and who may change tags."""

    @property
    def path(self) -> PurePosixPath:
        """The file."""
        return PurePosixPath("portfolios") / f"{self.key}.yaml"

    def body(self) -> bytes:
        """The text of the file."""
        return scaffold_text(
            "repository/portfolio.yaml",
            display_name=yaml_text(checked_line("--display-name", self.display_name, 100)),
            team=yaml_text(check_team(self.team)),
            stage=self.stage,
            description=yaml_text(f"Products for {' and '.join(ENVIRONMENTS[self.stage])}."),
            principals="\n".join(map(principal_lines, self.principals)),
            tag_options=f"  Environment: [{', '.join(ENVIRONMENTS[self.stage])}]",
            products="".join(map(self.entry, self.products)).rstrip("\n"),
        )

    def entry(self, key: str) -> str:
        """The entry of a product."""
        if not self.example:
            return product_lines(key)
        values = ENVIRONMENTS[self.stage]
        return scaffold_text(
            "example/portfolio_product.yaml",
            key=key,
            role_name=launch_role_name(key),
            words=" and ".join(values),
            values=", ".join(values),
            tag_updates="not_allowed" if self.stage == "prod" else "allowed",
        ).decode()


def principal_lines(principal: str) -> str:
    """The entry of a principal; `ContentError` if it is none."""
    if not PRINCIPAL.fullmatch(principal) and not ARN.fullmatch(principal):
        raise ContentError(
            f"--principal must be role/NAME, user/NAME, group/NAME or an ARN, got {shown(principal)}",
            hint="A name can have * and ?, as in role/dev-*, for all whose name matches.",
        )
    pattern = is_pattern(principal)
    account = "" if pattern else "${AWS::AccountId}"
    arn = principal if principal.startswith("arn:") else f"arn:${{AWS::Partition}}:iam::{account}:{principal}"
    try:
        Principal.declared(PrincipalType.IAM_PATTERN if pattern else PrincipalType.IAM, EXAMPLE.fill(arn))
    except ContentError as error:
        raise ContentError(f"--principal: {error.message}") from error
    return f"  - arn: {quoted(arn)}{chr(10) + '    type: IAM_PATTERN' if pattern else ''}"


def is_pattern(principal: str) -> bool:
    """Whether it stands for all names that match."""
    return "*" in principal or "?" in principal


def product_lines(key: str) -> str:
    """The entry of a product with its launch role."""
    return scaffold_text("repository/portfolio_product.yaml", key=key, role_name=launch_role_name(key)).decode()


def launch_role_name(key: str) -> str:
    """The name of the launch role: bootstrap and publish make the role in each account."""
    return f"catalog-launch-{key.replace('_', '-').lower()}"[:64]


def check_portfolio_key(key: str) -> None:
    """`ContentError` unless the name can be that of a file in portfolios/."""
    check_pattern("the name of a portfolio", key, KEY, "1 to 64 letters, digits, _ and -")


def check_team(team: str) -> str:
    """The team as a provider's name; `ContentError` if it is too long, or not one line."""
    return checked_line("--team", team, 50)
