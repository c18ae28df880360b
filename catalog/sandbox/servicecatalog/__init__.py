"""Service Catalog of the sandbox, in moto's layout: models, responses, urls, exceptions."""
