"""What is wrong with the form of a call's parameters, by botocore's model: the reason when a service fell over them.

Services refuse a wrong form before they look at anything. The sandbox asks the model only after a service of moto has
failed: handlers of CloudFormation may fill what a template leaves out, so a check before could refuse too much.
The words for a missing member are those of AWS's services, of EC2 and of S3 (EC2 API reference, "Common errors"; S3 API
reference, MalformedXML); the others are those of their constraints. What no model has and a service refuses all the
same is in `refused_words.py`, or shown by what moto missed: a member, or a thing with a name that the call gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.utils import parse_timestamp

from catalog.sandbox.kms.shapes import missing
from catalog.sandbox.registry.refused_words import words

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
LACKS_ARGUMENT = re.compile(r"missing \d+ required positional arguments?: '(\w+)'")
LACKS_PARAMETER = re.compile(r"Missing required parameter in ([\w.\[\]]+): \"(\w+)\"")
POLICY_MEMBERS = ("Effect", "Principal", "Resource", "Sid", "Statement")
"""Of a policy, which a call gives as text."""
NOTHING: tuple[Any, ...] = (None, "", [], {}, [{}])
DEPTH = 5
NUMBERS: Mapping[str, Callable[[Any], Any]] = {"integer": int, "long": int, "float": float, "double": float}


def refusal(
    model: OperationModel, protocol: str, parameters: Mapping[str, Any], error: Exception
) -> tuple[str, str] | None:
    """The code and message with which a service refuses wrong parameters; None if nothing is found wrong with them."""
    service = str(model.service_model.service_name)
    if own := words(service, model.name, parameters):
        return own
    lacking = list(missing(model.input_shape, parameters))
    broken = list(_broken(model.input_shape, parameters, ""))
    if not lacking and not broken:
        lacking, broken = _missed(model, parameters, error), _mistaken(parameters, error)
    if service == "s3" and (lacking or broken or isinstance(error, KeyError | AssertionError)):
        return "MalformedXML", MALFORMED
    if not lacking and not broken:
        return None
    if protocol == "ec2" and lacking:
        name = lacking[0]
        return "MissingParameter", f"The request must contain the parameter {name[:1].upper()}{name[1:]}"
    return _code(protocol), _message(lacking, broken)


def _missed(model: OperationModel, parameters: Mapping[str, Any], error: Exception) -> list[str]:
    """The member that a service of moto looked for, if the call gives none of this name."""
    name = ""
    if isinstance(error, KeyError) and error.args:
        name = str(error.args[0])
    elif match := LACKS_ARGUMENT.search(str(error)):
        name = match[1].replace("_", "")
    elif match := LACKS_PARAMETER.search(str(error)):
        return [_member_path(match[1], match[2])]
    known = {each.lower(): each for each in (*_members(model.input_shape, 0), *POLICY_MEMBERS)}
    wanted = known.get(name.lower(), "")
    given = {key.lower() for key, value in _pairs(parameters) if value not in NOTHING}
    # of members of a list, one may have the name and another not
    in_list = isinstance(error, KeyError) and wanted not in parameters
    return [wanted[:1].lower() + wanted[1:]] if wanted and (in_list or wanted.lower() not in given) else []


def _mistaken(parameters: Mapping[str, Any], error: Exception) -> list[tuple[str, Any, str]]:
    """The value about which an error of moto is: one that names nothing, or is in no form that it reads."""
    for name, value in _pairs(parameters):
        if isinstance(value, str) and value:
            path = f"{name[:1].lower()}{name[1:]}"
            if isinstance(error, KeyError) and error.args == (value,):
                return [(path, value, "Member must name something that exists")]
            if isinstance(error, ValueError) and repr(value) in str(error):
                return [(path, value, "Member must have a valid value")]
            if name.lower().endswith("arn") and not ARN.fullmatch(value):
                return [(path, value, "Member must be an ARN")]
    return []


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Each name in parameters, with its value."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield str(name), value
            yield from ((str(name), each) for each in (value if isinstance(value, list | tuple) else ()))
            yield from _pairs(value)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _pairs(each)


def _members(shape: Shape | None, depth: int) -> Iterator[str]:
    """The names of the members of a shape, and of what is inside of it."""
    if isinstance(shape, StructureShape) and depth < DEPTH:
        yield from shape.members
        for member in shape.members.values():
            yield from _members(member, depth + 1)
    elif isinstance(shape, ListShape):
        yield from _members(shape.member, depth)


def _member_path(where: str, name: str) -> str:
    """`Actions[0].FixedResponseConfig` and a name as AWS writes a path."""
    steps = [f"{each[:1].lower()}{each[1:]}" for each in (*where.split("."), name) if each]
    return re.sub(r"\[(\d+)\]", lambda match: f".{int(match[1]) + 1}.member", ".".join(steps))


def absent(protocol: str, name: str) -> tuple[str, str]:
    """The code and message with which a service refuses a request without a member."""
    return _code(protocol), _message([f"{name[:1].lower()}{name[1:]}"], ())


def _code(protocol: str) -> str:
    return "ValidationError" if protocol == "query" else "ValidationException"


def _message(lacking: Sequence[str], broken: Sequence[tuple[str, Any, str]]) -> str:
    faults = [f"Value null at '{path}' failed to satisfy constraint: Member must not be null" for path in lacking]
    faults += [f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}" for path, value, rule in broken]
    plural = "s" if len(faults) > 1 else ""
    return f"{len(faults)} validation error{plural} detected: {'; '.join(faults)}"


def _broken(shape: Shape | None, value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    """Path, value and constraint of each value that breaks one."""
    if value is None or shape is None:
        return
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, member in shape.members.items():
            yield from _broken(member, value.get(name), ".".join(filter(None, (path, name[:1].lower() + name[1:]))))
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        yield from _size(shape, value, path)
        for index, member in enumerate(value, 1):
            yield from _broken(shape.member, member, f"{path}.{index}.member")
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        for key, member in value.items():
            yield from _broken(shape.value, member, f"{path}.{key}.member")
    elif isinstance(shape, StructureShape | ListShape | MapShape):
        yield path, value, f"Member must be a {shape.type_name}"
    else:
        yield from _scalar(shape, value, path)


def _size(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield path, value, f"Member must have length greater than or equal to {least}"
    if most is not None and len(value) > most:
        yield path, value, f"Member must have length less than or equal to {most}"


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(shape, StringShape):
        yield from _size(shape, str(value), path)
        if shape.enum and str(value) not in shape.enum:
            yield path, value, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        pattern = str(shape.metadata.get("pattern", ""))
        if pattern and not _matches(pattern, str(value)):
            yield path, value, f"Member must satisfy regular expression pattern: {pattern}"
    elif shape.type_name in NUMBERS:
        yield from _number(shape, value, path)
    elif shape.type_name == "timestamp" and not _is_time(value):
        yield path, value, "Member must be a timestamp in the format of ISO 8601"


def _number(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    try:
        number = NUMBERS[shape.type_name](value)
    except (TypeError, ValueError):
        yield path, value, f"Member must be of type {shape.type_name}"
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and number < least:
        yield path, value, f"Member must have value greater than or equal to {least}"
    if most is not None and number > most:
        yield path, value, f"Member must have value less than or equal to {most}"


def _matches(pattern: str, text: str) -> bool:
    """Whether a text has a pattern of the model; one that Python does not know is not asked."""
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True


def _is_time(value: Any) -> bool:
    try:
        parse_timestamp(value)
    except (ValueError, TypeError, RuntimeError, OverflowError):
        return False
    return True
