"""E9115: CloudFormation can evaluate every TEMPLATE rule."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject, rule_paths
from catalog.content.rule_checks import undecidable_rules, unsound_rules


class RuleFunctions(PortfolioControl):
    """Rules have their own functions. Of the other functions, they can use only Ref."""

    id = "E9115"
    shortdesc = "TEMPLATE rules use only functions that CloudFormation can evaluate in rules"
    description = (
        "Conditions and assertions use Fn::And, Fn::Or, Fn::Not, Fn::Equals, Fn::Contains, Fn::EachMemberEquals and "
        "Fn::EachMemberIn, with Ref, Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll. Rules in words (`require`) fit the "
        "type of the parameter: `members_…` is for lists. For imported products, whose templates are not in the "
        "repository, only the functions are checked."
    )
    why = "A misspelt function, or a list instead of a text, makes every launch fail."
    remedy = "Use only these functions. Compare a list with Fn::EachMemberIn or Fn::Contains."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html"
    )

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each rule that CloudFormation cannot evaluate."""
        for _, product_entry, offered in subject.versions():
            yield from undecidable_rules(subject.portfolio, product_entry["product"], offered.template, offered.name)
        for path, key, _ in subject.portfolio.product_entries():
            if path[0] == "imported_products":
                yield from unsound_rules(subject.portfolio, key)

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each rule."""
        yield from rule_paths(subject, of_imports=True)
