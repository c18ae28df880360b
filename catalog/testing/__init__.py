"""A team's own tests of its products: publish them to the sandbox, launch them, look at what was made.

`catalog.pytest_plugin` gives a test the fixture `catalog_sandbox`, a `CatalogSandbox`. docs/testing-products.md has a
complete example.
"""

from catalog.testing.denials import assert_denied
from catalog.testing.launched import LaunchedProduct, LaunchedResource, LaunchEvent, LaunchFailedError
from catalog.testing.sandbox import CatalogSandbox
from catalog.testing.stubs import StubbedResource

__all__ = [
    "CatalogSandbox",
    "LaunchEvent",
    "LaunchFailedError",
    "LaunchedProduct",
    "LaunchedResource",
    "StubbedResource",
    "assert_denied",
]
