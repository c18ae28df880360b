"""L2. What a launch with given parameters would do, without AWS."""
