"""A model of 1,000 and 10,000 accounts in 4 Regions: calls and time of three ways, and what breaks first.

    .venv/bin/python benchmarks/accounts.py                    the tables of docs/scale.md
    .venv/bin/python benchmarks/accounts.py --simulate 1000    StackSets for 1,000 accounts in the sandbox

It is a model, not a measurement on AWS: it computes from AWS's documented limits (FACTS, each with its source), from
the calls of catalog that the sandbox counts (COUNTED), and from a few assumptions that are marked as such. --simulate
makes an organization in the sandbox, runs `catalog stackset` and compares the calls with the model.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REGIONS = 4
SIZES = (1_000, 10_000)
UNITS = 10
"""Organizational units that the accounts are in."""


@dataclass(frozen=True)
class Fact:
    """A number that the model uses."""

    value: float
    what: str
    source: str


FACTS = {
    "shared_accounts": Fact(
        5_000, "accounts that a portfolio is shared with", "Service Catalog administrator guide, default service quotas"
    ),
    "organization": Fact(
        10_000,
        "accounts of an organization, at most, after increases",
        "Organizations user guide, Quotas and service limits",
    ),
    "instances": Fact(
        100_000, "stack instances of a stack set", "CloudFormation user guide, Understand CloudFormation quotas"
    ),
    "instance_operations": Fact(
        10_000,
        "stack instances that operations work on at a time, by Region and administrator",
        "CloudFormation user guide, Understand CloudFormation quotas",
    ),
    "speed": Fact(
        100,
        "stack instances at a time of a stack set: 'the maximum speed of deployment'",
        "CloudFormation user guide, StackSets concepts, Stack set operation options",
    ),
    "units": Fact(50, "organizational units of an operation", "CloudFormation API reference, CreateStackInstances"),
    "page": Fact(100, "members of a page of ListStackInstances", "CloudFormation API reference, ListStackInstances"),
    "targets": Fact(8, "targets of --to at a time", "catalog/publishing/fan_out.py"),
    "parallelism": Fact(10, "changes of a target at a time", "catalog/publishing/parallelism.py"),
    "poll": Fact(15, "seconds between two looks at an operation of StackSets", "catalog/aws/stack_sets.py"),
    "latency": Fact(0.15, "seconds of a call", "assumed; issue 11 measures at 0, 50 and 150 ms"),
    "chain": Fact(20, "calls of the longest chain of a first publish", "assumed"),
    "role_stack": Fact(30, "seconds of a stack with launch roles", "assumed"),
    "catalogue_stack": Fact(120, "seconds of a stack with a catalogue of 160 objects", "assumed"),
    "share": Fact(60, "seconds of sharing a portfolio with a node", "assumed; AWS publishes no number"),
}
COUNTED = {"first publish": 450, "plan": 121, "portfolios": 6, "bootstrap": 12}
"""Calls of 6 portfolios x 6 products x 2 versions (160 changes), by benchmarks/scale.py 6 6 2 against the sandbox; and
about those of `catalog bootstrap` of one account."""


def fact(name: str) -> float:
    """The value of a fact."""
    return FACTS[name].value


@dataclass(frozen=True)
class Estimate:
    """What one way takes for all accounts and Regions."""

    way: str
    calls: int
    """By catalog. StackSets' and Service Catalog's own calls in the accounts are not among them."""
    seconds: float
    again: int
    """Calls of a run that has nothing to do."""
    again_seconds: float


def first_publish_seconds() -> float:
    """One target: the longer of its chain, and its calls side by side."""
    return max(fact("chain"), COUNTED["first publish"] / fact("parallelism")) * fact("latency")


def rounds(accounts: int, concurrent: float) -> int:
    """How many times StackSets starts as many accounts as it takes at once."""
    return math.ceil(accounts / min(concurrent, fact("speed"), fact("instance_operations")))


def stack_set_plan_calls(instances: int) -> int:
    """Of one that exists: identity, access, stack set, auto-deployment, operations, names, and pages of instances."""
    return 6 + max(1, math.ceil(instances / fact("page")))


def stack_set_publish_calls(seconds: float) -> int:
    """A first publish: the plan of a missing stack set, lease, two changes, and looks at the operation."""
    return 4 + 6 + 2 + math.ceil(seconds / fact("poll"))


def hub_and_share(accounts: int) -> Estimate:
    """A hub in each Region shares with the organization; StackSets makes the launch roles in one Region."""
    roles = stack_sets(accounts, "launch-roles", fact("role_stack"), 1)
    calls = REGIONS * (COUNTED["first publish"] + 3 * COUNTED["portfolios"]) + roles.calls
    seconds = first_publish_seconds() + COUNTED["portfolios"] * fact("share") + roles.seconds
    again = REGIONS * COUNTED["plan"] + roles.again
    return Estimate(
        "hub and share, roles by StackSets", calls, seconds, again, 5 * fact("latency") + roles.again_seconds
    )


def publish_to(accounts: int) -> Estimate:
    """`catalog bootstrap --to all` and `catalog publish --to all`, each account and Region a target."""
    targets = accounts * REGIONS
    calls = targets * (COUNTED["first publish"] + 1) + accounts * COUNTED["bootstrap"]
    bootstrap = accounts / fact("targets") * fact("role_stack")
    seconds = targets / fact("targets") * first_publish_seconds() + bootstrap
    again = targets * (COUNTED["plan"] + 1)
    return Estimate(
        "publish --to, each account a target",
        calls,
        seconds,
        again,
        targets / fact("targets") * COUNTED["plan"] / 16 * fact("latency"),
    )


def stack_sets(
    accounts: int, content: str, stack_seconds: float, regions: int, concurrent: float = math.inf
) -> Estimate:
    """One stack set for all units. Regions come one after the other."""
    seconds = rounds(accounts, concurrent) * stack_seconds * regions
    again = stack_set_plan_calls(accounts * regions)
    return Estimate(
        f"StackSets, {content}",
        stack_set_publish_calls(seconds) + math.ceil(UNITS / fact("units")) - 1,
        seconds,
        again,
        again * fact("latency"),
    )


def estimates(accounts: int) -> Iterator[Estimate]:
    """The ways, for a number of accounts."""
    yield hub_and_share(accounts)
    yield publish_to(accounts)
    yield stack_sets(accounts, "launch roles, 100 at a time", fact("role_stack"), 1)
    yield stack_sets(accounts, "launch roles, StackSets' default of 1 at a time", fact("role_stack"), 1, concurrent=1)
    yield stack_sets(accounts, "whole catalogue, 100 at a time", fact("catalogue_stack"), REGIONS)


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, rounded."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} h"


def tables() -> Iterator[str]:
    """The tables of docs/scale.md, line by line."""
    for accounts in SIZES:
        yield f"| {accounts:,} accounts, {REGIONS} Regions | calls of catalog | time | calls again | time again |"
        yield "|---|---|---|---|---|"
        for each in estimates(accounts):
            yield (
                f"| {each.way} | {each.calls:,} | {duration(each.seconds)} | {each.again:,} | "
                f"{duration(each.again_seconds)} |"
            )
        yield ""
    yield "| limit | value | for 10,000 accounts, 4 Regions | source |"
    yield "|---|---|---|---|"
    for name, need in needs(SIZES[-1]).items():
        fact = FACTS[name]
        verdict = "**too many**" if need > fact.value else "at the limit" if need == fact.value else "fits"
        yield f"| {fact.what} | {fact.value:,.0f} | {need:,}: {verdict} | {fact.source} |"
    yield ""
    yield "| number of the model | value | source |"
    yield "|---|---|---|"
    for name, fact in FACTS.items():
        if name not in needs(SIZES[-1]):
            yield f"| {fact.what} | {fact.value:g} | {fact.source} |"


def needs(accounts: int) -> Mapping[str, int]:
    """Limit → what this number of accounts needs of it."""
    return {
        "shared_accounts": accounts,
        "organization": accounts,
        "instances": accounts * REGIONS,
        "instance_operations": int(fact("speed")),
        "units": UNITS,
    }


# The simulation

SERVICE = "member.org.stacksets.cloudformation.amazonaws.com"
TABLE = """
[tool.catalog.stacksets.launch-roles]
content = "launch-roles"
organizational_units = {units}
regions = ["us-east-1"]
max_concurrent = 100
failure_tolerance = 100
"""


def simulate(accounts: int) -> None:
    """An organization in the sandbox; plan, publish, plan and status of a stack set with launch roles."""
    from catalog.sandbox import control

    with tempfile.TemporaryDirectory() as folder:
        directory, repository = Path(folder) / "sandbox", Path(folder) / "repository"
        for name in ("products", "portfolios"):
            shutil.copytree(ROOT / name, repository / name)
        shutil.copy(ROOT / "pyproject.toml", repository)
        sandbox = control.start(directory)
        try:
            start = time.perf_counter()
            units = organize(sandbox, accounts)
            with (repository / "pyproject.toml").open("a") as file:
                file.write(TABLE.format(units=json.dumps(units)))
            print(f"{accounts} accounts in {len(units)} units: {time.perf_counter() - start:.0f} s")
            publish = ("publish", "--yes", "--allow", "widen")
            for words in (("plan",), publish, ("plan",), ("status",)):
                seconds, counted = run(repository, directory, sandbox.url, words)
                print(f"\nstackset {words[0]}: {seconds:.1f} s, {sum(counted.values())} calls")
                for operation, count in sorted(counted.items()):
                    print(f"  {count:6} {operation}")
            print(f"\nThe model has {stack_set_plan_calls(accounts)} calls for a plan without changes.")
        finally:
            control.stop(directory)


def organize(sandbox: Any, accounts: int) -> list[str]:
    """Make the organization: units with accounts. The ids of the units."""
    import boto3

    environment = sandbox.environment()
    client = boto3.client(
        "organizations",
        endpoint_url=sandbox.url,
        region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_organization()
    root = client.list_roots()["Roots"][0]["Id"]
    units = [
        client.create_organizational_unit(ParentId=root, Name=f"unit-{number}")["OrganizationalUnit"]["Id"]
        for number in range(UNITS)
    ]
    for number in range(accounts):
        name = f"account-{number}"
        made = client.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        client.move_account(AccountId=made["AccountId"], SourceParentId=root, DestinationParentId=units[number % UNITS])
    client.enable_aws_service_access(ServicePrincipal=SERVICE)
    return units


def run(repository: Path, directory: Path, url: str, words: tuple[str, ...]) -> tuple[float, dict[str, int]]:
    """(seconds, calls by operation) of a command."""
    ask(url, "DELETE")
    start = time.perf_counter()
    command = [sys.executable, "-m", "catalog", "-C", str(repository), "stackset", *words, "--local"]
    environment = os.environ | {"CATALOG_SANDBOX_DIR": str(directory)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603  # ours
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-3000:]}")
    seconds = time.perf_counter() - start
    return seconds, ask(url, "GET")["calls"]


def ask(url: str, method: str) -> Any:
    """The sandbox's own count of calls: read, or set to zero."""
    from catalog.sandbox.control import CALLS_PATH

    request = urllib.request.Request(url + CALLS_PATH, method=method)  # noqa: S310  # http on this machine
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # the sandbox
        return json.loads(answer.read() or b"{}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--simulate"]:
        simulate(int(sys.argv[2]) if len(sys.argv) > 2 else SIZES[0])
    else:
        print("\n".join(tables()))
