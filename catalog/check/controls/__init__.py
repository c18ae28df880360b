"""Our controls: cfn-lint rules of the 9xxx range, one class and one id a file, found by directory.

`catalog validate` runs them, and so does cfn-lint itself where this package is installed:
`cfn-lint --append-rules catalog/check/controls -- template.yaml`.
cfn-lint loads every file here whose name starts with a letter, each as a module of its own; helpers start with `_`.
"""
