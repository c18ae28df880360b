"""Two versions of a product: what differs, what that asks of the version number, and what is refused.

    compare(old, new) → Difference (changes, verdict)        gate(new, releases, migrations) → findings E92xx, W92xx

Everything works on values: a release and the rendered working tree alike have a version, a digest and a template.
docs/versions.md says which version bump each kind of change needs; docs/adr/0009-version-gate.md says why.
"""

from catalog.versions.change import Aspect, Level, TemplateChange, Verdict, verdict
from catalog.versions.compare import Difference, compare
from catalog.versions.examples import load_examples
from catalog.versions.gate import gate

__all__ = ["Aspect", "Difference", "Level", "TemplateChange", "Verdict", "compare", "gate", "load_examples", "verdict"]
