"""Launching with the account alone, outside of a repository: AWS says what product and parameters are.

Without the product file, AWS decides more: rules and constraints of the portfolio are checked when it accepts the
launch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semver import Version

from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.cfn import resolve_parameters
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model.limits import check_pattern
from catalog.provisioning.launch import StackPlaces
from catalog.simulate import effective_tags

PRODUCT_ID = "prod-"
DEPRECATED = "DEPRECATED"


@dataclass(frozen=True, slots=True)
class AccountLaunch:
    """A launch of which only AWS knows the product."""

    product: str
    """Name or id of the product in AWS."""
    name: str
    """Name of the provisioned product."""
    version: str | None
    portfolio: str | None
    """Name of the portfolio, or id of the launch path."""
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    stacks: StackPlaces

    def start(self, session: AwsSession) -> Record:
        """Find product, version and launch path as the caller, check the parameters, and provision."""
        check_pattern("--name", self.name, NAME, NAME_FORM)
        provisioning = Provisioning(session)
        product_id, artifacts = self.find(provisioning)
        artifact = chosen_artifact(self.product, artifacts, self.version)
        path_id = self.path(provisioning.launch_paths(product_id))
        expected = provisioning.expected_parameters(product_id, artifact["Id"], path_id)
        template = {"Parameters": {item["ParameterKey"]: declaration(item) for item in expected["parameters"]}}
        resolved = resolve_parameters(template, self.parameters)
        if resolved.problems:
            raise ContentError(
                f"{self.product} {artifact['Name']} cannot be launched with these parameters",
                problems=tuple(problem.message for problem in resolved.problems),
                hint="Pass them with --param or --params-file.",
            )
        return provisioning.provision(
            self.name,
            product_id=product_id,
            artifact_id=artifact["Id"],
            path_id=path_id,
            parameters=self.parameters,
            tags=effective_tags(expected["tag_options"], template, resolved.values, self.tags),
            preferences=self.stacks.preferences(),
        )

    def find(self, provisioning: Provisioning) -> tuple[str, Sequence[Mapping[str, Any]]]:
        """(id, versions) of the product as the caller sees it."""
        by = {"Id": self.product} if self.product.startswith(PRODUCT_ID) else {"Name": self.product}
        try:
            answer = provisioning.describe_product(**by)
        except AwsCallError as error:
            if error.code != "ResourceNotFoundException":
                raise
            raise error.reworded(
                hint=f"The caller has no access to a product {self.product!r}. Outside of a repository, PRODUCT is the "
                "name or the id of the product in AWS; --as launches as a role that a portfolio gives access to.",
            ) from error
        return answer["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifacts"]

    def path(self, paths: Sequence[tuple[str, str]]) -> str:
        """The id of the launch path: the only one, or that through the portfolio."""
        wanted = [path for path in paths if self.portfolio in (None, *path)]
        names = ", ".join(sorted(name for _, name in paths)) or "none"
        if not wanted and self.portfolio is None:
            raise AwsError(
                f"the caller has no launch path to {self.product}",
                hint="Add the caller's role to the principals of a portfolio, or launch as one of them: --as.",
            )
        if not wanted:
            raise AwsError(
                f"the caller has no launch path to {self.product} through {self.portfolio}; its launch paths: {names}"
            )
        if len(wanted) > 1:
            ids = " or ".join(path_id for path_id, _ in wanted)
            raise ContentError(
                f"the caller has {len(wanted)} launch paths: {names}", hint=f"Choose one with --portfolio {ids}."
            )
        return wanted[0][0]


def chosen_artifact(product: str, artifacts: Sequence[Mapping[str, Any]], version: str | None) -> Mapping[str, Any]:
    """The version with this name; without one, the highest that is not deprecated and no pre-release."""
    artifacts = [artifact for artifact in artifacts if artifact.get("Name")]
    names = ", ".join(str(artifact["Name"]) for artifact in artifacts) or "none"
    if version is not None:
        same = [artifact for artifact in artifacts if artifact["Name"] == version]
        if len(same) != 1:
            problem = "no" if not same else f"{len(same)}"
            raise ContentError(f"{product} has {problem} version {version!r}; it offers {names}")
        return same[0]
    offered = [artifact for artifact in artifacts if artifact.get("Guidance") != DEPRECATED]
    released = [artifact for artifact in offered if "-" not in str(artifact["Name"])]
    if not released:
        raise ContentError(f"{product} has no version for new launches; it offers {names}", hint="Name one: --version.")
    return max(released, key=lambda artifact: (precedence(str(artifact["Name"])), str(artifact.get("CreatedTime", ""))))


def precedence(name: str) -> tuple[int, ...]:
    """The order of a version's name: by its numbers where it is a version, else below all that are."""
    try:
        version = Version.parse(name.removeprefix("v"), optional_minor_and_patch=True)
    except ValueError:
        return ()
    return version.major, version.minor, version.patch


def declaration(item: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of DescribeProvisioningParameters as a template declares it."""
    limits = {name: value for name, value in item.get("ParameterConstraints", {}).items() if value}
    declared = {"Type": item.get("ParameterType", "String"), "NoEcho": item.get("IsNoEcho", False), **limits}
    return declared | ({"Default": item["DefaultValue"]} if "DefaultValue" in item else {})
