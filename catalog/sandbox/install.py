"""Puts our backends into moto's slots. moto has no plug-in hook, so attributes are set anew, once and for all."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from catalog.sandbox import selftest


@cache
def install() -> None:
    """Make moto serve our Service Catalog, CloudFormation and KMS; does nothing the second time.

    Works for the server and for `moto.mock_aws` in process alike: both look a backend up by module attribute. Must run
    before the first request, since moto keeps what a service's first request has made. Raises `SandboxError` when
    moto is not the one we know.
    """
    selftest.check()
    _without_docker()
    _install_kms()
    _install_cloudformation()
    _install_service_catalog()
    _install_s3()


def _without_docker() -> None:
    """Moto's Lambda and Batch answer by themselves: the sandbox starts no container and pulls no image."""
    from moto.core.config import default_user_config

    for service in (default_user_config["lambda"], default_user_config["batch"]):
        service["use_docker"] = False


def _install_kms() -> None:
    """A BackendDict makes its backends from its attribute `backend`, so everybody who holds the dict gets ours."""
    from moto.kms.models import kms_backends

    from catalog.sandbox.kms.models import SandboxKmsBackend

    kms_backends.backend = SandboxKmsBackend
    kms_backends.clear()


def _install_cloudformation() -> None:
    """Ours, and no other way for a template's text to reach moto's YAML loader, which runs code."""
    from moto.cloudformation.models import cloudformation_backends

    from catalog.sandbox.cloudformation.models import SandboxCloudFormationBackend
    from catalog.sandbox.cloudformation.safe_yaml import SafeYaml

    cloudformation_backends.backend = SandboxCloudFormationBackend
    cloudformation_backends.clear()
    for module in ("moto.cloudformation.models", "moto.cloudformation.responses"):
        _rebind(module, "yaml", SafeYaml())


def _install_service_catalog() -> None:
    from catalog.sandbox.servicecatalog.models import servicecatalog_backends

    for module in ("moto.servicecatalog", "moto.servicecatalog.models", "moto.servicecatalog.responses"):
        _rebind(module, "servicecatalog_backends", servicecatalog_backends)


def _install_s3() -> None:
    from catalog.sandbox import s3

    s3.install()


def _rebind(module: str, name: str, value: object) -> None:
    """Set a module's attribute that the self-test has found there."""
    setattr(import_module(module), name, value)
