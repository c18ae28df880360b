"""The local AWS: a Service Catalog on moto, served on 127.0.0.1."""
