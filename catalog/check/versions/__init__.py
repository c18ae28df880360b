"""Requirements of the version gate: metadata, one class and one id (92xx) in each file.

`catalog.versions.gate` finds the faults. The metadata is here, so that the registry lists these controls with all
others.
"""
