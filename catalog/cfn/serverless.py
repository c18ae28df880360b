"""AWS::Serverless-2016-10-31: what SAM's transform makes of a template, by the package with which AWS does it.

aws-sam-translator is an optional extra (ADR 55). It gets a copy of the template's data, and the values of parameters.
It has no client of AWS: an application of the Serverless Application Repository is refused, because its template is
there alone. The managed policies are those of the list in the package.

Sources: https://github.com/aws/serverless-application-model, samtranslator/translator/translator.py; the words of a
failure: aws-samples/aws-cognito-apigw-angular-auth#4, lumigo-io/SAR-Logging#21.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from catalog.cfn.pseudo import Pseudo
from catalog.cfn.template import MacroError, ParameterValues, Template, TransformFailed, section

SERVERLESS = "AWS::Serverless-2016-10-31"
INSTALL = "pip install 'service-catalog-publisher[sam]'"
APPLICATION = "AWS::Serverless::Application"
LOCK = threading.Lock()
"""The translator keeps the Region of a translation in a variable of its class."""


@dataclass(frozen=True, slots=True)
class FixedSession:
    """What the translator asks of a session of boto3."""

    region_name: str


def can_expand() -> bool:
    """Whether the package that carries out SAM's transform is installed."""
    return find_spec("samtranslator") is not None


def expand_serverless(template: Template, parameters: ParameterValues, pseudo: Pseudo) -> Template:
    """The template in which CloudFormation's resources stand for those of SAM.

    Raises `MacroError` if it cannot be known here, and `TransformFailed` if SAM refuses the
    template.
    """
    if not can_expand():
        raise MacroError(SERVERLESS, f"aws-sam-translator is not installed; run: {INSTALL}")
    for name, resource in section(template, "Resources").items():
        if isinstance(resource, Mapping) and resource.get("Type") == APPLICATION:
            _refuse_repository(name, resource)
    values = {name: value if isinstance(value, str) else ",".join(value) for name, value in parameters.items()}
    return _translated(copy.deepcopy(_plain(template)), values, pseudo.region)


def _refuse_repository(name: str, resource: Mapping[str, Any]) -> None:
    """Refuse an application whose template only the Serverless Application Repository has."""
    properties = resource.get("Properties")
    location = properties.get("Location") if isinstance(properties, Mapping) else None
    if isinstance(location, Mapping) and "ApplicationId" in location:
        raise MacroError(SERVERLESS, f"the template of {name} is in the Serverless Application Repository")


def _plain(value: Any) -> Any:
    """Templates as the translator takes them: of dicts and lists alone."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value


def _translated(template: dict[str, Any], values: dict[str, str], region: str) -> Template:
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)  # it logs what it also raises
    with LOCK:
        try:
            translator = Translator(None, Parser(), boto_session=FixedSession(region))
            return dict(translator.translate(template, values))
        except InvalidDocumentException as error:
            raise TransformFailed(SERVERLESS, _message(error)) from error
        except Exception as error:  # the translator raises anything for shapes that it does not expect, as AWS's does
            reason = f"Internal transform failure. ({type(error).__name__}: {error})"
            raise TransformFailed(SERVERLESS, reason) from error


def _message(error: Any) -> str:
    causes = sorted(str(cause.message) for cause in error.causes)
    return " ".join([error.message, *causes])
