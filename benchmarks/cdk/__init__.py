"""The same product, synthesised by the AWS CDK in Node.js, which is the CDK's fastest language."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PACKAGES = FOLDER.parent.parent / ".cdk" / "node_modules"
ABSENT = "Node.js or the packages of benchmarks/cdk are not installed: `make bench` installs them where npm is at hand"


def is_installed() -> bool:
    """Whether the CDK can run."""
    return shutil.which("node") is not None and (PACKAGES / "aws-cdk-lib").is_dir()


def command(template: Path, folder: Path) -> list[str]:
    """The command line that synthesises a template in JSON into a folder. NODE_PATH must be `PACKAGES`."""
    return ["node", str(FOLDER / "app.js"), str(template), str(folder)]


def require_same(template: Path, folder: Path) -> None:
    """Both must have made the same template, or the comparison says nothing. The CDK sorts tags."""
    ours, theirs = (tags_sorted(json.loads(path.read_text())) for path in (template, folder / "Product.template.json"))
    if ours != theirs:
        raise SystemExit(f"the CDK synthesises another template: {folder}")


def tags_sorted(value: Any) -> Any:
    """Data with the members of each `Tags` in one order."""
    if isinstance(value, dict):
        return {name: tags_sorted(sort_tags(part) if name == "Tags" else part) for name, part in value.items()}
    return [tags_sorted(part) for part in value] if isinstance(value, list) else value


def sort_tags(tags: Any) -> Any:
    """A list of tags, some of them in Fn::If, in one order."""
    return sorted(tags, key=lambda tag: json.dumps(tag, sort_keys=True)) if isinstance(tags, list) else tags
