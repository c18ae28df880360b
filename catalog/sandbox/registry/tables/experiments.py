"""Experiment templates of Fault Injection Service, with the accounts that they target. No experiment runs."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.tables.catalogues import token


def template_arn(identifier: object) -> str:
    """The end of the ARN of a template."""
    return f"experiment-template/{identifier or '*'}"


REPORT = {"ExperimentReportConfiguration.Outputs.ExperimentReportS3Configuration": "s3Configuration"}
TEMPLATE = plain(
    "AWS::FIS::ExperimentTemplate",
    "fis",
    ("Id",),
    renamed=REPORT,
    create=ApiCall("CreateExperimentTemplate", lambda it: {"clientToken": token()}, copies=True, renamed=REPORT),
    known=taken(Id="experimentTemplate.id"),
    read="Get",
    shown=lambda it, answer: answer["experimentTemplate"],
    tagging=tagged("resourceArn", lambda it: regional(it, "fis", template_arn(it["Id"])), "tags"),
    arn=lambda it: regional(it, "fis", template_arn(it["Id"])),
)

ACCOUNT = plain(
    "AWS::FIS::TargetAccountConfiguration",
    "fis",
    ("ExperimentTemplateId", "AccountId"),
    create=ApiCall("CreateTargetAccountConfiguration", lambda it: {"clientToken": token()}, copies=True),
    read="Get",
    shown=lambda it, answer: answer["targetAccountConfiguration"],
    arn=lambda it: regional(it, "fis", template_arn(it["ExperimentTemplateId"])),
)

TYPES = (TEMPLATE, ACCOUNT)
