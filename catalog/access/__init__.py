"""The access matrix: who may do what to the resources of a launch.

    matrix(template, parameters, pseudo) → Matrix → compare_matrices, or a format

docs/access.md explains how to read one; docs/adr/0006-access-matrix.md lists what it evaluates and what it does not.
"""

from catalog.access.compare import AccessChange, AccessEffect, compare_matrices, described
from catalog.access.matrix import Matrix, MatrixRow, PolicyMatrix, matrix
from catalog.access.principals import PrincipalClass
from catalog.iam import Answer

__all__ = [
    "AccessChange",
    "AccessEffect",
    "Answer",
    "Matrix",
    "MatrixRow",
    "PolicyMatrix",
    "PrincipalClass",
    "compare_matrices",
    "described",
    "matrix",
]
