"""`catalog --help` from its table, without importing commands; `catalog help` on commands and topics."""

from __future__ import annotations

import ast
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from catalog import errors
from catalog.cli import main
from catalog.cli.commands import GROUPS, ROWS
from catalog.cli.init import CI
from catalog.cli.topics import pages, topic_text, topics
from distribution.pages import page_files
from tests import programs

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "catalog").rglob("*.py"))
CODE = [file.read_text(encoding="utf-8") for file in FILES]
IN_DOCS = re.compile(r"docs/[\w/-]+\.md")
BY_COMMAND = re.compile(r"`catalog\s+help\s+([\w/-]+\.md)`")
OTHER_TEXTS = ("content/schemas/**/*.json", "cli/help_topics/*", "scaffolds/files/**/*.in")
SHOWN = re.compile(r"^ {4}(?:\w+=\S+ )?catalog (.+?)(?: \|\| .*)?$", re.MULTILINE)


def invoke(*words: str, width: int = 100) -> Result:
    return CliRunner().invoke(main, words, terminal_width=width, max_content_width=width)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ROWS)
def test_a_summary_is_the_first_sentence_of_the_command(name: str) -> None:
    command = main.commands[name]
    assert command.name == name
    assert command.get_short_help_str(200) == ROWS[name].summary


def test_the_groups_are_those_of_the_design() -> None:
    assert list(GROUPS) == ["Content", "Versions", "Review", "Publish", "Launch", "Account", "Sandbox", "Help"]


@pytest.mark.parametrize("width", [80, 100])
def test_no_sentence_is_cut(width: int) -> None:
    text = invoke("--help", width=width).stdout
    examples = text.index("Examples:")
    assert max(map(len, text[:examples].splitlines())) <= width
    for row in ROWS.values():
        assert f"{row.name} {row.summary}" in one_line(text)
    for title in GROUPS:
        assert f"\n{title}:\n" in text


@pytest.mark.parametrize("arguments", [["--help"], ["help"], ["help", "exit-codes"]])
def test_help_imports_no_other_command(arguments: list[str]) -> None:
    script = (
        "import sys; from catalog.cli import main; main.main(sys.argv[1:], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = programs.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    imported = done.stderr.split()
    modules = {f"catalog.cli.{row.source.partition(':')[0]}" for row in ROWS.values()} - {"catalog.cli.topics"}
    assert "catalog.cli.commands" in imported
    assert modules.isdisjoint(imported)
    assert {"boto3", "botocore", "cfnlint", "moto", "troposphere", "yaml", "jsonschema"}.isdisjoint(imported)


def paths(group: click.Group, *words: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from paths(command, *words, name)


@pytest.mark.parametrize("words", list(paths(main)), ids=" ".join)
def test_help_of_a_command_is_its_help(words: tuple[str, ...]) -> None:
    assert invoke("help", *words).stdout == invoke(*words, "--help").stdout


def test_help_alone_lists_commands_and_topics() -> None:
    text = invoke("help").stdout
    assert text.startswith(invoke("--help").stdout)
    pages_line = "Pages of the documentation: `catalog help README.md` lists them."
    assert text.endswith(f"Topics: {', '.join(topics())}\n{pages_line}\n")
    assert {"exit-codes", "environment", "configuration", "portfolios", "versions", "filters"} <= set(topics())
    assert set(topics()).isdisjoint(ROWS)


def test_a_word_that_nobody_knows_is_an_error_with_similar_words() -> None:
    result = invoke("help", "exitcodes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no command or topic 'exitcodes'. Did you mean exit-codes?" in result.stderr
    assert "Topics: configuration, " in invoke("help", "zzz").stderr


def test_a_page_of_the_documentation_is_printed() -> None:
    assert invoke("help", "versions.md").stdout == (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
    unknown = invoke("help", "version.md")
    assert unknown.exit_code == 2
    assert "no page 'version.md'. Did you mean versions.md" in unknown.stderr
    assert "Pages: README.md, access.md, " in invoke("help", "zzz.md").stderr


def test_every_page_that_a_text_names_is_in_the_wheel() -> None:
    """Who installed the wheel has no folder docs/. A profile names its page as the document of evidence does."""
    wheel = {path.removeprefix("catalog/pages/") for path in page_files(ROOT).values()}
    assert wheel == set(pages())
    code = {file: text for file, text in zip(FILES, CODE, strict=True) if ".md" in text}
    texts = {str(file.relative_to(ROOT)): "\n".join(literals(text)) for file, text in code.items()}
    texts |= {str(file): file.read_text() for pattern in OTHER_TEXTS for file in (ROOT / "catalog").glob(pattern)}
    texts |= {" ".join(words): invoke(*words, "--help").stdout for words in paths(main)}
    named = {page for text in texts.values() for page in BY_COMMAND.findall(text)}
    assert {"versions.md", "products/kms_key.md"} <= named <= wheel
    assert {f"ci-{ci}.md" for ci in CI} <= wheel
    others = {name for name, text in texts.items() if IN_DOCS.search(text)}
    assert others == {"catalog/check/profiles/kms_article.py"}


def literals(text: str) -> Iterator[str]:
    """The texts in code that are no docstrings."""
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("name", topics())
def test_a_topic_is_short_and_fits(name: str) -> None:
    lines = invoke("help", name).stdout.splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert topic_text(name).startswith("# ")


@pytest.mark.parametrize("name", topics())
def test_the_commands_of_a_topic_exist(name: str) -> None:
    shown = SHOWN.findall(topic_text(name))
    assert shown or name == "portfolios"
    for line in shown:
        command: click.Command = main
        context = click.Context(main)
        for word in shlex.split(line, comments=True):
            if word.startswith("-"):
                options = {option for each in (command, main) for param in each.params for option in param.opts}
                assert word in options, line
            elif isinstance(command, click.Group):
                inner = command.get_command(context, word)
                assert inner, line
                command = inner


def test_the_topic_of_exit_codes_has_those_of_the_code() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")} | {130, 143}
    rows = re.findall(r"^\| (\d+) \|", topic_text("exit-codes"), re.MULTILINE)
    assert set(map(int, rows)) == codes


def test_the_topic_of_the_environment_has_every_variable_that_is_read() -> None:
    named = set(re.findall(r"\b[A-Z][A-Z_]+[A-Z]\b", topic_text("environment")))
    own = {name for text in CODE for name in re.findall(r'"((?:CATALOG|XDG_(?:STATE|CACHE))_[A-Z_]+)"', text)}
    read = {name for text in CODE for name in re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', text)}
    of_sandbox_process = {"CATALOG_SANDBOX_STRICT_PRINCIPALS", "CATALOG_SANDBOX_READY_STATUS"}
    of_sandbox_process |= {
        f"CATALOG_SANDBOX_{name}" for name in ("ENFORCE_IAM", "ENFORCE_LAUNCH_ROLE", "QUOTAS")
    }  # docs/sandbox.md
    of_moto = {"MOTO_ACCOUNT_ID", "MOTO_DISABLE_GLOBAL_CORS"}
    assert own - of_sandbox_process <= named
    assert read - {"HOME", "PATH", "PYTHONPATH", "NO_PROXY", "AWS_DATA_PATH"} <= {*named, *of_moto}
