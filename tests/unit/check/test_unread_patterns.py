"""A parameter whose AllowedPattern cannot be read is neither harmless nor a fault: every control says so alike."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls._judging import JudgingControl
from catalog.check.controls.e9002_no_public_allow import NoPublicAllow
from catalog.check.controls.e9018_no_administrators import NoAdministrators
from catalog.check.controls.i9011_undecided import Undecided
from catalog.check.controls.w9013_no_service_wildcards import NoServiceWildcards

PARAMETERS = {
    "Unread": {"Type": "String", "AllowedPattern": "(?<!x)[a-z]+:[A-Z][a-z]+"},
    "Wide": {"Type": "String", "AllowedPattern": "(?<!x)[a-z]+:.+"},
    "Read": {"Type": "String", "AllowedPattern": "o-[a-z0-9]{10}"},
}
UNREAD = {"Ref": "Unread"}
BOUND = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}


def key(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", **statement}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [whole]}}}


def managed(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", **statement}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": [whole]}}}


def like(operator: str, name: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {name: value}}}


@pytest.mark.parametrize(
    ("control", "resource", "verdicts"),
    [
        (NoPublicAllow, key(**like("StringLike", "aws:PrincipalArn", UNREAD)), (0, 1)),
        (NoPublicAllow, key(**like("IpAddress", "aws:SourceIp", UNREAD)), (0, 1)),
        (NoPublicAllow, key(**like("StringLike", "aws:PrincipalArn", {"Fn::Sub": "${Unread}-x"})), (0, 1)),
        (NoPublicAllow, key(Condition={"StringLike": {"aws:PrincipalArn": UNREAD}, **BOUND}), (0, 0)),
        (NoPublicAllow, key(**like("StringEquals", "aws:PrincipalOrgID", {"Ref": "Read"})), (0, 0)),
        (NoPublicAllow, key(**like("StringNotLike", "aws:PrincipalArn", UNREAD)), (1, 0)),
        # Values that do harm and that the pattern accepts are tried.
        (NoPublicAllow, key(**like("StringLike", "aws:PrincipalArn", {"Ref": "Wide"})), (1, 0)),
        # Whether the pattern accepts exactly * is tried, and it does not.
        (NoPublicAllow, key(Principal={"AWS": UNREAD}), (0, 0)),
        (NoServiceWildcards, managed(Action=UNREAD, Resource="*"), (0, 1)),
        (NoServiceWildcards, managed(Action=[UNREAD, "s3:*"], Resource="*"), (1, 1)),
        (NoServiceWildcards, managed(Action=UNREAD, Resource="arn:aws:s3:::a"), (0, 0)),
        (NoServiceWildcards, managed(Action="s3:GetObject", Resource=UNREAD), (0, 0)),
        (NoAdministrators, managed(Action=UNREAD, Resource="*"), (0, 1)),
        (NoAdministrators, managed(Action="iam:PassRole", Resource=UNREAD), (0, 1)),
        (NoAdministrators, managed(Action="s3:GetObject", Resource=UNREAD), (0, 0)),
        (
            NoAdministrators,
            managed(Action="iam:PassRole", Resource="*", **like("StringLike", "iam:PassedToService", UNREAD)),
            (0, 1),
        ),
    ],
)
def test_a_pattern_that_cannot_be_read_leaves_the_statement_undecided(
    control: type[JudgingControl], resource: Any, verdicts: tuple[int, int]
) -> None:
    template = {"Parameters": PARAMETERS, "Resources": {"It": resource}}
    faults, undecided = list(control().faults(template)), list(control().undecided(template))
    assert (len(faults), len(undecided)) == verdicts
    words = "what parameter Unread allows is not decided: its AllowedPattern cannot be read"
    assert {message for _, message in undecided} <= {words}


def test_i9011_reports_it_for_each_control() -> None:
    template = {
        "Parameters": {"Unread": PARAMETERS["Unread"]},
        "Resources": {"Key": key(**like("StringLike", "aws:PrincipalArn", UNREAD))},
    }
    ((path, message),) = Undecided().faults(template)
    assert path == ("Resources", "Key", "Properties", "KeyPolicy", "Statement", 0, "Principal")
    assert message == "E9002: what parameter Unread allows is not decided: its AllowedPattern cannot be read"
