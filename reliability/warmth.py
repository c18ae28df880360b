"""What every command needs is loaded once, before processes are forked."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from pathlib import Path

import catalog.aws
import catalog.cli
import catalog.plan
import catalog.publishing
import catalog.releases
import catalog.upkeep

SERVICES = ("sts", "s3", "servicecatalog", "cloudformation", "iam", "ssm", "budgets", "organizations", "sns", "kms")


def warm_up(folder: Path) -> None:
    """Import what commands import, read the service models, and check the templates of a folder once."""
    for package in (catalog.aws, catalog.cli, catalog.publishing, catalog.upkeep, catalog.plan, catalog.releases):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    from catalog.aws.session import open_local_session
    from catalog.cli.checked_content import load_checked
    from catalog.cli.workspace import Workspace
    from catalog.content.product_process import stop_all
    from catalog.sandbox.control import ACCESS_KEY, REGION, SECRET_KEY

    keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_REGION": REGION}
    session = open_local_session({**keys, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, None)
    for service in SERVICES:
        session.client(service)
    load_checked(Workspace(folder), templates=True)
    stop_all()
    gc.collect()
    gc.freeze()  # a collection in a forked process must not copy the pages of this one
