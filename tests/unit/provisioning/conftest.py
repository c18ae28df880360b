"""A form of a launch, as the account would say it."""

from __future__ import annotations

from typing import Any

from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_parameters import groups_of
from catalog.provisioning.offer import AccountPath, AccountProduct

ANSWER: dict[str, Any] = {
    "ProductViewSummary": {"ProductId": "prod-1", "Name": "Topic", "ShortDescription": "A topic."},
    "ProvisioningArtifacts": [{"Id": "pa-1", "Name": "1.0.0"}],
    "LaunchPaths": [{"Id": "lp-1", "Name": "Blue"}],
}


def form_of(
    parameters: dict[str, Any],
    *,
    tag_options: dict[str, tuple[str, ...]] | None = None,
    rules: dict[str, Any] | None = None,
    metadata: object = None,
    paths: tuple[AccountPath, ...] = (AccountPath("lp-1", "Blue"),),
) -> LaunchForm:
    """The form of a product Topic with these parameters."""
    listed = [{"Id": path.id, "Name": path.portfolio} for path in paths]
    product = AccountProduct.read({**ANSWER, "LaunchPaths": listed})
    return LaunchForm(
        product=product,
        version=product.versions[0],
        path=paths[0],
        declared={"Parameters": parameters, "Rules": rules or {}},
        groups=groups_of(parameters, metadata),
        tag_options=tag_options or {},
        outputs=(),
        constraints=(),
        launch_role="",
        tag_updates=False,
    )
