"""What a file of an own control imports: docs/own-controls.md."""

from catalog.cfn.names import named_at, names_in
from catalog.check.controls._control import Control, Fault, Path, resources, section
from catalog.check.controls._policy import alternatives, identity_statements, items, resource_statements, statements
from catalog.check.own_controls import faults_in
from catalog.check.portfolio._control import PortfolioControl, Subject
from catalog.check.stateful import STATEFUL_TYPES

__all__ = [
    "STATEFUL_TYPES",
    "Control",
    "Fault",
    "Path",
    "PortfolioControl",
    "Subject",
    "alternatives",
    "faults_in",
    "identity_statements",
    "items",
    "named_at",
    "names_in",
    "resource_statements",
    "resources",
    "section",
    "statements",
]
