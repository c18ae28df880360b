"""IoT: tags, dynamic groups, and the changes of jobs, thing types and domains that moto lacks.

Tags are kept on what has them, and go with it. Source: IoT API reference, TagResource, CreateDynamicThingGroup,
UpdateThingType, UpdateJob, UpdateDomainConfiguration, UpdateCACertificate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from moto.core.responses import ActionResult
from moto.iot.exceptions import ResourceNotFoundException
from moto.iot.models import FakeCaCertificate, FakeDomainConfiguration, FakeThingGroup, IoTBackend
from moto.iot.responses import IoTResponse

from catalog.sandbox.services.keeping import complete, keep, members

Answer = Callable[[IoTResponse], ActionResult]
TAGS = "sandbox_tags"
KINDS = {
    **dict.fromkeys(("policies", "thing_types", "thing_groups", "billing_groups", "role_aliases", "rules"), "arn"),
    "ca_certificates": "arn",
    "domain_configurations": "domain_configuration_arn",
    "jobs": "job_arn",
    "jobs_templates": "job_template_arn",
}
"""Attribute of the backend with things that have tags → their attribute with the ARN."""
CREATES = (
    *("create_policy", "create_thing_type", "create_thing_group", "create_billing_group", "create_role_alias"),
    *("create_domain_configuration", "create_job", "create_job_template", "register_ca_certificate"),
)
CREATE_RULE, REPLACE_RULE = IoTResponse.create_topic_rule, IoTResponse.replace_topic_rule
INITIALIZE = FakeCaCertificate.__init__
OF_DOMAINS = (
    *("tlsConfig", "serverCertificateConfig", "authenticationType", "applicationProtocol", "clientCertificateConfig"),
)
OF_JOBS = {
    "description": "description",
    "presigned_url_config": "presignedUrlConfig",
    "job_executions_rollout_config": "jobExecutionsRolloutConfig",
    "abort_config": "abortConfig",
    "timeout_config": "timeoutConfig",
}


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for name in CREATES:
        setattr(IoTResponse, name, _with_tags(getattr(IoTResponse, name)))
    for operation in (
        *(tag_resource, untag_resource, list_tags_for_resource, create_topic_rule, replace_topic_rule),
        *(create_dynamic_thing_group, update_dynamic_thing_group, delete_dynamic_thing_group),
        *(update_thing_type, update_job),
    ):
        setattr(IoTResponse, operation.__name__, operation)
    for name in ("create_domain_configuration", "update_domain_configuration"):
        setattr(IoTResponse, name, _keeping(getattr(IoTResponse, name), _domain, {each: each for each in OF_DOMAINS}))
    registered = {"autoRegistrationStatus": "allowAutoRegistration", "certificateMode": "certificateMode"}
    changed = {"autoRegistrationStatus": "newAutoRegistrationStatus"}
    for name, given in (("register_ca_certificate", registered), ("update_ca_certificate", changed)):
        setattr(IoTResponse, name, _keeping(getattr(IoTResponse, name), _authority, given))
    setattr(FakeCaCertificate, "__init__", as_authority)  # noqa: B010  # mypy allows no other form
    complete(FakeDomainConfiguration, "to_description_dict")
    complete(FakeCaCertificate, "to_description_dict")
    complete(FakeThingGroup, "to_dict")


def _tagged(backend: IoTBackend, arn: str) -> dict[str, str]:
    """The tags of what has an ARN."""
    for kind, attribute in KINDS.items():
        for target in getattr(backend, kind).values():
            if getattr(target, attribute) == arn:
                tags: dict[str, str] = vars(target).setdefault(TAGS, {})
                return tags
    raise ResourceNotFoundException(f"Resource {arn} does not exist")


def _add(tags: dict[str, str], given: Any) -> None:
    tags.update({tag["Key"]: tag.get("Value", "") for tag in given or ()})


def _with_tags(create: Answer) -> Answer:
    """A creation with the tags of its request."""

    def created(response: IoTResponse) -> ActionResult:
        answer = create(response)
        if response._get_param("tags"):
            arn = next(value for name, value in members(answer).items() if name.endswith("Arn"))
            _add(_tagged(response.iot_backend, arn), response._get_param("tags"))
        return answer

    return created


def tag_resource(response: IoTResponse) -> ActionResult:
    """TagResource of the API reference."""
    _add(_tagged(response.iot_backend, response._get_param("resourceArn")), response._get_param("tags"))
    return ActionResult({})


def untag_resource(response: IoTResponse) -> ActionResult:
    """UntagResource of the API reference."""
    tags = _tagged(response.iot_backend, response._get_param("resourceArn"))
    for key in response._get_param("tagKeys") or ():
        tags.pop(key, None)
    return ActionResult({})


def list_tags_for_resource(response: IoTResponse) -> ActionResult:
    """ListTagsForResource of the API reference."""
    tags = _tagged(response.iot_backend, response._get_param("resourceArn"))
    return ActionResult({"tags": [{"Key": key, "Value": value} for key, value in tags.items()]})


def create_topic_rule(response: IoTResponse) -> ActionResult:
    """CreateTopicRule; its tags are a query in a header."""
    answer = CREATE_RULE(response)
    rule = response.iot_backend.rules[response._get_param("ruleName")]
    setattr(rule, TAGS, dict(parse_qsl(response.headers.get("x-amz-tagging") or "")))
    return answer


def replace_topic_rule(response: IoTResponse) -> ActionResult:
    """ReplaceTopicRule, which leaves the tags."""
    rules, name = response.iot_backend.rules, response._get_param("ruleName")
    tags = vars(rules[name]).get(TAGS, {}) if name in rules else {}
    answer = REPLACE_RULE(response)
    setattr(rules[name], TAGS, tags)
    return answer


def create_dynamic_thing_group(response: IoTResponse) -> ActionResult:
    """CreateDynamicThingGroup; which things it has, an index would say that nobody makes."""
    name = _group_name(response)
    backend = response.iot_backend
    _, arn, identifier = backend.create_thing_group(name, "", response._get_param("thingGroupProperties"))
    keep(backend.describe_thing_group(name), {"status": "ACTIVE", **_query(response)})
    _add(_tagged(backend, arn), response._get_param("tags"))
    answer = {"thingGroupName": name, "thingGroupArn": arn, "thingGroupId": identifier}
    return ActionResult({**answer, **_query(response)})


def update_dynamic_thing_group(response: IoTResponse) -> ActionResult:
    """UpdateDynamicThingGroup of the API reference."""
    backend, name = response.iot_backend, _group_name(response)
    expected = response._get_param("expectedVersion")
    version = backend.update_thing_group(name, response._get_param("thingGroupProperties") or {}, expected)
    keep(backend.describe_thing_group(name), _query(response))
    return ActionResult({"version": version})


def delete_dynamic_thing_group(response: IoTResponse) -> ActionResult:
    """DeleteDynamicThingGroup of the API reference."""
    response.iot_backend.delete_thing_group(_group_name(response))
    return ActionResult({})


def _group_name(response: IoTResponse) -> str:
    return unquote(response.path.split("/dynamic-thing-groups/")[-1])


def _query(response: IoTResponse) -> dict[str, Any]:
    query = response._get_param("queryString")
    index, version = response._get_param("indexName"), response._get_param("queryVersion")
    return {"indexName": index or "AWS_Things", "queryString": query, "queryVersion": version or "2017-09-30"}


def update_thing_type(response: IoTResponse) -> ActionResult:
    """UpdateThingType of the API reference."""
    kind = response.iot_backend.describe_thing_type(response._get_param("thingTypeName"))
    kind.thing_type_properties = {
        **(kind.thing_type_properties or {}),
        **(response._get_param("thingTypeProperties") or {}),
    }
    return ActionResult({})


def update_job(response: IoTResponse) -> ActionResult:
    """UpdateJob of the API reference."""
    job = response.iot_backend.describe_job(response._get_param("jobId"))
    for attribute, name in OF_JOBS.items():
        if response._get_param(name) is not None:
            setattr(job, attribute, response._get_param(name))
    return ActionResult({})


def _keeping(operation: Answer, target: Callable[[IoTResponse, Any], Any], given: dict[str, str]) -> Answer:
    """An operation whose parameters are kept on its target, where moto drops them."""

    def kept(response: IoTResponse) -> ActionResult:
        answer = operation(response)
        values = {member: response._get_param(name) for member, name in given.items()}
        if values.get("autoRegistrationStatus") in ("true", "false"):  # a Boolean at the registration
            values["autoRegistrationStatus"] = "ENABLE" if values["autoRegistrationStatus"] == "true" else "DISABLE"
        keep(target(response, answer), {name: value for name, value in values.items() if value is not None})
        return answer

    return kept


def _domain(response: IoTResponse, _: ActionResult) -> FakeDomainConfiguration:
    return response.iot_backend.domain_configurations[response._get_param("domainConfigurationName")]


def _authority(response: IoTResponse, answer: ActionResult) -> FakeCaCertificate:
    identifier = (members(answer) or {}).get("certificateId") or response.path.split("/")[-1]
    return response.iot_backend.ca_certificates[identifier]


def as_authority(certificate: FakeCaCertificate, *arguments: Any, **options: Any) -> None:
    """A certificate of an authority has an ARN of its own kind."""
    INITIALIZE(certificate, *arguments, **options)
    certificate.arn = certificate.arn.replace(":cert/", ":cacert/")
