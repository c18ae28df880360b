"""E9016: instances accept only version 2 of the instance metadata service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases, is_any_other
from catalog.check.controls._control import Path, some_of
from catalog.check.controls._devices import LAUNCHED, instance_settings
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks


class Imdsv2(JudgingControl):
    """An instance without the setting takes it from its image or the account, which a template cannot rely on.

    An instance that names a launch template without settings of its own has those of the launch template, which this
    control judges where it is.
    """

    id = "E9016"
    shortdesc = "Instances require IMDSv2"
    description = (
        "Every AWS::EC2::Instance, AWS::EC2::LaunchTemplate and AWS::AutoScaling::LaunchConfiguration has "
        "MetadataOptions with HttpTokens: required or HttpEndpoint: disabled, in every launch that the Rules allow."
    )
    why = (
        "With version 1, a program on the instance that fetches a URL for somebody, such as a proxy, gives away the "
        "credentials of the instance's role."
    )
    remedy = "Write MetadataOptions: {HttpTokens: required}."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("3.0: 5.6", "5.0: 5.7"),
        "Security Hub": ("AutoScaling.3", "EC2.8", "EC2.170"),
        "AWS Config": (
            "autoscaling-launchconfig-requires-imdsv2",
            "ec2-imdsv2-check",
            "ec2-launch-template-imdsv2-check",
        ),
        "NIST 800-53": ("AC-3", "AC-3(7)", "AC-3(15)", "AC-6"),
        "PCI DSS": ("4.0.1: 2.2.6",),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html",
    )
    tags = ("ec2", "imds", "instances")
    looks_at = tuple(LAUNCHED)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each instance setting that lets version 1 in, and each that is not decided."""
        for logical_id, kind, path, settings, required in instance_settings(template):
            parts = some_of(settings, "MetadataOptions", "LaunchTemplate")
            where = (*path, "MetadataOptions") if "MetadataOptions" in parts else path
            probes = {"HttpTokens": ("optional",), "HttpEndpoint": ("enabled",)}
            for case in cases(template, logical_id, parts, probes, self.regions, required):
                yield from verdict(case.value, where, f"{logical_id} ({kind})", case.when)


def verdict(values: Any, path: Path, what: str, when: str) -> Iterator[Verdict]:
    """The verdict about one launch, if it does not require version 2 for certain."""
    options = values if values is OPEN else values.get("MetadataOptions")
    if options is None and "LaunchTemplate" in values:
        return
    settings = options if isinstance(options, Mapping) else {}
    tokens, endpoint = settings.get("HttpTokens"), settings.get("HttpEndpoint")
    if tokens == "required" or endpoint == "disabled" or is_any_other(tokens):
        return
    if OPEN in (options, tokens, endpoint):
        yield path, f"whether {what} requires IMDSv2 is not decided by the template{when}", False
    else:
        yield path, f"{what} does not require IMDSv2{when}; write MetadataOptions: {{HttpTokens: required}}", True
