"""L2. The access matrix: who may do what with the resources that a launch makes, as evaluated."""
