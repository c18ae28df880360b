"""The commands of `catalog`, as `catalog --help` lists them. A command is imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class CommandRow:
    """What the help, completion and the start of a run know of a command without importing it."""

    name: str
    source: str
    """Module in catalog/cli and the command's name in it, `listing:list_content`."""
    summary: str
    """The first sentence of its help. A test compares it with the docstring."""
    products: bool = False
    """Whether it loads product files: their process starts while the command is imported."""
    journal: str = ""
    """When `catalog runs` records it: `always`, or for one that mostly reads, from its first `change` on."""

    def load(self) -> click.Command:
        """The command itself."""
        module, _, attribute = self.source.partition(":")
        command: click.Command = getattr(import_module(f"catalog.cli.{module}"), attribute)
        return command


GROUPS: Mapping[str, tuple[CommandRow, ...]] = {
    "Content": (
        CommandRow(
            "init",
            "init:init",
            "Start a repository in DIR (the current folder): settings, a portfolio, a first product and its test.",
        ),
        CommandRow("new", "new:new", "Write a new product, portfolio or control.", True),
        CommandRow("list", "listing:list_content", "List products with their versions, and portfolios.", True),
        CommandRow(
            "export",
            "export:export",
            "Print the CloudFormation template of PRODUCT, or write the whole catalogue as templates.",
            True,
        ),
        CommandRow(
            "import-template",
            "import_template:import_template",
            "Copy CloudFormation templates into products/, with their metadata, and say what the controls miss.",
            True,
        ),
        CommandRow("validate", "validate:validate", "Check products and portfolios without calling AWS.", True),
        CommandRow("controls", "controls:controls", "List the controls and the frameworks that they cover."),
        CommandRow(
            "schema",
            "schema:schema",
            "Print the JSON Schema of portfolio, product and import files, of the configuration, or of JSON output.",
        ),
    ),
    "Versions": (
        CommandRow(
            "release",
            "release:release",
            "Freeze the rendered template of PRODUCT as a release, which publish then uploads.",
            True,
        ),
        CommandRow("deprecate", "lifecycle:deprecate", "Deprecate VERSION of PRODUCT: block new launches."),
        CommandRow(
            "retire", "lifecycle:retire", "Retire VERSION of PRODUCT: hide it, and block launches and updates to it."
        ),
        CommandRow(
            "reactivate",
            "lifecycle:reactivate",
            "Reactivate VERSION of PRODUCT: allow launches and updates to it again.",
        ),
        CommandRow(
            "promote",
            "lifecycle:promote",
            "Make VERSION the default of PRODUCT, which a launch without --version gets.",
        ),
        CommandRow(
            "rollback",
            "lifecycle:rollback",
            "Make an earlier VERSION of PRODUCT the default again, and deprecate newer versions.",
        ),
        CommandRow(
            "retention",
            "retention:retention",
            "Show what the retention policy of each PRODUCT requires of its ledger, and edit it with --apply.",
            True,
        ),
    ),
    "Review": (
        CommandRow(
            "review",
            "review:review",
            "Show what the working tree changes for people: a page to read in five minutes, Markdown or JSON.",
            True,
        ),
        CommandRow(
            "diff",
            "diff:diff",
            "Compare two versions of PRODUCT by meaning: OLD (the latest release of the base) and NEW (the working "
            "tree).",
            True,
        ),
        CommandRow(
            "graph",
            "graph:graph",
            "Draw a product with its resources, a portfolio with who launches what, or all portfolios.",
            True,
        ),
        CommandRow(
            "site",
            "site:site",
            "Write the catalogue as a static web site: products, portfolios, who may launch what, and a feed of "
            "changes.",
            True,
        ),
        CommandRow("access", "access:access", "Show who may do what to the resources of a launch of PRODUCT.", True),
        CommandRow(
            "simulate", "simulate:simulate", "Show what a launch of PRODUCT would do, without calling AWS.", True
        ),
        CommandRow(
            "evidence",
            "evidence:evidence",
            "Print the result of every control for a released version, as JSON for auditors.",
            True,
        ),
    ),
    "Publish": (
        CommandRow("plan", "plan:plan", "Show what publish would change.", True),
        CommandRow(
            "publish",
            "publish:publish",
            "Make an account's Service Catalog match the repository.",
            True,
            journal="always",
        ),
        CommandRow("status", "status:status", "Report drift between AWS and the repository.", True, journal="change"),
        CommandRow(
            "prune",
            "prune:prune",
            "Delete products, portfolios and pre-releases that the repository no longer declares.",
            True,
            journal="always",
        ),
        CommandRow(
            "stackset",
            "stackset:stackset",
            "Deploy launch roles and catalogues to organizational units with StackSets.",
            True,
            journal="change",
        ),
        CommandRow(
            "unlock",
            "unlock:unlock",
            "Break the lease of a publisher that does not run any more.",
            journal="always",
        ),
        CommandRow("runs", "runs:runs", "List and show what commands did to AWS."),
    ),
    "Launch": (
        CommandRow("products", "describe:products", "List the products that you may launch.", True),
        CommandRow(
            "describe",
            "describe:describe",
            "Describe PRODUCT: what it is, its versions, your launch paths, parameters, tags, outputs and support.",
            True,
        ),
        CommandRow(
            "launch", "launch:launch", "Launch PRODUCT, as from the Service Catalog console.", True, journal="always"
        ),
        CommandRow(
            "execute",
            "execute:execute",
            "Run service action ACTION on the provisioned product NAME; without ACTION, list its service actions.",
            journal="always",
        ),
        CommandRow(
            "provisioned", "provisioned:provisioned", "List the provisioned products of the account and Region."
        ),
        CommandRow(
            "show",
            "show:show",
            "Show the provisioned product NAME: status, version, parameters, outputs, resources and last records.",
        ),
        CommandRow(
            "usage",
            "usage:usage",
            "Show who uses which version of PRODUCT: provisioned products by version, owner, account and status.",
        ),
        CommandRow(
            "update",
            "update:update",
            "Update the provisioned product NAME to another version or to other parameters, after a preview.",
            True,
            journal="always",
        ),
        CommandRow(
            "roll",
            "roll:roll",
            "Move the provisioned products of PRODUCT to a version, in waves, until too many fail.",
            True,
            journal="always",
        ),
        CommandRow(
            "transfer", "transfer:transfer", "Give the provisioned product NAME to another owner.", journal="always"
        ),
        CommandRow(
            "import-stack",
            "import_stack:import_stack",
            "Make a provisioned product of STACK, without changing the stack.",
            True,
            journal="always",
        ),
        CommandRow(
            "terminate",
            "terminate:terminate",
            "Terminate the provisioned product NAME (its name or id): AWS deletes its stacks and their resources.",
            journal="always",
        ),
    ),
    "Account": (
        CommandRow(
            "doctor",
            "doctor:doctor",
            "Check this machine, the repository and the account, and say what to do about each fault.",
            True,
        ),
        CommandRow(
            "bootstrap",
            "bootstrap:bootstrap",
            "Prepare an account and Region for publishing: the template bucket and the launch roles.",
            True,
            journal="always",
        ),
        CommandRow("role", "role:role", "Launch roles of products, and the roles for CI.", True),
        CommandRow(
            "adopt",
            "adopt:adopt",
            "Bring existing portfolios and products of the account under management, unchanged.",
            True,
            journal="change",
        ),
        CommandRow("import-portfolio", "adopt:import_portfolio", "Print portfolio ID of the account as YAML.", True),
        CommandRow(
            "shared",
            "shared:shared",
            "List, accept and reject portfolios that other accounts share.",
            journal="change",
        ),
    ),
    "Sandbox": (
        CommandRow(
            "sandbox",
            "sandbox:sandbox",
            "A local AWS on 127.0.0.1: Service Catalog, CloudFormation, KMS, S3, IAM and STS.",
        ),
        CommandRow(
            "console",
            "console:console",
            "Play the Service Catalog console on the sandbox in a browser, as a role or as the administrator.",
            True,
        ),
    ),
    "Help": (
        CommandRow(
            "completion",
            "completion:completion",
            "Print the script that lets SHELL complete commands, options and names.",
        ),
        CommandRow("help", "topics:show_help", "Show the help of a command, or a TOPIC such as exit-codes."),
    ),
}
"""The commands by the heading under which `catalog --help` lists them."""
ROWS = {row.name: row for rows in GROUPS.values() for row in rows}


class LazyCommands(MutableMapping[str, click.Command]):
    """The commands by name; each is imported when it is asked for."""

    def __init__(self) -> None:
        self.loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.loaded:
            self.loaded[name] = ROWS[name].load()
        return self.loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self.loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self.loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(ROWS)

    def __len__(self) -> int:
        return len(ROWS)

    def __contains__(self, name: Any) -> bool:
        return name in ROWS
