"""Templates: the rendered bytes of a version on their way to the template bucket."""

from __future__ import annotations

from catalog.model import addresses
from catalog.plan.changes import Change, LaunchImpact, change
from catalog.plan.operations import Operation, needs_permission

needs_permission(
    Operation("s3:PutObject", "publish", "upload of templates; the lease of the publisher", "objects"),
    Operation(
        "s3:GetObject",
        "publish",
        "Service Catalog reads the template as the publisher; who holds the lease, if somebody does",
        "objects",
        call="",
    ),
    Operation(
        "cloudformation:ValidateTemplate",
        "publish",
        "Service Catalog validates the template as the publisher; there is no stack to name",
        "anywhere",
        call="",
    ),
)


@change
class UploadTemplate(Change):
    """S3 PutObject: a template under its content-addressed key."""

    FOLLOWS = True

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    product: str
    digest: str

    @property
    def subject(self) -> str:
        """Its digest."""
        return self.digest

    @property
    def scope(self) -> tuple[str, str]:
        """The product that the template is of."""
        return "", self.product


def upload(product: str, digest: str) -> Change:
    """The upload of a product's template."""
    return UploadTemplate(address=addresses.template(product, digest), product=product, digest=digest)


def template_key(name: str, digest: str, folder: str = "templates", form: str = "yaml") -> str:
    """The key of a template in the bucket: `templates/<product>/<hex>.yaml`."""
    return f"{folder}/{name}/{digest.removeprefix('sha256:')}.{form}"


def template_url(bucket: str, region: str, url_suffix: str, key: str) -> str:
    """The https URL of an object of the bucket, which Service Catalog reads once, when the version is created."""
    return f"https://{bucket}.s3.{region}.{url_suffix}/{key}"
