"""The access matrix of a key policy for one launch of the KMS product, with look-ups for its invariants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.access import MatrixRow, PolicyMatrix, PrincipalClass
from catalog.access.matrix import NO_ONE, policy_matrix
from catalog.access.resources import ResourcePolicy
from catalog.cfn import Pseudo
from catalog.iam import POLICY_KINDS


@dataclass(frozen=True, slots=True)
class Setup:
    """The parameters, account and Region of a launch."""

    administrators: tuple[str, ...]
    users: tuple[str, ...]
    region: str = "us-east-1"
    account: str = "123456789012"
    grants: bool = False
    logs: bool = False
    prevent_destroy: bool = False
    window: int = 30
    multi_region: bool = False
    replica_regions: tuple[str, ...] = ()

    @property
    def pseudo(self) -> Pseudo:
        return Pseudo(self.account, self.region)

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "Alias": "dev/s3-data",
            "Description": "Encrypts S3 data",
            "Environment": "dev",
            "Service": "s3",
            "DataCategory": "internal",
            "KeyAdministrators": ",".join(self.administrators),
            "KeyUsers": ",".join(self.users),
            "GrantsForAwsServices": str(self.grants).lower(),
            "AllowCloudWatchLogs": str(self.logs).lower(),
            "PreventDestroy": str(self.prevent_destroy).lower(),
            "DeletionWindowDays": str(self.window),
            "MultiRegion": str(self.multi_region).lower(),
            "ReplicaRegions": ",".join(self.replica_regions),
        }

    @property
    def may_replicate(self) -> bool:
        return self.multi_region and bool(self.replica_regions)

    @property
    def replica_role(self) -> str:
        return f"arn:{self.pseudo.partition}:iam::{self.account}:role/catalog-launch-kms-replica-key"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The matrix of a policy, with look-ups for the invariants."""

    setup: Setup
    matrix: PolicyMatrix
    cells: Mapping[str, Mapping[str, MatrixRow]] = field(repr=False)

    @classmethod
    def of(cls, document: Any, setup: Setup) -> Evaluated:
        pseudo = setup.pseudo
        key_policy = ResourcePolicy(
            "Key",
            "AWS::KMS::Key",
            POLICY_KINDS["AWS::KMS::Key"],
            document,
            f"arn:{pseudo.partition}:kms:{pseudo.region}:{pseudo.account_id}:key/example",
        )
        values = {"KeyAdministrators": setup.administrators, "KeyUsers": setup.users}
        return cls.from_matrix(setup, policy_matrix(key_policy, values, pseudo, iter(())))

    @classmethod
    def from_matrix(cls, setup: Setup, matrix: PolicyMatrix) -> Evaluated:
        cells: dict[str, dict[str, MatrixRow]] = {}
        for row in matrix.rows:
            cells.setdefault(row.principal, {})[row.action.removeprefix("kms:")] = row
        return cls(setup, matrix, cells)

    def administrators(self, *, own: bool = False) -> Iterator[PrincipalClass]:
        """The principals in the first list, or in both; `own`: only those of the key's account."""
        for who in self.matrix.principals:
            if self.is_administrator(who) and (not own or who.caller.account == self.setup.account):
                yield who

    def users(self) -> Iterator[PrincipalClass]:
        """The principals in the second list that are not in the first."""
        for who in self.matrix.principals:
            if who.caller.name and who.caller.name in self.setup.users and not self.is_administrator(who):
                yield who

    def is_administrator(self, who: PrincipalClass) -> bool:
        name = who.caller.name
        return bool(name) and (name in self.setup.administrators or name.endswith(f"/{NO_ONE}"))

    def is_in_both(self, who: PrincipalClass) -> bool:
        return self.is_administrator(who) and (
            who.caller.name in self.setup.users or who.caller.name not in self.setup.administrators
        )

    def row(self, who: PrincipalClass, action: str) -> MatrixRow:
        return self.cells[who.label][action]
