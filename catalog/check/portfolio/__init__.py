"""Portfolio controls: one class and one id (91xx) in each file. This folder is the list.

They read portfolio files with their lines, and never call AWS or import cfn-lint. They take milliseconds, so
`catalog plan` runs them too.
"""
