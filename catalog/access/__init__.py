"""The access matrix: who may do what with the resources that a launch makes, as evaluated.

    matrix(template, parameters, pseudo) → Matrix → compare_matrices, or a format

docs/access.md says how to read one; docs/adr/0006-access-matrix.md what it knows and what it does not.
"""

from catalog.access.compare import AccessChange, Effect, compare_matrices, described
from catalog.access.matrix import Matrix, PolicyMatrix, Row, matrix
from catalog.access.principals import PrincipalClass
from catalog.iam import Answer

__all__ = [
    "AccessChange",
    "Answer",
    "Effect",
    "Matrix",
    "PolicyMatrix",
    "PrincipalClass",
    "Row",
    "compare_matrices",
    "described",
    "matrix",
]
