"""Publishing: what is declared, the plan between that and AWS, and applying it."""
