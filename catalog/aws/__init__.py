"""L3. The only code that talks to AWS."""
