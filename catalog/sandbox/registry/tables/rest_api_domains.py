"""Domain names of REST APIs, what they lead to, and links to VPCs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.rest_apis import of_type, tags

DOMAIN_PATH = "/domainnames/{DomainName}"
DOMAIN = of_type(
    "AWS::ApiGateway::DomainName",
    ("DomainName",),
    DOMAIN_PATH,
    attributes=taken(
        DistributionDomainName="distributionDomainName",
        DistributionHostedZoneId="distributionHostedZoneId",
        RegionalDomainName="regionalDomainName",
        RegionalHostedZoneId="regionalHostedZoneId",
    ),
    tagging=tags(DOMAIN_PATH),
)


def mapping_patches(it: ApiResource) -> dict[str, Any]:
    """Its API and its stage, which can be replaced alone (API reference, "Patch Operations", BasePathMapping)."""
    paths = {"/restapiId": "RestApiId", "/stage": "Stage"}
    changed = {
        path: as_text(it.properties.get(name) or "")
        for path, name in paths.items()
        if it.old.get(name) != it.properties.get(name)
    }
    return {"patchOperations": [{"op": "replace", "path": path, "value": value} for path, value in changed.items()]}


MAPPING = of_type(
    "AWS::ApiGateway::BasePathMapping",
    ("DomainName", "BasePath"),
    "/domainnames/{DomainName}/basepathmappings/{BasePath}",
    known=lambda it, answer: {"BasePath": answer["basePath"]},
    update=ApiCall("UpdateBasePathMapping", mapping_patches, identity=("DomainName", "BasePath")),
)

LINK_PATH = "/vpclinks/{VpcLinkId}"
SERVICES = tuple(
    f"ec2:{action}"
    for action in (
        *("CreateVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations"),
        *("DescribeVpcEndpointServiceConfigurations", "ModifyVpcEndpointServicePermissions"),
    )
)
VPC_LINK = of_type(
    "AWS::ApiGateway::VpcLink",
    ("VpcLinkId",),
    LINK_PATH,
    known=taken(VpcLinkId="id"),
    tagging=tags(LINK_PATH),
    also={"create": SERVICES, "delete": SERVICES},
)

TYPES = (DOMAIN, MAPPING, VPC_LINK)
