"""From the repository's files to a `Catalog`: products by importing them, portfolios as data."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from catalog.cfn import Pseudo, RuleLookups, TemplateError, evaluate_rules
from catalog.cfn.parameter_types import parse_type
from catalog.content.config import Config, load_config
from catalog.content.governance import product_governed, tag_options
from catalog.content.import_files import ImportFile, load_import
from catalog.content.portfolio_files import EXAMPLE, PortfolioFile, load_portfolio
from catalog.content.rules_in_words import OPERATORS
from catalog.content.targets import check_targets
from catalog.content.yaml_files import DataPath
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition

RuleFault = tuple[DataPath, str]
"""Where in a portfolio file, and what is wrong with the rule there."""

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content of a repository."""

    config: Config
    products: Mapping[str, ProductDefinition]
    portfolios: Mapping[str, PortfolioFile]
    imports: Mapping[str, ImportFile] = field(default_factory=dict)
    """Portfolios of other accounts; no key is that of a portfolio too."""


def load_catalog(root: Path) -> Catalog:
    """Load every product and portfolio under `root`; `ContentError` on the first file that is wrong."""
    config = load_config(root)
    products = {key: load_product(config, key) for key in product_keys(config)}
    portfolios = load_portfolios(config)
    check_names(products, portfolios)
    imports = load_imports(config, portfolios)
    check_targets(root / "pyproject.toml", config.targets, (*portfolios, *imports))
    check_tag_options(config, products, portfolios)
    return Catalog(config, products, portfolios, imports)


def check_tag_options(
    config: Config, products: Mapping[str, ProductDefinition], portfolios: Mapping[str, PortfolioFile]
) -> None:
    """What goes to one account and Region must agree on its TagOptions; budgets must have names that can be."""
    for key, definition in products.items():
        product_governed(config, key, definition, EXAMPLE)
    groups = [target.portfolios or tuple(portfolios) for target in config.targets] or [tuple(portfolios)]
    for keys in groups:
        held = {name: file for name, file in portfolios.items() if name in keys}
        wanted = {key for file in held.values() for key in file.products} if config.targets else products
        tag_options(config, {key: products[key] for key in products if key in wanted}, held, EXAMPLE)


def product_keys(config: Config) -> tuple[str, ...]:
    """Keys of the product files: their names without .py, in order; a leading underscore means it is none."""
    return tuple(
        sorted(checked_key(config, file) for file in (config.root / "products").glob("*.py") if file.name[0] != "_")
    )


def checked_key(config: Config, file: Path) -> str:
    """The file's name as a key, which stands in tags and in S3 keys; `ContentError` when it cannot."""
    if not KEY.fullmatch(file.stem):
        raise ContentError(f"{config.shown(file)}: the name must be letters, digits, _ and -, for it is the key")
    return file.stem


def check_product(config: Config, key: str) -> None:
    """`ContentError` when there is no product file of this name."""
    keys = product_keys(config)
    if key not in keys:
        raise ContentError(f"unknown product {key!r}; products/ has {', '.join(keys) or 'none'}")


class AlwaysCompiled(SourceFileLoader):
    """Takes the file as it is now: Python's cache takes another text of the same second and size for the same one.

    Nor does it leave a cache in the repository.
    """

    def get_code(self, fullname: str) -> CodeType:
        """The code of the source."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def load_product(config: Config, key: str) -> ProductDefinition:
    """Import `products/<key>.py` and take its PRODUCT; `ContentError` names file and line of what fails."""
    check_product(config, key)
    file = config.root / "products" / f"{key}.py"
    name = f"catalog_products_{key}"
    loader = AlwaysCompiled(name, str(file))
    spec = importlib.util.spec_from_file_location(name, file, loader=loader)
    if spec is None:
        raise ContentError(f"{config.shown(file)}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        with redirect_stdout(sys.stderr):  # what a product prints must not mix with what a command answers
            loader.exec_module(module)
    except SyntaxError as error:
        where = f"{config.shown(Path(error.filename or file))}:{error.lineno}"
        raise ContentError(f"{where}: syntax error: {error.msg}") from error
    except ContentError as error:
        raise ContentError(f"{where_raised(config, file, error)}: {error.message}", hint=error.hint) from error
    except (Exception, SystemExit) as error:  # a product file is somebody's code and may raise anything
        raise ContentError(
            f"{where_raised(config, file, error)}: the import fails: {type(error).__name__}: {error}"
        ) from error
    product = getattr(module, "PRODUCT", None)
    if not isinstance(product, ProductDefinition):
        got = "no PRODUCT" if product is None else f"a PRODUCT of type {type(product).__name__}"
        raise ContentError(f"{config.shown(file)}: has {got}; expected PRODUCT = ProductDefinition(...)")
    return product


def where_raised(config: Config, file: Path, error: BaseException) -> str:
    """`file:line` of the last frame inside `file` that `error` passed through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f"{config.shown(file)}:{lines[-1]}" if lines else config.shown(file)


def load_portfolios(config: Config) -> dict[str, PortfolioFile]:
    """Every `portfolios/*.yaml` by key."""
    folder = config.root / "portfolios"
    if stray := sorted(folder.glob("*.yml")):
        raise ContentError(f"{config.shown(stray[0])}: portfolio files end in .yaml")
    known = product_keys(config)
    portfolios = {}
    for file in sorted(folder.glob("*.yaml")):
        checked_key(config, file)
        portfolio = load_portfolio(file, config.shown(file))
        for index, key in enumerate(portfolio.products):
            if key not in known:
                where = portfolio.document.where(("products", index, "product"))
                raise ContentError(f"{where}: unknown product {key!r}; products/ has {', '.join(known) or 'none'}")
        portfolios[portfolio.key] = portfolio
    return portfolios


def load_imports(config: Config, portfolios: Mapping[str, PortfolioFile]) -> dict[str, ImportFile]:
    """Every `imports/*.yaml` by key; `ContentError` on one that is also a portfolio's, or that is not there."""
    folder = config.root / "imports"
    if stray := sorted(folder.glob("*.yml")):
        raise ContentError(f"{config.shown(stray[0])}: import files end in .yaml")
    imports = {}
    for file in sorted(folder.glob("*.yaml")):
        key = checked_key(config, file)
        if key in portfolios:
            raise ContentError(f"{config.shown(file)}: portfolios/ has a file of the same name, which is its address")
        imports[key] = load_import(file, config.shown(file))
    for portfolio in portfolios.values():
        for path, key, _ in portfolio.imported():
            if key not in imports:
                where = portfolio.document.where((*path, "import"))
                raise ContentError(f"{where}: unknown import {key!r}; imports/ has {', '.join(imports) or 'none'}")
    return imports


def check_names(products: Mapping[str, ProductDefinition], portfolios: Mapping[str, PortfolioFile]) -> None:
    """Names must be unique: a launch path and a product are found by name at the console and by `launch`."""
    for kind, names in (
        ("product", {key: product.name for key, product in products.items()}),
        ("portfolio", {key: portfolio.display_name for key, portfolio in portfolios.items()}),
    ):
        seen: dict[str, str] = {}
        for key, name in names.items():
            if name in seen:
                raise ContentError(f"{kind}s {seen[name]} and {key} have the same name {name!r}")
            seen[name] = key


def check_rules(portfolio: PortfolioFile, product: str, template: Mapping[str, Any], version: str = "") -> None:
    """`ContentError` when a TEMPLATE rule cannot be merged with `template`'s Rules, or not be evaluated.

    `version` is the released one that the template is of; without it the working tree's is meant. What is wrong is
    decided by the same functions as in the controls E9113 to E9115.
    """
    which = f"{product} {version}".rstrip()
    problems = tuple(
        f"{portfolio.document.where(path)}: {message}"
        for find in (shared_names, unknown_parameters, undecidable_rules)
        for path, message in find(portfolio, product, template, which)
    )
    if problems:
        raise ContentError(f"{portfolio.document.shown} does not fit the template of {which}", problems=problems)


def rule_sections(template: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What rules are about, Parameters and Rules; entries of another shape are left out: the checks name them."""
    sections = ((name, template.get(name)) for name in ("Parameters", "Rules"))
    return {
        name: {key: one for key, one in (entries if isinstance(entries, Mapping) else {}).items() if is_mapping(one)}
        for name, entries in sections
    }


def is_mapping(value: Any) -> bool:
    """Whether a value is an object of the template."""
    return isinstance(value, Mapping)


def shared_names(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], which: str
) -> Iterator[RuleFault]:
    """Rules that bear the name of a rule of the template: merged, one would replace the other."""
    for path, name, _ in portfolio.located_rules(product):
        if name in rule_sections(template)["Rules"]:
            yield path, f"rule {name!r} bears the name of a rule of the template of {which}"


def unknown_parameters(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], which: str
) -> Iterator[RuleFault]:
    """Parameters that rules read and the template lacks."""
    parameters = rule_sections(template)["Parameters"]
    clauses = tuple(portfolio.clauses(product))
    for base, name, rule in portfolio.located_rules(product):
        said = [(path, one.parameter) for path, one in clauses if path[: len(base)] == base]
        for path, reference in said or references(rule, base):
            if reference not in parameters:
                unknown = f"rule {name!r} names parameter {reference!r}, which {which} does not have"
                yield path, f"{unknown}; allowed are {', '.join(parameters)}"


def undecidable_rules(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], which: str
) -> Iterator[RuleFault]:
    """Rules that CloudFormation could not evaluate for any launch of `which` version."""
    parameters = rule_sections(template)["Parameters"]
    misread = dict(misread_parameters(portfolio, product, parameters, which))
    yield from misread.items()
    for path, name, rule in portfolio.located_rules(product):
        if not any(one[: len(path)] == path for one in misread):
            for fault in rule_faults(name, rule, parameters):
                yield path, f"rule {name!r} of {which}: {fault}"


def misread_parameters(
    portfolio: PortfolioFile, product: str, parameters: Mapping[str, Any], which: str
) -> Iterator[RuleFault]:
    """What is said in words of a list and is for single values, or the other way round."""
    for path, clause in portfolio.clauses(product):
        declared = parameters.get(clause.parameter)
        if declared is not None and is_list_type(declared.get("Type")) is not clause.of_list:
            kind = "a single value" if clause.of_list else "a list"
            wrong = f"{clause.operator} is not for {clause.parameter}, which is {kind} in {which}"
            yield path, f"{wrong}; write {OPERATORS[clause.operator].twin}"


def is_list_type(kind: object) -> bool:
    """Whether a parameter of this Type is a list; of a Type that is none it is not, which its own checks tell."""
    try:
        return parse_type(kind).is_list
    except TemplateError:
        return False


def unsound_rules(portfolio: PortfolioFile, product: str) -> Iterator[RuleFault]:
    """What of the rules could not be evaluated whatever the template is, which this repository does not have."""
    for path, name, rule in portfolio.located_rules(product):
        lists = {parameter: {"Type": "CommaDelimitedList"} for parameter in read_as_lists(rule)}
        for fault in rule_faults(name, rule, lists):
            yield path, f"rule {name!r}: {fault}"


def read_as_lists(node: Any) -> Iterator[str]:
    """Parameters that stand where rule functions take a list."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            sides = {"Fn::Contains": 1, "Fn::EachMemberEquals": 1, "Fn::EachMemberIn": 2}.get(key, 0)
            for side in (value if isinstance(value, list) else [])[:sides]:
                yield from (name for path, name in references(side, ()) if path == ("Ref",))
            yield from read_as_lists(value)
    elif isinstance(node, list):
        for item in node:
            yield from read_as_lists(item)


def rule_faults(name: str, rule: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[str]:
    """What CloudFormation could not evaluate in a rule, such as a misspelt function, whatever the parameters are.

    Parameters that the template lacks are for `unknown_parameters`.
    """
    lists = {key for key, parameter in parameters.items() if is_list_type(parameter.get("Type"))}
    names = {*parameters, *(reference for _, reference in references(rule, ()))}
    values = {key: ("x",) if key in lists else "x" for key in names}
    parts = [assertion["Assert"] for assertion in rule["Assertions"]]
    for part in [*parts, *([rule["RuleCondition"]] if "RuleCondition" in rule else [])]:
        try:
            evaluate_rules(
                {name: {"Assertions": [{"Assert": part}]}},
                values,
                Pseudo("123456789012", "us-east-1"),
                lookups=RuleLookups(Anything(("x",)), ValuesOf(lists), Anything(("x",))),
            )
        except TemplateError as error:
            yield str(error)


class Anything(dict[Any, Sequence[str]]):
    """A table of the account in which each lookup finds the same, for none of it is known here."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__()
        self.found = found

    def __missing__(self, key: Any) -> Sequence[str]:
        return self.found


class ValuesOf(dict[tuple[str, str], str | Sequence[str]]):
    """What Fn::ValueOf finds: a list for a list parameter, else one value."""

    def __init__(self, lists: set[str]) -> None:
        super().__init__()
        self.lists = lists

    def __missing__(self, key: tuple[str, str]) -> str | Sequence[str]:
        return ("x",) if key[0] in self.lists else "x"


def references(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path, name) of each parameter that rule functions read: `Ref`, and `Fn::ValueOf` by its first argument."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str) and not value.startswith("AWS::"):
                yield (*path, key), value
            elif key == "Fn::ValueOf" and isinstance(value, list) and value:
                yield (*path, key), str(value[0])
            else:
                yield from references(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, (*path, index))
