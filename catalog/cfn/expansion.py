"""What transforms make of a template, before it is evaluated: those that AWS hosts, as far as they can be known here.

    AWS::Include                   the snippet that `Sources.snippet` reads
    AWS::LanguageExtensions        the copies of Fn::ForEach; its other functions are evaluated with the rest
    AWS::Serverless-2016-10-31     by aws-sam-translator, if it is installed (`serverless`)
    AWS::SecretsManager-…          nothing, unless a rotation is hosted: AWS alone has the template of its function
    AWS::ServiceCatalog            the outputs that `Sources.output` reads

Every other transform is a program of a user, or changes how AWS updates a stack: `MacroError`.

Sources: CloudFormation user guide, "Perform custom processing on CloudFormation templates with template macros" (a
Fn::Transform is carried out before those around it, and all of them before the section Transform, in whose order the
rest follows); template reference, "AWS::Include transform" (a snippet joins the members beside it, and has no
transforms), "AWS::SecretsManager transform", "AWS::ServiceCatalog transform". That a member of the template wins over
one of a snippet is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.cfn.intrinsics import Scope, evaluate
from catalog.cfn.language import COLLECTION_FUNCTIONS, expand_loops
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.serverless import SERVERLESS, expand_serverless
from catalog.cfn.template import (
    INNER,
    LANGUAGE_EXTENSIONS,
    MacroError,
    ParameterValues,
    Template,
    TemplateError,
    TransformFailed,
    function_of,
    is_list,
    runs_macros,
    section,
    transforms,
)

LOCATIONS = frozenset({"AutoPublishAlias", "CodeUri", "ContentUri", "DefinitionUri"})
"""Properties of SAM's resources that SAM must know as texts."""
INCLUDE, OUTPUTS_OF_PRODUCTS = "AWS::Include", "AWS::ServiceCatalog"
SECRETS = ("AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16")
BLUE_GREEN = "AWS::CodeDeployBlueGreen"
HOSTED = (INCLUDE, LANGUAGE_EXTENSIONS, SERVERLESS, *SECRETS, OUTPUTS_OF_PRODUCTS, BLUE_GREEN)
"""The transforms that AWS hosts (template reference, "Transform reference")."""
PRODUCT_OUTPUT = re.compile(r"\[\[servicecatalog:provisionedproduct:([^:\[\]]+):([^:\[\]]+)\]\]")
PRODUCT_OUTPUTS = 20
"""The outputs of provisioned products that a template may have; that the same one counts once is assumed."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What transforms read from the account; without a function, the transform that needs it cannot be carried out.

    The functions raise `TemplateError` for what cannot be read.
    """

    snippet: Callable[[str], Any] | None = None
    """From the S3 URI of a file to its content as data."""
    output: Callable[[str, str], str] | None = None
    """From the name of a provisioned product and the key of an output to its value."""


NOWHERE = Sources()


def expand(template: Template, parameters: ParameterValues, pseudo: Pseudo, sources: Sources = NOWHERE) -> Template:
    """The template that CloudFormation evaluates; the same if no transform changes it.

    It keeps AWS::LanguageExtensions, whose functions are left. Raises `MacroError` if the result of a transform cannot
    be known here, and `TemplateError` if one fails.
    """
    if not runs_macros(template):
        return template
    names = transforms(template)
    if unknown := next((name for name in names if name not in HOSTED), ""):
        raise MacroError(unknown, "it is a macro, whose program runs at AWS")
    scope = Scope(parameters, pseudo, mappings=section(template, "Mappings"), functions=COLLECTION_FUNCTIONS)
    extended = {"Transform": LANGUAGE_EXTENSIONS} if LANGUAGE_EXTENSIONS in names else {}
    body = {name: _included(member, scope, sources) for name, member in template.items() if name != "Transform"}
    for member in _declared(template):
        name = member if isinstance(member, str) else str(member["Name"])
        if name == INCLUDE:
            body = _merged(body, _snippet(member, scope, sources))
        elif name == LANGUAGE_EXTENSIONS:
            body = _with_locations({**expand_loops({**body, **extended}, parameters, pseudo)}, scope)
        elif name == SERVERLESS:
            body = {**expand_serverless(body, parameters, pseudo)}
        elif name == OUTPUTS_OF_PRODUCTS:
            body = _ProductOutputs(sources).filled(body)
        elif name == BLUE_GREEN:
            raise MacroError(name, "updates of such a stack are deployments of CodeDeploy")
        else:
            _refuse_hosted_rotation(name, body)
        body.pop("Transform", None)
    return {**body, **extended}


def with_copies(template: Template, parameters: ParameterValues, pseudo: Pseudo) -> Template:
    """As `expand`, with the copies of loops too."""
    return expand_loops(expand(template, parameters, pseudo), parameters, pseudo)


def _with_locations(body: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """The template with the locations of SAM's resources as texts.

    AWS::LanguageExtensions resolves functions of parameters, pseudo parameters and mappings, so that SAM, if it comes
    after it, takes a CodeUri with Fn::Sub (aws-cloudformation/cfn-lint#2658). What refers to resources stays.
    """
    resources = dict(section(body, "Resources"))
    for name, resource in resources.items():
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        if isinstance(properties, Mapping) and str(resource.get("Type")).startswith("AWS::Serverless::"):
            texts = {key: _literal(member, scope) if key in LOCATIONS else member for key, member in properties.items()}
            resources[name] = {**resource, "Properties": texts}
    return {**body, "Resources": resources} if "Resources" in body else body


def _literal(value: Any, scope: Scope) -> Any:
    """The text that a function gives; the function itself if it gives none yet."""
    if function_of(value) is None:
        return value
    try:
        evaluated = evaluate(value, replace(scope, resources=None))
    except TemplateError:
        return value
    return evaluated if isinstance(evaluated, str) else value


def _declared(template: Template) -> list[Any]:
    value = template.get("Transform", ())
    return list(value) if is_list(value) else [value]


# AWS::Include


def _included(value: Any, scope: Scope, sources: Sources) -> Any:
    """The value with the result of each Fn::Transform in its place."""
    if is_list(value):
        return [_included(member, scope, sources) for member in value]
    if not isinstance(value, Mapping):
        return value
    beside = {key: _included(member, scope, sources) for key, member in value.items() if key != INNER}
    if INNER not in value:
        return beside
    content: Any = beside
    for each in value[INNER] if is_list(value[INNER]) else [value[INNER]]:
        snippet = _snippet(each, scope, sources)
        content = _merged(content, snippet) if isinstance(snippet, Mapping) or content else snippet
    return content


def _snippet(call: Any, scope: Scope, sources: Sources) -> Any:
    """What a call of AWS::Include puts in its place."""
    name = call.get("Name") if isinstance(call, Mapping) else call
    if name != INCLUDE:
        raise MacroError(str(name), "it is a macro, whose program runs at AWS")
    parameters = call.get("Parameters") if isinstance(call, Mapping) else None
    location = evaluate(parameters.get("Location"), scope) if isinstance(parameters, Mapping) else None
    if not isinstance(location, str):
        raise TransformFailed(INCLUDE, "The location parameter is required and must be the S3 URI of a file.")
    if sources.snippet is None:
        raise MacroError(INCLUDE, f"{location} is in the account")
    snippet = sources.snippet(location)
    if isinstance(snippet, Mapping | list) and runs_macros({"": snippet}):
        raise TransformFailed(INCLUDE, f"The file {location} has transforms, which AWS::Include does not carry out.")
    return snippet


def _merged(content: Any, snippet: Any) -> dict[str, Any]:
    """The members of both, of sections too; those of the template win."""
    if not isinstance(content, Mapping) or not isinstance(snippet, Mapping):
        raise TransformFailed(INCLUDE, "A file with members beside it must be an object.")
    merged: dict[str, Any] = {**snippet, **content}
    for name in snippet.keys() & content.keys():
        if isinstance(snippet[name], Mapping) and isinstance(content[name], Mapping):
            merged[name] = {**snippet[name], **content[name]}
    return merged


# The other transforms


def _refuse_hosted_rotation(name: str, body: Mapping[str, Any]) -> None:
    for logical_id, resource in section(body, "Resources").items():
        properties = resource.get("Properties") if isinstance(resource, Mapping) else None
        if isinstance(properties, Mapping) and "HostedRotationLambda" in properties:
            raise MacroError(name, f"AWS alone has the template of the function that rotates for {logical_id}")


@dataclass(slots=True)
class _ProductOutputs:
    """The references to outputs of provisioned products: `[[servicecatalog:provisionedproduct:NAME:KEY]]`."""

    sources: Sources
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    """By product and key."""

    def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The template with the values."""
        return {name: self._value(member) for name, member in body.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._value(member) for key, member in value.items()}
        if is_list(value):
            return [self._value(member) for member in value]
        return PRODUCT_OUTPUT.sub(self._output, value) if isinstance(value, str) else value

    def _output(self, match: re.Match[str]) -> str:
        if self.sources.output is None:
            raise MacroError(OUTPUTS_OF_PRODUCTS, f"{match[0]} is in the account")
        product, key = match[1], match[2]
        if (product, key) not in self.values:
            if len(self.values) == PRODUCT_OUTPUTS:
                limit = f"A template may have at most {PRODUCT_OUTPUTS} outputs of provisioned products"
                raise TransformFailed(OUTPUTS_OF_PRODUCTS, f"{limit}; {match[0]} is one more.")
            try:
                self.values[product, key] = self.sources.output(product, key)
            except TemplateError as error:
                raise TransformFailed(OUTPUTS_OF_PRODUCTS, str(error)) from error
        return self.values[product, key]
