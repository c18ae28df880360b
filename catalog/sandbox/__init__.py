"""The sandbox: a local AWS with Service Catalog, built on moto and served on 127.0.0.1."""

INSTALL = "Run: pip install 'service-catalog-publisher[sandbox]'"
"""What to do where moto is not installed."""
