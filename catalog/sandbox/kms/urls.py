"""The URLs of KMS; moto requires a module of this name next to `models`."""

from __future__ import annotations

from catalog.sandbox.kms.responses import SandboxKmsResponse

url_bases = [r"https?://kms\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": SandboxKmsResponse.dispatch}
