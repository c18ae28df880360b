"""Whether this identity may do what `catalog plan` and `catalog publish` do, by IAM's simulator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from catalog.aws.session import AwsSession
from catalog.aws.simulation import SimulatedStatement, denied_actions
from catalog.content.load import Catalog
from catalog.iam.caller import SESSION
from catalog.publishing.bootstrap import arn_of_role
from catalog.roles.operations import Phase
from catalog.roles.operations import permissions as permissions_of
from catalog.roles.publisher import publisher_resources
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health, not_checked, ok, tried
from catalog.upkeep.doctor.repository import RepositoryChecks

SHOWN = 5
PHASES: Mapping[Phase, Health] = {"plan": Health.FAULT, "publish": Health.WARNING}
"""Phase → what a missing permission is: an identity for pull requests plans, and need not publish."""
UNKNOWN_REGION = re.compile(r"^(arn:[^:]*:[^:]*:)\*:")


def permissions(session: AwsSession, repository: RepositoryChecks) -> Iterator[Diagnosis]:
    """The permissions of each phase."""
    if session.is_sandbox:
        seen = "not offered here: the sandbox has no SimulatePrincipalPolicy, and checks no policies of a publisher"
        yield not_checked("permissions", seen)
        return
    if repository.catalog is None:
        yield not_checked("permissions", "the content of a repository says which are needed")
        return
    principal = simulated_principal(session)
    if not principal:
        yield not_checked("permissions", f"IAM does not simulate {session.identity.arn}")
        return
    for phase, health in PHASES.items():
        check = partial(of_phase, session, repository.catalog, principal, phase, health)
        yield from tried(f"permissions to {phase}", check)


def of_phase(
    session: AwsSession, catalog: Catalog, principal: str, phase: Phase, health: Health
) -> Iterator[Diagnosis]:
    """Whether the principal may do what a phase does; what is denied by name."""
    statements = simulated_statements(session, catalog, phase)
    denied = tuple(sorted(set(denied_actions(session, principal, statements))))
    check = f"permissions to {phase}"
    number = sum(len(statement.actions) for statement in statements)
    if not denied:
        yield ok(check, f"{principal} may do all that `catalog {phase}` does ({number} actions)")
        return
    names = list(dict.fromkeys(line.partition(" on ")[0] for line in denied))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    seen = f"{len(names)} of {number} actions of `catalog {phase}` are denied to {principal}: "
    do = "`catalog role publisher` prints a role with all of them; `catalog help permissions.md` says what each is for."
    yield Diagnosis(check, health, seen + ", ".join(names[:SHOWN]) + more, do, denied)


def simulated_principal(session: AwsSession) -> str:
    """The user or role whose policies decide; empty for a caller that the simulator does not take, such as root.

    The ARN of a role's session lacks the path of the role, which GetRole has. Without it, the path is taken as `/`.
    """
    arn = session.identity.arn
    if match := SESSION.fullmatch(arn):
        name = match["role"]
        return arn_of_role(session, name) or f"arn:{session.identity.partition}:iam::{match['account']}:role/{name}"
    return arn if ":user/" in arn and ":iam:" in arn else ""


def simulated_statements(session: AwsSession, catalog: Catalog, phase: Phase) -> list[SimulatedStatement]:
    """The statements of the derived publisher role, for this account and Region."""
    identity = session.identity
    account_region = session.account_region
    config = catalog.config
    needed = publisher_resources(config, catalog.portfolios.values(), catalog.imports.values())
    pattern = account_region.fill(config.bucket.format(account="${AWS::AccountId}", region="*"))
    bucket = config.bucket_name(identity.account, session.region)
    statements = []
    for permission in permissions_of(phase, needed):
        arns = [account_region.fill(arn).replace(pattern, bucket) for arn in permission.resources]
        statements.append(
            SimulatedStatement(
                permission.actions,
                [UNKNOWN_REGION.sub(rf"\g<1>{session.region}:", arn) for arn in arns],
                {key: value for keys in permission.conditions.values() for key, value in keys.items()},
            )
        )
    return statements
