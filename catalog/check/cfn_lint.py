"""The one adapter to cfn-lint: template bytes in, findings out. Beside it only controls/ and `bundled`
import cfnlint.
"""

from __future__ import annotations

import functools
import gc
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.check.finding import Finding, Severity
from catalog.errors import ContentError

CONTROLS = Path(__file__).parent / "controls"
"""The folder of our rules, as `cfn-lint --append-rules` takes it."""

OURS = ("E9", "W9", "I9")
"""Id prefixes that cfn-lint keeps for rules of its users."""

SEVERITY: dict[str, Severity] = {"error": "error", "warning": "warning", "informational": "info"}


def lint(product: str, file: str, body: bytes, regions: Sequence[str]) -> list[Finding]:
    """All that cfn-lint and our controls say about the template `body` in `regions`.

    Informational rules are on. cfn-lint's own rules can be switched off in the template as cfn-lint documents it
    (Metadata, cfn-lint); our controls cannot. No .cfnlintrc is read, and no schemas of the user's cache: the result
    must not depend on the machine.

    Findings name `file`, the product's source, and the line in `body`. A rule of cfn-lint that fails itself is the
    finding E0002. Raises `ContentError` for a Region that cfn-lint does not know.

    The same bytes are linted once a process: it takes half a second, and is most of what a publish does.
    """
    return list(lint_once(product, file, body, tuple(regions)))


@functools.lru_cache(maxsize=64)
def lint_once(product: str, file: str, body: bytes, regions: tuple[str, ...]) -> tuple[Finding, ...]:
    """`lint`: what it finds depends on the bytes and the Regions alone."""
    rules = load_rules()
    with tempfile.TemporaryDirectory(prefix="catalog-") as folder:
        # A file and not a string: it takes cfn-lint's own way for files, where the size of the bytes is checked too.
        template = Path(folder) / f"{product}.yaml"
        template.write_bytes(body)
        return tuple(as_finding(match, product, file) for match in run(template, regions, rules))


@functools.cache
def load_rules() -> Any:
    """cfn-lint's rules and ours, as its `Rules`; once a process, since that takes longer than linting a template."""
    with no_collection():
        from cfnlint.config import _DEFAULT_RULESDIR
        from cfnlint.rules import Rules

        from catalog.check.bundled import use_bundled_schemas

        use_bundled_schemas()
        rules = Rules.create_from_directory(_DEFAULT_RULESDIR)
        rules.update(Rules.create_from_directory(str(CONTROLS)))
        return rules


@contextmanager
def no_collection() -> Iterator[None]:
    """Import without garbage collection, then exempt what was made from it.

    Loading cfn-lint makes some 270,000 objects that live as long as the process. Walking through them again and again,
    at the exit most of all, would be a quarter of the wall time of `catalog validate`.
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
    """cfn-lint's `Match`es for one file."""
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
            f"regions of [tool.catalog]: {error}", hint="A newer cfn-lint may know a newer Region."
        ) from error


def as_finding(match: Any, product: str, file: str) -> Finding:
    """A `Match` as our value; its path has cfn-lint's own kinds of text and may be missing."""
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
