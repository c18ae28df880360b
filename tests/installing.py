"""A distribution with portfolio files, as pip leaves it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def install_portfolios(
    folder: Path, files: Mapping[str, str], *, name: str, value: str = "acme.portfolios", editable: bool = False
) -> tuple[Path, Path]:
    """Install a distribution with the entry point `acme`; `files` are keys and texts of portfolios.

    Returns the folder of its metadata and that of its packages, which both belong on Python's path.
    """
    site, source = folder / "site", folder / ("project/src" if editable else "site")
    portfolios = source / "acme" / "portfolios"
    portfolios.mkdir(parents=True)
    (source / "acme" / "__init__.py").write_text("raise ValueError('imported')\n")
    for key, text in files.items():
        (portfolios / f"{key}.yaml").write_text(text)
    info = site / f"{name.replace('-', '_')}-1.2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.0\n")
    (info / "entry_points.txt").write_text(f"[catalog.portfolios]\nacme = {value}\n")
    record = [] if editable else [f"acme/portfolios/{key}.yaml,," for key in (*files, "deeper/other")]
    (info / "RECORD").write_text("\n".join([f"{info.name}/METADATA,,", "../bin/acme,,", *record]))
    if editable:
        project = {"url": (folder / "project").as_uri(), "dir_info": {"editable": True}}
        (info / "direct_url.json").write_text(json.dumps(project))
    return site, source
