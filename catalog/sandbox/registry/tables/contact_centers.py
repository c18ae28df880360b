"""Instances of Amazon Connect, and who may read their data lake. Nobody calls."""

from __future__ import annotations

import re
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import by, ending, inside, plain, regional, tagged, taken

INSTANCE_ID = by(InstanceId="Id")
TYPES_OF_ATTRIBUTES = {"HighVolumeOutBound": "HIGH_VOLUME_OUTBOUND", "UseCustomTTSVoices": "USE_CUSTOM_TTS_VOICES"}
"""Attribute → its type in the API, where it is not its words in upper case."""


def new_instance(it: ApiResource) -> dict[str, Any]:
    """CreateInstance, which takes two of the attributes."""
    calls = {f"{kind}CallsEnabled": enabled(it, f"{kind}Calls") for kind in ("Inbound", "Outbound")}
    return {**calls, **it.given("IdentityManagementType", "InstanceAlias", "DirectoryId")}


def enabled(it: ApiResource, name: str) -> bool:
    """Whether an attribute is on."""
    return str(it.at(f"Attributes.{name}")).lower() == "true"


def changed_attributes(it: ApiResource) -> list[dict[str, Any]]:
    """UpdateInstanceAttribute for each that the creation did not set, or that has changed."""
    before = it.old.get("Attributes")
    wanted = it.properties["Attributes"]
    known = {name: wanted[name] for name in ("InboundCalls", "OutboundCalls")} if before is None else before
    names = [name for name in {**known, **wanted} if known.get(name) != wanted.get(name)]
    words = {name: TYPES_OF_ATTRIBUTES.get(name, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()) for name in names}
    return [
        {**INSTANCE_ID(it), "AttributeType": words[name], "Value": str(enabled(it, name)).lower()} for name in names
    ]


INSTANCE = plain(
    "AWS::Connect::Instance",
    "connect",
    (),
    create=ApiCall("CreateInstance", new_instance),
    known=taken(Id="Id", Arn="Arn"),
    identified=ending("Arn", "/", "Id"),
    read=ApiCall("DescribeInstance", INSTANCE_ID),
    shown=inside("Instance"),
    attributes=lambda it, shown: {
        "CreatedTime": str(shown["CreatedTime"]),
        "InstanceStatus": shown["InstanceStatus"],
        "ServiceRole": shown["ServiceRole"],
    },
    settings=(Setting(("Attributes",), ApiCall("UpdateInstanceAttribute", changed_attributes)),),
    update=None,
    delete=(ApiCall("DeleteInstance", INSTANCE_ID),),
    tagging=tagged("resourceArn", "Arn", "Tags", tags_in="tags", keys_in="tagKeys"),
    arn=lambda it: str(it["Arn"] or regional(it, "connect", "instance/*")),
)


def shared_set(it: ApiResource, answer: Any) -> Any:
    """The association with the account."""
    wanted = it["TargetAccountId"] or it.place.account
    return next((each for each in answer.get("Results", ()) if each.get("TargetAccountId") == wanted), None)


SHARED = by("InstanceId", "DataSetId")
ASSOCIATION = plain(
    "AWS::Connect::DataLakeAssociation",
    "connect",
    (),
    create=ApiCall("AssociateAnalyticsDataSet", copies=True, identity=("InstanceId",)),
    known=taken(
        TargetAccountId="TargetAccountId", ResourceShareId="ResourceShareId", ResourceShareArn="ResourceShareArn"
    ),
    read=ApiCall("ListAnalyticsDataAssociations", SHARED),
    shown=shared_set,
    attributes=taken(ResourceShareId="ResourceShareId", ResourceShareArn="ResourceShareArn"),
    update=None,
    delete=(ApiCall("DisassociateAnalyticsDataSet", by("InstanceId", "DataSetId", "TargetAccountId")),),
    arn=lambda it: regional(it, "connect", f"instance/{it['InstanceId']}"),
)

TYPES = (INSTANCE, ASSOCIATION)
