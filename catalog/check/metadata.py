"""What a control says of itself: the same for rules over templates and over portfolios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Frameworks = Mapping[str, tuple[str, ...]]
"""Framework → the ids there: `{"Security Hub": ("KMS.4",), "CIS AWS Foundations": ("1.2: 2.8", "7.0: 4.6")}`."""

FRAMEWORKS = (
    "CIS AWS Foundations",  # "<version>: <number>", for the number moves from version to version
    "Security Hub",
    "AWS Config",
    "Control Tower",
    "SOC 2",
    "NIST 800-53",
    "PCI DSS",
    "Seed checklist",  # "<line 1-9>" of the article that the KMS product carries over
    "Seed compliance",  # "<row 1-5>" of its compliance table
)


class Metadata:
    """Class attributes of a control; docs/controls.md, `catalog controls` and evidence are made of them."""

    id: str = ""
    """`E9xxx`, `W9xxx` or `I9xxx`: the letter is the severity; 91xx look at portfolios, 92xx compare versions."""
    shortdesc: str = ""
    """The title: what it demands, in one line, without a full stop."""
    description: str = ""
    """What it demands, in whole sentences."""
    why: str = ""
    """What goes wrong without it."""
    remedy: str = ""
    """What to write instead."""
    source_url: str = ""
    """The page that says so."""
    frameworks: ClassVar[Frameworks] = {}
    sources: ClassVar[tuple[str, ...]] = ()
    """The pages that the ids of `frameworks` were read from; what has no page is left out."""
    advisory: str = ""
    """Not empty: why this cannot be decided in a template; it then never says pass."""
