"""L2. Two versions of a product: what differs, what that asks of the version number, and what is refused."""
