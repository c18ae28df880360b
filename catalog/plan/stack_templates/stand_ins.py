"""Where templates are deployed: one account and Region, or any, with pseudo parameters in the place of their names.

Content is checked when its placeholders are filled: a role's ARN needs twelve digits. So templates for any account are
made with stand-ins that pass these checks and that nothing else is named like; then each stand-in becomes its pseudo
parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn import Pseudo


@dataclass(frozen=True, slots=True)
class Destination:
    """The account and Region of templates, by their names or by stand-ins for pseudo parameters."""

    account: str
    region: str
    partition: str
    url_suffix: str
    pseudo: Mapping[str, str] = field(default_factory=dict)
    """Stand-in → pseudo parameter. Empty for one account and Region."""

    @classmethod
    def of(cls, account: str, region: str) -> Destination:
        """One account and Region."""
        pseudo = Pseudo(account, region)
        return cls(account, region, pseudo.partition, pseudo.url_suffix)

    def written(self, value: Any) -> Any:
        """A value as in a template: text with stand-ins becomes Fn::Sub."""
        if isinstance(value, str):
            return self.substituted(value)
        if isinstance(value, Mapping):
            return {key: self.written(member) for key, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.written(member) for member in value]
        return value

    def substituted(self, text: str) -> Any:
        """Text, or Fn::Sub if it has stand-ins; what looks like a placeholder in it is escaped."""
        if not self.has_stand_ins(text):
            return text
        result = text.replace("${", "${!")
        for stand_in, parameter in self.pseudo.items():
            result = result.replace(stand_in, f"${{{parameter}}}")
        return {"Fn::Sub": result}

    def has_stand_ins(self, text: str) -> bool:
        """Whether text is about the account or Region."""
        return any(stand_in in text for stand_in in self.pseudo)

    def readable(self, text: str) -> str:
        """Text for people and for names: with `${AWS::AccountId}` for the stand-in."""
        for stand_in, parameter in self.pseudo.items():
            text = text.replace(stand_in, f"${{{parameter}}}")
        return text


def stand_ins(letter: str, digit: str) -> Destination:
    """A set of stand-ins. None of them is part of another."""
    account, region, partition, suffix = (
        digit * 12,
        f"any-region-{digit}",
        f"aws-any-{letter}",
        f"any-{digit}.invalid",
    )
    pseudo = {
        account: "AWS::AccountId",
        region: "AWS::Region",
        partition: "AWS::Partition",
        suffix: "AWS::URLSuffix",
    }
    return Destination(account, region, partition, suffix, pseudo)


PORTABLE = stand_ins("a", "0")
"""Any account and Region."""
OTHER = stand_ins("b", "1")
"""The same with other stand-ins: templates that differ have a stand-in as content of their own."""
