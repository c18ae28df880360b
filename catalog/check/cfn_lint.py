"""The adapter to cfn-lint: template bytes in, findings out. Only this module and controls/ import cfnlint."""

from __future__ import annotations

import functools
import gc
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.check.finding import Finding, Severity
from catalog.check.levels import with_levels
from catalog.check.own_controls import own_controls
from catalog.check.schemas import data_folder
from catalog.content.control_settings import DEFAULTS, ControlSettings
from catalog.errors import ContentError

CONTROLS = Path(__file__).parent / "controls"
"""The folder of our controls, as `cfn-lint --append-rules` takes it."""

OURS = ("E9", "W9", "I9")
"""Prefixes of the ids that cfn-lint reserves for rules of its users."""

SAME_FAULT = {"I3011": "E9003", "W3011": "E9003"}
"""Rules of cfn-lint → the control that reports the same fault, at the same path."""

SEVERITY: dict[str, Severity] = {"error": "error", "warning": "warning", "informational": "info"}


def lint(
    product: str, file: str, body: bytes, regions: Sequence[str], settings: ControlSettings = DEFAULTS
) -> list[Finding]:
    """Check the template `body` with cfn-lint's rules and the controls, for `regions`.

    Informational rules are on. A template can switch off cfn-lint's own rules as cfn-lint documents it (Metadata,
    cfn-lint), but not our controls. No .cfnlintrc is read, and no schemas of the user's cache, because the result must
    not depend on the machine.

    Findings name `file`, the product's source, and the line in `body`. When a rule of cfn-lint itself fails, the
    finding is E0002. Raises `ContentError` for a Region that cfn-lint does not know.
    """
    rules = load_rules(settings)
    off = frozenset(settings.off)
    for control in (rules[rule_id] for rule_id in rules if rule_id.startswith(OURS)):
        control.regions, control.duty_tags, control.off = tuple(regions), settings.duty_tags, off
    with tempfile.TemporaryDirectory(prefix="catalog-") as folder:
        # A file, not a string: cfn-lint then takes its way for files, which also checks the size in bytes.
        template = Path(folder) / f"{product}.yaml"
        template.write_bytes(body)
        findings = [as_finding(match, product, file) for match in run(template, regions, rules)]
        return without_repeats(with_levels(findings, settings))


def without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those of cfn-lint that a control reports too, at the same place.

    A control that is off reports nothing, so then cfn-lint's finding stays.
    """
    listed = list(findings)
    reported = {(finding.id, finding.path) for finding in listed}
    return [finding for finding in listed if (SAME_FAULT.get(finding.id), finding.path) not in reported]


@functools.cache
def load_rules(settings: ControlSettings = DEFAULTS) -> Any:
    """The rules of `packaged_rules` and the own controls of a repository.

    Raises `ContentError` when the settings give a level to a rule that does not exist.
    """
    rules = packaged_rules()
    if own := own_controls(settings).templates:
        from cfnlint.rules import Rules

        packaged, rules = rules, Rules()
        rules.update(packaged)
        for control in own:
            rules.register(control())
    for level in settings.levels:
        if not level.control.startswith("9", 1) and (level.control not in rules or level.control.startswith("E0")):
            raise ContentError(
                f"{level.where}: {level.control} is not a rule whose level can be set",
                hint="Use the id of a control (`catalog controls`), or of a rule of cfn-lint other than E0….",
            )
    return rules


@functools.cache
def packaged_rules() -> Any:
    """cfn-lint's rules and our controls, as cfn-lint's `Rules`.

    They are loaded once in a process, because loading takes longer than linting a template.

    The rules read the schemas that cfn-lint ships. By default cfn-lint prefers newer schemas that
    `cfn-lint --update-specs` wrote to the user's cache, and the same template could then pass on one machine and fail
    on another.
    """
    with no_collection():
        from cfnlint.config import _DEFAULT_RULESDIR
        from cfnlint.rules import Rules
        from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

        # cfn-lint's rules hold this one manager, so it is set up again in place.
        schemas = data_folder() / "schemas"
        PROVIDER_SCHEMA_MANAGER.__init__(schemas / "providers", schemas / "resources")
        rules = Rules.create_from_directory(_DEFAULT_RULESDIR)
        rules.update(Rules.create_from_directory(str(CONTROLS)))
        return rules


@contextmanager
def no_collection() -> Iterator[None]:
    """Import without garbage collection, then exempt the new objects from it.

    Loading cfn-lint creates about 270,000 objects that live as long as the process. Collecting them again and again,
    most of all at exit, would take a quarter of the wall time of `catalog validate`.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def run(template: Path, regions: Sequence[str], rules: Any) -> list[Any]:
    """The `Match`es of cfn-lint for one file."""
    from cfnlint.config import ConfigMixIn
    from cfnlint.exceptions import InvalidRegionException
    from cfnlint.runner.template import run_template_by_file_path

    no_settings = template.with_name("cfnlintrc.yaml")
    no_settings.write_text("{}\n", encoding="utf-8")
    config = ConfigMixIn(
        ["--config-file", str(no_settings)],
        regions=list(regions),
        include_checks=["I"],
        mandatory_checks=list(OURS),
    )
    try:
        return list(run_template_by_file_path(str(template), config, rules, False))
    except InvalidRegionException as error:
        raise ContentError(
            f"regions of [tool.catalog]: {error}",
            hint="Correct the Region. A new Region needs a newer cfn-lint.",
        ) from error


def as_finding(match: Any, product: str, file: str) -> Finding:
    """A `Match` of cfn-lint as a `Finding`. Its path may be missing, and has cfn-lint's own subclasses of `str`."""
    return Finding(
        id=match.rule.id,
        severity=SEVERITY[match.rule.severity],
        message=match.message,
        file=file,
        line=match.linenumber,
        path=tuple(part if isinstance(part, int) else str(part) for part in getattr(match, "path", None) or ()),
        source_url=match.rule.source_url,
        product=product,
        title=match.rule.shortdesc,
    )
