"""The form of a launch: what one version asks for on one launch path, as the console shows it.

DescribeProvisioningParameters says all of it, and AWS's managed policies for end users allow it:

- ProvisioningArtifactParameters: type, default, NoEcho, description, and as ParameterConstraints the limits of the
  template (API reference, ParameterConstraints);
- TagOptions; an empty list of values is a conflict, and such a key must not be sent;
- ProvisioningArtifactOutputKeys; ConstraintSummaries; for a STACKSET constraint its accounts and Regions;
- UsageInstructions, of which AWS shows some types in examples only (aws-cli, describe-provisioning-parameters): `rules`
  (those of the template and of the portfolio's TEMPLATE constraint, merged) and `launchAsRole`; `metadata` holds the
  template's Metadata with AWS::CloudFormation::Interface, its groups and labels (docs/unproven.md).

The template itself comes from DescribeProvisioningArtifact with Verbose, which these policies do not allow: `template`
is None for callers without that permission. It adds what only a template has: exports, resources, conditions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.cfn import ParameterValues, Pseudo, Template, resolve_parameters
from catalog.cfn.template import section
from catalog.content.template_files import read_template
from catalog.errors import AwsCallError, ContentError
from catalog.model.tag_option import Offer
from catalog.provisioning.choices import Choices, Rules, choices
from catalog.provisioning.form_parameters import FormGroup, FormParameter, accepts_value, groups_of
from catalog.provisioning.offer import AccountPath, AccountProduct, AccountVersion


@dataclass(frozen=True, slots=True)
class FormOutput:
    """An output of the stack."""

    key: str
    description: str
    export: Any = None
    """The name of its export, as the template has it: a text or a function. None without one, or without a template."""


@dataclass(frozen=True, slots=True)
class LaunchForm:
    """What a launch of one version on one launch path asks for, and what it gives."""

    product: AccountProduct
    version: AccountVersion
    path: AccountPath
    declared: Template
    """The sections Parameters and Rules, as a template has them; the rules of the portfolio are among them."""
    groups: tuple[FormGroup, ...]
    tag_options: Offer
    """Key → values; no values for a key in conflict."""
    outputs: tuple[FormOutput, ...]
    constraints: tuple[tuple[str, str], ...]
    """(type, description) of the portfolio's constraints."""
    launch_role: str
    """The ARN of the role with which the stack is made; empty without one."""
    tag_updates: bool
    """Whether the tags of what is launched may be changed."""
    stack_accounts: tuple[str, ...] = ()
    stack_regions: tuple[str, ...] = ()
    """Where a product with a STACKSET constraint may be launched."""
    template: Template | None = None
    """The whole template, if the caller may read it."""
    separate_lists: tuple[tuple[str, str], ...] = ()
    """List parameters that must have no member in common; only a product file says so."""

    @property
    def parameters(self) -> tuple[FormParameter, ...]:
        """All parameters, in the order of the form."""
        return tuple(parameter for group in self.groups for parameter in group.parameters)

    @property
    def rules(self) -> Rules:
        """The rules of template and portfolio."""
        return section(self.declared, "Rules")

    def parameter(self, name: str) -> FormParameter | None:
        """The parameter with this name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def values(self, given: Mapping[str, str]) -> ParameterValues:
        """What functions read: the given values and the defaults, without what is missing or wrong."""
        resolved = resolve_parameters(self.declared, given, unknown_ssm=lambda name, _: name)
        wrong = {problem.name for problem in resolved.problems}
        return {name: value for name, value in resolved.values.items() if name not in wrong}

    def choices(self, parameter: FormParameter, given: Mapping[str, str], pseudo: Pseudo) -> Choices | None:
        """The values to choose from after the rules; None if the limits alone say what a value may be.

        Only `given` values count, no defaults: those can still change.
        """
        values = {name: value for name, value in self.values(given).items() if name in given} if given else {}
        return self.choices_among(parameter, values, pseudo)

    def choices_among(self, parameter: FormParameter, values: ParameterValues, pseudo: Pseudo) -> Choices | None:
        """The same, where the `values` of other parameters are resolved already.

        A TagOption with the parameter's name takes its value, so that the value must be on offer.
        """
        after_rules = choices(parameter.name, parameter.definition, self.rules, values, pseudo)
        offered = () if parameter.secret or parameter.is_list else self.tag_options.get(parameter.name, ())
        if not offered:
            return after_rules
        reason = f"The TagOption {parameter.name} takes this value."
        if after_rules is None:
            return Choices(tuple(value for value in offered if accepts_value(parameter.definition, value)), (reason,))
        remaining = tuple(value for value in after_rules.values if value in offered)
        return after_rules if remaining == after_rules.values else Choices(remaining, (*after_rules.reasons, reason))


def read_form(
    session: AwsSession, product: AccountProduct, version: AccountVersion, path: AccountPath, *, whole: bool = False
) -> LaunchForm:
    """The form of a launch, as the caller sees it; `whole` also reads the template, if the caller may."""
    answer = Provisioning(session).launch_form(product.id, version.id, path.id)
    template = read_version_template(session, product.id, version.id) if whole else None
    instructions = {item["Type"]: item["Value"] for item in answer.get("UsageInstructions", [])}
    parameters = {item["ParameterKey"]: declaration(item) for item in answer.get("ProvisioningArtifactParameters", [])}
    metadata = as_object(instructions.get("metadata", "")) or (template or {}).get("Metadata", {})
    preferences = answer.get("ProvisioningArtifactPreferences", {})
    return LaunchForm(
        product=product,
        version=version,
        path=path,
        declared={"Parameters": parameters, "Rules": as_object(instructions.get("rules", ""))},
        groups=groups_of(parameters, metadata),
        tag_options={item["Key"]: tuple(sorted(item["Values"])) for item in answer.get("TagOptions", [])},
        outputs=tuple(outputs_of(answer.get("ProvisioningArtifactOutputKeys", []), template)),
        constraints=tuple(
            (item["Type"], item.get("Description", "")) for item in answer.get("ConstraintSummaries", [])
        ),
        launch_role=instructions.get("launchAsRole", ""),
        tag_updates=instructions.get("tagUpdateOnProvisionedProduct") == "ALLOWED",
        stack_accounts=tuple(preferences.get("StackSetAccounts", ())),
        stack_regions=tuple(preferences.get("StackSetRegions", ())),
        template=template,
    )


def read_version_template(session: AwsSession, product_id: str, artifact_id: str) -> Template | None:
    """The template of a version; None if the caller may not read it, or it cannot be read as a template."""
    try:
        body = Reader(session).template(product_id, artifact_id)
        return read_template(f"the template of {artifact_id}", body) if body else None
    except AwsCallError as error:
        if "AccessDenied" in error.code or error.code == "ResourceNotFoundException":
            return None
        raise
    except ContentError:
        return None


def declaration(item: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of DescribeProvisioningParameters as a template declares it."""
    limits = {name: value for name, value in item.get("ParameterConstraints", {}).items() if value}
    declared = {"Type": item.get("ParameterType", "String"), "NoEcho": item.get("IsNoEcho", False), **limits}
    texts = {"Description": item["Description"]} if item.get("Description") else {}
    return declared | texts | ({"Default": item["DefaultValue"]} if "DefaultValue" in item else {})


def as_object(text: str) -> dict[str, Any]:
    """A JSON object in an answer; empty for anything else."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def outputs_of(keys: list[Mapping[str, Any]], template: Template | None) -> Iterator[FormOutput]:
    """The outputs of the stack, with their exports where the template is readable."""
    declared = (template or {}).get("Outputs", {})
    for item in keys:
        output = declared.get(item["Key"], {}) if isinstance(declared, Mapping) else {}
        export = output.get("Export", {}) if isinstance(output, Mapping) else {}
        name = export.get("Name") if isinstance(export, Mapping) else None
        yield FormOutput(item["Key"], item.get("Description", ""), name)
