"""Publish versioned CloudFormation products to AWS Service Catalog.

A product file needs two names of this package: `ProductDefinition` and, for the launch role, `LaunchPermission`.
"""

from catalog.model.definition import LaunchPermission, ProductDefinition

__all__ = ["LaunchPermission", "ProductDefinition", "__version__"]

__version__ = "0.1.0"
