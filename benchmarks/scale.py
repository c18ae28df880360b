"""Publish and plan a catalogue of 40 portfolios x 25 products x 4 versions: calls by operation.

    .venv/bin/python benchmarks/scale.py [PORTFOLIOS PRODUCTS VERSIONS]

Every portfolio has every product, each with a launch role and a rule: 1,000 associations and 2,000 constraints. The
default quotas of an account are 100 portfolios and 350 products (Administrator Guide, "Service Catalog default
service quotas"). docs/calls.md has the constants that the number of calls follows, and tests/functional/test_calls.py
proves them at two smaller sizes. `python -m benchmarks` measures time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import render
from catalog.model.definition import ProductDefinition
from catalog.releases import draft_release

BIN = Path(sys.executable).parent
FULL = (40, 25, 4)
ROLE = "scale-launch"

PROJECT = """\
[tool.catalog]
owner = "scale"
regions = ["us-east-1"]
principal_patterns = ["role/dev-*"]
"""

PRODUCT = '''\
"""Product {key}: a minimal template, so that publishing takes most of the time."""

from troposphere import Output, Parameter, Ref, Template
from troposphere.cloudformation import WaitConditionHandle

from catalog import ProductDefinition


def template() -> Template:
    built = Template(Description="{key}")
    built.add_parameter(
        Parameter(
            "Stage",
            Type="String",
            Description="The stage of the resources.",
            AllowedValues=["dev", "prod"],
            ConstraintDescription="must be dev or prod.",
        )
    )
    built.add_resource(WaitConditionHandle("Handle"))
    built.add_output(Output("Name", Description="The stage that was chosen.", Value=Ref("Stage")))
    return built


PRODUCT = ProductDefinition(
    name="{key}", owner="Scale", description="{key}", version="1.0.0", version_description="First.", template=template
)
'''

PORTFOLIO = """\
display_name: {key}
provider: Scale
principals:
  - arn: arn:${{AWS::Partition}}:iam:::role/dev-*
    type: IAM_PATTERN
tag_options:
  Environment: [dev, prod]
products:
"""

PORTFOLIO_PRODUCT = """\
  - product: {product}
    launch: {{local_role_name: {role}}}
    template:
      rules:
        StageIsKnown:
          Assertions:
            - Assert: {{"Fn::Contains": [[dev, prod], {{Ref: Stage}}]}}
              AssertDescription: Stage must be dev or prod.
"""


def build_repository(root: Path, portfolios: int, products: int, versions: int, each: int | None = None) -> Path:
    """Write a repository in which every product has `versions` releases.

    Every portfolio has all products; with `each` the first one has the first `each` products, and so on.
    """
    for folder in ("products", "portfolios"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT)
    keys = [f"product_{number:02}" for number in range(products)]
    for key in keys:
        (root / "products" / f"{key}.py").write_text(PRODUCT.format(key=key))
        release(root, key, versions)
    for number in range(portfolios):
        key = f"portfolio-{number:02}"
        held = keys if each is None else keys[number * each : (number + 1) * each]
        portfolio_products = "".join(PORTFOLIO_PRODUCT.format(product=product, role=ROLE) for product in held)
        (root / "portfolios" / f"{key}.yaml").write_text(PORTFOLIO.format(key=key) + portfolio_products)
    return root


def release(root: Path, key: str, versions: int) -> None:
    """Freeze versions 1.0.0, 1.0.1 …, which differ only in their Description."""
    config = load_config(root)
    product = load_product(config, key)
    for patch in range(versions):
        draft_release(config, render(key, numbered(product, patch)), "Next.", date(2026, 11, 25)).freeze()


def numbered(product: ProductDefinition, patch: int) -> ProductDefinition:
    """The product's version 1.0.`patch`."""
    description = f"{product.name} 1.0.{patch}"
    data = {**product.template().to_dict(), "Description": description}
    return replace(product, version=f"1.0.{patch}", template=lambda: Described(data))


@dataclass(frozen=True)
class Described:
    """A template as data."""

    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The template."""
        return self.data


def calls(output: str) -> Counter[str]:
    """Operation → the number of calls that `catalog -vv` printed."""
    words = (line.rpartition("call ")[2] for line in output.splitlines() if "call " in line)
    return Counter(word.partition(":")[2] for word in words)


def main(portfolios: int, products: int, versions: int) -> None:
    """Publish to its own sandbox, plan again, and publish again."""
    with tempfile.TemporaryDirectory() as folder:
        root = build_repository(Path(folder) / "repository", portfolios, products, versions)
        environment = os.environ | {"CATALOG_SANDBOX_DIR": str(Path(folder) / "sandbox")}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            command = [str(BIN / "catalog"), "-C", str(root), *words]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # ours
            if done.returncode:
                raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-3000:]}")
            return done

        print(f"{portfolios} portfolios x {products} products x {versions} versions")
        run("sandbox", "start")
        try:
            planned = run("plan", "--local")
            published = run("-vv", "publish", "--local", "--yes", "--allow", "widen")
            again = run("-vv", "plan", "--local")
            unchanged = run("-vv", "publish", "--local", "--yes")
        finally:
            run("sandbox", "stop")
            shutil.rmtree(root)
        print(planned.stdout.splitlines()[-1])
        for name, done in {"publish": published, "plan again": again, "publish again": unchanged}.items():
            counted = calls(done.stderr)
            print(f"\n{name}: {counted.total()} calls; {done.stdout.splitlines()[-1]}")
            for operation, count in sorted(counted.items()):
                print(f"  {count:6} {operation}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4])) if len(sys.argv) == 4 else main(*FULL)
