"""The decision: from a launch request and the portfolios to a `Simulation`. Pure: no file, no clock, no network."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.cfn import (
    HIDDEN,
    LookupNeededError,
    Parameters,
    ParameterValues,
    RuleLookups,
    RuleResult,
    Template,
    TemplateError,
    evaluate_rules,
    resolve_parameters,
)
from catalog.cfn.parameters import UNFETCHED, UNKNOWN
from catalog.cfn.template import function_of, is_list, section, text_of
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.rule_checks import check_rules, references
from catalog.errors import ContentError
from catalog.model.limits import check_tags
from catalog.model.tag_option import Offer, Values, launch_offer, offered
from catalog.simulate.rendering import rendering
from catalog.simulate.request import LaunchRequest
from catalog.simulate.secrets import Secrets
from catalog.simulate.simulation import (
    AssertionOutcome,
    ListsOutcome,
    Mark,
    Missing,
    ParameterFault,
    ParameterOutcome,
    PathOutcome,
    RuleOutcome,
    Simulation,
    TagOptionOutcome,
)

LOOKUPS = {"Fn::RefAll": "ref_all", "Fn::ValueOf": "value_of", "Fn::ValueOfAll": "value_of_all"}
PLACE_UNKNOWN = "reads the account or Region, which is not known yet"


def simulate(request: LaunchRequest, portfolios: Sequence[PortfolioFile]) -> Simulation:
    """Simulate the launch through each of `portfolios`, or of the template alone when there are none.

    Raises `ContentError` when a portfolio does not fit the template, as publish does, and when the declarations of
    the template are malformed.
    """
    try:
        return _simulated(request, portfolios)
    except TemplateError as error:
        raise ContentError(f"{request.source}: {error}") from error


def _simulated(request: LaunchRequest, portfolios: Sequence[PortfolioFile]) -> Simulation:
    evaluation = _LaunchEvaluation.of(request)
    template_rules = section(request.template, "Rules")
    rules = evaluation.rules(template_rules)
    lists = tuple(evaluation.lists())
    rendered = rendering(request, evaluation.resolved, evaluation.secrets)
    refusals = (
        *evaluation.parameter_refusals(),
        *rule_refusals(rules, request.source),
        *list_refusals(lists),
        *rendered.refusals,
    )
    missing = (*evaluation.missing_ssm(), *evaluation.missing_lookups(template_rules, rules), *rendered.missing)
    paths = [evaluation.path(portfolio, refusals, missing) for portfolio in portfolios or (None,)]
    return Simulation(
        product=request.product,
        version=request.version,
        account_region=request.account_region,
        stack_name=request.pseudo.stack_name,
        parameters=tuple(evaluation.parameters()),
        rules=rules,
        separate_lists=lists,
        rendering=rendered,
        paths=tuple(paths),
    )


def effective_tags(
    offer: Offer, template: Template, values: ParameterValues, tags: Mapping[str, str]
) -> dict[str, str]:
    """The tags of a launch: the given tags, and for a TagOption with a parameter's name the parameter's value.

    The value of a NoEcho parameter is left out: everyone who can list resources sees their tags. A key in conflict is
    left out too, because a launch must not send it (API reference, DescribeProvisioningParameters).
    """
    keys = [key for key, offered in offer.items() if offered and key not in Secrets.of(template).names]
    of_parameters = {key: value for key in keys if isinstance(value := values.get(key), str) and value}
    return {**of_parameters, **tags}


def offered_tags(portfolio: PortfolioFile | None, product: Values, account_region: AccountRegion | None) -> Offer:
    """The TagOptions of a launch through a portfolio: key → values on offer; no values for a key in conflict.

    Without `account_region`, placeholders stay.
    """
    if portfolio is None:
        return {}
    fill = account_region.fill if account_region else (lambda values: values)
    return launch_offer(offered(fill(portfolio.tag_values)), offered(fill(product)))


def rule_refusals(rules: Iterable[RuleOutcome], source: str) -> Iterator[str]:
    """One line for each failed assertion, and for each rule that cannot be evaluated."""
    for rule in rules:
        failed = [assertion.description for assertion in rule.assertions if assertion.mark is Mark.FAIL]
        for reason in failed or ([rule.reason] if rule.mark is Mark.FAIL else []):
            yield f"rule {rule.name} of {source}: {reason}"


def list_refusals(lists: Iterable[ListsOutcome]) -> Iterator[str]:
    """One line for each member that two separate lists share."""
    for outcome in lists:
        left, right = outcome.parameters
        for member in outcome.common:
            yield f"parameters {left} and {right} must have no member in common; both have {member}"


@dataclass(frozen=True, slots=True)
class _LaunchEvaluation:
    """A launch request with its parameters resolved, and the checks of the launch."""

    request: LaunchRequest
    resolved: Parameters
    secrets: Secrets
    faulty: frozenset[str]
    """Parameters of the template that have an error, or no value."""

    @classmethod
    def of(cls, request: LaunchRequest) -> _LaunchEvaluation:
        values = resolve_parameters(request.template, request.parameters, ssm=request.facts.ssm)
        secrets = Secrets.of(request.template)
        faulty = frozenset(problem.name for problem in values.problems if problem.limit != UNKNOWN)
        return cls(request, values, secrets, faulty)

    def parameters(self) -> Iterator[ParameterOutcome]:
        """The template's parameters in its order, then the unknown ones."""
        definitions = section(self.request.template, "Parameters")
        for name, definition in definitions.items():
            faults = tuple(self.faults(name))
            waits = not faults and name in self.faulty  # for its value in SSM
            yield ParameterOutcome(
                name=name,
                type=str(definition["Type"]),
                mark=Mark.FAIL if faults else Mark.OPEN if waits else Mark.PASS,
                value=self.value(name),
                source=self.source(name, definition),
                ssm=self.ssm_name(name, definition),
                faults=faults,
            )
        for name in self.request.parameters:
            if name not in definitions:
                yield ParameterOutcome(name, "", Mark.FAIL, None, "given", faults=tuple(self.faults(name)))

    def value(self, name: str) -> str | tuple[str, ...] | None:
        """The value to show, as the functions read it; NoEcho values are hidden."""
        value = self.resolved.values.get(name)
        return HIDDEN if name in self.secrets.names and value is not None else value

    def source(self, name: str, definition: Mapping[str, Any]) -> str:
        """Where the value comes from."""
        return "given" if name in self.request.parameters else "default" if "Default" in definition else ""

    def ssm_name(self, name: str, definition: Mapping[str, Any]) -> str:
        """The SSM parameter that holds the value, for the types that read one."""
        if not str(definition["Type"]).startswith("AWS::SSM::Parameter::Value<"):
            return ""
        stored_in = self.request.parameters.get(name, text_of(definition.get("Default")) or "")
        return HIDDEN if name in self.secrets.names and stored_in else stored_in

    def faults(self, name: str) -> Iterator[ParameterFault]:
        """The errors of one parameter."""
        for problem in self.resolved.problems:
            if problem.name == name and problem.limit != UNFETCHED:
                limit = self.suggestion(name) if problem.limit == UNKNOWN else problem.limit
                yield ParameterFault(problem.message, problem.value, limit)

    def suggestion(self, name: str) -> str:
        """For an unknown name, the most similar parameter of the template."""
        close = difflib.get_close_matches(name, section(self.request.template, "Parameters"), 1)
        return f"{UNKNOWN}, such as {close[0]}" if close else UNKNOWN

    def parameter_refusals(self) -> Iterator[str]:
        """One line for each error, in the order in which CloudFormation checks."""
        for name in dict.fromkeys(problem.name for problem in self.resolved.problems):
            for fault in self.faults(name):
                has_value = name in self.request.parameters and not fault.limit.startswith(UNKNOWN)
                got = f", got {fault.got!r}" if has_value else ""
                yield f"parameter {name}: {fault.message}{got} (limit: {fault.limit})"

    def missing_ssm(self) -> Iterator[Missing]:
        """The SSM parameters whose values were not given."""
        for problem in self.resolved.problems:
            if problem.limit == UNFETCHED:
                yield Missing("ssm", problem.value, f"--ssm '{problem.value}=VALUE'")

    def rules(self, rules: Mapping[str, Any]) -> tuple[RuleOutcome, ...]:
        """Each rule, evaluated by itself, so that one that cannot be decided does not hide the others."""
        return tuple(self.rule(name, rule) for name, rule in rules.items())

    def rule(self, name: str, rule: Any) -> RuleOutcome:
        """The outcome of one rule."""
        if self.request.account_region is None and "AWS::" in json.dumps(rule):
            return RuleOutcome(name, Mark.OPEN, reason=PLACE_UNKNOWN)
        waits = self.waits_for(rule)
        condition = rule.get("RuleCondition") if isinstance(rule, Mapping) else None
        if waits and (condition is None or self.waits_for(condition)):
            return RuleOutcome(name, Mark.OPEN, reason=f"needs a value for {', '.join(waits)}")
        try:
            # Even when the assertions must wait, the condition can decide that the rule does not apply.
            result = self.evaluate(name, {**rule, "Assertions": [{"Assert": condition}]} if waits else rule)
        except LookupNeededError as error:
            return RuleOutcome(name, Mark.OPEN, reason=str(error))
        except TemplateError as error:
            return RuleOutcome(name, Mark.FAIL, reason=str(error))
        if not result.applies:
            return RuleOutcome(name, Mark.NOT_APPLICABLE, reason="its RuleCondition is false")
        if waits:
            return RuleOutcome(name, Mark.OPEN, reason=f"needs a value for {', '.join(waits)}")
        assertions = tuple(
            AssertionOutcome(
                assertion.description or json.dumps(source["Assert"]), Mark.PASS if assertion.passed else Mark.FAIL
            )
            for assertion, source in zip(result.assertions, rule["Assertions"], strict=True)
        )
        return RuleOutcome(name, Mark.PASS if result.passed else Mark.FAIL, assertions)

    def waits_for(self, expression: Any) -> list[str]:
        """The parameters in a part of a rule that must be corrected, or known, first."""
        return sorted({parameter for _, parameter in references(expression, ())} & self.faulty)

    def evaluate(self, name: str, rule: Any) -> RuleResult:
        """One rule, by CloudFormation's semantics."""
        lookups = self.request.facts.lookups
        (result,) = evaluate_rules({name: rule}, self.resolved.values, self.request.pseudo, lookups=lookups)
        return result

    def missing_lookups(self, rules: Mapping[str, Any], outcomes: Iterable[RuleOutcome]) -> Iterator[Missing]:
        """The lookups of the open rules whose results were not given."""
        open_rules = [rules[outcome.name] for outcome in outcomes if outcome.mark is Mark.OPEN]
        given = self.request.facts.lookups
        yield from dict.fromkeys(missing for rule in open_rules for missing in missing_in(rule, given))

    def lists(self) -> Iterator[ListsOutcome]:
        """Lists that must be separate, compared member by member; Rules can only test that one contains the other."""
        values = self.resolved.values
        for pair in self.request.separate_lists:
            if absent := [name for name in pair if name not in section(self.request.template, "Parameters")]:
                yield ListsOutcome(pair, Mark.NOT_APPLICABLE, reason=f"the template has no {' and no '.join(absent)}")
            elif waits := [name for name in pair if name in self.faulty]:
                yield ListsOutcome(pair, Mark.OPEN, reason=f"needs a value for {', '.join(waits)}")
            else:
                left, right = (value if isinstance(value := values[name], tuple) else (value,) for name in pair)
                secret = not self.secrets.names.isdisjoint(pair)
                common = tuple(HIDDEN if secret else member for member in sorted(set(left) & set(right)))
                yield ListsOutcome(pair, Mark.FAIL if common else Mark.PASS, common)

    def path(
        self, portfolio: PortfolioFile | None, refusals: tuple[str, ...], missing: tuple[Missing, ...]
    ) -> PathOutcome:
        """The launch through one portfolio."""
        rules: Mapping[str, Any] = {}
        if portfolio:
            check_rules(portfolio, self.request.product, self.request.template)
            rules = portfolio.rules(self.request.product)
            if self.request.account_region:
                rules = self.request.account_region.fill(dict(rules))
        offer = offered_tags(portfolio, self.request.tag_options, self.request.account_region)
        outcomes, options = self.rules(rules), tuple(self.tag_options(offer))
        source = portfolio.document.shown if portfolio else ""
        return PathOutcome(
            portfolio=portfolio.key if portfolio else "",
            display_name=portfolio.display_name if portfolio else "",
            source=source,
            stage=portfolio.stage if portfolio else "",
            rules=outcomes,
            tag_options=options,
            tags=self.tags(offer, options),
            refusals=(*refusals, *rule_refusals(outcomes, source), *self.tag_refusals(options)),
            missing=(*missing, *(fact for fact in self.missing_lookups(rules, outcomes) if fact not in missing)),
        )

    def tags(self, offer: Offer, options: Iterable[TagOptionOutcome]) -> dict[str, str]:
        """The tags that the launch sends, and those that Service Catalog adds for a key with one value."""
        only = {option.key: option.value for option in options if option.source == "only"}
        return {**only, **self.chosen_tags(offer)}

    def chosen_tags(self, offer: Offer) -> dict[str, str]:
        """The tags that were given or follow from the parameters."""
        return effective_tags(offer, self.request.template, self.resolved.values, self.request.tags)

    def tag_options(self, offer: Offer) -> Iterator[TagOptionOutcome]:
        """Each TagOption key. A key with several values needs a choice; a key in conflict allows none."""
        chosen = self.chosen_tags(offer)
        for key, values in offer.items():
            on_offer = tuple(values)
            if not on_offer:
                given = key in chosen
                yield TagOptionOutcome(key, (), Mark.FAIL if given else Mark.PASS, chosen.get(key, ""), "conflict")
            elif key not in chosen and len(on_offer) == 1:
                yield TagOptionOutcome(key, on_offer, Mark.PASS, on_offer[0], "only")
            elif key not in chosen:
                waits = key in self.faulty - self.secrets.names  # the parameter of the same name would choose
                yield TagOptionOutcome(key, on_offer, Mark.OPEN if waits else Mark.FAIL, "", "")
            else:
                source = "tag" if key in self.request.tags else "parameter"
                yield TagOptionOutcome(key, on_offer, self.choice_mark(chosen[key], on_offer), chosen[key], source)

    def choice_mark(self, value: str, on_offer: Sequence[str]) -> Mark:
        """Whether a chosen value is on offer; open when a placeholder on offer cannot be filled in yet."""
        if value in on_offer:
            return Mark.PASS
        waits = self.request.account_region is None and any("${AWS::" in offered for offered in on_offer)
        return Mark.OPEN if waits else Mark.FAIL

    def tag_refusals(self, options: Iterable[TagOptionOutcome]) -> Iterator[str]:
        """Tags that AWS would refuse, and TagOptions without a valid choice."""
        try:
            check_tags("--tag", dict(self.request.tags), 50)
        except ContentError as error:
            yield error.message
        for option in options:
            if option.mark is Mark.FAIL and option.source == "conflict":
                yield f"tag {option.key} must be left out: portfolio and product have no value in common"
            elif option.mark is Mark.FAIL and option.source:
                yield f"tag {option.key} must be one of {', '.join(option.offered)}, got {option.value!r}"
            elif option.mark is Mark.FAIL:
                choice = f"--tag {option.key}=VALUE with one of {', '.join(option.offered)}"
                yield f"tag {option.key} needs a choice: {choice}"


def missing_in(node: Any, given: RuleLookups) -> Iterator[Missing]:
    """The lookups in a rule whose results `given` does not have."""
    function = function_of(node)
    if function is not None and function[0] in LOOKUPS:
        kind, argument = LOOKUPS[function[0]], function[1]
        key = tuple(argument) if is_list(argument) else argument
        table: Mapping[Any, Any] = getattr(given, kind)
        if key not in table:
            yield Missing(kind, " ".join(key) if isinstance(key, tuple) else key, remedy(kind, key))
        return
    members = node.values() if isinstance(node, Mapping) else node if is_list(node) else ()
    for member in members:
        yield from missing_in(member, given)


def remedy(kind: str, key: str | tuple[str, ...]) -> str:
    """The lines to write into the file of --given."""
    if isinstance(key, str):
        return f"--given FILE with {kind}: {{'{key}': [VALUE, …]}}"
    name, attribute = key
    value = "VALUE" if kind == "value_of" else "[VALUE, …]"
    return f"--given FILE with {kind}: {{'{name}': {{'{attribute}': {value}}}}}"
