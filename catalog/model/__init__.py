"""The catalogue as values: frozen, limits checked at birth."""
