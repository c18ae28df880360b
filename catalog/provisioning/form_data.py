"""Products and the form of a launch as JSON data. Defaults of NoEcho parameters are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.cfn import HIDDEN, Pseudo
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_parameters import FormParameter
from catalog.provisioning.offer import AccountProduct


def product_data(product: AccountProduct, keys: Mapping[str, str]) -> dict[str, Any]:
    """A product with its versions and launch paths; `keys` are the names of products → their keys in the repository."""
    default = product.default_version
    return {
        "key": keys.get(product.name, ""),
        "name": product.name,
        "id": product.id,
        "description": product.description,
        "owner": product.owner,
        "version": default.name if default else "",
        "versions": [
            {"name": version.name, "id": version.id, "description": version.description, "guidance": version.guidance}
            for version in product.versions
        ],
        "paths": [{"id": path.id, "portfolio": path.portfolio} for path in product.paths],
    }


def form_data(form: LaunchForm, keys: Mapping[str, str], pseudo: Pseudo) -> dict[str, Any]:
    """All of one version on one launch path. `version` is the version that is described."""
    product = form.product
    return {
        **product_data(product, keys),
        "version": form.version.name,
        "path": form.path.id,
        "support": {
            "distributor": product.distributor,
            "description": product.support_description,
            "email": product.support_email,
            "url": product.support_url,
        },
        "groups": [
            {
                "label": group.label,
                "parameters": [parameter_data(form, parameter, pseudo) for parameter in group.parameters],
            }
            for group in form.groups
        ],
        "rules": dict(form.rules),
        "tag_options": {key: list(values) for key, values in form.tag_options.items()},
        "tag_updates": form.tag_updates,
        "outputs": [{"key": output.key, "description": output.description} for output in form.outputs],
        "constraints": [{"type": kind, "description": description} for kind, description in form.constraints],
        "launch_role": form.launch_role,
        "stack_accounts": list(form.stack_accounts),
        "stack_regions": list(form.stack_regions),
    }


def parameter_data(form: LaunchForm, parameter: FormParameter, pseudo: Pseudo) -> dict[str, Any]:
    """A parameter with its limits, and the values that remain after the rules."""
    limits = ("AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue")
    values = form.choices(parameter, {}, pseudo)
    default = parameter.default
    return {
        "name": parameter.name,
        "label": parameter.label,
        "type": parameter.type,
        "description": parameter.description,
        "required": parameter.required,
        "default": HIDDEN if parameter.secret and default else default,
        "no_echo": parameter.secret,
        "values": None if values is None else list(values.values),
        "reasons": [] if values is None else list(values.reasons),
        "limits": {name: str(parameter.definition[name]) for name in limits if name in parameter.definition},
        "explanation": parameter.explanation,
        "example": parameter.example,
    }
