"""E9017: no URL of a Lambda function is open to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases
from catalog.check.controls._control import Path, resources
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks

URLS: Mapping[str, str] = {"AWS::Lambda::Url": "", "AWS::Serverless::Function": "FunctionUrlConfig"}
"""Type → the property that has AuthType; empty for the properties themselves."""


class NoPublicFunctionUrl(JudgingControl):
    """With AuthType NONE, Lambda does not ask who calls. E9002 reports the permission for `*` that such a URL needs."""

    id = "E9017"
    shortdesc = "No URL of a Lambda function has AuthType NONE"
    description = (
        "Every AWS::Lambda::Url, and every FunctionUrlConfig of an AWS::Serverless::Function, has AuthType AWS_IAM in "
        "every launch that the Rules allow."
    )
    why = "Everybody who learns the URL can call the function, with its role and at the cost of the account."
    remedy = "Write AuthType: AWS_IAM. For a public API, put API Gateway or CloudFront with its own checks in front."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("Lambda.1",),
        "AWS Config": ("lambda-function-public-access-prohibited",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",)
    tags = ("lambda", "function url", "public access")
    looks_at = tuple(URLS)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each URL that a launch can open, and each that is not decided."""
        for logical_id, kind, properties in resources(template, *URLS):
            path: Path = ("Resources", logical_id, "Properties")
            node: Any = {"AuthType": properties.get("AuthType")}
            if name := URLS[kind]:
                node, path = properties.get(name), (*path, name)
            for case in cases(template, logical_id, node, {"AuthType": ("NONE",)}, self.regions):
                kind_of_check = case.value.get("AuthType") if isinstance(case.value, Mapping) else case.value
                if kind_of_check == "NONE":
                    yield (*path, "AuthType"), f"the URL of {logical_id} is open to everybody{case.when}", True
                elif kind_of_check is OPEN:
                    yield path, f"whether the URL of {logical_id} is open is not decided by the template", False
