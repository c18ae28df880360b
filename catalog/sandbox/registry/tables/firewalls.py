"""Web ACLs of WAF, with what they use and what they protect. No request is looked at.

A change needs the lock token of the last one, which the handler reads (WAF API reference, LockToken).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, tagged, taken
from catalog.sandbox.registry.shaping import copied

ID = ("Name", "Id", "Scope")


def arn(kind: str) -> Callable[[ApiResource], str]:
    """The ARN of a kind, with `*` for an id that is not known yet."""

    def own(it: ApiResource) -> str:
        place = it.place
        scope, region = ("global", "us-east-1") if it["Scope"] == "CLOUDFRONT" else ("regional", place.region)
        name = f"{kind}/{it['Name']}/{it['Id'] or '*'}"
        return str(it["Arn"] or f"arn:{place.partition}:wafv2:{region}:{place.account}:{scope}/{name}")

    return own


def expressions(it: ApiResource) -> dict[str, Any]:
    """The expressions of a set, which the API has as objects."""
    return {"RegularExpressionList": [{"RegexString": text} for text in it["RegularExpressionList"]]}


def decoded(node: Any) -> Any:
    """Rules with what to look for as bytes, for which the API has no form in base64."""
    if isinstance(node, Mapping):
        encoded = "SearchStringBase64"
        return {
            **{name: decoded(value) for name, value in node.items() if name != encoded},
            **({"SearchString": b64decode(str(node[encoded]))} if encoded in node else {}),
        }
    return [decoded(each) for each in node] if isinstance(node, list) else node


def rules(it: ApiResource) -> dict[str, Any]:
    """The rules of a web ACL or a group."""
    shape = operation_model("wafv2", "CreateRuleGroup").input_shape
    return copied({"Rules": decoded(it["Rules"])}, shape, {}) if "Rules" in it.properties else {}


def nothing(_: ApiResource) -> dict[str, Any]:
    """No parameters besides those of the properties."""
    return {}


def of_type(
    last: str, kind: str, *, given: Callable[[ApiResource], dict[str, Any]] = nothing, omitted: Any = (), **more: Any
) -> ApiType:
    """A type with a name, an id, a scope and a lock token."""

    def locked(it: ApiResource) -> dict[str, Any]:
        answer = it.ask(f"Get{last}", {name: it[name] for name in ID})
        return {"LockToken": answer["LockToken"]}

    return plain(
        f"AWS::WAFv2::{last}",
        "wafv2",
        ID,
        create=ApiCall(f"Create{last}", given, copies=True, omitted=omitted, identity=("Name",)),
        known=taken(Id="Summary.Id", Arn="Summary.ARN"),
        read="Get",
        shown=inside(last),
        update=ApiCall(f"Update{last}", lambda it: locked(it) | given(it), copies=True, omitted=omitted, identity=ID),
        delete=(ApiCall(f"Delete{last}", locked, identity=ID),),
        tagging=tagged("ResourceARN", "Arn", "Tags"),
        arn=arn(kind),
        **more,
    )


def logging(it: ApiResource) -> dict[str, Any]:
    """The whole configuration of logging."""
    shape = operation_model("wafv2", "PutLoggingConfiguration").input_shape
    return copied({"LoggingConfiguration": dict(it.properties)}, shape, {})


ARN_ALONE = taken(Arn="ARN")
RESOURCE = ("ResourceArn",)
TYPES = (
    of_type(
        "WebACL",
        "webacl",
        given=rules,
        omitted=("Rules",),
        attributes=taken(Arn="ARN", Capacity="Capacity", LabelNamespace="LabelNamespace"),
        modelled=("ApplicationConfig", "DataProtectionConfig", "MonetizationConfig", "OnSourceDDoSProtectionConfig"),
    ),
    of_type("IPSet", "ipset", attributes=ARN_ALONE, modelled=("IPAddressVersion",)),
    of_type(
        "RegexPatternSet",
        "regexpatternset",
        given=expressions,
        omitted=("RegularExpressionList",),
        attributes=ARN_ALONE,
    ),
    of_type(
        "RuleGroup",
        "rulegroup",
        given=rules,
        omitted=("Rules",),
        attributes=taken(Arn="ARN", LabelNamespace="LabelNamespace"),
        modelled=("AvailableLabels", "Capacity", "ConsumedLabels", "MonetizationConfig"),
    ),
    plain(
        "AWS::WAFv2::WebACLAssociation",
        "wafv2",
        RESOURCE,
        create=ApiCall("AssociateWebACL", copies=True),
        read=ApiCall("GetWebACLForResource", identity=RESOURCE),
        shown=inside("WebACL"),
        update=None,
        delete=(ApiCall("DisassociateWebACL", identity=RESOURCE),),
        arn=lambda it: str(it["WebACLArn"]),
    ),
    plain(
        "AWS::WAFv2::LoggingConfiguration",
        "wafv2",
        RESOURCE,
        create=ApiCall("PutLoggingConfiguration", logging),
        read="Get",
        shown=inside("LoggingConfiguration"),
        update=ApiCall("PutLoggingConfiguration", logging),
        arn=lambda it: str(it["ResourceArn"]),
    ),
)
