"""Invariants of the KMS product's key policy, as functions over any policy.

They find no violation in the product's policy for any parameters, and at least one in every weaker policy
(test_mutants.py). Each states who must have which access, independent of the policy: by lists of actions and by the
parameters of the launch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog.access import MatrixRow, PrincipalClass
from catalog.access.matrix import NO_ONE
from catalog.iam import CallerKind
from tests.unit.access.evaluated_key import Evaluated, Setup

USE = frozenset(
    {
        "Encrypt",
        "Decrypt",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
    }
)
ALIAS = frozenset({"CreateAlias", "UpdateAlias", "DeleteAlias"})
ADMINISTER = ALIAS | {
    "CancelKeyDeletion",
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyLastUsage",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "GetParametersForImport",
    "GetPublicKey",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "RevokeGrant",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
}
FOR_AWS_SERVICES = frozenset({"CreateGrant", "ListGrants", "RevokeGrant"})
GRANT_CONDITION = ("kms:GrantIsForAWSResource is true",)
ALIAS_CONDITION = "an IAM policy allows it on the alias"
DELETION = frozenset({"ScheduleKeyDeletion", "UpdateAlias", "DeleteAlias"})
"""The actions that lose the key, or the alias of its users. PreventDestroy refuses them."""
REPLICATION = frozenset({"OnlyTheReplicaProductReplicates", "ReplicasOnlyInNamedRegions"})

Invariant = Callable[[Evaluated], Iterator[str]]


def wrong(row: MatrixRow, wanted: str) -> str:
    return f"{row.principal} {row.action}: {row.answer} {row.sids} {row.conditions}, wanted {wanted}"


def administrators_cannot_use(policy: Evaluated) -> Iterator[str]:
    """Not by the key policy, by IAM policies or by a grant: an explicit Deny overrides all three."""
    for who in policy.administrators():
        for action in USE:
            row = policy.row(who, action)
            if not row.explicit or row.sids != ("KeyAdministratorsCannotUseTheKey",):
                yield wrong(row, "an explicit Deny by KeyAdministratorsCannotUseTheKey")


def administrators_cannot_grant(policy: Evaluated) -> Iterator[str]:
    for who in policy.administrators():
        row = policy.row(who, "CreateGrant")
        if not row.explicit or row.sids != ("KeyAdministratorsCannotUseTheKey",):
            yield wrong(row, "an explicit Deny by KeyAdministratorsCannotUseTheKey")


def only_the_replica_role_replicates(policy: Evaluated) -> Iterator[str]:
    """Into the named Regions. A Deny keeps everyone else from it, whatever their IAM policies say."""
    setup = policy.setup
    for who in policy.matrix.principals:
        row = policy.row(who, "ReplicateKey")
        if can_be(who, setup.replica_role) and setup.may_replicate:
            yield from into_named_regions(who, row, setup)
        elif row.answer != "denied" or (offered(row) and not row.explicit):
            yield wrong(row, "an explicit Deny")
        elif offered(row) and row.sids[:1] != (
            "OnlyTheReplicaProductReplicates" if setup.may_replicate else "NoReplicas",
        ):
            yield wrong(row, "a Deny by OnlyTheReplicaProductReplicates, or by NoReplicas without Regions")


def can_be(who: PrincipalClass, role: str) -> bool:
    """Whether the class of principals contains the role of the account."""
    account = role.split(":")[4]
    return who.caller.name == role or (
        who.caller.kind is CallerKind.ROLE and who.caller.account == account and not who.caller.name
    )


def into_named_regions(who: PrincipalClass, row: MatrixRow, setup: Setup) -> Iterator[str]:
    """With IAM policies, for the launch role of the replica product alone, into the named Regions alone."""
    if not who.iam:
        if row.answer != "denied":
            yield wrong(row, "nothing without an IAM policy")
        return
    words = "is" if len(setup.replica_regions) == 1 else "is one of"
    region = f"kms:ReplicaRegion {words} {', '.join(setup.replica_regions)}"
    role = () if who.caller.name else (f"aws:PrincipalArn is {setup.replica_role}",)
    if (row.answer, sorted(row.conditions), row.needs_iam) != ("conditional", sorted([*role, region]), True):
        yield wrong(row, f"conditional on {role} and {region}")
    if not set(row.sids) <= REPLICATION | {"RootAccountOwnership"}:
        yield wrong(row, "by RootAccountOwnership alone")


def offered(row: MatrixRow) -> bool:
    """Whether KMS offers the action to the principal, so that the policy decides."""
    return not row.reason.startswith("the service")


def administrators_administer(policy: Evaluated) -> Iterator[str]:
    for who in policy.administrators(own=True):
        if who.iam:
            continue
        for action in ADMINISTER - DELETION:
            row = policy.row(who, action)
            alias = ("conditional", (ALIAS_CONDITION,)) if action in ALIAS else ("allowed", ())
            if (row.answer, row.conditions) != alias or row.sids != ("KeyAdministrators",):
                yield wrong(row, "allowed by KeyAdministrators")
        for action in DELETION if not policy.setup.prevent_destroy else ():
            row = policy.row(who, action)
            if row.answer == "denied" or row.sids[:1] != ("KeyAdministrators",):
                yield wrong(row, "by KeyAdministrators")
        row = policy.row(who, "DescribeKey")
        users = ("KeyUsers",) if policy.is_in_both(who) else ()
        if (row.answer, row.sids) != ("allowed", ("KeyAdministrators", *users)):
            yield wrong(row, "allowed by KeyAdministrators, and by KeyUsers for principals in both lists")
        row = policy.row(who, "RotateKeyOnDemand")
        if (row.answer, row.sids) != ("allowed", ("KeyAdministratorsRotateOnDemand",)):
            yield wrong(row, "allowed by KeyAdministratorsRotateOnDemand")


def administrators_have_nothing_else(policy: Evaluated) -> Iterator[str]:
    known = USE | ADMINISTER | {"CreateGrant", "ReplicateKey", "RotateKeyOnDemand", "DescribeKey"}
    for who in policy.administrators():
        if not who.iam:
            for action, row in policy.cells[who.label].items():
                if action not in known and row.answer != "denied":
                    yield wrong(row, "nothing")


def administrators_with_iam_are_denied_the_same(policy: Evaluated) -> Iterator[str]:
    """An administrator whose IAM policies allow kms:* has everything that no Deny refuses, and nothing more."""
    refused = USE | {"CreateGrant"} | (DELETION if policy.setup.prevent_destroy else set())
    for who in policy.administrators(own=True):
        if not who.iam:
            continue
        for action, row in policy.cells[who.label].items():
            if action in refused:
                if not row.explicit:
                    yield wrong(row, "an explicit Deny")
            elif action == "ReplicateKey":
                continue  # only_the_replica_role_replicates
            elif row.answer != "allowed" and action != "ScheduleKeyDeletion":
                yield wrong(row, "allowed: only a Deny keeps it from a role with kms:*")


def users_use(policy: Evaluated) -> Iterator[str]:
    """In the key's account by the key policy alone; in other accounts an IAM policy must allow it too."""
    for who in policy.users():
        own = who.caller.account == policy.setup.account
        for action in USE | {"DescribeKey"}:
            row = policy.row(who, action)
            if not own and not who.iam:
                if row.answer != "denied" or "KeyUsers" not in row.reason:
                    yield wrong(row, "what KeyUsers allows together with IAM policies there")
            elif (row.answer, row.sids, row.needs_iam) != ("allowed", ("KeyUsers",), not own):
                yield wrong(row, "allowed by KeyUsers")


def users_do_nothing_else(policy: Evaluated) -> Iterator[str]:
    """Users do not administer, replicate or grant; with GrantsForAwsServices they may grant to AWS services."""
    for who in policy.users():
        if who.iam:
            continue
        own = who.caller.account == policy.setup.account
        for action, row in policy.cells[who.label].items():
            if action in USE | {"DescribeKey", "ReplicateKey"}:
                continue  # users_use and only_the_replica_role_replicates
            if action in FOR_AWS_SERVICES and policy.setup.grants and own:
                if (row.answer, row.conditions) != ("conditional", GRANT_CONDITION):
                    yield wrong(row, "for AWS services only")
                if row.sids[:1] != ("KeyUsersGrantToAwsServices",):
                    yield wrong(row, "by KeyUsersGrantToAwsServices")
            elif row.answer != "denied" or row.explicit != is_guarded(policy, action, row):
                yield wrong(row, "nothing")


def duties_are_apart(policy: Evaluated) -> Iterator[str]:
    """Administrators and users only share DescribeKey, and the actions that list and end grants."""
    shared = {"DescribeKey", *(FOR_AWS_SERVICES - {"CreateGrant"} if policy.setup.grants else ())}
    administrators = allowed(policy, policy.administrators())
    users = allowed(policy, policy.users())
    for action in administrators & users - shared:
        yield f"administrators and users may both {action}"


def allowed(policy: Evaluated, principals: Iterator[PrincipalClass]) -> set[str]:
    """The actions that the key policy allows them, with or without conditions."""
    return {
        action
        for who in principals
        if not who.iam
        for action, row in policy.cells[who.label].items()
        if row.answer != "denied"
    }


def grants_are_for_aws_services(policy: Evaluated) -> Iterator[str]:
    """However CreateGrant is allowed, also by IAM policies or by another grant; except for AWS services themselves."""
    for who in policy.matrix.principals:
        row = policy.row(who, "CreateGrant")
        if who.caller.kind is CallerKind.ANONYMOUS or row.explicit:
            continue
        wanted = () if who.caller.kind is CallerKind.SERVICE else GRANT_CONDITION
        if row.conditions != wanted or row.answer == "allowed":
            yield wrong(row, f"conditional on {wanted}")
        if wanted and "GrantsOnlyForAwsServices" not in row.sids:
            yield wrong(row, "by GrantsOnlyForAwsServices")


def deletion_takes_the_window(policy: Evaluated) -> Iterator[str]:
    """Nobody can delete the key in fewer days; with PreventDestroy, nobody can, nor delete or move the alias."""
    window = policy.setup.window
    words = f"kms:ScheduleKeyDeletionPendingWindowInDays is at least {window} or absent"
    for who in policy.matrix.principals:
        for action in DELETION:
            row = policy.row(who, action)
            if policy.setup.prevent_destroy:
                if row.answer != "denied" or (guarded(policy, row) and row.sids != ("PreventDestroy",)):
                    yield wrong(row, "an explicit Deny by PreventDestroy")
            elif row.explicit:
                yield wrong(row, "no Deny")
            elif action == "ScheduleKeyDeletion" and row.answer != "denied":
                if window == 7:  # KMS accepts no fewer days
                    if row.answer != "allowed" or "DeletionWindowIsAFloor" in row.sids:
                        yield wrong(row, "allowed without a condition that always holds")
                elif (row.answer, row.conditions) != ("conditional", (words,)) or (
                    "DeletionWindowIsAFloor" not in row.sids
                ):
                    yield wrong(row, words)


def guarded(policy: Evaluated, row: MatrixRow) -> bool:
    """Whether PreventDestroy refuses it: KMS itself does not offer the action to other accounts."""
    return policy.setup.prevent_destroy and offered(row)


def is_guarded(policy: Evaluated, action: str, row: MatrixRow) -> bool:
    """Whether a Deny for everyone refuses it: that of PreventDestroy, or one of those on replication."""
    if action == "ReplicateKey":
        return offered(row)
    return action in DELETION and guarded(policy, row)


def the_account_keeps_a_way_back(policy: Evaluated) -> Iterator[str]:
    """The root user, and principals with IAM policies, may do everything that the Denies above do not refuse."""
    for who in policy.matrix.principals:
        caller = who.caller
        if caller.kind is not CallerKind.ROOT and not (
            who.iam and caller.account == policy.setup.account and not caller.name
        ):
            continue
        through_users = f"arn:{policy.setup.pseudo.partition}:iam::{caller.account}:root" in policy.setup.users
        for action, row in policy.cells[who.label].items():
            if action in DELETION | {"CreateGrant", "ReplicateKey"}:
                if not row.explicit and row.sids[:1] != ("RootAccountOwnership",):
                    yield wrong(row, "by RootAccountOwnership")
            elif row.answer != "allowed" or row.needs_iam != who.iam:
                yield wrong(row, "allowed")
            elif "RootAccountOwnership" not in row.sids or (row.sids[1:] and not through_users):
                yield wrong(row, "by RootAccountOwnership alone")


def others_have_nothing(policy: Evaluated) -> Iterator[str]:
    """Others are: roles without IAM policies, accounts that no list names, other services, anonymous callers."""
    strangers = ("another role of the account", "a role of another account", "another AWS service", "anonymous")
    for who in policy.matrix.principals:
        foreign = who.label.startswith("a role of another account")
        if who.label not in strangers and not foreign:
            continue
        for action, row in policy.cells[who.label].items():
            if row.answer != "denied" or (row.explicit and not is_guarded(policy, action, row)):
                yield wrong(row, "nothing")


def logs_use_the_key_for_log_groups(policy: Evaluated) -> Iterator[str]:
    """Log groups of this account and Region, if the parameters say so; other services have no access."""
    pseudo = policy.setup.pseudo
    name = f"logs.{pseudo.region}.{pseudo.url_suffix}"
    groups = f"arn:{pseudo.partition}:logs:{pseudo.region}:{pseudo.account_id}:log-group:*"
    wanted = (f"kms:EncryptionContext:aws:logs:arn is like {groups}",)
    services = [who for who in policy.matrix.principals if who.caller.kind is CallerKind.SERVICE and who.caller.name]
    if [who.caller.name for who in services] != ([name] if policy.setup.logs else []):
        yield f"services with a row are {[who.label for who in services]}"
    for who in services:
        for action, row in policy.cells[who.label].items():
            if action in USE:
                if (row.answer, row.conditions, row.sids) != ("conditional", wanted, ("CloudWatchLogs",)):
                    yield wrong(row, f"conditional on {wanted}")
            elif row.answer != "denied" or (row.explicit and not is_guarded(policy, action, row)):
                yield wrong(row, "nothing")


def nobody_is_denied_more(policy: Evaluated) -> Iterator[str]:
    """An extra Deny can lock out: KMS refuses a policy that takes PutKeyPolicy from its caller."""
    for who in policy.matrix.principals:
        denied = DELETION | {"ReplicateKey"} | (USE | {"CreateGrant"} if policy.is_administrator(who) else set())
        for action, row in policy.cells[who.label].items():
            if row.explicit and action not in denied:
                yield wrong(row, "no Deny")


def answers_carry_their_statement(policy: Evaluated) -> Iterator[str]:
    for row in policy.matrix.rows:
        if not row.sids and (row.answer != "denied" or row.explicit):
            yield wrong(row, "the deciding statement")
        if row.answer == "unknown":
            yield wrong(row, "an answer")


def lists_are_the_parameters(policy: Evaluated) -> Iterator[str]:
    """Every principal in a list has a row, so that a lost member is detected; others have none."""
    names = {who.caller.name for who in policy.matrix.principals if who.caller.name and who.caller.has_iam}
    named = {name for name in names if not name.endswith(f"/{NO_ONE}")}
    wanted = {arn for arn in (*policy.setup.administrators, *policy.setup.users) if not arn.endswith(":root")}
    if named != wanted:
        yield f"principals with a row are {sorted(named)}, wanted {sorted(wanted)}"


def accounts_in_the_users_list(policy: Evaluated) -> Iterator[str]:
    """An account in the list of users can use the key through its own IAM policies, and nothing else."""
    accounts = {arn.split(":")[4] for arn in policy.setup.users if arn.endswith(":root")} - {policy.setup.account}
    for who in policy.matrix.principals:
        if who.caller.name or who.caller.account not in accounts:
            continue
        for action, row in policy.cells[who.label].items():
            if not who.iam or action not in USE | {"DescribeKey"} | (
                FOR_AWS_SERVICES if policy.setup.grants else set()
            ):
                if row.answer != "denied":
                    yield wrong(row, "nothing")
            elif action in FOR_AWS_SERVICES:
                if (row.answer, row.conditions, row.needs_iam) != ("conditional", GRANT_CONDITION, True):
                    yield wrong(row, "for AWS services only")
            elif (row.answer, row.sids, row.needs_iam) != ("allowed", ("KeyUsers",), True):
                yield wrong(row, "allowed by KeyUsers and IAM")


INVARIANTS: tuple[Invariant, ...] = (
    administrators_cannot_use,
    administrators_cannot_grant,
    only_the_replica_role_replicates,
    administrators_administer,
    administrators_have_nothing_else,
    administrators_with_iam_are_denied_the_same,
    users_use,
    users_do_nothing_else,
    duties_are_apart,
    grants_are_for_aws_services,
    deletion_takes_the_window,
    the_account_keeps_a_way_back,
    others_have_nothing,
    logs_use_the_key_for_log_groups,
    nobody_is_denied_more,
    answers_carry_their_statement,
    lists_are_the_parameters,
    accounts_in_the_users_list,
)


def violations(policy: Evaluated) -> Iterator[str]:
    """The violations of a policy, computed lazily: one is enough."""
    for invariant in INVARIANTS:
        for violation in invariant(policy):
            yield f"{invariant.__name__}: {violation}"
