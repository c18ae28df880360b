"""Elastic Beanstalk: what applications say of themselves, and their changes, which moto lacks.

Source: Elastic Beanstalk API reference, CreateApplication, DescribeApplications, UpdateApplication,
UpdateApplicationResourceLifecycle.
"""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.elasticbeanstalk.exceptions import InvalidParameterValueError
from moto.elasticbeanstalk.models import Application
from moto.elasticbeanstalk.responses import EBResponse

CREATE = EBResponse.create_application
KEPT = {"Description": "description", "ResourceLifecycleConfig": "resource_lifecycle_config"}
"""Parameter → attribute of moto's answers."""


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for answer in (create_application, describe_applications, update_application):
        setattr(EBResponse, answer.__name__, answer)
    setattr(EBResponse, "update_application_resource_lifecycle", update_lifecycle)  # noqa: B010  # mypy


def create_application(response: EBResponse) -> ActionResult:
    """CreateApplication, with all that it says."""
    CREATE(response)
    return update_application(response)


def describe_applications(response: EBResponse) -> ActionResult:
    """DescribeApplications: those with the names, or all."""
    names = response._get_param("ApplicationNames", [])
    known = response.elasticbeanstalk_backend.applications.values()
    return ActionResult({"Applications": [each for each in known if not names or each.application_name in names]})


def update_application(response: EBResponse) -> ActionResult:
    """UpdateApplication: what is not given stays."""
    return ActionResult({"Application": changed(response)})


def update_lifecycle(response: EBResponse) -> ActionResult:
    """UpdateApplicationResourceLifecycle."""
    return ActionResult(changed(response))


def changed(response: EBResponse) -> Application:
    """The application of a request, with what the request gives."""
    name = response._get_param("ApplicationName")
    application = response.elasticbeanstalk_backend.applications.get(name)
    if application is None:
        raise InvalidParameterValueError(f"No Application named '{name}' found.")
    for parameter, attribute in KEPT.items():
        value = response._get_param(parameter)
        if value is not None:
            setattr(application, attribute, value)
    return application
