"""The values before and after a change (IncludePropertyValues of DescribeChangeSet).

Source: API reference, ResourceChange (BeforeContext, AfterContext) and ResourceTargetDefinition. The value of a NoEcho
parameter is not shown, nor what comes from Secrets Manager: dynamic references stay as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from catalog.cfn import Pseudo, Reference, TemplateError, is_secret, render, resolve_references
from catalog.cfn.template import section
from catalog.sandbox.cloudformation.changes import LEFT, ResourceChange
from catalog.sandbox.cloudformation.engine import Engine
from catalog.sandbox.cloudformation.expected_changes import BESIDES
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed
from catalog.sandbox.cloudformation.nested import UNKNOWN
from catalog.sandbox.cloudformation.resource_failures import as_resource_failed
from catalog.sandbox.cloudformation.state import STACK_TYPE, Definition, Export

HIDDEN = "****"


def with_values(
    changes: Collection[ResourceChange], definition: Definition, exports: Mapping[str, Export], engine: Engine
) -> tuple[ResourceChange, ...]:
    """The changes of a stack to a definition, each with the context of its resource before and after it."""
    stack = engine.stack
    values = {name: export.value for name, export in exports.items()}
    new = _resources(definition, stack.pseudo, values)
    old = _resources(stack.definition, stack.pseudo, values) if stack.definition else {}
    uncertain = {each.logical_id for each in changes if each.action == "Add" or each.replacement in LEFT}
    uncertain |= {name for name, body in new.items() if body["Type"] == STACK_TYPE}

    def context(name: str, resources: Mapping[str, Any], unknown: Collection[str]) -> str:
        def value(reference: Reference) -> Any:
            return UNKNOWN if reference.logical_id in unknown else engine.value(reference)

        if name not in resources:
            return ""
        body = {key: resources[name][key] for key in ("Properties", *BESIDES) if key in resources[name]}
        try:
            with as_resource_failed():
                resolved = resolve_references({"Properties": {}, **body}, value, stack.pseudo)
        except ResourceFailed:
            resolved = {"Properties": {}, **body}
        return engine.dynamic.hidden(json.dumps(resolved, default=str))

    return tuple(
        replace(
            change,
            before="" if change.action == "Add" else context(change.logical_id, old, ()),
            after="" if change.action == "Remove" else context(change.logical_id, new, uncertain),
        )
        for change in changes
    )


def _resources(definition: Definition, pseudo: Pseudo, exports: Mapping[str, str]) -> Mapping[str, Any]:
    """The rendered resources, without the values of NoEcho parameters."""
    declared = section(definition.template, "Parameters")
    secrets = {name: HIDDEN for name, each in declared.items() if isinstance(each, Mapping) and is_secret(each)}
    rendered = definition.rendered
    if secrets:
        try:
            rendered = render(definition.expanded, {**definition.values, **secrets}, pseudo, exports=exports)
        except TemplateError:
            return {}  # an export is gone: nothing is better than a secret
    resources: Mapping[str, Any] = rendered["Resources"]
    return resources


def target_values(change: ResourceChange, attribute: str, name: str) -> dict[str, str]:
    """What a Target says of the values of a property, or of another attribute."""
    before, after = (json.loads(text) if text else {} for text in (change.before, change.after))
    path = [attribute, name] if name else ["Properties", "Tags"] if attribute == "Tags" else [attribute]
    values = [_at(each, path) for each in (before, after)]
    if values == [None, None]:
        return {}
    kind = "Add" if values[0] is None else "Remove" if values[1] is None else "Modify"
    texts = [None if each is None else each if isinstance(each, str) else json.dumps(each) for each in values]
    named = {"BeforeValue": texts[0], "AfterValue": texts[1]}
    shown = {key: text for key, text in named.items() if text is not None}
    return {"Path": f"/{'/'.join(path)}", "AttributeChangeType": kind, **shown}


def _at(context: Any, path: Collection[str]) -> Any:
    for name in path:
        context = context.get(name) if isinstance(context, Mapping) else None
    return context
