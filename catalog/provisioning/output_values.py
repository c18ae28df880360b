"""Values of parameters that are outputs of what is provisioned already, such as the ARN of a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.aws.provisioning import Provisioning
from catalog.aws.session import AwsSession
from catalog.errors import AwsError, ContentError
from catalog.model.limits import shown
from catalog.provisioning.lookup import check_name, find_provisioned_product


@dataclass(frozen=True, slots=True)
class OutputReference:
    """An output of a provisioned product."""

    provisioned: str
    """Name or id of the provisioned product."""
    output: str

    @classmethod
    def parse(cls, parameter: str, text: str) -> OutputReference:
        """`NAME` or `NAME:OUTPUT`; the output is by default that with the name of the parameter.

        Raises `ContentError` for a text that names neither.
        """
        name, separator, output = text.partition(":")
        if separator and not output:
            raise ContentError(f"--param-from {parameter} takes NAME or NAME:OUTPUT, got {shown(text)}")
        check_name(name)
        return cls(name, output or parameter)


def output_references(given: Mapping[str, str]) -> dict[str, OutputReference]:
    """Parameter → the output that gives its value; `ContentError` on what names no output."""
    return {parameter: OutputReference.parse(parameter, text) for parameter, text in given.items()}


def read_output_values(session: AwsSession, references: Mapping[str, OutputReference]) -> dict[str, str]:
    """Parameter → the value of its output, as the last launch or update that succeeded left it.

    The outputs are those of DescribeRecord, which the owner of a provisioned product may read. Raises `AwsError` for a
    provisioned product or an output that does not exist.
    """
    outputs = {name: outputs_of(session, name) for name in {each.provisioned for each in references.values()}}
    for each in references.values():
        if each.output not in outputs[each.provisioned]:
            names = ", ".join(outputs[each.provisioned]) or "none"
            raise AwsError(
                f"{each.provisioned} has no output {shown(each.output)}",
                hint=f"Its outputs are: {names}. Name one of them: --param-from PARAMETER={each.provisioned}:OUTPUT",
            )
    return {parameter: outputs[each.provisioned][each.output] for parameter, each in references.items()}


def outputs_of(session: AwsSession, name: str) -> dict[str, str]:
    """The outputs of a provisioned product."""
    record = find_provisioned_product(session, name).get("LastSuccessfulProvisioningRecordId")
    return Provisioning(session).record(record).template_outputs if record else {}
