"""Where moto's server finds the CloudFormation operations; moto demands a module of this name beside `models`."""

from __future__ import annotations

from catalog.sandbox.cloudformation.responses import SandboxCloudFormationResponse

url_bases = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": SandboxCloudFormationResponse.dispatch}
