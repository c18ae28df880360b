"""What adopting asks of the files of the repository: that none is overwritten, and that none is in the way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from catalog.content.config import Config
from catalog.content.files import check_inside
from catalog.content.product_files import ENDINGS
from catalog.content.schema_files import REPOSITORY_FOLDER
from catalog.errors import ContentError


def schema_line(config: Config, kind: str) -> str:
    """The line that tells editors the JSON Schema of a file, if the repository has the schemas (`catalog schema`)."""
    file = REPOSITORY_FOLDER / f"{kind}.json"
    return f"yaml-language-server: $schema=../{file}\n" if (config.root / file).is_file() else ""


def check_files(config: Config, files: Mapping[PurePosixPath, bytes]) -> None:
    """`ContentError` when a file exists with other content: adopting overwrites no file of the repository."""
    for path in files:
        check_inside(config.root, config.root / path)
    problems = tuple(
        f"{path} exists with other content"
        for path, body in files.items()
        if (config.root / path).exists() and (config.root / path).read_bytes() != body
    )
    problems += tuple(
        f"{other} is product {path.stem!r} already"
        for path in files
        if path.parent.name == "products" and path.suffix in ENDINGS and "." not in path.stem
        for other in (path.with_suffix(ending) for ending in ENDINGS)
        if other not in files and (config.root / other).exists()
    )
    if problems:
        raise ContentError("adopting would overwrite files", problems=problems, hint="Choose another key: --key.")


def copy_folder(config: Config, name: str, root: Path) -> None:
    """Copy a folder of the repository below `root`; `ContentError` if it has files that cannot be copied."""
    try:
        shutil.copytree(config.root / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise ContentError(
            f"{name}/ cannot be copied to check what adopting changes: {error}",
            hint="Take named pipes, broken links and the like out of the folder.",
        ) from error
