"""Updating what is provisioned: its version and parameters, what the update does, and carrying it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.aws.provisioned_changes import PlannedChange, ProvisionedChanges, ProvisionedPlan, UpdateRequest
from catalog.aws.provisioning import Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.cfn import HIDDEN, Pseudo, Template, TemplateError, evaluate_rules, resolve_parameters
from catalog.cfn.names import names_in
from catalog.cfn.parameters import MISSING
from catalog.content.rule_checks import references
from catalog.errors import AwsError, ContentError
from catalog.provisioning.current import CurrentLaunch, stack_template, version_template
from catalog.provisioning.form import LaunchForm, read_form
from catalog.provisioning.form_faults import FormFault, problem_words
from catalog.provisioning.form_parameters import FormParameter
from catalog.provisioning.offer import AccountPath, AccountProduct, AccountVersion, described
from catalog.versions import Difference, compare
from catalog.versions.update_effects import (
    LaunchedTemplate,
    ResourceEffect,
    ResourceUpdate,
    UpdateEffects,
    update_effects,
)

ReleasedTemplate = Callable[[str], Template | None]
"""The template that the repository has under a digest; None if it has none."""


@dataclass(frozen=True, slots=True)
class WantedUpdate:
    """What the caller asked for."""

    version: str | None = None
    """None: the version that a launch would get; with parameters or tags, the present version."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    portfolio: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """An update that can be shown, checked and carried out."""

    current: CurrentLaunch
    product: AccountProduct
    form: LaunchForm
    """Of the version to update to, on the launch path to update through."""
    wanted: WantedUpdate
    previous: frozenset[str]
    """The parameters that have a value now."""

    @classmethod
    def read(cls, session: AwsSession, current: CurrentLaunch, wanted: WantedUpdate) -> Update:
        """Find product, version and launch path as the caller. Raises what the caller has no access to."""
        product = described(Provisioning(session), current.product_id)
        version = chosen_version(product, current, wanted)
        path = chosen_path(product, current, wanted.portfolio)
        form = read_form(session, product, version, path)
        return cls(current, product, form, wanted, previous_names(session, current, product, form))

    @property
    def version(self) -> AccountVersion:
        """The version to update to."""
        return self.form.version

    @property
    def old_version(self) -> str:
        """The name of the present version; its id if it is no longer active."""
        names = (version.name for version in self.product.versions if version.id == self.current.artifact_id)
        return next(names, self.current.artifact_id)

    @property
    def kept(self) -> tuple[str, ...]:
        """The parameters that keep their previous values."""
        given = self.wanted.parameters
        return tuple(name for name in form_names(self.form) if name in self.previous and name not in given)

    @property
    def defaults(self) -> tuple[FormParameter, ...]:
        """The parameters that the old version does not have, and that take their default."""
        settled = {*self.kept, *self.wanted.parameters}
        return tuple(each for each in self.form.parameters if each.name not in settled and not each.required)

    @property
    def missing(self) -> tuple[FormParameter, ...]:
        """The parameters for which a value must be given."""
        settled = {*self.kept, *self.wanted.parameters}
        return tuple(each for each in self.form.parameters if each.name not in settled and each.required)

    @property
    def changed(self) -> tuple[str, ...]:
        """The given parameters whose value differs from the present one, as far as that is known."""
        previous = self.current.parameters or {}
        return tuple(name for name, value in self.wanted.parameters.items() if previous.get(name) != value)

    @property
    def values(self) -> dict[str, str] | None:
        """The values that the parameters will have, without defaults; None if the present ones are unknown."""
        if self.current.parameters is None:
            return None
        return {name: self.current.parameters[name] for name in self.kept} | dict(self.wanted.parameters)

    @property
    def does_nothing(self) -> bool:
        """Whether version, parameters and tags are there already."""
        same_tags = all(self.current.tags.get(key) == value for key, value in self.wanted.tags.items())
        return self.version.id == self.current.artifact_id and not self.changed and same_tags

    def with_parameters(self, more: Mapping[str, str]) -> Update:
        """The update with more parameters."""
        return replace(self, wanted=replace(self.wanted, parameters={**self.wanted.parameters, **more}))

    def problems(self, pseudo: Pseudo) -> Iterator[str]:
        """What AWS would refuse: parameters, values that the new version no longer accepts, and rules."""
        return (fault.text for fault in self.faults(pseudo))

    def faults(self, pseudo: Pseudo) -> Iterator[FormFault]:
        """What AWS would refuse, with the parameters that can be corrected."""
        hidden = self.current.hidden - set(self.wanted.parameters)
        kept = {name: value for name, value in (self.values or {}).items() if name in self.kept}
        resolved = resolve_parameters(
            self.form.declared,
            self.wanted.parameters,
            previous=kept,
            ssm=self.current.ssm,
            unknown_ssm=lambda name, _: name,
        )
        for problem in resolved.problems:
            if problem.limit == MISSING and self.current.parameters is None and problem.name in self.kept:
                continue
            if problem.name in hidden:  # its value is not known: AWS decides
                continue
            parameter = self.form.parameter(problem.name)
            previous = " (its previous value)" if problem.name in kept else ""
            words = described_parameter(parameter, problem.message) if parameter else ""
            text = f"{problem.message.rstrip('.')}{previous}{words}"
            yield FormFault(text, (problem.name,), short=problem_words(self.form, problem))
        if self.current.parameters is not None and not resolved.problems:
            yield from self.broken_rules(resolved.values, hidden, pseudo)

    def broken_rules(self, values: Any, hidden: frozenset[str], pseudo: Pseudo) -> Iterator[FormFault]:
        """The rules of template and portfolio that refuse the values; those that read a hidden value are AWS's."""
        rules = {name: rule for name, rule in self.form.rules.items() if not hidden & set(names_in(rule))}
        try:
            results = evaluate_rules(rules, values, pseudo)
        except TemplateError:  # it needs what only the account knows
            return
        for result in results:
            declared = rules[result.name]["Assertions"] if result.applies else ()
            for assertion, body in zip(result.assertions, declared, strict=True):
                if not assertion.passed:
                    text = assertion.description or "its assertion does not hold"
                    names = dict.fromkeys(name for _, name in references(body["Assert"], ()))
                    yield FormFault(f"rule {result.name}: {text}", tuple(names), short=text)

    def request(self) -> UpdateRequest:
        """The update as AWS gets it. Tags are sent only to change them: AWS allows that by a constraint alone."""
        tags = {**self.current.tags, **self.wanted.tags} if self.wanted.tags else None
        return UpdateRequest(
            provisioned_product_id=self.current.id,
            name=self.current.name,
            product_id=self.product.id,
            artifact_id=self.version.id,
            path_id=self.form.path.id,
            given=self.wanted.parameters,
            kept=self.kept,
            tags=tags,
            last_record_id=self.current.last_record_id,
        )


def chosen_version(product: AccountProduct, current: CurrentLaunch, wanted: WantedUpdate) -> AccountVersion:
    """The version that is named; else the present one if something else changes; else that of a new launch."""
    if wanted.version is not None:
        return product.version(wanted.version)
    if wanted.parameters or wanted.tags:
        present = [version for version in product.versions if version.id == current.artifact_id]
        if not present:
            raise ContentError(
                f"the version of {current.name} is no longer active, so that AWS accepts no update that keeps it",
                hint="Name the version to update to: --version.",
            )
        return present[0]
    return product.version(None)


def chosen_path(product: AccountProduct, current: CurrentLaunch, portfolio: str | None) -> AccountPath:
    """The launch path of the portfolio that is named; else that of the launch, which only its principals have."""
    if portfolio is not None or not current.path_id:
        return product.path(portfolio)
    for path in product.paths:
        if path.id == current.path_id:
            return path
    names = ", ".join(path.portfolio for path in product.paths) or "none"
    raise AwsError(
        f"{current.name} was launched through a portfolio that the caller has no launch path to ({current.path_id}); "
        f"the caller's launch paths: {names}",
        hint="Update it as a principal of that portfolio: --as. --portfolio moves it to another one, with the rules, "
        "tags and launch role there.",
    )


def form_names(form: LaunchForm) -> list[str]:
    """The names of the parameters of a version."""
    return [parameter.name for parameter in form.parameters]


def previous_names(
    session: AwsSession, current: CurrentLaunch, product: AccountProduct, form: LaunchForm
) -> frozenset[str]:
    """The parameters that have a value now; where the stack cannot be read, those that the present version has.

    All of the new version if the present one is not visible any more: AWS refuses to keep what there is not.
    """
    if current.parameters is not None:
        return frozenset(current.parameters)
    for version in product.versions:
        if version.id == current.artifact_id:
            return frozenset(form_names(read_form(session, product, version, form.path)))
    return frozenset(form_names(form))


def described_parameter(parameter: FormParameter, message: str) -> str:
    """What a parameter is for and what it takes, after its problem, without what the problem says already."""
    parts = [parameter.description, parameter.explanation, f"for example {parameter.example}" * bool(parameter.example)]
    texts = [part.rstrip(".") for part in parts]
    words = "; ".join(text for text in texts if text and text not in message)
    return f": {words}" if words else ""


@dataclass(frozen=True, slots=True)
class UpdatePreview:
    """What an update does, from the two templates and from a plan of AWS."""

    effects: UpdateEffects | None
    """None if a template cannot be read."""
    difference: Difference | None = None
    """Between the two versions, for every launch."""
    plan: ProvisionedPlan | None = None

    @property
    def resources(self) -> tuple[ResourceUpdate, ...]:
        """What happens to each resource: what AWS's plan says comes before the comparison of the templates."""
        known = {update.logical_id: update for update in self.effects.resources} if self.effects else {}
        if self.plan is None:
            return tuple(known.values())
        planned = {change.logical_id: change for change in self.plan.changes}
        order = dict.fromkeys([*known, *planned])
        return tuple(planned_update(name, planned.get(name), known.get(name)) for name in order)

    @property
    def losses(self) -> tuple[ResourceUpdate, ...]:
        """The stateful resources that the stack may lose."""
        return tuple(update for update in self.resources if update.loses)

    @property
    def failing(self) -> tuple[ResourceUpdate, ...]:
        """The resources with which the update fails."""
        return tuple(update for update in self.resources if update.effect is ResourceEffect.FAILS)

    @property
    def touched(self) -> int:
        """The number of resources that the update works on."""
        return sum(update.effect is not ResourceEffect.UNCHANGED for update in self.resources)

    @property
    def needs_consent(self) -> bool:
        """Whether a person must allow it: data may be lost, or nobody knows."""
        return self.unknown or bool(self.losses)

    @property
    def unknown(self) -> bool:
        """Whether nothing says what happens to the resources."""
        return self.effects is None and self.plan is None


def planned_update(name: str, change: PlannedChange | None, known: ResourceUpdate | None) -> ResourceUpdate:
    """What AWS's plan says of a resource; the graver of both where the templates say that data may be lost."""
    if change is None:
        same = known or ResourceUpdate(name, "", ResourceEffect.UNCHANGED)
        return same if same.loses else replace(same, effect=ResourceEffect.UNCHANGED, reasons=())
    reasons = change.properties or (("tags",) if change.scope == ("TAGS",) else ())
    if known:
        reasons = known.reasons or reasons
    effect = {
        ("ADD", ""): ResourceEffect.CREATED,
        ("MODIFY", "TRUE"): ResourceEffect.REPLACED,
        ("MODIFY", "CONDITIONAL"): ResourceEffect.MAY_BE_REPLACED,
        ("MODIFY", "FALSE"): ResourceEffect.UPDATED,
        ("REMOVE", ""): ResourceEffect.DELETED,
    }.get((change.action, change.replacement), ResourceEffect.UPDATED)
    if known and change.action == "REMOVE":
        effect = known.effect  # the plan does not say whether it stays in the account
    planned = ResourceUpdate(name, change.type, effect, reasons)
    graver = known is not None and (known.loses or known.effect is ResourceEffect.FAILS)
    return known if known and graver and not planned.loses else planned


def preview(
    update: Update,
    sessions: Sequence[AwsSession],
    released: ReleasedTemplate,
    regions: Sequence[str],
    *,
    access: bool = True,
) -> UpdatePreview:
    """Compare the templates, as far as they can be read: by the caller first, then by whoever assumed the caller."""
    current, product, caller = update.current, update.product, sessions[0]
    old = next((version for version in product.versions if version.id == current.artifact_id), None)
    new_template = released(update.version.digest) or version_template(sessions, product.id, update.version.id)
    old_template = (released(old.digest) if old else None) or version_template(
        sessions, product.id, current.artifact_id
    )
    launched = (stack_template(caller, current.stack) if current.stack else None) or old_template
    if new_template is None or launched is None:
        return UpdatePreview(None)
    before = LaunchedTemplate(f"{product.name} {update.old_version}", launched, current.parameters, current.ssm)
    after = LaunchedTemplate(f"{product.name} {update.version.name}", new_template, update.values, current.ssm)
    effects = update_effects(before, after, current.pseudo(caller), regions, access=access)
    difference = None
    if old_template is not None and current.artifact_id != update.version.id:
        sides = [
            ComparedVersion(update.old_version, current.artifact_id, old_template),
            ComparedVersion(update.version.name, update.version.id, new_template),
        ]
        difference = compare(sides[0], sides[1], regions=regions)
    return UpdatePreview(effects, difference)


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """A version of the account, as `compare` reads it."""

    version: str
    digest: str
    template: Template


def start_update(session: AwsSession, update: Update, plan: ProvisionedPlan | None) -> Record:
    """Execute the plan, or without one that has changes carry out the update."""
    changes = ProvisionedChanges(session)
    return changes.execute_plan(plan.id) if plan and plan.id else changes.update(update.request())


def shown_value(update: Update, name: str, value: str) -> str:
    """A value for people: `****` for a NoEcho parameter."""
    parameter = update.form.parameter(name)
    return HIDDEN if parameter is None or parameter.secret else value
