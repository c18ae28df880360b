"""The catalog as frozen values, which check their limits when they are made."""
