"""The names of Regions."""

from __future__ import annotations

import re

from catalog.model.limits import check_pattern

REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d{1,2}", re.ASCII)
"""What every Region's name looks like (AWS Regions and Availability Zones, "Available AWS Regions")."""


def check_region(label: str, name: str) -> None:
    """Raise `ContentError` unless `name` can be the name of a Region."""
    check_pattern(label, name, REGION, "the name of a Region, such as eu-west-1")
