"""L2. From two catalogue states to an ordered plan of changes; pure."""
