"""SSM Automation documents of service actions: rendered to the same text on every machine, named by its digest.

Sources: Systems Manager user guide, "Data elements and parameters" and "Automation runbooks" (schema 0.3, mainSteps);
API reference, CreateDocument (name, 64 KB, TargetType); Service Catalog administrator guide, "Service actions", step
"Troubleshooting": a document without TargetType, or a parameter that the definition lacks, ends an execution.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any

from catalog.content.render import plain, where
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.service_action import TARGET, ServiceAction, SsmDocument

Version = tuple[str, Mapping[str, Any]]
"""A version's name and its template."""

SCHEMA = "0.3"
SIZE_LIMIT = 64 * 1024
DIGEST_LETTERS = 12
NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
RESERVED = ("aws", "amazon", "amzn")
"""How no name of a document may start (CreateDocument); AWSEC2 and the like are among the first."""
REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
"""A parameter. Outputs of steps (`{{ Step.Output }}`) and `{{ global:REGION }}` have more in them."""

CALLS = ("aws:executeAwsApi", "aws:assertAwsResourceProperty", "aws:waitForAwsResourceProperty")
"""Steps that make the API call which their inputs name (Automation actions reference)."""
LOOP = "aws:loop"

SECRET = re.compile(r"(password|passphrase|secret|token|apikey|privatekey|credentials?)$", re.IGNORECASE)


def document_prefix(owner: str, product: str, action: str) -> str:
    """How the names of all documents start that an action ever had."""
    return f"{owner}-{product}-{action}-"


def render_document(owner: str, product: str, action: ServiceAction) -> SsmDocument | None:
    """The document of an action; None when it names one that is there. `ContentError` when it cannot work."""
    if isinstance(action.document, str):
        return None
    said = f"products/{product}.py: service action {action.key!r}"
    content = built(product, action)
    if problems := tuple(faults(content, action)):
        raise ContentError(f"{said}: its document cannot work", problems=problems)
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False)
    if (size := len(text.encode())) > SIZE_LIMIT:
        raise ContentError(f"{said}: its document has {size} bytes; SSM's limit is {SIZE_LIMIT}")
    digest = hashlib.sha256(f"{action.target_type}\n{text}".encode()).hexdigest()
    name = f"{document_prefix(owner, product, action.key)}{digest[:DIGEST_LETTERS]}"
    if not NAME.fullmatch(name) or name.lower().startswith(RESERVED):
        raise ContentError(
            f"{said}: its document would be called {name!r}; a name has 3 to 128 letters, digits, '_', '.' or '-', and "
            f"does not start with {', '.join(RESERVED)}",
            hint="Change the product's or the action's key, or owner in pyproject.toml.",
        )
    return SsmDocument(name, text, action.target_type)


def built(product: str, action: ServiceAction) -> dict[str, Any]:
    """What the author wrote, or his code builds, as plain data."""
    file, source = f"products/{product}.py", action.document
    try:
        with redirect_stdout(sys.stderr):  # what a product prints must not mix with what a command answers
            content = source() if callable(source) else source
    except ContentError as error:
        raise ContentError(f"{where(file, error)}: {error}") from error
    except (Exception, SystemExit) as error:  # a product file is somebody's code and may raise anything
        said = f"the document of service action {action.key!r} cannot be built"
        raise ContentError(f"{where(file, error)}: {said}: {type(error).__name__}: {error}") from error
    if not isinstance(content, dict):
        raise ContentError(f"{file}: the document of service action {action.key!r} must be a dict, got {content!r}")
    found: dict[str, Any] = plain(file, content, f"document of service action {action.key}")
    return found


def faults(content: Mapping[str, Any], action: ServiceAction) -> Iterator[str]:
    """Why the document could not be made, or its execution could not end well."""
    if content.get("schemaVersion") != SCHEMA:
        yield f"schemaVersion must be {SCHEMA!r}, that of Automation, got {content.get('schemaVersion')!r}"
    if content.get("assumeRole") and action.assume_role:
        yield (
            "assumeRole must be left out: Service Catalog starts the automation as assume_role of the action, which "
            "would have to pass the other role on"
        )
    parameters = content.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(one, dict) for one in parameters.values()):
        yield "parameters must map names to definitions"
        return
    yield from step_faults(content.get("mainSteps"))
    yield from parameter_faults(content, parameters, action)


def step_faults(steps: Any) -> Iterator[str]:
    """Steps need a name of their own and an action."""
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
            yield f"two steps are called {name!r}"
        names.add(name)
        if not isinstance(step.get("action"), str) or not step["action"].startswith("aws:"):
            yield f"step {name!r} needs an action such as aws:executeAwsApi, got {step.get('action')!r}"
        yield from input_faults(name, step.get("action"), step.get("inputs", {}))


def input_faults(name: str, action: Any, inputs: Any) -> Iterator[str]:
    """A call needs to say which one, and a loop its steps."""
    if not isinstance(inputs, Mapping):
        yield f"inputs of step {name!r} must be a mapping"
    elif action in CALLS and not all(isinstance(inputs.get(member), str) for member in ("Service", "Api")):
        yield f"inputs of step {name!r} must have Service and Api, such as kms and DisableKey"
    elif action == LOOP and not (isinstance(inputs.get("Steps"), list) and inputs["Steps"]):
        yield f"inputs of step {name!r} must have Steps, a list of at least one step"


def walk_steps(steps: Any) -> Iterator[Any]:
    """Steps as they are written, each loop's own after it (Automation actions reference, aws:loop: `Steps`)."""
    for step in steps if isinstance(steps, list) else ():
        yield step
        inputs = step.get("inputs") if isinstance(step, Mapping) and step.get("action") == LOOP else None
        if isinstance(inputs, Mapping):
            yield from walk_steps(inputs.get("Steps"))


def parameter_faults(
    content: Mapping[str, Any], parameters: Mapping[str, Mapping[str, Any]], action: ServiceAction
) -> Iterator[str]:
    """Parameters of the document, of the action, and those that steps refer to must fit."""
    for name in action.parameters:
        if name not in parameters:
            yield f"the action sets parameter {name!r}, which the document does not have"
    for name, definition in parameters.items():
        if SECRET.search(name):
            yield (
                f"parameter {name!r} looks like a secret, which SSM and Service Catalog would show to all who may read "
                "executions: let a step read it from Secrets Manager"
            )
        if "default" not in definition and name not in action.parameters:
            yield f"parameter {name!r} has no default, and the action does not list it: nobody could give it"
    if TARGET not in action.parameters.values():
        yield f"no parameter of the action is a {TARGET}: it would not know what to work on"
    steps, variables = content.get("mainSteps"), content.get("variables", {})
    if not isinstance(variables, Mapping):
        yield "variables must map names to definitions"
        return
    used = {match[1] for match in REFERENCE.finditer(json.dumps(steps, default=str))}
    called = [step.get("name") for step in walk_steps(steps) if isinstance(step, Mapping)]
    for name in sorted(used - set(parameters) - set(variables)):
        if name not in called:
            yield f"a step refers to {{{{ {name} }}}}, which is no parameter"


def check_actions(owner: str, product: str, definition: ProductDefinition, versions: Iterable[Version]) -> None:
    """`ContentError` when an action cannot work: its document, or a version that has nothing that it works on.

    `versions` are all that people can launch, by name and template. Service Catalog ends an execution with "Cannot find
    any resources with type … in provisioned product".
    """
    offered = tuple(versions)
    for action in definition.service_actions:
        document = render_document(owner, product, action)
        lacking = [name for name, template in offered if document and lacks(document, action, name, template)]
        if document and lacking:
            raise ContentError(
                f"products/{product}.py: service action {action.key!r} works on {document.target_type}, and version "
                f"{', '.join(lacking)} has no resource of that type",
                hint="Give the action since=, the first version that has one.",
            )


def lacks(document: SsmDocument, action: ServiceAction, version: str, template: Mapping[str, Any]) -> bool:
    """Whether an action is offered with a version that has no resource of its type."""
    types = (one.get("Type") for one in template["Resources"].values() if isinstance(one, Mapping))
    return action.works_with(version) and document.target_type not in types
