"""Metadata of a control, the same for template controls, portfolio controls and the version gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Frameworks = Mapping[str, tuple[str, ...]]
"""Framework → the ids there: `{"Security Hub": ("KMS.4",), "CIS AWS Foundations": ("1.2: 2.8", "7.0: 4.6")}`."""

FRAMEWORKS = (
    "CIS AWS Foundations",  # "<version>: <number>", because numbers change from version to version
    "Security Hub",
    "AWS Config",
    "Control Tower",
    "SOC 2",
    "NIST 800-53",
    "PCI DSS",
)
"""The frameworks that have ids of their own. The tables of catalog/check/profiles/ come after them."""


class Metadata:
    """Class attributes of a control. `catalog controls`, docs/controls.md and evidence are made from them."""

    id: str = ""
    """`E9xxx`, `W9xxx` or `I9xxx`. The letter is the severity; 91xx read portfolios, 92xx compare versions."""
    shortdesc: str = ""
    """The requirement in one line, without a full stop."""
    description: str = ""
    """The requirement in whole sentences."""
    why: str = ""
    """What goes wrong when the requirement is not met."""
    remedy: str = ""
    """What to write instead."""
    source_url: str = ""
    """The page that the requirement comes from."""
    frameworks: ClassVar[Frameworks] = {}
    sources: ClassVar[tuple[str, ...]] = ()
    """The pages that list the ids of `frameworks`. Ids without such a page are left out."""
    advisory: str = ""
    """Why a template alone cannot decide this; such a control never counts as passed. Empty: it can be decided."""
