"""From content to launch roles: which products a role launches, their versions, and what the role then needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.content.config import Config
from catalog.content.portfolio_files import Place, PortfolioFile
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission, ProductDefinition
from catalog.model.portfolio import PortfolioProduct
from catalog.releases import load_releases
from catalog.roles.actions import ActionNeeds, action_needs
from catalog.roles.derive import Derived, ProductVersion, derive
from catalog.roles.template import SERVICE_PERMISSIONS


@dataclass(frozen=True, slots=True)
class LaunchRole:
    """A launch role by its name, derived."""

    name: str
    products: tuple[str, ...]
    permissions: tuple[LaunchPermission, ...]
    """All of them: what Service Catalog needs, what was derived, what the products add."""
    derived: Derived


def launch_role(
    config: Config,
    name: str,
    products: Mapping[str, ProductDefinition],
    *,
    topics: Sequence[str] = (),
    dev: bool = False,
) -> LaunchRole:
    """Derive the role that launches these products, and tells `topics`; with `dev` also what is not released yet.

    Raises `ContentError` when what a resource or service action needs cannot be derived and its product does not write
    it down, or when one Sid stands for different permissions.
    """
    versions = {key: product_versions(config, key, product, dev=dev) for key, product in products.items()}
    derived = derive(
        [one for found in versions.values() for one in found], config.regions, called_via=config.called_via
    )
    derived = with_actions(derived, action_needs(config.owner, products, versions))
    written = {f"products/{key}.py" for key, product in products.items() if product.launch_permissions}
    problems = [
        f"{where}: {reason}" for where, reason in derived.underivable.items() if where.split(":")[0] not in written
    ]
    if problems:
        raise ContentError(
            f"launch role {name} cannot be derived",
            problems=tuple(problems),
            hint="Write down what these need: launch_permissions of the product.",
        )
    permissions = (*SERVICE_PERMISSIONS, *notifying(topics), *derived.permissions, *written_permissions(name, products))
    check_sids(name, permissions)
    return LaunchRole(name, tuple(products), permissions, derived)


def with_actions(derived: Derived, needs: ActionNeeds) -> Derived:
    """What launching needs, and what service actions need that run as the role."""
    callers = dict(derived.needed_by)
    for action, found in needs.callers().items():
        callers[action] = (*callers.get(action, ()), *found)
    return Derived(
        (*derived.permissions, *needs.permissions()),
        dict(sorted(callers.items())),
        {action: reason for action, reason in derived.left_out.items() if action not in callers},
        {**derived.underivable, **needs.underivable},
    )


def product_versions(config: Config, key: str, product: ProductDefinition, *, dev: bool) -> tuple[ProductVersion, ...]:
    """The versions of a product that people can have launched: its releases.

    What is not released counts with `dev`, and where there is no release: an account is prepared before the first one.
    """
    releases = [ProductVersion(key, one.version, one.template, one.active) for one in load_releases(config, key)]
    if releases and not dev:
        return tuple(releases)
    rendered = render(key, product)
    return (*releases, ProductVersion(key, f"{rendered.version}-dev", rendered.template))


def written_permissions(name: str, products: Mapping[str, ProductDefinition]) -> tuple[LaunchPermission, ...]:
    """What the products add by hand; two may share a statement."""
    found: dict[str, LaunchPermission] = {}
    for key, product in products.items():
        for permission in product.launch_permissions:
            if found.setdefault(permission.sid, permission) != permission:
                raise ContentError(
                    f"products/{key}.py: launch role {name} has another permission of Sid {permission.sid!r}",
                    hint="Give the products roles of their own, or the permissions different Sids.",
                )
    return tuple(found.values())


def check_sids(name: str, permissions: Sequence[LaunchPermission]) -> None:
    """`ContentError` when a product's own statement bears the Sid of one that is derived."""
    seen: set[str] = set()
    for permission in permissions:
        if permission.sid in seen:
            raise ContentError(
                f"launch role {name}: Sid {permission.sid!r} of launch_permissions is that of a derived statement",
                hint="Give the statement in the product's launch_permissions another Sid.",
            )
        seen.add(permission.sid)


def filled(permissions: Iterable[LaunchPermission], place: Place) -> tuple[LaunchPermission, ...]:
    """Permissions with their placeholders replaced, as IAM holds them in an account."""
    return tuple(
        replace(permission, resources=tuple(place.fill(arn) for arn in permission.resources))
        for permission in permissions
    )


def roles_of_portfolios(portfolios: Iterable[PortfolioFile], *, of_imports: bool = False) -> dict[str, tuple[str, ...]]:
    """Local role name → keys of the products of this repository that the portfolios launch with it, both in order.

    With `of_imports` those of imported portfolios instead: their templates are not here, so nothing can be derived.
    """
    found: dict[str, set[str]] = {}
    for portfolio in portfolios:
        for name, product in portfolio.launch_roles():
            if bool(PortfolioProduct(product).source) is of_imports:
                found.setdefault(name, set()).add(product)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def products_of_role(portfolios: Sequence[PortfolioFile], name: str) -> tuple[str, ...]:
    """Keys of the products that the portfolios launch with a local role; `ContentError` when there are none."""
    if keys := roles_of_portfolios(portfolios).get(name):
        return keys
    imported = ", ".join(roles_of_portfolios(portfolios, of_imports=True).get(name, ()))
    if imported:
        raise ContentError(
            f"role {name} launches {imported}, whose templates are in the repository of the account that owns them",
            hint="Run the check there, or name products of this repository: catalog role check ROLE_ARN PRODUCT",
        )
    raise ContentError(
        f"no portfolio launches a product with role {name}",
        hint="Name the products: catalog role check ROLE_ARN PRODUCT",
    )


def default_role_name(config: Config, products_by_role: Mapping[str, Sequence[str]], keys: Sequence[str]) -> str:
    """The only role with which portfolios launch exactly these products, else a name made of the products' keys."""
    names = [name for name, products in products_by_role.items() if set(products) == set(keys)]
    return names[0] if len(names) == 1 else f"{config.owner}-launch-{'-'.join(sorted(keys))}".replace("_", "-")[:64]


def topics_of_roles(portfolios: Iterable[PortfolioFile]) -> dict[str, tuple[str, ...]]:
    """Local role name → topics that get the events of what is launched with it, in any Region."""
    found: dict[str, set[str]] = {}
    for portfolio in portfolios:
        for _, _, entry in portfolio.entries():
            if name := entry.get("launch", {}).get("local_role_name"):
                topics = entry.get("notification", {}).get("topics", ())
                found.setdefault(name, set()).update(topic.replace("${AWS::Region}", "*") for topic in topics)
    return {name: tuple(sorted(topics)) for name, topics in found.items() if topics}


def notifying(topics: Sequence[str]) -> tuple[LaunchPermission, ...]:
    """What a role needs beside for NOTIFICATION constraints."""
    reason = "CloudFormation sends the events of a stack to its topics with the permissions of who made it."
    return (LaunchPermission("EventsToTopics", ("sns:Publish",), tuple(topics), reason),) if topics else ()


def launch_roles(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Iterable[PortfolioFile],
    *,
    dev: bool = False,
) -> dict[str, LaunchRole]:
    """Every launch role that the portfolios name, derived from the products that they launch with it."""
    files = tuple(portfolios)
    topics = topics_of_roles(files)
    return {
        name: launch_role(config, name, {key: products[key] for key in keys}, topics=topics.get(name, ()), dev=dev)
        for name, keys in roles_of_portfolios(files).items()
    }
