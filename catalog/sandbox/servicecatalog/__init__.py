"""The sandbox's Service Catalog, in moto's layout: models, responses, urls, exceptions."""
