"""The URLs of Cloud Control API; moto requires a module of this name next to `models`."""

from __future__ import annotations

from catalog.sandbox.cloud_control.responses import CloudControlResponse

url_bases = [r"https?://cloudcontrolapi\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": CloudControlResponse.dispatch}
