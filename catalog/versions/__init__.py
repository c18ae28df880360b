"""Compare two versions of a product: what differs, which version bump that needs, and what the gate refuses.

    compare(old, new) → Difference (changes, verdict)        gate(new, releases, migrations) → findings E92xx, W92xx

Everything works on values: a release and the rendered working tree both have a version, a digest and a template.
docs/versions.md lists the version bump that each kind of change needs; docs/adr/0009-version-gate.md explains why.
"""

from catalog.versions.bump import BUMPS, bumped_version
from catalog.versions.change import Aspect, Level, TemplateChange, Verdict, verdict
from catalog.versions.compare import Difference, compare
from catalog.versions.examples import load_examples
from catalog.versions.gate import gate

__all__ = [
    "BUMPS",
    "Aspect",
    "Difference",
    "Level",
    "TemplateChange",
    "Verdict",
    "bumped_version",
    "compare",
    "gate",
    "load_examples",
    "verdict",
]
