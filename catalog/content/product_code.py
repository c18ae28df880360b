"""The process of the product files: it imports them, runs their functions, and answers with data.

Started by `catalog.content.product_process`, without the environment of the command. This module alone runs code of
product files. Requests and answers are lines of JSON.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import catalog
from catalog.content.confinement import CONFINEMENTS, REQUIRE, Readable, confine, limit_memory
from catalog.content.files import read_file
from catalog.content.helpers import SOURCE_LIMIT, AlwaysCompiled, HelperFinder
from catalog.content.inputs import MOST_FILES, InputFiles
from catalog.content.product_data import encode_definition
from catalog.content.product_errors import author_error, located
from catalog.content.render import build
from catalog.content.ssm_documents import build_document
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition

ANSWER_LIMIT = 8_000_000
"""Bytes of an answer. The limit of a template is a megabyte, which JSON can write with six times as many."""


@dataclass(slots=True)
class ProductCode:
    """The product files that were imported, and the answers to requests about them."""

    confined: Sequence[str]
    required: bool = False
    """Whether nothing is imported unless the process is wholly confined."""
    definitions: list[ProductDefinition] = field(default_factory=list)

    helpers: HelperFinder = field(default_factory=HelperFinder)

    def load(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Import a product file: its definition as data, and the number by which other requests name it."""
        if self.required and (lacking := sorted(set(CONFINEMENTS) - set(self.confined))):
            opened = " and ".join(lacking)
            raise ContentError(
                f"{request['file']}: this system cannot confine product files: {opened} would stay open",
                hint=f"Run on Linux 5.13 or newer, or without {REQUIRE} (`catalog help security.md`).",
            )
        root = self.enter(request, anew=True)
        definition = import_definition(root, request["key"], request["file"], request.get("module", ""))
        data = encode_definition(definition)
        self.definitions.append(definition)
        return {"definition": data, "number": len(self.definitions) - 1, "confined": self.confined}

    def template(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What `template()` of a definition returns: data, or the text of a template file."""
        self.enter(request)
        data, source = build(request["file"], self.definitions[request["number"]])
        return {"data": data} if source is None else {"file": str(source.file), "body": source.body.decode()}

    def document(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The content of the document of a service action."""
        self.enter(request)
        definition = self.definitions[request["number"]]
        (action,) = (action for action in definition.service_actions if action.key == request["action"])
        return {"data": build_document(request["file"], action)}

    def enter(self, request: Mapping[str, Any], *, anew: bool = False) -> Path:
        """Change into the repository of a request, whose helpers count from now on."""
        root = Path(request["root"])
        os.chdir(root)
        self.helpers.enter(root / "products", anew=anew)
        return root


def import_definition(root: Path, key: str, shown: str, module_name: str) -> ProductDefinition:
    """Import a product file, or a module of an installed package, and return its PRODUCT.

    `ContentError` with file and line if that fails.
    """
    try:
        module = importlib.import_module(module_name) if module_name else imported_file(root, key, shown)
    except SyntaxError as error:
        where = Path(error.filename or root / shown)
        path = where.relative_to(root) if where.is_relative_to(root) else where
        raise ContentError(f"{path}:{error.lineno}: syntax error: {error.msg}") from error
    except ContentError as error:
        raise ContentError(f"{located(shown, error)}: {error.message}", hint=error.hint) from error
    except BaseException as error:  # a product file can raise anything
        raise author_error(shown, "the import fails", error, hint=import_hint(root, error)) from error
    product = getattr(module, "PRODUCT", None)
    if not isinstance(product, ProductDefinition):
        got = "no PRODUCT" if product is None else f"a PRODUCT of type {type(product).__name__}"
        raise ContentError(f"{shown}: has {got}; expected PRODUCT = ProductDefinition(...)")
    return product


def imported_file(root: Path, key: str, shown: str) -> ModuleType:
    """A product file as a module."""
    name, file = f"catalog_products_{key}", root / shown
    read_file(file, shown, SOURCE_LIMIT)  # reports a wrong kind of file, or a huge one
    loader = AlwaysCompiled(name, str(file))
    spec = importlib.util.spec_from_file_location(name, file, loader=loader)
    if spec is None:
        raise ContentError(f"{shown}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    loader.exec_module(module)
    return module


def import_hint(root: Path, error: BaseException) -> str:
    """What a product file can import, for a name that `catalog` or products/ does not have; empty for other errors."""
    if not isinstance(error, ImportError) or not error.name:
        return ""
    name = error.name.partition(".")[0]
    if name == "catalog":
        names = ", ".join(name for name in catalog.__all__ if name != "__version__")
        return f"catalog has {names}: `catalog help product-files.md`."
    if name.startswith("_"):
        return "Helpers are files and folders in products/ whose names begin with _ (`catalog help product-files.md`)."
    if (root / "products" / f"{name}.py").exists() or (root / "products" / name).is_dir():
        return (
            f"Only helpers can be imported: begin the name of products/{name} with _ (`catalog help product-files.md`)."
        )
    return ""


def answer(ask: Callable[[Mapping[str, Any]], dict[str, Any]], request: Mapping[str, Any]) -> str:
    """The answer to a request as a line of JSON: a result, or the error."""
    file = request["file"]
    try:
        text = json.dumps({"result": ask(request)}, ensure_ascii=False)
    except ContentError as error:
        return error_answer(error)
    except BaseException as error:  # noqa: BLE001  # objects of a product file can raise anything
        return error_answer(author_error(file, "its definition cannot be read", error))
    if len(text) > ANSWER_LIMIT:
        return error_answer(
            ContentError(
                f"{file}: it returns {len(text)} characters of JSON; the limit is {ANSWER_LIMIT}",
                hint="Return less data, or split the product.",
            )
        )
    return text


def error_answer(error: ContentError) -> str:
    """An error as an answer."""
    return json.dumps({"error": {"message": error.message, "hint": error.hint, "problems": list(error.problems)}})


def with_inputs(text: str, inputs: InputFiles) -> str:
    """An answer with the files and folders that this process has read since it began."""
    read = [paths[: MOST_FILES + 1] for paths in inputs.paths()]
    return f'{text[:-1]}, "read": {json.dumps(read)}}}'


def serve(code: ProductCode, requests: IO[bytes], answers: IO[bytes], traces: IO[str], inputs: InputFiles) -> None:
    """Answer requests until there are no more. A request that takes too long ends the process with a traceback."""
    methods = {"load": code.load, "template": code.template, "document": code.document}
    for line in requests:
        request = json.loads(line)
        faulthandler.dump_traceback_later(request["seconds"], exit=True, file=traces)
        text = with_inputs(answer(methods[request["do"]], request), inputs)
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.flush()
        answers.write(text.encode("utf-8", "backslashreplace") + b"\n")
        answers.flush()


def run(descriptor: int) -> None:
    """Give up what product files must not have, then serve the requests of `product_process`; settings come first."""
    requests = os.fdopen(descriptor, "rb")
    data = json.loads(requests.readline())
    answers, traces = os.fdopen(data["answers"], "wb"), data["traces"]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    limit_memory(data["memory"])
    whole, listed = (tuple(data[name]) for name in ("whole", "listed"))
    confined = confine(Readable(whole, listed), Path(data["writable"]))
    with os.fdopen(traces, "w") as stream:
        faulthandler.enable(file=stream, all_threads=False)
        code = ProductCode(confined, data["required"])
        sys.meta_path.insert(0, code.helpers)
        with InputFiles.recorded() as inputs:
            serve(code, requests, answers, stream, inputs)
