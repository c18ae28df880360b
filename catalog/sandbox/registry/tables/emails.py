"""Configuration sets of SES and their event destinations, identities, templates, contact lists, pools, receipt rules.

No email is sent.
Sources: template reference of each type; the handlers of the schemas, whose operations are those of API v2 but for
receipt rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, tagged
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.forms import call, new_name

SERVICE = "sesv2"
PARTS = {"SubjectPart": "Subject", "TextPart": "Text", "HtmlPart": "Html"}


def arn_of(kind: str, name: str) -> Callable[[ApiResource], str]:
    """The ARN by a value, also before there is such a resource."""
    return lambda it: regional(it, "ses", f"{kind}/{it[name] or '*'}")


def tags(kind: str, name: str) -> Tagging:
    """The tags of a kind of resource."""
    return tagged("ResourceArn", arn_of(kind, name), "Tags")


SET = {"Name": "ConfigurationSetName"}


def options(word: str) -> Setting:
    """Options of a configuration set, which the creation takes too."""
    name = f"{word}Options"

    def given(it: ApiResource) -> dict[str, Any]:
        value = it.properties.get(name) or {}
        return {**({name: value} if word == "Vdm" else value), "ConfigurationSetName": it["Name"]}

    return Setting((name,), ApiCall(f"PutConfigurationSet{name}", given), on_create=False)


CONFIGURATION_SET = plain(
    "AWS::SES::ConfigurationSet",
    SERVICE,
    ("Name",),
    renamed=SET,
    read="Get",
    update=None,
    settings=tuple(
        options(word) for word in ("Tracking", "Delivery", "Reputation", "Sending", "Suppression", "Vdm", "Archiving")
    ),
    tagging=tags("configuration-set", "Name"),
    arn=arn_of("configuration-set", "Name"),
)


def identity_call(operation: str, members: Callable[[ApiResource], Mapping[str, Any]]) -> ApiCall:
    """A call about an identity."""
    return ApiCall(operation, lambda it: {"EmailIdentity": it["EmailIdentity"], **members(it)})


def signing(it: ApiResource) -> dict[str, Any]:
    """How emails are signed: with keys of SES, or with one's own."""
    given = it.properties.get("DkimSigningAttributes") or {}
    return {
        "SigningAttributesOrigin": "EXTERNAL" if given.get("DomainSigningSelector") else "AWS_SES",
        "SigningAttributes": dict(given) or None,
    }


def set_of_identity(it: ApiResource) -> dict[str, Any]:
    """The configuration set of an identity."""
    return {"ConfigurationSetName": it.at("ConfigurationSetAttributes.ConfigurationSetName")}


def records(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The names and values of the DNS records by which a domain shows that SES may sign for it."""
    tokens, own = (shown or {}).get("DkimAttributes", {}).get("Tokens") or [], it["DkimSigningAttributes"] or {}
    tokens = [] if own.get("DomainSigningSelector") else tokens
    names = {f"DkimDNSTokenName{i + 1}": f"{each}._domainkey.{it['EmailIdentity']}" for i, each in enumerate(tokens)}
    return names | {f"DkimDNSTokenValue{i + 1}": f"{each}.dkim.amazonses.com" for i, each in enumerate(tokens)}


IDENTITY = ApiType(
    "AWS::SES::EmailIdentity",
    SERVICE,
    create=identity_call(
        "CreateEmailIdentity",
        lambda it: {**set_of_identity(it), "DkimSigningAttributes": it["DkimSigningAttributes"]},
    ),
    read=call("GetEmailIdentity", "EmailIdentity"),
    attributes=records,
    settings=(
        Setting(
            ("MailFromAttributes",),
            identity_call("PutEmailIdentityMailFromAttributes", lambda it: it.properties.get("MailFromAttributes", {})),
        ),
        Setting(
            ("FeedbackAttributes",),
            identity_call(
                "PutEmailIdentityFeedbackAttributes",
                lambda it: {"EmailForwardingEnabled": True, **it.properties.get("FeedbackAttributes", {})},
            ),
        ),
        Setting(
            ("DkimAttributes",),
            identity_call(
                "PutEmailIdentityDkimAttributes",
                lambda it: {"SigningEnabled": True, **it.properties.get("DkimAttributes", {})},
            ),
        ),
        Setting(
            ("ConfigurationSetAttributes",),
            identity_call("PutEmailIdentityConfigurationSetAttributes", set_of_identity),
            on_create=False,
        ),
        Setting(
            ("DkimSigningAttributes",),
            identity_call("PutEmailIdentityDkimSigningAttributes", signing),
            on_create=False,
        ),
    ),
    delete=(call("DeleteEmailIdentity", "EmailIdentity"),),
    tagging=tags("identity", "EmailIdentity"),
    arn=arn_of("identity", "EmailIdentity"),
)


def content(it: ApiResource) -> dict[str, Any]:
    """The parts of a template."""
    given = it.properties.get("Template") or {}
    return {"TemplateContent": {PARTS[name]: value for name, value in given.items() if name in PARTS}}


def new_template(it: ApiResource) -> dict[str, Any]:
    """CreateEmailTemplate; the name is made up without one."""
    name = it.at("Template.TemplateName") or new_name(it, "Id")["Id"]
    it.values["Id"] = name
    return {"TemplateName": name, **content(it)}


TEMPLATE = ApiType(
    "AWS::SES::Template",
    SERVICE,
    create=ApiCall("CreateEmailTemplate", new_template),
    read=call("GetEmailTemplate", TemplateName="Id"),
    update=ApiCall("UpdateEmailTemplate", lambda it: {"TemplateName": it["Id"], **content(it)}),
    delete=(call("DeleteEmailTemplate", TemplateName="Id"),),
    tagging=tags("template", "Id"),
    arn=arn_of("template", "Id"),
)


def rule(it: ApiResource) -> dict[str, Any]:
    """A receipt rule with its name."""
    given = it.properties.get("Rule") or {}
    return {"RuleSetName": it["RuleSetName"], "Rule": {**given, "Name": it["RuleName"]}}


def new_rule(it: ApiResource) -> dict[str, Any]:
    """CreateReceiptRule; the name is made up without one."""
    it.values["RuleName"] = it.at("Rule.Name") or new_name(it, "RuleName")["RuleName"]
    return {**rule(it), "After": it["After"]}


def position(it: ApiResource) -> dict[str, Any]:
    """SetReceiptRulePosition; the rule is the first one without another before it."""
    return {"RuleSetName": it["RuleSetName"], "RuleName": it["RuleName"], "After": it["After"]}


def as_constant(name: str) -> str:
    """A word of the template in the form of API v2: `renderingFailure` is `RENDERING_FAILURE`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def destination(it: ApiResource) -> dict[str, Any]:
    """An event destination with its set and its name, which is made up without one."""
    given = dict(it.properties["EventDestination"])
    it.values["Id"] = given.pop("Name", None) or it["Id"] or new_name(it, "Id")["Id"][-64:]
    given["MatchingEventTypes"] = [as_constant(each) for each in given["MatchingEventTypes"]]
    if "CloudWatchDestination" in given:
        dimensions = given["CloudWatchDestination"].get("DimensionConfigurations") or ()
        formed = [{**each, "DimensionValueSource": as_constant(each["DimensionValueSource"])} for each in dimensions]
        given["CloudWatchDestination"] = {"DimensionConfigurations": formed}
    shape = operation_model(SERVICE, "CreateConfigurationSetEventDestination").input_shape
    names = {"ConfigurationSetName": it["ConfigurationSetName"], "EventDestinationName": it["Id"]}
    return {**names, **copied({"EventDestination": given}, shape, {})}


def destination_shown(it: ApiResource, answer: Any) -> Any:
    """An event destination of a set among all of them."""
    return next((each for each in answer["EventDestinations"] if each["Name"] == it["Id"]), None)


DESTINATION = ApiType(
    "AWS::SES::ConfigurationSetEventDestination",
    SERVICE,
    create=ApiCall("CreateConfigurationSetEventDestination", destination),
    read=call("GetConfigurationSetEventDestinations", "ConfigurationSetName"),
    shown=destination_shown,
    update=ApiCall("UpdateConfigurationSetEventDestination", destination),
    delete=(call("DeleteConfigurationSetEventDestination", "ConfigurationSetName", EventDestinationName="Id"),),
    arn=arn_of("configuration-set", "ConfigurationSetName"),
)

RULE_NAMES = ("RuleSetName", "RuleName")
RULE = ApiType(
    "AWS::SES::ReceiptRule",
    "ses",
    create=ApiCall("CreateReceiptRule", new_rule),
    read=call("DescribeReceiptRule", *RULE_NAMES),
    shown=inside("Rule"),
    ref="RuleName",
    settings=(Setting(("After",), ApiCall("SetReceiptRulePosition", position), on_create=False),),
    update=ApiCall("UpdateReceiptRule", rule),
    delete=(call("DeleteReceiptRule", *RULE_NAMES),),
)

TYPES = (
    CONFIGURATION_SET,
    DESTINATION,
    IDENTITY,
    TEMPLATE,
    plain(
        "AWS::SES::ContactList",
        SERVICE,
        ("ContactListName",),
        read="Get",
        tagging=tags("contact-list", "ContactListName"),
        arn=arn_of("contact-list", "ContactListName"),
    ),
    plain(
        "AWS::SES::DedicatedIpPool",
        SERVICE,
        ("PoolName",),
        read="Get",
        shown=inside("DedicatedIpPool"),
        update=ApiCall("PutDedicatedIpPoolScalingAttributes", copies=True, identity=("PoolName",)),
        in_place=("ScalingMode",),
        tagging=tags("dedicated-ip-pool", "PoolName"),
        arn=arn_of("dedicated-ip-pool", "PoolName"),
    ),
    plain("AWS::SES::ReceiptRuleSet", "ses", ("RuleSetName",), update=None),
    RULE,
)
