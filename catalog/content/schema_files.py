"""Validation of YAML files with the JSON Schemas in schemas/, with an error for each fault and its line."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from catalog.content.yaml_files import DataPath, YamlDocument, read_yaml
from catalog.errors import ContentError
from catalog.model.governed import KINDS as KINDS_OF_OBJECTS
from catalog.model.limits import listed, shown, shown_json

FOLDER = resources.files("catalog.content") / "schemas"
KINDS = ("portfolio", "import", "product", "config", "plan", "saved-plan")
"""The schemas of files. Those of what commands print are of kind `output:NAME`."""
OUTPUT = "output:"
REPOSITORY_FOLDER = PurePosixPath(".catalog/schemas")
"""Where a repository has them, for editors."""


def schema_text(kind: str = "portfolio") -> str:
    """The JSON Schema of this kind."""
    name = f"output/{kind.removeprefix(OUTPUT)}" if kind.startswith(OUTPUT) else kind
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    if kind != "portfolio":
        return text
    schema = json.loads(text)
    schema["properties"] |= {key: governed.SCHEMA for key, governed in KINDS_OF_OBJECTS.items()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def output_kinds() -> tuple[str, ...]:
    """The kinds of what commands print as JSON."""
    folder = FOLDER / "output"
    files = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(f"{OUTPUT}{file.name.removesuffix('.json')}" for file in files))


def check_kind(kind: str) -> str:
    """The kind, with `output:role check` as `output:role-check`; `ContentError` if there is no such schema."""
    name = kind.replace(" ", "-")
    if name not in KINDS and name not in (outputs := output_kinds()):
        hint = f"Of what commands print: {listed(outputs, name)}."
        words = f"unknown kind of schema {shown(kind)}; there are {', '.join(KINDS)} and {OUTPUT}COMMAND"
        raise ContentError(words, hint=hint)
    return name


def schema_bodies() -> dict[PurePosixPath, bytes]:
    """The schemas of files, by their path in a repository."""
    return {REPOSITORY_FOLDER / f"{kind}.json": schema_text(kind).encode() for kind in KINDS}


def read_valid(file: Path, shown_as: str, kind: str) -> YamlDocument:
    """Read one file; `ContentError` lists every fault with file, line, value and what is allowed."""
    document = read_yaml(file, shown_as)
    check_valid(document, kind)
    return document


def check_valid(document: YamlDocument, kind: str, what: str = "") -> None:
    """`ContentError` lists every fault with file, line, value and what is allowed; `what` is a word for the kind."""
    problems = tuple(schema_problems(document, kind))
    if problems:
        option = "" if kind == "portfolio" else f" --kind {kind}"
        raise ContentError(
            f"{document.shown} is not a valid {what or kind}",
            problems=problems,
            hint=f"`catalog schema{option}` prints what is allowed.",
        )


def schema_problems(document: YamlDocument, kind: str) -> Iterator[str]:
    """`file:line: message` for each fault that the schema of `kind` finds."""
    import fastjsonschema

    try:  # takes a quarter of the time, but finds the first fault only
        quick_check(kind)(document.data)
    except fastjsonschema.JsonSchemaValueException:
        problems = tuple(all_schema_problems(document, json.loads(schema_text(kind))))
        # In jsonschema, as in Python, `$` also matches before a final line break, so it can find fewer faults.
        yield from problems or (f"{document.shown}: {first_fault(kind, document.data)}",)


@functools.cache
def quick_check(kind: str) -> Callable[[Any], Any]:
    """The schema as code. It is compiled once for a process, because compiling takes far longer than a check.

    Without details of exceptions: they repeat the schema for each possible fault, which takes three quarters of the
    time. `first_fault` has them, because some messages need them.
    """
    import fastjsonschema

    schema = json.loads(schema_text(kind), object_hook=without_const)
    check: Callable[[Any], Any] = fastjsonschema.compile(schema, detailed_exceptions=False)
    return check


def first_fault(kind: str, data: Any) -> str:
    """The first fault in words. Empty if there is none."""
    import fastjsonschema

    try:
        fastjsonschema.compile(json.loads(schema_text(kind)))(data)
    except fastjsonschema.JsonSchemaValueException as error:
        return fault_words(str(error.message))
    return ""


FAULTS = (
    (r"^data\.(?=\S)", ""),
    (r"^data\b", "the file"),
    (r"must contain \[(.*)\] properties$", r"needs \1"),
    (r"must not contain \{(.*)\} properties$", r"has the unknown members \1"),
    (
        r"cannot be validated by any definition.*|must be valid exactly by one definition.*",
        "has none of the right forms",
    ),
    (r"must be same as const definition: ", "must be "),
    (r"must be (longer|shorter) than or equal to (\d+) characters", r"must be \2 characters long, or \1"),
    (r"\bmust NOT match a disallowed definition|must not be there", "is not allowed"),
)
"""Messages of fastjsonschema → ours."""
TYPE_NAMES = re.compile(r"(?<=must be )(\w+(?: or \w+)*)$")


def fault_words(message: str) -> str:
    """A message of fastjsonschema in our words."""
    for form, words in FAULTS:
        message = re.sub(form, words, message)
    return TYPE_NAMES.sub(lambda match: " or ".join(TYPES.get(kind, kind) for kind in match[0].split(" or ")), message)


def without_const(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema with `enum` instead of `const`, which fastjsonschema needs details of exceptions for."""
    if isinstance(part.get("const"), str | int):
        part["enum"] = [part.pop("const")]
    return part


def all_schema_problems(document: YamlDocument, schema: dict[str, Any]) -> Iterator[str]:
    """A line for each fault that jsonschema finds."""
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(document.data)
    ordered = sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])
    # Each missing key is an error whose line names all missing keys.
    yield from dict.fromkeys(line for error in ordered for line in problem_lines(document, error))


def problem_lines(document: YamlDocument, error: Any) -> Iterator[str]:
    """The lines for one `ValidationError` of jsonschema."""
    path: DataPath = tuple(error.absolute_path)
    name = ".".join(str(part) for part in path) or "the file"
    properties = sorted(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    limit = error.validator_value
    if "propertyNames" in error.relative_schema_path:  # the path is that of the mapping, the instance one of its keys
        key = error.instance
        yield f"{document.where((*path, key))}: a key of {name} is {shown(key)}, {expectation(error)}"
    elif error.validator == "oneOf" and not all(
        "required" in each for each in limit
    ):  # forms that differ in their type
        if not (errors := errors_of_form(error)):
            got = shown_instance(error.instance)
            yield f"{document.where(path)}: {name} is {got}, but must be a mapping or a list"
        for inner in errors:
            yield from problem_lines(document, inner)
    elif error.validator == "additionalProperties":
        for key in sorted(set(error.instance) - set(properties)):
            allowed = ", ".join(properties)
            yield f"{document.where((*path, key))}: unknown key {key!r} in {name}; allowed are {allowed}"
    elif error.validator == "required":
        missing = [key for key in limit if key not in error.instance]
        yield f"{document.where(path)}: {name} needs {', '.join(missing)}; allowed are {', '.join(properties)}"
    elif error.validator == "anyOf":
        missing = [key for each in limit for key in each["required"]]
        yield f"{document.where(path)}: {name} needs {' or '.join(missing)}; allowed are {', '.join(properties)}"
    else:
        yield f"{document.where(path)}: {name} is {shown_instance(error.instance)}, {expectation(error)}"


def errors_of_form(error: Any) -> list[Any]:
    """The errors of the form in a `oneOf` that has the type of the value. Empty if no form has."""
    forms: dict[Any, list[Any]] = {}
    for inner in error.context:
        forms.setdefault(inner.schema_path[0], []).append(inner)
    of_type = [
        errors for errors in forms.values() if not any(inner.validator == "type" and not inner.path for inner in errors)
    ]
    return of_type[0] if of_type else []


def expectation(error: Any) -> str:
    """What the schema accepts instead of the value of a `ValidationError`."""
    limit = error.validator_value
    match error.validator:
        case "type" if limit == "string" and isinstance(error.instance, bool | int | float):
            return "but must be text: write it in quotes"
        case "type":
            return f"but must be {' or '.join(TYPES[kind] for kind in ([limit] if isinstance(limit, str) else limit))}"
        case "const":
            return f"but must be {json.dumps(limit)}"
        case "enum":
            return f"but must be one of {', '.join(limit)}"
        case "oneOf":
            return f"but must have exactly one of {', '.join(name for each in limit for name in each['required'])}"
        case "uniqueItems":
            return "but members must not be repeated"
        case "pattern":
            return f"but must match {limit}"
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            unit = "characters" if error.validator.endswith("Length") else "members"
            bound = "at least" if error.validator.startswith("min") else "at most"
            return f"which has {len(error.instance)} {unit}; it must have {bound} {limit}"
    return f"but must have {error.validator} {json.dumps(limit)}"


TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}
"""Types of JSON Schema in words."""


def shown_instance(value: object) -> str:
    """A wrong value in an error."""
    return "empty" if value is None else shown_json(value)
