"""The files in products/: which of them declare a product, and where its template is. The names tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath

from catalog.content.config import Config
from catalog.content.files import TEXT_LIMIT, check_readable, read_file
from catalog.content.package_products import GROUP, PackageProduct, package_products
from catalog.errors import ContentError
from catalog.model.limits import shown

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
TEMPLATES = (".yaml", ".yml", ".json", ".template")
"""What the name of a template ends in."""
ENDINGS = (".py", *TEMPLATES)
"""What the name of a product ends in."""
METADATA = ".product.yaml"
"""What the name of a file with the metadata of a template ends in."""
FORMS = "KEY.py, KEY.yaml, KEY.yml, KEY.json or KEY.template"
RELEASES = "releases"
TEXTS = (".md", ".rst", ".txt", ".adoc")
"""Suffixes of files for people, such as README.md."""


@dataclass(frozen=True, slots=True)
class ProductFile:
    """Where a product is written."""

    key: str
    shown: str
    """The file with its fields, relative to the repository: `products/queue.py`, `products/bucket.product.yaml`, or the
    template if that has them in its Metadata."""
    template: str = ""
    """The template that is published as it is, relative to the repository. Empty: Python makes the template."""
    module: str = ""
    """The module of an installed package that declares the product. Empty: a file of the repository does."""
    package: str = ""
    """The installed package, such as `acme-products 1.2.0`."""
    path: Path | None = None
    """The file in the installed package, which may be missing."""

    @property
    def in_template(self) -> bool:
        """Whether the fields are in the Metadata of the template."""
        return self.shown == self.template

    @property
    def shown_source(self) -> str:
        """The file that the template is made from."""
        return self.template or self.shown


def product_files(config: Config) -> dict[str, ProductFile]:
    """Key → files of each product, in order of the keys; `ContentError` if a file in products/ has no purpose."""
    folder = Folder(config)
    problems = tuple(folder.problems())
    if len(problems) > 1:
        raise ContentError("products/ has files that catalog cannot use", problems=problems)
    if problems:
        raise ContentError(problems[0])
    files = {key: folder.product(key) for key in folder.sources}
    for each in package_products():
        add_package_product(files, each)
    return dict(sorted(files.items()))


def add_package_product(files: dict[str, ProductFile], product: PackageProduct) -> None:
    """Add a product of an installed package; `ContentError` if its key is wrong, or is that of another product."""
    what = f"package {product.package}: entry point {product.key!r} of {GROUP}"
    hint = f"Mend the package, or uninstall it: pip uninstall {product.package.split()[0]}."
    if not KEY.fullmatch(product.key):
        raise ContentError(f"{what}: {wrong_key()}", hint=hint)
    if not all(part.isidentifier() for part in product.module.split(".")):
        raise ContentError(f"{what} must name a module with PRODUCT, got {shown(product.module)}", hint=hint)
    if other := files.get(product.key):
        owner = f"package {other.package}" if other.package else other.shown_source
        raise ContentError(
            f"{what}: {owner} declares product {product.key!r} too", hint="Uninstall the package, or rename the other."
        )
    files[product.key] = ProductFile(
        product.key, product.shown, module=product.module, package=product.package, path=product.path
    )


def checked_key(config: Config, file: Path) -> str:
    """The file's name as a key, which is part of tags and S3 keys; `ContentError` if it has other characters."""
    if not KEY.fullmatch(file.stem):
        raise ContentError(f"{config.shown(file)}: {wrong_key()}")
    return file.stem


def wrong_key() -> str:
    """What is wrong with the name of a file that cannot be a key."""
    return "the name is the key and must be letters, digits, _ and -"


class Folder:
    """The names in products/, by their purpose."""

    def __init__(self, config: Config) -> None:
        self.config, self.path = config, config.root / "products"
        self.sources: dict[str, list[str]] = {}
        """Key → names of the files that could be its product."""
        self.metadata: dict[str, str] = {}
        self.others: list[str] = []
        self.folders: list[str] = []
        for name, is_folder in listed_names(self.path):
            if is_folder:
                self.folders.append(name)
            else:
                self.add(name)

    def add(self, name: str) -> None:
        """Take note of a file."""
        stem, suffix = os.path.splitext(name)
        if name.endswith(METADATA):
            self.metadata[name.removesuffix(METADATA)] = name
        elif suffix == ".py" or (suffix in TEMPLATES and "." not in stem):
            self.sources.setdefault(stem, []).append(name)
        else:
            self.others.append(name)

    def product(self, key: str) -> ProductFile:
        """The files of one product."""
        (name,) = self.sources[key]
        if name.endswith(".py"):
            return ProductFile(key, f"products/{name}")
        return ProductFile(key, f"products/{self.metadata.get(key, name)}", f"products/{name}")

    def problems(self) -> Iterator[str]:
        """What is wrong, with what to do."""
        for key, names in sorted(self.sources.items()):
            if not KEY.fullmatch(key):
                yield f"products/{names[0]}: {wrong_key()}"
            elif len(names) > 1:
                yield f"{shown_names(names)} are both product {key!r}: remove one, or give it another name"
        for key, name in sorted(self.metadata.items()):
            yield from self.metadata_problems(key, name)
        for name in self.others:
            if not self.is_companion(name) and not self.is_named(name):
                yield f"products/{name}: {other_words(name, self.sources)}"
        for name in self.folders:
            if not self.is_named(name):
                yield f"products/{name}/: {folder_words(name)}"

    def metadata_problems(self, key: str, name: str) -> Iterator[str]:
        """What is wrong with a file of metadata."""
        names = self.sources.get(key, [])
        if not names:
            yield (
                f"products/{name}: has no template beside it: write products/{key}.yaml (or .yml, .json, .template), "
                "or remove this file"
            )
        elif names == [f"{key}.py"]:
            yield f"products/{name}: is for a template, but products/{key}.py declares product {key!r}: remove one"

    def is_companion(self, name: str) -> bool:
        """Whether a file belongs to a product: `KEY.<word>.yaml`, such as a document that its file names."""
        key, *words = name.split(".")
        if key not in self.sources or len(words) != 2 or f".{words[1]}" not in TEMPLATES:
            return False
        return words[0] != "product" and (words[0] != "template" or self.sources[key] == [f"{key}.py"])

    def is_named(self, name: str) -> bool:
        """Whether a file in Python or metadata in this folder names a file or folder, as whatever reads it must."""
        return any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) for text in self.texts)

    @cached_property
    def texts(self) -> list[str]:
        """The files that can name others, read when they are needed."""
        files = (file for pattern in ("*.py", f"*{METADATA}") for file in sorted(self.path.glob(pattern)))
        return [text_of(self.config, file) for file in files]


def text_of(config: Config, file: Path) -> str:
    """The text of a file; empty if it cannot be read, which whoever loads it reports."""
    try:
        check_readable(config.root, file)
        return read_file(file, config.shown(file), TEXT_LIMIT).decode(errors="replace")
    except (ContentError, OSError):
        return ""


def listed_names(folder: Path) -> Iterator[tuple[str, bool]]:
    """(name, whether it is a folder) of what can be a product; without hidden files, helpers, releases and texts."""
    try:
        with os.scandir(folder) as listing:
            names = sorted((each.name, each.is_dir()) for each in listing)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ContentError(f"products: cannot be read: {error.strerror}", hint="products must be a folder.") from error
    for name, is_folder in names:
        if name[0] not in "._" and not (is_folder and name == RELEASES) and not (not is_folder and is_text(name)):
            yield name, is_folder


def is_text(name: str) -> bool:
    """Whether a file is for people: README.md, CODEOWNERS."""
    suffix = PurePath(name).suffix.lower()
    return suffix in TEXTS or (not suffix and name.isupper())


def shown_names(names: Iterable[str]) -> str:
    """Names of files in products/ in a sentence."""
    return " and ".join(f"products/{name}" for name in names)


def other_words(name: str, sources: Mapping[str, object]) -> str:
    """What a file without a purpose is, and what to do with it."""
    lower = name.lower()
    stem, suffix = os.path.splitext(name)
    if name != lower and suffix.lower() in ENDINGS and suffix != suffix.lower():
        return f"endings are written in lower-case letters: rename it to {stem}{suffix.lower()}"
    key, _, rest = name.partition(".")
    if rest in ("product.yml", "product.json"):
        return f"metadata of a template is written in {key}{METADATA}: rename it"
    if rest.startswith("template.") and suffix in TEMPLATES:
        if key in sources:
            return f"products/{key} has a product already: remove one of them"
        return f"a template is named after its key: rename it to {key}{suffix}"
    return (
        f"is neither a product ({FORMS}), the metadata of a template (KEY{METADATA}) nor a helper (a name that begins "
        "with _): rename it, or move it out of products/"
    )


def folder_words(name: str) -> str:
    """What is wrong with a folder, and what to do with it."""
    if PurePath(name).suffix.lower() in ENDINGS:
        return "is a folder, not a file: a product is a file"
    return (
        "products are files directly in products/, and none of them names this folder: move its products up, or begin "
        "its name with _ if it holds helpers"
    )
