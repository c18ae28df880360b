"""The launch roles of a repository: the products and versions that each role launches, and its permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.content.config import Config
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission, ProductDefinition
from catalog.model.portfolio import PortfolioProduct
from catalog.releases import load_releases
from catalog.roles.derive import DerivedPermissions, ProductVersion, derive
from catalog.roles.service_actions import ServiceActionNeeds, service_action_needs
from catalog.roles.template import SERVICE_PERMISSIONS


@dataclass(frozen=True, slots=True)
class LaunchRole:
    """A launch role with its derived permissions."""

    name: str
    products: tuple[str, ...]
    permissions: tuple[LaunchPermission, ...]
    """All statements: for Service Catalog itself, the derived ones, and the launch_permissions of the products."""
    derived: DerivedPermissions


UNDERIVABLE_HINT = (
    "Declare the permissions that these need in launch_permissions of the product, or launch it with a role that is "
    "written by hand: role_arn in portfolios/*.yaml. `catalog help launch-roles.md` shows both."
)


class UnderivableError(ContentError):
    """The permissions of a launch role cannot be derived."""


def launch_role(
    config: Config,
    name: str,
    products: Mapping[str, ProductDefinition],
    *,
    topics: Sequence[str] = (),
    dev: bool = False,
) -> LaunchRole:
    """Derive the role that launches these products and sends stack events to `topics`; `dev` adds unreleased versions.

    Raises `UnderivableError` when the permissions of a resource or service action cannot be derived and its product has
    no launch_permissions, and `ContentError` when two different statements have the same Sid.
    """
    versions = {key: product_versions(config, key, product, dev=dev) for key, product in products.items()}
    all_versions = [version for of_product in versions.values() for version in of_product]
    derived = derive(
        all_versions,
        config.regions,
        called_via=config.called_via,
        generated_names=config.generated_names,
        via_service=config.via_service,
    )
    derived = with_service_actions(derived, service_action_needs(config.owner, products, versions))
    with_permissions = {product.shown(key) for key, product in products.items() if product.launch_permissions}
    problems = [
        f"{where}: {reason}"
        for where, reason in derived.underivable.items()
        if where.split(":")[0] not in with_permissions
    ]
    if problems:
        raise UnderivableError(f"launch role {name} cannot be derived", problems=tuple(problems), hint=UNDERIVABLE_HINT)
    permissions = (
        *SERVICE_PERMISSIONS,
        *topic_permissions(topics),
        *derived.permissions,
        *product_permissions(name, products),
    )
    check_sids(name, permissions)
    return LaunchRole(name, tuple(products), permissions, derived)


def with_service_actions(derived: DerivedPermissions, needs: ServiceActionNeeds) -> DerivedPermissions:
    """The permissions for launching, and those for the service actions that run as the role."""
    callers = dict(derived.needed_by)
    for iam_action, steps in needs.callers().items():
        callers[iam_action] = (*callers.get(iam_action, ()), *steps)
    return DerivedPermissions(
        (*derived.permissions, *needs.permissions()),
        dict(sorted(callers.items())),
        {iam_action: reason for iam_action, reason in derived.left_out.items() if iam_action not in callers},
        {**derived.underivable, **needs.underivable},
    )


def product_versions(config: Config, key: str, product: ProductDefinition, *, dev: bool) -> tuple[ProductVersion, ...]:
    """The versions of a product that people can have launched: its releases.

    The working tree's version counts with `dev`, and before the first release, because an account is prepared earlier.
    """
    releases = [
        ProductVersion(key, release.version, release.template, release.active, product.shown(key))
        for release in load_releases(config, key)
    ]
    if releases and not dev:
        return tuple(releases)
    rendered = render(key, product)
    return (*releases, ProductVersion(key, f"{rendered.version}-dev", rendered.template, file=product.shown(key)))


def product_permissions(name: str, products: Mapping[str, ProductDefinition]) -> tuple[LaunchPermission, ...]:
    """The launch_permissions of the products; two products can share a statement."""
    by_sid: dict[str, LaunchPermission] = {}
    for key, product in products.items():
        for permission in product.launch_permissions:
            if by_sid.setdefault(permission.sid, permission) != permission:
                raise ContentError(
                    f"{product.shown(key)}: launch role {name} has another permission with Sid {permission.sid!r}",
                    hint="Give each product its own launch role, or give the permissions different Sids.",
                )
    return tuple(by_sid.values())


def check_sids(name: str, permissions: Sequence[LaunchPermission]) -> None:
    """`ContentError` when a product's own statement has the Sid of a derived one."""
    seen: set[str] = set()
    for permission in permissions:
        if permission.sid in seen:
            raise ContentError(
                f"launch role {name}: a derived statement already has the Sid {permission.sid!r} of launch_permissions",
                hint="Give the statement in the product's launch_permissions another Sid.",
            )
        seen.add(permission.sid)


def fill_placeholders(
    permissions: Iterable[LaunchPermission], account_region: AccountRegion
) -> tuple[LaunchPermission, ...]:
    """Permissions with their placeholders replaced, as IAM has them in an account."""
    return tuple(
        replace(
            permission,
            resources=tuple(account_region.fill(arn) for arn in permission.resources),
            conditions={
                operator: {key: account_region.fill(value) for key, value in keys.items()}
                for operator, keys in permission.conditions.items()
            },
        )
        for permission in permissions
    )


def products_by_role(portfolios: Iterable[PortfolioFile], *, of_imports: bool = False) -> dict[str, tuple[str, ...]]:
    """Local role name → keys of this repository's products that portfolios launch with the role, both sorted.

    With `of_imports`, the imported products instead. Their templates are in another repository, so nothing can be
    derived from them.
    """
    keys: dict[str, set[str]] = {}
    for portfolio in portfolios:
        for name, product in portfolio.launch_roles():
            if bool(PortfolioProduct(product).source) is of_imports:
                keys.setdefault(name, set()).add(product)
    return {name: tuple(sorted(keys[name])) for name in sorted(keys)}


def products_of_role(portfolios: Sequence[PortfolioFile], name: str) -> tuple[str, ...]:
    """Keys of the products that the portfolios launch with a local role; `ContentError` when there are none."""
    if keys := products_by_role(portfolios).get(name):
        return keys
    imported = ", ".join(products_by_role(portfolios, of_imports=True).get(name, ()))
    if imported:
        raise ContentError(
            f"role {name} launches {imported}, whose templates are in the repository of the account that owns them",
            hint="Run the check there, or name products of this repository: catalog role check ROLE_ARN PRODUCT",
        )
    raise ContentError(
        f"no portfolio launches a product with role {name}",
        hint="Name the products: catalog role check ROLE_ARN PRODUCT",
    )


def default_role_name(config: Config, by_role: Mapping[str, Sequence[str]], keys: Sequence[str]) -> str:
    """The only role with which portfolios launch exactly these products, else a name made of the products' keys."""
    names = [name for name, products in by_role.items() if set(products) == set(keys)]
    return names[0] if len(names) == 1 else f"{config.owner}-launch-{'-'.join(sorted(keys))}".replace("_", "-")[:64]


def topics_by_role(portfolios: Iterable[PortfolioFile]) -> dict[str, tuple[str, ...]]:
    """Local role name → topics that get the events of stacks that are launched with the role, in any Region."""
    topics: dict[str, set[str]] = {}
    for portfolio in portfolios:
        for _, _, portfolio_product in portfolio.product_entries():
            if name := portfolio_product.get("launch", {}).get("local_role_name"):
                arns = portfolio_product.get("notification", {}).get("topics", ())
                topics.setdefault(name, set()).update(arn.replace("${AWS::Region}", "*") for arn in arns)
    return {name: tuple(sorted(arns)) for name, arns in topics.items() if arns}


def topic_permissions(topics: Sequence[str]) -> tuple[LaunchPermission, ...]:
    """The statement that a role needs for the topics of NOTIFICATION constraints."""
    reason = "CloudFormation sends the events of a stack to its topics with the permissions of the stack's creator."
    return (LaunchPermission("EventsToTopics", ("sns:Publish",), tuple(topics), reason),) if topics else ()


def launch_roles(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Iterable[PortfolioFile],
    *,
    dev: bool = False,
) -> dict[str, LaunchRole]:
    """Every launch role that the portfolios name, derived from the products that they launch with it.

    Raises what `launch_role` raises; one `UnderivableError` names all roles that cannot be derived.
    """
    files = tuple(portfolios)
    topics = topics_by_role(files)
    roles: dict[str, LaunchRole] = {}
    refused: dict[str, UnderivableError] = {}
    for name, keys in products_by_role(files).items():
        launched = {key: products[key] for key in keys}
        try:
            roles[name] = launch_role(config, name, launched, topics=topics.get(name, ()), dev=dev)
        except UnderivableError as error:
            refused[name] = error
    if len(refused) == 1:
        raise next(iter(refused.values()))
    if refused:
        problems = tuple(problem for error in refused.values() for problem in error.problems)
        message = f"launch roles {', '.join(refused)} cannot be derived"
        raise UnderivableError(message, problems=tuple(dict.fromkeys(problems)), hint=UNDERIVABLE_HINT)
    return roles
