"""Organizations, their units and policies. No policy is enforced but those of the sandbox's own roles."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.rows import at, by, inside, plain, tagged, taken
from catalog.sandbox.registry.tables.forms import added, dropped

ALL = "ALL"
READS_TAGS = ("organizations:ListTagsForResource",)


def arn_of(kind: str) -> Any:
    """The ARN of a kind, whose organization and id only its creation tells."""
    return lambda it: str(it["Arn"] or f"arn:{it.place.partition}:organizations::{it.place.account}:{kind}/o-*/*")


def attributes(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The attributes of an organization, and its root."""
    names = {"ManagementAccountArn": "MasterAccountArn", "ManagementAccountEmail": "MasterAccountEmail"}
    names |= {"Arn": "Arn", "ManagementAccountId": "MasterAccountId"}
    root = at(it.ask("ListRoots", {}), "Roots.0.Id") if shown else None
    return {name: at(shown, path) for name, path in names.items()} | {"RootId": root}


def same_features(it: ApiResource) -> None:
    """Refuse other features (UpdateHandler of aws-cloudformation-resource-providers-organizations)."""
    if it.old.get("FeatureSet", ALL) != it.properties.get("FeatureSet", ALL):
        message = "Update between ALL and CONSOLIDATED_BILLING feature set mode is not supported."
        raise CallRefused("organizations", "InvalidRequest", message)


def own(it: ApiResource, answer: Any) -> Any:
    """The organization of the account, if it is this one."""
    shown = answer.get("Organization")
    return shown if shown and it["Id"] in (None, shown["Id"]) else None


ORGANIZATION = plain(
    "AWS::Organizations::Organization",
    "organizations",
    (),
    known=taken(Id="Organization.Id"),
    shown=own,
    attributes=attributes,
    update=ApiCall("DescribeOrganization", same_features),
    arn=lambda it: str(it["Arn"] or f"arn:{it.place.partition}:organizations::{it.place.account}:organization/o-*"),
    also={"create": ("organizations:ListRoots",)},
)


def path(it: ApiResource, _: Any) -> dict[str, Any]:
    """The ids from the organization to a unit."""
    steps, node = [it["Id"]], it["Id"]
    while node and not node.startswith("r-"):
        node = at(it.ask("ListParents", {"ChildId": node}), "Parents.0.Id")
        steps.insert(0, node)
    organization = at(it.ask("DescribeOrganization", {}), "Organization.Id")
    return {"Path": "/".join([organization, *filter(None, steps), ""])}


UNIT = plain(
    "AWS::Organizations::OrganizationalUnit",
    "organizations",
    (),
    known=taken(Id="OrganizationalUnit.Id", Arn="OrganizationalUnit.Arn"),
    read=ApiCall("DescribeOrganizationalUnit", by(OrganizationalUnitId="Id")),
    shown=inside("OrganizationalUnit"),
    attributes=lambda it, shown: {"Arn": shown["Arn"], **path(it, shown)},
    update=ApiCall("UpdateOrganizationalUnit", by(Name="Name", OrganizationalUnitId="Id")),
    delete=(ApiCall("DeleteOrganizationalUnit", by(OrganizationalUnitId="Id")),),
    tagging=tagged("ResourceId", "Id", "Tags"),
    arn=arn_of("ou"),
    also=dict.fromkeys(("create", "update"), ("organizations:ListParents", *READS_TAGS)),
)


def policy(it: ApiResource) -> dict[str, Any]:
    """The description of a policy, which its API needs, and its id."""
    return {"Description": it.text("Description"), "PolicyId": it["Id"]}


def targets(operation: str, changed: Any) -> ApiCall:
    """The operation for each target that is new, or that an update drops."""
    ids = by(PolicyId="Id")
    return ApiCall(operation, lambda it: [{**ids(it), "TargetId": each} for each in changed(it, "TargetIds")])


POLICY = plain(
    "AWS::Organizations::Policy",
    "organizations",
    (),
    create=ApiCall("CreatePolicy", lambda it: {"Description": it.text("Description")}, copies=True),
    known=taken(Id="Policy.PolicySummary.Id", Arn="Policy.PolicySummary.Arn"),
    read=ApiCall("DescribePolicy", by(PolicyId="Id")),
    shown=inside("Policy"),
    attributes=taken(Arn="PolicySummary.Arn", AwsManaged="PolicySummary.AwsManaged"),
    settings=(
        Setting(("TargetIds",), targets("DetachPolicy", dropped), on_create=False),
        Setting(("TargetIds",), targets("AttachPolicy", added)),
    ),
    update=ApiCall("UpdatePolicy", policy, copies=True),
    delete=(
        targets("DetachPolicy", lambda it, name: it.properties.get(name) or ()),
        ApiCall("DeletePolicy", by(PolicyId="Id")),
    ),
    tagging=tagged("ResourceId", "Id", "Tags"),
    arn=arn_of("policy"),
    also=dict.fromkeys(("create", "update"), ("organizations:ListTargetsForPolicy", *READS_TAGS)),
)

TYPES = (ORGANIZATION, UNIT, POLICY)
