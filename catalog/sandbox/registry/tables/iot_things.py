"""Things of IoT, their types and groups, certificates, policies, and what is attached to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import call


def iot_arn(kind: str, name: str) -> Callable[[ApiResource], str]:
    """The ARN of a kind of IoT."""
    return lambda it: regional(it, "iot", f"{kind}/{it[name]}")


def of_iot(last: str, kind: str, *, arn_in: str, id_in: str = "", name: str = "", **more: Any) -> ApiType:
    """A type of IoT with a name, an ARN and tags."""
    name = name or f"{last}Name"
    paths = {**({"Arn": arn_in} if last != "RoleAlias" else {}), **({"Id": id_in} if id_in else {})}
    if more.pop("tags", True):
        at_creation = more.pop("tags_at_creation", "tags")
        more["tagging"] = tagged("resourceArn", iot_arn(kind, name), at_creation, tags_in="tags", keys_in="tagKeys")
    given = {"arn": iot_arn(kind, name), "attributes": taken(**paths), **more}
    return plain(f"AWS::IoT::{last}", "iot", (name,), **given)


def payload(it: ApiResource) -> dict[str, Any]:
    """The attributes of a thing; none if the template has none."""
    return {"attributePayload": None if it["AttributePayload"] else {"attributes": {}}}


THING = of_iot(
    "Thing",
    "thing",
    arn_in="thingArn",
    id_in="thingId",
    tags=False,
    update=ApiCall("UpdateThing", payload, copies=True, identity=("ThingName",)),
)


def deprecated(it: ApiResource) -> dict[str, Any]:
    """DeprecateThingType, which can be undone."""
    return {"undoDeprecate": it.text("DeprecateThingType", "false") != "true"}


TYPE_NAME = ("ThingTypeName",)
THING_TYPE = of_iot(
    "ThingType",
    "thingtype",
    arn_in="thingTypeArn",
    id_in="thingTypeId",
    settings=(Setting(("DeprecateThingType",), ApiCall("DeprecateThingType", deprecated, identity=TYPE_NAME)),),
    delete=(ApiCall("DeprecateThingType", identity=TYPE_NAME), ApiCall("DeleteThingType", identity=TYPE_NAME)),
)

GROUP = "ThingGroupName"


def of_group(operation: str, *, dynamic: bool, on: str = "any") -> ApiCall:
    """An operation for groups by a query, or for the others; `on` says whether only a creation makes it."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        fits = bool(it["QueryString"]) == dynamic and not (on == "create" and it.old)
        return {} if fits else None

    return ApiCall(operation, parameters, copies=True, identity=(GROUP,))


THING_GROUP = of_iot(
    "ThingGroup",
    "thinggroup",
    arn_in="thingGroupArn",
    id_in="thingGroupId",
    create=of_group("CreateThingGroup", dynamic=False),
    tags_at_creation="",
    settings=(
        Setting(("QueryString",), of_group("CreateDynamicThingGroup", dynamic=True, on="create")),
        Setting(
            ("QueryString", "ThingGroupProperties"),
            of_group("UpdateDynamicThingGroup", dynamic=True),
            on_create=False,
        ),
        Setting(("ThingGroupProperties",), of_group("UpdateThingGroup", dynamic=False), on_create=False),
    ),
    update=None,
    delete=(of_group("DeleteDynamicThingGroup", dynamic=True), of_group("DeleteThingGroup", dynamic=False)),
)
BILLING_GROUP = of_iot(
    "BillingGroup",
    "billinggroup",
    arn_in="billingGroupArn",
    id_in="billingGroupId",
    update=ApiCall(
        "UpdateBillingGroup",
        lambda it: {"billingGroupProperties": None if it["BillingGroupProperties"] else {}},
        copies=True,
        identity=("BillingGroupName",),
    ),
)


def old_versions(it: ApiResource) -> list[dict[str, Any]]:
    """The versions of a policy that are not its default."""
    listed = it.ask("ListPolicyVersions", {"policyName": it["PolicyName"]})["policyVersions"]
    return [
        {"policyName": it["PolicyName"], "policyVersionId": each["versionId"]}
        for each in listed
        if not each["isDefaultVersion"]
    ]


def new_version(it: ApiResource) -> dict[str, Any]:
    """CreatePolicyVersion, which is then the default."""
    text = as_text(it["PolicyDocument"])
    return {"policyName": it["PolicyName"], "policyDocument": text, "setAsDefault": True}


POLICY = of_iot(
    "Policy",
    "policy",
    arn_in="policyArn",
    id_in="policyName",
    identified=lambda it: {"PolicyName": it["Id"]},
    read="Get",
    settings=(
        Setting(("PolicyDocument",), ApiCall("CreatePolicyVersion", new_version), on_create=False),
        Setting(("PolicyDocument",), ApiCall("DeletePolicyVersion", old_versions), on_create=False),
    ),
    update=None,
    delete=(ApiCall("DeletePolicyVersion", old_versions), ApiCall("DeletePolicy", identity=("PolicyName",))),
)


def in_list(answers: str, member: str, name: str) -> Callable[[ApiResource, Any], Any]:
    """What an answer lists with the value of a property."""
    return lambda it, answer: next((each for each in answer.get(answers, ()) if each[member] == it[name]), None)


POLICY_ATTACHMENT = plain(
    "AWS::IoT::PolicyPrincipalAttachment",
    "iot",
    (),
    create=call("AttachPrincipalPolicy", policyName="PolicyName", principal="Principal"),
    read=call("ListAttachedPolicies", target="Principal"),
    shown=in_list("policies", "policyName", "PolicyName"),
    update=None,
    delete=(call("DetachPrincipalPolicy", policyName="PolicyName", principal="Principal"),),
)
THING_ATTACHMENT = plain(
    "AWS::IoT::ThingPrincipalAttachment",
    "iot",
    (),
    create=call("AttachThingPrincipal", thingName="ThingName", principal="Principal"),
    read=call("ListThingPrincipalsV2", thingName="ThingName"),
    shown=in_list("thingPrincipalObjects", "principal", "Principal"),
    update=None,
    delete=(call("DetachThingPrincipal", thingName="ThingName", principal="Principal"),),
    modelled=("ThingPrincipalType",),
)


def active(it: ApiResource) -> bool:
    """Whether a certificate shall be active."""
    return it.text("Status") == "ACTIVE"


def from_request(it: ApiResource) -> dict[str, Any] | None:
    """CreateCertificateFromCsr."""
    request = it["CertificateSigningRequest"]
    return {"certificateSigningRequest": request, "setAsActive": active(it)} if request else None


def registered(*, with_authority: bool) -> Callable[[ApiResource], dict[str, Any] | None]:
    """RegisterCertificate, or the operation for the mode that needs no certificate of an authority."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        alone = it.text("CertificateMode", "DEFAULT") == "SNI_ONLY"
        if not it["CertificatePem"] or alone == with_authority or it["Id"]:
            return None
        more = {"caCertificatePem": it["CACertificatePem"]} if with_authority and it["CACertificatePem"] else {}
        return {"certificatePem": it["CertificatePem"], "status": it["Status"], **more}

    return parameters


def identifier(it: ApiResource) -> dict[str, Any]:
    """The id of a certificate; that of a registered one is found by its text."""
    for listed in () if it["Id"] else it.ask("ListCertificates", {})["certificates"]:
        answer = it.ask("DescribeCertificate", {"certificateId": listed["certificateId"]})
        if answer["certificateDescription"]["certificatePem"] == it["CertificatePem"]:
            it.values["Id"] = listed["certificateId"]
    return {"certificateId": it["Id"] or "0" * 64}


def described(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """What is said of a certificate, which can be inactive."""
    return answer.get("certificateDescription")


def with_status(operation: str, status: str = "") -> ApiCall:
    """The operation that sets the status of a certificate."""
    return ApiCall(operation, lambda it: {**identifier(it), "newStatus": status or it["Status"]})


CERTIFICATE = ApiType(
    "AWS::IoT::Certificate",
    "iot",
    create=ApiCall("CreateCertificateFromCsr", from_request),
    known=taken(Id="certificateId"),
    settings=(
        Setting(("CertificatePem",), ApiCall("RegisterCertificate", registered(with_authority=True))),
        Setting(("CertificatePem",), ApiCall("RegisterCertificateWithoutCA", registered(with_authority=False))),
        Setting(("Status",), with_status("UpdateCertificate"), on_create=False),
    ),
    read=ApiCall("DescribeCertificate", identifier),
    shown=described,
    attributes=taken(Arn="certificateArn", Id="certificateId"),
    delete=(
        with_status("UpdateCertificate", "INACTIVE"),
        ApiCall("DeleteCertificate", identifier),
    ),
    modelled=("CertificateMode",),
)


def authority(it: ApiResource) -> dict[str, Any]:
    """RegisterCACertificate."""
    return {
        "caCertificate": it["CACertificatePem"],
        "verificationCertificate": it["VerificationCertificatePem"],
        "setAsActive": active(it),
        "allowAutoRegistration": it.text("AutoRegistrationStatus") == "ENABLE",
    }


def changed_authority(it: ApiResource) -> dict[str, Any]:
    """UpdateCACertificate."""
    return {
        "certificateId": it["Id"],
        "newStatus": it["Status"],
        "newAutoRegistrationStatus": it["AutoRegistrationStatus"],
    }


CA_CERTIFICATE = plain(
    "AWS::IoT::CACertificate",
    "iot",
    ("Id",),
    renamed={"Id": "certificateId"},
    create=ApiCall("RegisterCACertificate", authority, copies=True),
    known=taken(Id="certificateId", Arn="certificateArn"),
    shown=described,
    attributes=taken(Arn="certificateArn"),
    update=ApiCall("UpdateCACertificate", changed_authority, copies=True),
    delete=(
        ApiCall("UpdateCACertificate", lambda it: {"certificateId": it["Id"], "newStatus": "INACTIVE"}),
        ApiCall("DeleteCACertificate", by(certificateId="Id")),
    ),
    tagging=tagged("resourceArn", "Arn", "tags", tags_in="tags", keys_in="tagKeys"),
)

TYPES = (
    *(THING, THING_TYPE, THING_GROUP, BILLING_GROUP, POLICY, POLICY_ATTACHMENT, THING_ATTACHMENT),
    *(CERTIFICATE, CA_CERTIFICATE),
)
