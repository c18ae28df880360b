"""The URLs of Service Catalog; moto requires a module of this name next to `models`.

Requests to AppRegistry are also signed as `servicecatalog`, so its paths are here, as in moto's `servicecatalog.urls`.
"""

from __future__ import annotations

from catalog.sandbox.app_registry.responses import URL_PATHS, AppRegistryResponse
from catalog.sandbox.servicecatalog.responses import ServiceCatalogResponse

url_bases = [r"https?://servicecatalog\.(.+)\.amazonaws\.com"]

url_paths = {
    "{0}/$": ServiceCatalogResponse.dispatch,
    **dict.fromkeys(URL_PATHS, AppRegistryResponse.dispatch),
}
