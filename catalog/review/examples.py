"""The examples of a product, before and after: who gets access, what conditions and rules say, who may launch them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from catalog.access import Matrix, matrix
from catalog.cfn import Template
from catalog.cfn.template import section
from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.review.cells import AccessTable, access_tables
from catalog.review.parameters import EXAMPLE_PSEUDO
from catalog.simulate import LaunchRequest, Simulation, launch_paths, simulate

NOTHING = "does not exist"
DEFAULTS = "the template's defaults"
Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExampleAccess:
    """The access that launches with some parameters give."""

    examples: tuple[str, ...]
    """The files with the parameters; several if all of them give the same access."""
    tables: tuple[AccessTable, ...]
    problem: str = ""
    """Why it cannot be said."""
    only: str = ""
    """`new` or `old` where only one side can be launched so: then nothing is compared."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """A condition, rule or launch path with its value for each example: before, if that differs, and after."""

    kind: str
    name: str
    cells: tuple[tuple[str, str], ...]
    """(before, after); both are the same where nothing changes."""

    @property
    def changed(self) -> bool:
        """Whether a cell changed."""
        return any(before != after for before, after in self.cells)


@dataclass(frozen=True, slots=True)
class LaunchRefusal:
    """A launch of an example that was accepted and is now refused, or the reverse."""

    example: str
    portfolio: str
    """Its display name; empty for the template alone."""
    before: str
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaunchSide:
    """A version of a product with what a launch of it meets."""

    key: str
    version: str
    template: Template
    definition: ProductDefinition
    portfolios: Mapping[str, PortfolioFile]
    examples: Mapping[str, Parameters]

    def parameters(self, example: str, other: Parameters) -> Parameters:
        """The parameters of an example; those of the other side where this one does not have the file."""
        if example in self.examples:
            return self.examples[example]
        declared = section(self.template, "Parameters")
        return {name: value for name, value in other.items() if name in declared}

    def matrix(self, parameters: Parameters) -> Matrix | str:
        """The access matrix, or why there is none."""
        try:
            return matrix(self.template, parameters, EXAMPLE_PSEUDO, source=f"{self.key} {self.version}")
        except ContentError as error:
            return "; ".join((error.message, *error.problems))

    def simulation(self, parameters: Parameters) -> Simulation:
        """What launches with these parameters would do, through each portfolio."""
        request = LaunchRequest(
            self.key,
            self.version,
            self.template,
            parameters,
            tag_options=self.definition.tag_options,
            separate_lists=self.definition.separate_lists,
        )
        return simulate(with_tags(request, self.portfolios.values()), launch_paths(self.portfolios, self.key, None))


def with_tags(request: LaunchRequest, portfolios: Iterable[PortfolioFile]) -> LaunchRequest:
    """The request with a value for each TagOption: which tags somebody chooses is not what is reviewed."""
    chosen: dict[str, str] = {}
    for file in portfolios:
        for key, values in file.tag_values.items():
            offered = [value for value in values if isinstance(value, str)]
            if offered and key not in section(request.template, "Parameters"):
                chosen.setdefault(key, offered[0])
    return replace(request, tags=chosen)


def example_names(new: LaunchSide | None, old: LaunchSide | None) -> tuple[str, ...]:
    """The files of examples of both sides; the defaults of the template where there are none."""
    names = dict.fromkeys([*(new.examples if new else ()), *(old.examples if old else ())])
    return tuple(names) or (DEFAULTS,)


def given(name: str, new: LaunchSide | None, old: LaunchSide | None) -> tuple[Parameters, Parameters]:
    """The parameters of an example on the new and on the old side."""
    of_new, of_old = (side.examples.get(name, {}) if side else {} for side in (new, old))
    return (new.parameters(name, of_old) if new else {}), (old.parameters(name, of_new) if old else {})


def example_access(new: LaunchSide | None, old: LaunchSide | None) -> tuple[ExampleAccess, ...]:
    """The access of each example; examples with the same tables together."""
    results: list[ExampleAccess] = []
    for name in example_names(new, old):
        now, was = given(name, new, old)
        access = compared_access(name, new.matrix(now) if new else None, old.matrix(was) if old else None)
        same = next((index for index, each in enumerate(results) if replace(each, examples=()) == access), None)
        if same is None:
            results.append(replace(access, examples=(name,)))
        else:
            results[same] = replace(results[same], examples=(*results[same].examples, name))
    return tuple(results)


def compared_access(name: str, new: Matrix | str | None, old: Matrix | str | None) -> ExampleAccess:
    """The tables of one example, without its name."""
    if isinstance(new, Matrix):
        compared = old if isinstance(old, Matrix) else None
        only = "new" if old is not None and compared is None else ""
        return ExampleAccess((), access_tables(new, compared), only=only)
    if isinstance(old, Matrix):
        problem = f"The new version cannot be launched with {name}: {new}" if new else ""
        return ExampleAccess((), access_tables(old), problem, only="old")
    return ExampleAccess((), (), str(new or old or ""))


def truth_table(new: LaunchSide | None, old: LaunchSide | None) -> tuple[tuple[str, ...], tuple[TruthRow, ...]]:
    """(examples, rows): conditions, rules of the template and of portfolios, and whether AWS accepts the launch."""
    names = example_names(new, old)
    sides = [given(name, new, old) for name in names]
    after = [dict(values_of(new, now)) for now, _ in sides]
    before = [dict(values_of(old, was)) for _, was in sides] if old else after
    if not new:
        after = before
    keys = dict.fromkeys(key for column in (*after, *before) for key in column)
    rows = [
        TruthRow(
            *key, tuple((was.get(key, NOTHING), now.get(key, NOTHING)) for was, now in zip(before, after, strict=True))
        )
        for key in keys
    ]
    return names, tuple(rows)


def values_of(side: LaunchSide | None, parameters: Parameters) -> Iterator[tuple[tuple[str, str], str]]:
    """((kind, name), value) of what decides a launch."""
    if side is None:
        return
    simulation = side.simulation(parameters)
    for name, value in simulation.rendering.conditions.items():
        yield ("condition", name), "true" if value else "false"
    for rule in simulation.rules:
        yield ("rule of the template", rule.name), rule.mark.replace("_", " ")
    for path in simulation.paths:
        through = f"through {path.display_name}" if path.portfolio else "without a portfolio"
        for rule in path.rules:
            yield (f"rule of {path.display_name}", rule.name), rule.mark.replace("_", " ")
        yield ("launch", through), str(path.verdict)


def launch_changes(new: LaunchSide | None, old: LaunchSide | None) -> Iterator[LaunchRefusal]:
    """The launches of examples whose verdict changes."""
    if new is None or old is None:
        return
    for name in example_names(new, old):
        now, was = given(name, new, old)
        before = {path.portfolio: path for path in old.simulation(was).paths}
        for path in new.simulation(now).paths:
            previous = before.get(path.portfolio)
            if previous is not None and previous.verdict is not path.verdict:
                reasons = path.refusals or previous.refusals
                yield LaunchRefusal(
                    name, path.display_name, str(previous.verdict), str(path.verdict), tuple(dict.fromkeys(reasons))
                )
