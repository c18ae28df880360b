"""Making a provisioned product of a stack that exists: which version it is of, and what AWS would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.aws.launched_stacks import LaunchedStack, stack_detail
from catalog.aws.provisioning import Provisioning
from catalog.aws.session import AwsSession
from catalog.cfn import Template
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.provisioning.current import stack_template, version_template
from catalog.provisioning.offer import AccountProduct, AccountVersion, find_account_product
from catalog.provisioning.update import ComparedVersion, ReleasedTemplate
from catalog.versions import compare
from catalog.versions.report import headline

IMPORTABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
"""The statuses of a stack that AWS imports (API Reference, ImportAsProvisionedProduct)."""
DIFFERENCES = 10


@dataclass(frozen=True, slots=True)
class StackImport:
    """A stack, and the version of a product that it becomes."""

    stack: LaunchedStack
    product: AccountProduct
    version: AccountVersion


def prepare_import(
    sessions: Sequence[AwsSession], stack: str, product_name: str, version: str | None, released: ReleasedTemplate
) -> StackImport:
    """Find stack, product and version, and refuse what AWS would refuse.

    Without a version, that whose template is the stack's.
    """
    caller = sessions[0]
    product = find_account_product(Provisioning(caller), product_name)
    if not product.paths:
        raise AwsError(
            f"the caller has no launch path to {product.name}",
            hint="Add the caller's role to the principals of a portfolio, or import as one of them: --as.",
        )
    detail = described_stack(caller, stack)
    if detail.status not in IMPORTABLE:
        raise AwsError(
            f"stack {detail.name} is {detail.status}; AWS imports stacks that are {', '.join(IMPORTABLE)}",
            hint="Repair or finish the stack first.",
        )
    template = stack_template(caller, detail.id)
    if version is not None:
        chosen = product.version(version)
        refuse_differences(detail, template, product, chosen, template_of(sessions, product, chosen, released))
        return StackImport(detail, product, chosen)
    if template is None:
        raise ContentError(f"the template of stack {detail.name} cannot be read", hint="Name its version: --version.")
    for candidate in reversed(product.versions):
        if template_of(sessions, product, candidate, released) == template:
            return StackImport(detail, product, candidate)
    names = ", ".join(each.name for each in product.versions)
    raise ContentError(
        f"stack {detail.name} has the template of no version of {product.name} ({names})",
        hint="--version V says how it differs from V. Release a version with this template, or update the stack.",
    )


def described_stack(session: AwsSession, stack: str) -> LaunchedStack:
    """The stack with this name or ARN; `AwsError` if there is none."""
    try:
        return stack_detail(session, stack)
    except AwsCallError as error:
        if "does not exist" not in error.text:
            raise
        account, region = session.identity.account, session.region
        raise AwsError(
            f"account {account}, Region {region} has no stack {stack!r}", hint="`aws cloudformation list-stacks`"
        ) from error


def template_of(
    sessions: Sequence[AwsSession], product: AccountProduct, version: AccountVersion, released: ReleasedTemplate
) -> Template | None:
    """The template of a version, as the repository or the account has it."""
    return released(version.digest) or version_template(sessions, product.id, version.id)


def refuse_differences(
    stack: LaunchedStack,
    template: Template | None,
    product: AccountProduct,
    version: AccountVersion,
    expected: Template | None,
) -> None:
    """`ContentError` that says how the stack's template differs from that of the version; AWS wants the same."""
    if template is None or expected is None or template == expected:
        return
    raise ContentError(
        f"the template of stack {stack.name} is not that of {product.name} {version.name}, as AWS demands",
        problems=tuple(differences(stack, template, version, expected)),
        hint="Leave out --version to find the version that fits, or update the stack first.",
    )


def differences(stack: LaunchedStack, template: Template, version: AccountVersion, expected: Template) -> Iterator[str]:
    """Up to `DIFFERENCES` differences from the version to the stack."""
    sides = (ComparedVersion(version.name, "version", expected), ComparedVersion(stack.name, "stack", template))
    changes = compare(*sides).changes
    for change in changes[:DIFFERENCES]:
        yield headline(change)
    if len(changes) > DIFFERENCES:
        yield f"and {len(changes) - DIFFERENCES} more"
    if not changes:
        yield "only texts differ, such as descriptions or metadata"
