"""SES, API v2: what moto lacks of it. No email is sent.

Changes of configuration sets, identities and pools, templates, and tags that live as long as their resource. Source:
SES API v2 reference, PutConfigurationSet…Options, PutEmailIdentity…Attributes, CreateEmailTemplate, DkimAttributes
("Tokens": three of them for Easy DKIM of a domain, the selector for BYODKIM).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.ses.exceptions import NotFoundException
from moto.ses.models import ConfigurationSet, EmailIdentity
from moto.sesv2 import urls
from moto.sesv2.models import SESV2Backend
from moto.sesv2.responses import SESV2Response

from catalog.sandbox.services.keeping import keep, kept

Answer = Callable[[SESV2Response], str]
OPTIONS = ("Tracking", "Delivery", "Reputation", "Sending", "Suppression", "Vdm", "Archiving")
TAGGED = {
    "configuration_set": ("configuration-set", "ConfigurationSetName"),
    "contact_list": ("contact-list", "ContactListName"),
    "dedicated_ip_pool": ("dedicated-ip-pool", "PoolName"),
    "email_identity": ("identity", "EmailIdentity"),
}
"""End of the names of operations → kind in ARNs, and the parameter that names it."""
SHOWN_SET = ConfigurationSet.to_dict_v2
SHOWN_IDENTITY = vars(EmailIdentity)["get_response_object"].fget
DESTINATIONS = "sandbox_destinations"
PATHS = (
    "{0}/v2/email/templates$",
    "{0}/v2/email/templates/(?P<TemplateName>[^/]+)$",
    "{0}/v2/email/(?P<kind>[^/]+)/(?P<name>[^/]+)/(?P<part>.+)$",
)
PARTS = {"Subject": "subject_part", "Text": "text_part", "Html": "html_part"}


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for name, (kind, parameter) in TAGGED.items():
        for step, wrapped in (("create", tagged), ("get", with_tags), ("delete", untagged)):
            operation = f"{step}_{name}"
            setattr(SESV2Response, operation, wrapped(getattr(SESV2Response, operation), kind, parameter))
    for word in OPTIONS:
        setattr(SESV2Response, f"put_configuration_set_{word.lower()}_options", putting(f"{word}Options"))
    for answer in (
        *(put_email_identity_mail_from_attributes, put_email_identity_feedback_attributes),
        *(put_email_identity_dkim_attributes, put_email_identity_dkim_signing_attributes),
        *(put_email_identity_configuration_set_attributes, put_dedicated_ip_pool_scaling_attributes),
        *(create_email_template, get_email_template, update_email_template, delete_email_template),
        *(create_configuration_set_event_destination, update_configuration_set_event_destination),
        *(get_configuration_set_event_destinations, delete_configuration_set_event_destination),
    ):
        setattr(SESV2Response, answer.__name__, answer)
    urls.url_paths |= dict.fromkeys(PATHS, SESV2Response.dispatch)
    setattr(ConfigurationSet, "to_dict_v2", shown_set)  # noqa: B010  # mypy allows no other form
    setattr(EmailIdentity, "get_response_object", property(shown_identity))  # noqa: B010


def body(response: SESV2Response) -> dict[str, Any]:
    """The members of a request that are not in its path."""
    given: dict[str, Any] = json.loads(response.body or "{}")
    return given


def arn_of(backend: SESV2Backend, kind: str, name: str) -> str:
    """The ARN of something of SES."""
    return f"arn:{backend.partition}:ses:{backend.region_name}:{backend.account_id}:{kind}/{name}"


def tagged(create: Answer, kind: str, parameter: str) -> Answer:
    """A creation, whose tags are found by the ARN that AWS gives."""

    def answer(response: SESV2Response) -> str:
        answered, given, backend = create(response), body(response), response.sesv2_backend
        backend.core_backend.tagger.tag_resource(arn_of(backend, kind, given[parameter]), given.get("Tags") or [])
        if kind == "configuration-set":
            more = {f"{word}Options": given[f"{word}Options"] for word in OPTIONS if given.get(f"{word}Options")}
            keep(backend.get_configuration_set(given[parameter]), more)
        return answered

    return answer


def untagged(delete: Answer, kind: str, parameter: str) -> Answer:
    """A deletion, after which the tags are gone too."""

    def answer(response: SESV2Response) -> str:
        name, backend = response._get_param(parameter), response.sesv2_backend
        answered = delete(response)
        backend.core_backend.tagger.delete_all_tags_for_resource(arn_of(backend, kind, name))
        return answered

    return answer


def with_tags(get: Answer, kind: str, parameter: str) -> Answer:
    """A read, with the tags of now."""

    def answer(response: SESV2Response) -> str:
        backend = response.sesv2_backend
        arn = arn_of(backend, kind, response._get_param(parameter))
        return json.dumps({**json.loads(get(response)), "Tags": backend.list_tags_for_resource(arn)})

    return answer


def shown_set(config_set: ConfigurationSet) -> dict[str, Any]:
    """GetConfigurationSet of the API reference."""
    return {**SHOWN_SET(config_set), "SendingOptions": {"SendingEnabled": True}, **kept(config_set)}


def putting(member: str) -> Answer:
    """The operation that sets options of a configuration set."""

    def answer(response: SESV2Response) -> str:
        config_set = response.sesv2_backend.get_configuration_set(response._get_param("ConfigurationSetName"))
        given = body(response)
        keep(config_set, {member: given.get(member, given)})
        return "{}"

    return answer


def destinations(response: SESV2Response) -> tuple[ConfigurationSet, dict[str, Any]]:
    """The configuration set of a request, and its event destinations by name."""
    config_set = response.sesv2_backend.get_configuration_set(response._get_param("ConfigurationSetName"))
    return config_set, kept(config_set).get(DESTINATIONS, {})


def create_configuration_set_event_destination(response: SESV2Response) -> str:
    """CreateConfigurationSetEventDestination of the API reference."""
    config_set, before = destinations(response)
    given = body(response)
    name = given["EventDestinationName"]
    if name in before:
        raise JsonRESTError("AlreadyExistsException", f"Event destination <{name}> already exists.")
    keep(config_set, {DESTINATIONS: {**before, name: {"Name": name, "Enabled": False, **given["EventDestination"]}}})
    return "{}"


def update_configuration_set_event_destination(response: SESV2Response) -> str:
    """UpdateConfigurationSetEventDestination of the API reference."""
    config_set, before = destinations(response)
    name = existing_destination(response, before)
    keep(config_set, {DESTINATIONS: {**before, name: {"Name": name, **body(response)["EventDestination"]}}})
    return "{}"


def existing_destination(response: SESV2Response, before: dict[str, Any]) -> str:
    """The name of the event destination of a request; an error if there is none."""
    name = str(response._get_param("EventDestinationName"))
    if name not in before:
        raise NotFoundException(f"Event destination <{name}> does not exist.")
    return name


def get_configuration_set_event_destinations(response: SESV2Response) -> str:
    """GetConfigurationSetEventDestinations of the API reference."""
    return json.dumps({"EventDestinations": list(destinations(response)[1].values())})


def delete_configuration_set_event_destination(response: SESV2Response) -> str:
    """DeleteConfigurationSetEventDestination of the API reference."""
    config_set, before = destinations(response)
    name = existing_destination(response, before)
    keep(config_set, {DESTINATIONS: {key: each for key, each in before.items() if key != name}})
    return "{}"


def identity(response: SESV2Response) -> EmailIdentity:
    """The identity of a request."""
    return response.sesv2_backend.get_email_identity(response._get_param("EmailIdentity"))


def shown_identity(it: EmailIdentity) -> dict[str, Any]:
    """GetEmailIdentity of the API reference; feedback is forwarded and the emails of a domain signed by default."""
    signing: Any = it.dkim_signing_attributes or {}
    selector, more = signing.get("DomainSigningSelector"), kept(it)
    if it.identity_type == "DOMAIN" and not selector and "Tokens" not in more:
        keep(it, {"Tokens": [mock_random.get_random_string(32, lower_case=True) for _ in range(3)]})
    tokens = [selector] if selector else kept(it).get("Tokens", [])
    dkim = {
        **it.dkim_attributes,
        "SigningEnabled": more.get("SigningEnabled", it.identity_type == "DOMAIN"),
        "SigningAttributesOrigin": "EXTERNAL" if selector else "AWS_SES",
        "NextSigningKeyLength": signing.get("NextSigningKeyLength", "RSA_1024_BIT"),
        "Tokens": tokens,
    }
    forwarded = more.get("EmailForwardingEnabled", True)
    shown = {**SHOWN_IDENTITY(it), "DkimAttributes": dkim, "FeedbackForwardingStatus": forwarded}
    return {**shown, "MailFromAttributes": more.get("MailFromAttributes")}


def put_email_identity_mail_from_attributes(response: SESV2Response) -> str:
    """PutEmailIdentityMailFromAttributes of the API reference; without a domain there is none any more."""
    given = body(response)
    domain = given.get("MailFromDomain")
    behaviour = {"BehaviorOnMxFailure": given.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")}
    shown = {"MailFromDomain": domain, "MailFromDomainStatus": "PENDING", **behaviour} if domain else None
    keep(identity(response), {"MailFromAttributes": shown})
    return "{}"


def put_email_identity_feedback_attributes(response: SESV2Response) -> str:
    """PutEmailIdentityFeedbackAttributes of the API reference."""
    keep(identity(response), {"EmailForwardingEnabled": body(response).get("EmailForwardingEnabled", False)})
    return "{}"


def put_email_identity_dkim_attributes(response: SESV2Response) -> str:
    """PutEmailIdentityDkimAttributes of the API reference."""
    keep(identity(response), {"SigningEnabled": body(response).get("SigningEnabled", False)})
    return "{}"


def put_email_identity_dkim_signing_attributes(response: SESV2Response) -> str:
    """PutEmailIdentityDkimSigningAttributes of the API reference."""
    it = identity(response)
    it.dkim_signing_attributes = body(response).get("SigningAttributes")
    shown = it.get_response_object["DkimAttributes"]
    return json.dumps({"DkimStatus": shown["Status"], "DkimTokens": shown["Tokens"]})


def put_email_identity_configuration_set_attributes(response: SESV2Response) -> str:
    """PutEmailIdentityConfigurationSetAttributes of the API reference."""
    identity(response).configuration_set_name = body(response).get("ConfigurationSetName")
    return "{}"


def put_dedicated_ip_pool_scaling_attributes(response: SESV2Response) -> str:
    """PutDedicatedIpPoolScalingAttributes of the API reference."""
    pool = response.sesv2_backend.get_dedicated_ip_pool(response._get_param("PoolName"))
    pool.scaling_mode = body(response)["ScalingMode"]
    return "{}"


def template(response: SESV2Response) -> dict[str, Any]:
    """The template of a request, as moto keeps those of API v1."""
    name = response._get_param("TemplateName")
    existing: dict[str, Any] | None = response.sesv2_backend.core_backend.templates.get(name)
    if existing is None:
        raise NotFoundException(f"Template {name} does not exist.")
    return existing


def create_email_template(response: SESV2Response) -> str:
    """CreateEmailTemplate of the API reference."""
    given, backend = body(response), response.sesv2_backend
    content, name = given["TemplateContent"], given["TemplateName"]
    parts = {part: content.get(member, "") for member, part in PARTS.items()}
    backend.core_backend.add_template({"template_name": name, **parts, "Timestamp": utcnow()})  # type: ignore[dict-item]
    backend.core_backend.tagger.tag_resource(arn_of(backend, "template", name), given.get("Tags") or [])
    return "{}"


def get_email_template(response: SESV2Response) -> str:
    """GetEmailTemplate of the API reference."""
    existing = template(response)
    content = {member: existing[part] for member, part in PARTS.items() if existing[part]}
    backend, name = response.sesv2_backend, existing["template_name"]
    tags = backend.list_tags_for_resource(arn_of(backend, "template", name))
    return json.dumps({"TemplateName": name, "TemplateContent": content, "Tags": tags})


def update_email_template(response: SESV2Response) -> str:
    """UpdateEmailTemplate of the API reference."""
    content = body(response)["TemplateContent"]
    template(response).update({part: content.get(member, "") for member, part in PARTS.items()})
    return "{}"


def delete_email_template(response: SESV2Response) -> str:
    """DeleteEmailTemplate of the API reference."""
    backend, name = response.sesv2_backend, template(response)["template_name"]
    backend.core_backend.delete_template(name)
    backend.core_backend.tagger.delete_all_tags_for_resource(arn_of(backend, "template", name))
    return "{}"
