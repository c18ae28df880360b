"""Write the pages that are made from the code: `make pages` does it, and a test compares them with the code."""

from __future__ import annotations

from pathlib import Path

from docs import commands, configuration, file_keys, json_output, product_files, sandbox_types

FOLDER = Path(__file__).resolve().parent
PAGES = {
    "commands.md": commands.page,
    "configuration.md": configuration.page,
    "file-keys.md": file_keys.page,
    "json.md": json_output.page,
    "product-files.md": product_files.page,
    "sandbox-types.md": sandbox_types.page,
}
"""`catalog controls --markdown` makes controls.md."""

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
