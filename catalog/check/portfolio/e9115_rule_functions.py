"""E9115: CloudFormation can evaluate every TEMPLATE rule."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_paths
from catalog.content.load import undecidable_rules, unsound_rules


class RuleFunctions(PortfolioControl):
    """Rules know functions of their own, and only Ref of the others."""

    id = "E9115"
    shortdesc = "TEMPLATE rules use rule functions as CloudFormation takes them"
    description = (
        "Conditions and assertions are made of Fn::And, Fn::Or, Fn::Not, Fn::Equals, Fn::Contains, "
        "Fn::EachMemberEquals and Fn::EachMemberIn, over Ref, Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll. What is said "
        "in words (`require`) fits the parameter: `members_…` is for lists. Of an imported product, whose template is "
        "not here, only the functions are judged."
    )
    why = "A misspelt function, or a list where a text is asked for, makes every launch fail."
    remedy = "Write the rule with these functions; a list is compared by Fn::EachMemberIn or Fn::Contains."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html"
    )

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule that cannot be evaluated."""
        for _, entry, offered in subject.versions():
            yield from undecidable_rules(subject.portfolio, entry["product"], offered.template, offered.name)
        for path, key, _ in subject.portfolio.entries():
            if path[0] == "imported_products":
                yield from unsound_rules(subject.portfolio, key)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject, of_imports=True)
