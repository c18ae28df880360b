"""W9015: nothing in the template belongs to a deployment by the CDK."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, Path, section

BOOTSTRAP = re.compile(r"/cdk-bootstrap/[^/]+/version")
"""The SSM parameter that `cdk bootstrap` writes."""
ASSET = re.compile(r"AssetParameters[0-9a-f]{64}(S3Bucket|S3VersionKey|ArtifactHash|ImageName)[0-9A-F]{8}")
"""Names of the parameters that LegacyStackSynthesizer makes for assets."""
STORE = re.compile(r"cdk-[a-z0-9]{1,10}-(?:container-)?assets-\$\{AWS::AccountId\}")
"""The bucket or the repository of `cdk bootstrap`, in whatever account the stack is."""


class NotDeployedByTheCdk(Control):
    """A template with these can work: in accounts that are bootstrapped and have the assets. So it is a warning."""

    id = "W9015"
    shortdesc = "A launch needs nothing that the CDK brings"
    description = (
        "No parameter reads the version of the CDK's bootstrap stack, none is for an asset, and no resource reads from "
        "the bucket or repository of the bootstrap stack of the account that launches."
    )
    why = (
        "Service Catalog launches the template without the CDK's command line. Nobody fills in the parameters of "
        "assets or uploads assets, and a launch fails in an account that was never bootstrapped."
    )
    remedy = (
        "Synthesize with DefaultStackSynthesizer and generateBootstrapVersionRule: false, and keep assets in a bucket "
        "that the accounts that launch can read: `catalog help cdk.md`."
    )
    source_url = "https://docs.aws.amazon.com/cdk/v2/guide/customize-synth.html"
    sources = (
        "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.DefaultStackSynthesizerProps.html",
        "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.LegacyStackSynthesizer.html",
        "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_servicecatalog-readme.html",
    )
    tags = ("cdk", "parameters")
    looks_at = ("Parameters", "Resources")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Parameters of the bootstrap stack and of assets, and resources that read assets."""
        for name, parameter in section(template, "Parameters"):
            default = parameter.get("Default")
            if isinstance(default, str) and BOOTSTRAP.fullmatch(default) and "SSM" in str(parameter.get("Type")):
                words = "a launch fails in an account that is not bootstrapped for the CDK"
                yield ("Parameters", name), f"parameter {name} reads {default}: {words}"
            if match := ASSET.fullmatch(name):
                words = f"is the {match[1]} of an asset, which only the CDK's command line knows"
                yield ("Parameters", name), f"parameter {name} {words}"
        for logical_id, resource in section(template, "Resources"):
            if path := store_path(resource.get("Properties"), ("Resources", logical_id, "Properties")):
                yield path, f"{logical_id} reads an asset from the CDK's own store in the account that launches it"


def store_path(value: Any, path: Path) -> Path:
    """The path of the first text that names the store of the bootstrap stack; empty if none does."""
    if isinstance(value, str):
        return path if STORE.search(value) else ()
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return next((inner for key, member in members if (inner := store_path(member, (*path, key)))), ())
