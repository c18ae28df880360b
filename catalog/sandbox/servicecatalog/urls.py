"""Where the sandbox's Service Catalog listens; moto finds this module beside `models`.

AppRegistry signs its requests as `servicecatalog` too, so its paths stay here, as in moto's own `servicecatalog.urls`.
"""

from __future__ import annotations

from moto.servicecatalogappregistry.responses import AppRegistryResponse
from moto.servicecatalogappregistry.urls import url_paths as app_registry_paths

from catalog.sandbox.servicecatalog.responses import ServiceCatalogResponse

url_bases = [r"https?://servicecatalog\.(.+)\.amazonaws\.com"]

url_paths = {
    "{0}/$": ServiceCatalogResponse.dispatch,
    **dict.fromkeys(app_registry_paths, AppRegistryResponse.dispatch),
}
