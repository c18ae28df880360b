"""Groups and data sources of QuickSight. Nothing is queried."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken


def account(it: ApiResource) -> str:
    """The account that the template names, or the one of the stack."""
    return str(it["AwsAccountId"] or it.place.account)


def group(it: ApiResource) -> dict[str, Any]:
    """A group as parameters, which its ARN has too."""
    arn = str(it["Arn"] or "").split("/")
    names = {"Namespace": it["Namespace"] or "".join(arn[1:2]), "GroupName": it["GroupName"] or "".join(arn[2:3])}
    return {"AwsAccountId": account(it), **names}


GROUP = plain(
    "AWS::QuickSight::Group",
    "quicksight",
    (),
    create=ApiCall("CreateGroup", group, copies=True),
    known=taken(Arn="Group.Arn"),
    identified=lambda it: {"GroupName": str(it["Arn"]).split("/")[-1]},
    read=ApiCall("DescribeGroup", group),
    shown=inside("Group"),
    attributes=taken(PrincipalId="PrincipalId"),
    update=ApiCall("UpdateGroup", group, copies=True),
    delete=(ApiCall("DeleteGroup", group),),
    arn=lambda it: regional(it, "quicksight", f"group/{it['Namespace']}/{it['GroupName']}"),
)


def source(it: ApiResource) -> dict[str, Any]:
    """A data source as parameters."""
    return {"AwsAccountId": account(it), "DataSourceId": it["DataSourceId"]}


def source_arn(it: ApiResource) -> str:
    """The ARN of a data source."""
    return regional(it, "quicksight", f"datasource/{it['DataSourceId']}")


DATA_SOURCE = plain(
    "AWS::QuickSight::DataSource",
    "quicksight",
    (),
    create=ApiCall("CreateDataSource", source, copies=True),
    known=lambda it, answer: {"AwsAccountId": account(it)},
    read=ApiCall("DescribeDataSource", source),
    shown=inside("DataSource"),
    attributes=taken(Arn="Arn", Status="Status", CreatedTime="CreatedTime", LastUpdatedTime="LastUpdatedTime"),
    update=ApiCall("UpdateDataSource", source, copies=True),
    delete=(ApiCall("DeleteDataSource", source),),
    tagging=tagged("ResourceArn", source_arn, "Tags"),
    arn=source_arn,
    modelled=("AlternateDataSourceParameters", "Credentials", "ErrorInfo", "FolderArns", "Permissions"),
)

TYPES = (GROUP, DATA_SOURCE)
