"""What the version gate demands, one class and one id (92xx) a file; `catalog.versions.gate` finds the faults.

The metadata stands here, below the gate, so that the registry of controls lists it as it lists all others.
"""
