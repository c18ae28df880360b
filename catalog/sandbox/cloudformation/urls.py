"""The URLs of CloudFormation; moto requires a module of this name next to `models`."""

from __future__ import annotations

from catalog.sandbox.cloudformation.responses import SandboxCloudFormationResponse

url_bases = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": SandboxCloudFormationResponse.dispatch}
