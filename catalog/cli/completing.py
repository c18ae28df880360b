"""Names for completion: of products, versions, portfolios, targets, stack sets and provisioned products.

A shell asks at each press of Tab, so a name that cannot be read in time is left out, without a word. Shells insert
names as they are: only names are offered that no shell takes for anything else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from catalog.errors import CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.config import Config

VARIABLE = "_CATALOG_COMPLETE"
"""Set by the scripts of `catalog completion`, with the shell and what it asks for."""
SAFE = re.compile(r"[\w.+@=][\w.+@=/:-]*", re.ASCII)
SECONDS = "CATALOG_COMPLETION_SECONDS"
"""How long AWS, or the sandbox, may take."""
LIMIT = 1.0

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def completer(names: Callable[[click.Context], Iterable[str]]) -> Completer:
    """A value for `shell_complete`: the names that begin with what was typed, and that were not given before."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        earlier = context.params.get(str(parameter.name))
        given = earlier if isinstance(earlier, tuple) else ()
        try:
            return [
                name
                for name in dict.fromkeys(names(context))
                if name.startswith(incomplete) and name not in given and SAFE.fullmatch(name)
            ]
        except (CatalogError, OSError):
            return []

    return complete


def root_of(context: click.Context) -> Path:
    """The repository's folder; `ContentError` if there is none."""
    from catalog.content.config import find_root

    return find_root(Path(context.find_root().params.get("directory") or ".").resolve())


def config_of(context: click.Context) -> Config:
    """`[tool.catalog]`."""
    from catalog.content.config import load_config

    return load_config(root_of(context))


def products(context: click.Context) -> Iterable[str]:
    """Keys of products."""
    from catalog.content.load import product_keys

    return product_keys(config_of(context))


def versions(context: click.Context) -> Iterator[str]:
    """The released versions of the product that was typed before, the newest first.

    Behind an option without its value, as in `--version <Tab>`, click leaves the words before it unread.
    """
    product = context.params.get("product") or next(iter(context.args), None)
    return released(config_of(context), product) if isinstance(product, str) else iter(())


def released(config: Config, product: str) -> Iterator[str]:
    """The released versions of a product, the newest first; the ledger is not checked."""
    from catalog.content.yaml_files import read_yaml
    from catalog.releases.ledger import LEDGER, folder

    file = folder(config, product) / LEDGER
    data = read_yaml(file, str(file)).data
    entries = data.get("releases") if isinstance(data, dict) else None
    for entry in reversed(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict) and isinstance(version := entry.get("version"), str):
            yield version


def portfolios(context: click.Context) -> list[str]:
    """Keys of portfolios."""
    own = [file.stem for file in (root_of(context) / "portfolios").glob("*.yaml")]
    config = config_of(context)
    if not config.package_portfolios:
        return sorted(own)
    from catalog.content.package_portfolios import chosen_portfolios

    return sorted({*own, *chosen_portfolios(config)})


def targets(context: click.Context) -> Iterator[str]:
    """Targets of pyproject.toml, as `--to` takes them."""
    from catalog.content.targets import ALL

    declared = config_of(context).targets
    yield from (ALL, *(word for target in declared for word in (target.name, target.label))) if declared else ()


def stack_sets(context: click.Context) -> list[str]:
    """Stack sets of pyproject.toml."""
    return [stack_set.key for stack_set in config_of(context).stack_sets]


def addresses(context: click.Context) -> Iterator[str]:
    """Addresses of products, their versions and portfolios, for `--target`."""
    from catalog.content.load import product_keys

    config = config_of(context)
    yield from (f"portfolio/{key}" for key in portfolios(context))
    for key in product_keys(config):
        yield f"product/{key}"
        if (config.root / "products" / "releases" / key).is_dir():
            yield from (f"product/{key}/version/{version}" for version in released(config, key))


def recorded(_: click.Context) -> Iterator[str]:
    """Ids of the recorded runs of this user."""
    from catalog.runs.journal import recorded_runs

    yield "last"
    yield from (run.id for run in recorded_runs())


def provisioned(context: click.Context) -> list[str]:
    """Names of provisioned products: those that AWS, or a sandbox that runs, lists in time."""
    from catalog.aws.provisioning import Provisioning  # imported here, not in the time that AWS has

    def read(session: AwsSession) -> Iterator[str]:
        return (str(product.get("Name", "")) for product in Provisioning(session).provisioned())

    return listed_in_time(context, read)


def launchable(context: click.Context) -> Iterable[str]:
    """Keys of products; outside of a repository the names of those that the caller may launch, as keys."""
    from catalog.content.config import NoRepositoryError

    try:
        return products(context)
    except NoRepositoryError:
        pass
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.offer import as_key

    return listed_in_time(
        context, lambda session: (as_key(str(view.get("Name", ""))) for view in Provisioning(session).products())
    )


def listed_in_time(context: click.Context, names_of: Callable[[AwsSession], Iterable[str]]) -> list[str]:
    """The names that AWS, or a sandbox that runs, lists in time."""
    names: list[str] = []

    def read() -> None:
        try:
            if session := session_of(context):
                role = context.params.get("role")
                names.extend(names_of(session.assume(role) if role else session))
        except (CatalogError, OSError):
            names.clear()

    reading = Thread(target=read, daemon=True)
    reading.start()
    reading.join(float(os.environ.get(SECONDS, LIMIT)))
    return list(names)


def session_of(context: click.Context) -> AwsSession | None:
    """The session that the options select; None if the sandbox does not run, which a completion never starts."""
    from catalog.aws.session import open_local_session, open_session

    options: dict[str, Any] = context.params
    if not options.get("local"):
        return open_session(options.get("profile"), options.get("region"))
    from catalog.sandbox import control

    running = control.find(control.chosen_directory() or control.default_directory(root_of(context)))
    return open_local_session(running.environment(), options.get("region")) if running else None


complete_products = completer(products)
complete_versions = completer(versions)
complete_portfolios = completer(portfolios)
complete_targets = completer(targets)
complete_stack_sets = completer(stack_sets)
complete_addresses = completer(addresses)
complete_runs = completer(recorded)
complete_provisioned = completer(provisioned)
complete_launchable = completer(launchable)
