"""SSM Automation documents of service actions: their checks, and the same text on every machine.

Sources: Systems Manager user guide, "Data elements and parameters" and "Automation runbooks" (schema 0.3, mainSteps);
API reference, CreateDocument (name, 64 KB, TargetType); Service Catalog administrator guide, "Service actions", step
"Troubleshooting": an execution fails if a document has no TargetType or a parameter that the definition lacks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.content.isolated import IsolatedDocument
from catalog.content.product_errors import author_error, located
from catalog.content.render import plain
from catalog.content.written_files import WrittenDocument
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import shown_value
from catalog.model.service_action import TARGET, ServiceAction, SsmDocument

Version = tuple[str, Mapping[str, Any]]
"""(name, template) of a version."""

SCHEMA = "0.3"
SIZE_LIMIT = 64 * 1024
DIGEST_LETTERS = 12
NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
RESERVED = ("aws", "amazon", "amzn")
"""Prefixes that the name of a document cannot have (CreateDocument). `aws` includes AWSEC2 and others."""
REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
"""A reference to a parameter. Outputs of steps (`{{ Step.Output }}`) and `{{ global:REGION }}` do not match."""

CALLS = ("aws:executeAwsApi", "aws:assertAwsResourceProperty", "aws:waitForAwsResourceProperty")
"""Steps that call the API operation in their inputs (Automation actions reference)."""
LOOP = "aws:loop"

SECRET = re.compile(r"(password|passphrase|secret|token|apikey|privatekey|credentials?)$", re.IGNORECASE)


def document_prefix(owner: str, product: str, action: str) -> str:
    """The prefix of the names of all documents that a service action has had."""
    return f"{owner}-{product}-{action}-"


def render_document(owner: str, product: str, service_action: ServiceAction, file: str) -> SsmDocument | None:
    """The document of a service action; None if it uses an existing document. `ContentError` if it cannot work.

    `file` declares the product.
    """
    if isinstance(service_action.document, str):
        return None
    label = f"{file}: service action {service_action.key!r}"
    content = build_document(file, service_action)
    if problems := tuple(faults(content, service_action)):
        raise ContentError(f"{label}: its document cannot work", problems=problems)
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False)
    if (size := len(text.encode())) > SIZE_LIMIT:
        raise ContentError(f"{label}: its document has {size} bytes; the limit of SSM is {SIZE_LIMIT}")
    digest = hashlib.sha256(f"{service_action.target_type}\n{text}".encode()).hexdigest()
    name = f"{document_prefix(owner, product, service_action.key)}{digest[:DIGEST_LETTERS]}"
    if not NAME.fullmatch(name) or name.lower().startswith(RESERVED):
        raise ContentError(
            f"{label}: its document would be named {name!r}; a name has 3 to 128 letters, digits, '_', '.' or '-', and "
            f"does not start with {', '.join(RESERVED)}",
            hint="Change the key of the product or service action, or owner in pyproject.toml.",
        )
    return SsmDocument(name, text, service_action.target_type)


def build_document(file: str, service_action: ServiceAction) -> dict[str, Any]:
    """The content of the document as plain data, from the file that declares the product, or the function in it."""
    source = service_action.document
    if isinstance(source, IsolatedDocument | WrittenDocument):  # its errors have their place already
        content: Any = source()
    else:
        try:
            content = source() if callable(source) else source
        except ContentError as error:
            raise ContentError(f"{located(file, error)}: {error}") from error
        except BaseException as error:  # a product file can raise anything
            what = f"the document of service action {service_action.key!r} cannot be built"
            raise author_error(file, what, error) from error
    if not isinstance(content, dict):
        raise ContentError(
            f"{file}: the document of service action {service_action.key!r} must be a dict, got {shown_value(content)}"
        )
    data: dict[str, Any] = plain(file, content, f"document of service action {service_action.key}")
    return data


def faults(content: Mapping[str, Any], service_action: ServiceAction) -> Iterator[str]:
    """Why the document cannot be created, or its execution would fail."""
    if content.get("schemaVersion") != SCHEMA:
        yield f"schemaVersion must be {SCHEMA!r} (Automation), got {content.get('schemaVersion')!r}"
    if content.get("assumeRole") and service_action.assume_role:
        yield (
            "assumeRole must be omitted: Service Catalog starts the automation as assume_role of the service action, "
            "which would need permission to pass another role"
        )
    parameters = content.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(definition, dict) for definition in parameters.values()):
        yield "parameters must map names to definitions"
        return
    yield from step_faults(content.get("mainSteps"))
    yield from parameter_faults(content, parameters, service_action)


def step_faults(steps: Any) -> Iterator[str]:
    """Faults in the steps: each needs a unique name and an action."""
    if not isinstance(steps, list) or not steps:
        yield "mainSteps must be a list of at least one step"
        return
    names: set[str] = set()
    for index, step in enumerate(walk_steps(steps), 1):
        name = step.get("name") if isinstance(step, Mapping) else None
        if not isinstance(name, str) or not re.fullmatch(r"[a-zA-Z0-9_]{1,128}", name):
            yield f"step {index} needs a name of letters, digits and '_', got {name!r}"
            continue
        if name in names:
            yield f"two steps have the name {name!r}"
        names.add(name)
        if not isinstance(step.get("action"), str) or not step["action"].startswith("aws:"):
            yield f"step {name!r} needs an action such as aws:executeAwsApi, got {step.get('action')!r}"
        yield from input_faults(name, step.get("action"), step.get("inputs", {}))


def input_faults(name: str, action: Any, inputs: Any) -> Iterator[str]:
    """Faults in the inputs of a step: a call needs its operation, a loop its steps."""
    if not isinstance(inputs, Mapping):
        yield f"inputs of step {name!r} must be a mapping"
    elif action in CALLS and not all(isinstance(inputs.get(member), str) for member in ("Service", "Api")):
        yield f"inputs of step {name!r} must have Service and Api, such as kms and DisableKey"
    elif action == LOOP and not (isinstance(inputs.get("Steps"), list) and inputs["Steps"]):
        yield f"inputs of step {name!r} must have Steps, a list of at least one step"


def walk_steps(steps: Any) -> Iterator[Any]:
    """All steps in order, those of a loop after the loop (Automation actions reference, aws:loop: `Steps`)."""
    for step in steps if isinstance(steps, list) else ():
        yield step
        inputs = step.get("inputs") if isinstance(step, Mapping) and step.get("action") == LOOP else None
        if isinstance(inputs, Mapping):
            yield from walk_steps(inputs.get("Steps"))


def parameter_faults(
    content: Mapping[str, Any], parameters: Mapping[str, Mapping[str, Any]], service_action: ServiceAction
) -> Iterator[str]:
    """Faults in parameters: those of the document, of the service action, and those that steps refer to."""
    for name in service_action.parameters:
        if name not in parameters:
            yield f"the service action sets parameter {name!r}, which the document does not have"
    for name, definition in parameters.items():
        if SECRET.search(name):
            yield (
                f"parameter {name!r} looks like a secret, which SSM and Service Catalog would show to everyone who can "
                "read executions: let a step read it from Secrets Manager"
            )
        if "default" not in definition and name not in service_action.parameters:
            yield f"parameter {name!r} has no default, and the service action does not list it: nobody can give it"
    if TARGET not in service_action.parameters.values():
        yield f"no parameter of the service action is a {TARGET}: it has no resource to operate on"
    steps, variables = content.get("mainSteps"), content.get("variables", {})
    if not isinstance(variables, Mapping):
        yield "variables must map names to definitions"
        return
    used = {match[1] for match in REFERENCE.finditer(json.dumps(steps, default=str))}
    step_names = [step.get("name") for step in walk_steps(steps) if isinstance(step, Mapping)]
    for name in sorted(used - set(parameters) - set(variables)):
        if name not in step_names:
            yield f"a step refers to {{{{ {name} }}}}, which is not a parameter"


def check_service_actions(owner: str, product: str, definition: ProductDefinition, versions: Iterable[Version]) -> None:
    """`ContentError` if a document cannot work, or a version has no resource of the target type.

    `versions` are all versions that people can launch. In the second case, Service Catalog would end an execution with
    "Cannot find any resources with type … in provisioned product".
    """
    launchable, file = tuple(versions), definition.shown(product)
    for service_action in definition.service_actions:
        document = render_document(owner, product, service_action, file)
        lacking = [
            name for name, template in launchable if document and lacks(document, service_action, name, template)
        ]
        if document and lacking:
            raise ContentError(
                f"{file}: service action {service_action.key!r} operates on {document.target_type}, and "
                f"version {', '.join(lacking)} has no resource of that type",
                hint="Set since= of the service action to the first version that has one.",
            )


def lacks(document: SsmDocument, service_action: ServiceAction, version: str, template: Mapping[str, Any]) -> bool:
    """Whether a version that offers the service action has no resource of the target type."""
    types = (resource.get("Type") for resource in template["Resources"].values() if isinstance(resource, Mapping))
    return service_action.works_with(version) and document.target_type not in types
