"""The catalogue as CloudFormation templates: changes that create everything, translated into resources. Pure.

The source are the changes of `diff` against an empty state, which are also what publish carries out. So a template can
say nothing that publish would not do. A change that CloudFormation cannot say becomes a `Remainder`, for a following
publish.
"""

from __future__ import annotations

from catalog.plan.stack_templates import access, objects, offers  # noqa: F401  # they register their translations
from catalog.plan.stack_templates.packing import Layout, lay_out, resources_of, single_template, template_text
from catalog.plan.stack_templates.stand_ins import PORTABLE, Destination
from catalog.plan.stack_templates.translation import (
    Remainder,
    Resource,
    Translation,
    check_translations,
    translate,
)

__all__ = [
    "PORTABLE",
    "Destination",
    "Layout",
    "Remainder",
    "Resource",
    "Translation",
    "lay_out",
    "resources_of",
    "single_template",
    "template_text",
    "translate",
]

check_translations()
