"""The sandbox: a local AWS with Service Catalog, built on moto and served on 127.0.0.1."""
