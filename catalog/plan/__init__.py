"""From two catalogue states to an ordered plan of changes; pure."""
