"""Where moto's server finds the KMS operations; moto demands a module of this name beside `models`."""

from __future__ import annotations

from catalog.sandbox.kms.responses import SandboxKmsResponse

url_bases = [r"https?://kms\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": SandboxKmsResponse.dispatch}
