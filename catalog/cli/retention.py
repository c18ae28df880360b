"""`catalog retention`: what the retention policies of products require of their ledgers, and the edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_products
from catalog.cli.formats import ContentFormat, check_failed, content_options
from catalog.cli.lifecycle import edit_data, write
from catalog.cli.reports import TargetReport, error_line
from catalog.cli.target_run import TargetOptions, TargetRun, targets_options
from catalog.cli.usage_report import UsageQuery, UsageReport
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES, ContentError

if TYPE_CHECKING:
    from catalog.content.config import Config
    from catalog.lifecycle.retention import Proposal
    from catalog.lifecycle.verbs import Edit
    from catalog.model.definition import Retention

EPILOG = """\b
Examples:
  catalog retention --profile hub --region eu-west-1
  catalog retention --to all --apply                   (asks every target of pyproject.toml)
  catalog retention kms_key --usage hub.json --usage team.json --offline --apply
  catalog retention --offline --detailed-exitcode      (which releases to deprecate, without AWS)

A product file declares its policy, such as retention=Retention(keep=3). It deprecates all releases but the newest 3. It
retires a deprecated release, that is sets it inactive, when no provisioned product uses it in any account and Region
that was asked: this one or the targets of --to, and those whose `catalog usage --all --json` is given with --usage. If
a target fails, its usage is unknown and nothing is retired. The default version is never changed.

Exit codes: 0 done, 1 AWS failed, 2 wrong input, 4 ledgers need edits (with --detailed-exitcode).
"""


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1, shell_complete=complete_products)
@click.option(
    "--usage",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Output of `catalog usage --all --json` for another account or Region. May be repeated.",
)
@click.option("--offline", is_flag=True, help="Do not call AWS: take usage from the files of --usage only.")
@click.option("--apply", "apply_it", is_flag=True, help="Edit the ledgers.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when a ledger needs edits that were not made.")
@content_options("json")
@targets_options
@click.pass_context
def retention(
    context: click.Context,
    workspace: Workspace,
    to: TargetOptions,
    products: tuple[str, ...],
    files: tuple[Path, ...],
    offline: bool,
    apply_it: bool,
    detailed_exitcode: bool,
    form: ContentFormat,
) -> None:
    """Show what the retention policy of each PRODUCT requires of its ledger, and edit it with --apply."""
    from catalog.lifecycle.report import read_usages
    from catalog.releases import ledger_lock

    if to.names and offline:
        raise click.UsageError("--offline does not apply with --to")
    run, config = to.run(), workspace.config()
    policies = declared(config, products)
    usages = read_usages(files)
    reports = [] if offline or not policies else UsageQuery.read(config, tuple(policies)).ask(run)
    usages += usages_of(run, reports)
    with ledger_lock(config):
        results = [decide(config, key, policy, usages) for key, policy in policies.items()]
        for _, edit in results:
            if apply_it and edit.differs:
                write(config, edit)
    report = RetentionReport(config, policies, results, apply_it)
    form.print_content(report)
    check_failed(run, reports)
    if detailed_exitcode and not apply_it and report.differs:
        context.exit(EXIT_CHANGES)


def declared(config: Config, products: Sequence[str]) -> dict[str, Retention]:
    """The retention policies of the named products, or of all products that declare one."""
    from catalog.content.load import load_product, product_keys

    definitions = {key: load_product(config, key) for key in products or product_keys(config)}
    policies = {key: definition.retention for key, definition in definitions.items()}
    if missing := [key for key in products if policies[key] is None]:
        file = definitions[missing[0]].shown(missing[0])
        words = "`from catalog import Retention`, and retention=Retention(keep=3)"
        raise ContentError(
            f"product/{missing[0]} declares no retention policy",
            hint=f"Add one to {file}: {words if file.endswith('.py') else 'retention: {keep: 3}'}.",
        )
    return {key: policy for key, policy in policies.items() if policy is not None}


def usages_of(run: TargetRun, reports: Sequence[TargetReport[UsageReport]]) -> list[dict[str, Any]]:
    """Usages in the form of `catalog usage --json`; a target that failed counts as asked, without an answer."""
    from catalog.lifecycle.report import unanswered

    usages = []
    for asked in reports:
        if asked.content:
            usages.append(asked.content.members()["usage"])
        elif asked.error:
            run.note(asked.target, error_line(asked.error))
            usages.append(unanswered(asked.target.account, asked.target.region))
    return usages


def decide(
    config: Config, key: str, policy: Retention, asked: Sequence[dict[str, Any]]
) -> tuple[tuple[Proposal, ...], Edit]:
    """The proposals for the releases of one product, and the edit of the ledger that makes them."""
    from catalog.lifecycle import report
    from catalog.lifecycle.retention import proposals, retained
    from catalog.releases import load_releases

    releases = load_releases(config, key)
    steps = tuple(proposals(policy, releases, report.reported_usage(key, asked)))
    return steps, retained(key, releases, steps)


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What the policies require of the ledgers, over all targets that were asked."""

    config: Config
    policies: Mapping[str, Retention]
    results: Sequence[tuple[tuple[Proposal, ...], Edit]]
    applied: bool

    @property
    def differs(self) -> bool:
        """Whether a ledger needs edits."""
        return any(edit.differs for _, edit in self.results)

    def lines(self) -> Iterator[str]:
        """The proposals, and what was done."""
        if not self.results:
            yield "No product declares a retention policy."
        for steps, edit in self.results:
            keep = self.policies[edit.product].keep
            yield f"{edit.product}: keeps the {f'{keep} newest releases' if keep > 1 else 'newest release'}"
            yield from (f"  {proposal.version}  {proposal.step}: {proposal.reason}" for proposal in steps)
            if not steps:
                yield "  no changes"
        if self.differs:
            done = "Edited. Next: commit the ledgers, then `catalog publish`."
            yield done if self.applied else "Next: run it with --apply."

    def data(self) -> list[dict[str, Any]]:
        """The edit of each product, with its proposals."""
        return [
            {
                "keep": self.policies[edit.product].keep,
                **edit_data(self.config, edit, not self.applied),
                "proposals": [
                    {"version": proposal.version, "step": proposal.step.value, "reason": proposal.reason}
                    for proposal in steps
                ],
            }
            for steps, edit in self.results
        ]
