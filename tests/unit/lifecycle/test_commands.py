"""The lifecycle commands and `catalog retention` on the command line, without AWS calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.content.config import load_config
from catalog.releases import load_releases
from catalog.releases.ledger import ledger_text
from tests.releasing import change, release

LEDGER = "products/releases/kms_key/ledger.yaml"
Run = Callable[..., Result]


@pytest.fixture
def run(repository: Path) -> Run:
    change(repository, version="1.1.0")
    release(repository)

    def catalog(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["-C", str(repository), *arguments])
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    return catalog


def ledger(repository: Path) -> str:
    return (repository / LEDGER).read_text()


def differing(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ between two files of the same length."""
    pairs = list(zip(before.splitlines(), after.splitlines(), strict=True))
    return [(old.strip(), new.strip()) for old, new in pairs if old != new]


def retaining(repository: Path, policy: str) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\nfrom dataclasses import replace\nfrom catalog import Retention\n"
            f"PRODUCT = replace(PRODUCT, retention={policy})\n"
        )


def test_a_command_edits_only_its_own_line(run: Run, repository: Path) -> None:
    before = ledger(repository)
    tried = run("deprecate", "kms_key", "1.0.0", "--dry-run")
    assert tried.exit_code == 0
    assert tried.stdout.splitlines() == [
        f"kms_key: not written (--dry-run), {LEDGER}",
        "  1.0.0  guidance: DEFAULT → DEPRECATED",
        "  default version: 1.1.0",
        "Next: run the command without --dry-run.",
    ]
    assert ledger(repository) == before
    assert run("deprecate", "kms_key", "1.0.0").stdout.endswith("Next: commit the ledger, then `catalog publish`.\n")
    assert differing(before, ledger(repository)) == [("guidance: DEFAULT", "guidance: DEPRECATED")]
    again = run("deprecate", "kms_key", "1.0.0")
    assert again.exit_code == 0
    assert again.stdout.startswith("kms_key: unchanged, ")
    assert "Next" not in again.stdout


def test_opposite_commands_restore_the_ledger(run: Run, repository: Path) -> None:
    before = ledger(repository)
    done = json.loads(run("rollback", "kms_key", "--json").stdout)
    assert done == {
        "verb": "rollback",
        "product": "kms_key",
        "status": "edited",
        "file": LEDGER,
        "changes": [{"version": "1.1.0", "field": "guidance", "old": "DEFAULT", "new": "DEPRECATED"}],
        "default_version": {"old": "1.1.0", "new": "1.0.0", "promoted": False},
    }
    assert "default version: 1.0.0 → 1.1.0" in run("reactivate", "kms_key", "1.1.0").stdout
    assert ledger(repository) == before
    assert "default version: 1.1.0 → 1.0.0 (promoted)" in run("promote", "kms_key", "1.0.0").stdout
    assert "\ndefault: 1.0.0  # " in ledger(repository)
    listed = json.loads(run("list", "--json").stdout)["products"][0]
    assert (listed["default_version"], listed["promoted"], listed["latest_version"]) == ("1.0.0", True, "1.1.0")
    assert "1.0.0 (promoted), latest 1.1.0" in run("list").stdout
    run("promote", "kms_key", "1.1.0")
    assert ledger(repository) == before


def test_a_promoted_version_stays_the_default_when_another_is_released(run: Run, repository: Path) -> None:
    run("promote", "kms_key", "1.0.0")
    change(repository, output="Later", version="1.2.0")
    release(repository)
    assert "1.0.0 (promoted), latest 1.2.0" in run("list").stdout
    releases = load_releases(load_config(repository), "kms_key")
    assert ledger(repository) == ledger_text("kms_key", releases)
    assert [each.default for each in releases] == [True, False, False]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("deprecate", "nothing", "1.0.0"), "unknown product 'nothing'"),
        (("deprecate", "kms_key"), "Missing argument 'VERSION'"),
        (("deprecate", "kms_key", "9.9.9"), "unknown version '9.9.9' of kms_key; released: 1.0.0, 1.1.0"),
        (("retire", "kms_key", "1.2.0-dev.abcdef012345"), "unknown version"),
        (("reactivate", "kms_key", ""), "unknown version ''"),
        (("promote", "kms_key", "../1.0.0"), "unknown version '../1.0.0'"),
        (("rollback", "kms_key", "1.0.0", "1.1.0"), "unexpected extra argument"),
        (("rollback", "../kms_key"), "unknown product '../kms_key'"),
        (("usage",), "Name at least one product, or pass --all."),
        (("usage", "kms_key", "--all"), "Name at least one product, or pass --all."),
        (("usage", "nothing", "--local"), "unknown product 'nothing'"),
        (("usage", "--all", "--csv", "--json"), "--csv and --json exclude each other"),
        (("retention", "nothing", "--offline"), "unknown product 'nothing'"),
        (("retention", "--offline", "--usage", "missing.json"), "does not exist"),
    ],
)
def test_wrong_input_ends_with_2_and_edits_nothing(
    run: Run, repository: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = ledger(repository)
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert ledger(repository) == before


@pytest.mark.parametrize("verb", ["deprecate", "retire"])
def test_the_last_usable_version_stays(run: Run, repository: Path, verb: str) -> None:
    assert run(verb, "kms_key", "1.0.0").exit_code == 0
    before = ledger(repository)
    result = run(verb, "kms_key", "1.1.0")
    assert result.exit_code == 2
    assert "would leave kms_key without a version that people can launch" in result.stderr
    assert "catalog reactivate kms_key" in result.stderr
    assert ledger(repository) == before


def test_a_version_that_does_not_fit_a_portfolio_is_not_reactivated(run: Run, repository: Path) -> None:
    run("deprecate", "kms_key", "1.0.0")
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\nfrom troposphere import Parameter\ndef more(build=PRODUCT.template):\n    template = build()\n"
            "    template.add_parameter(Parameter('Fresh', Type='String'))\n    return template\n"
            "\n\nPRODUCT = replace(PRODUCT, template=more, version='2.0.0')\n"
        )
    release(repository)
    run("deprecate", "kms_key", "1.1.0")
    file = repository / "portfolios" / "security-dev.yaml"
    rule = (
        "        OnlyNew:\n          Assertions:\n"
        '            - {Assert: {"Fn::Equals": [{Ref: Fresh}, x]}, AssertDescription: x}\n'
    )
    text = file.read_text()
    assert "      require:\n" in text
    file.write_text(text.replace("      require:\n", f"      rules:\n{rule}      require:\n", 1))
    for arguments in (("reactivate", "kms_key", "1.0.0"), ("rollback", "kms_key", "1.1.0")):
        refused = run(*arguments)
        assert refused.exit_code == 2
        assert "portfolios/security-dev.yaml" in refused.stderr
        assert "Fresh" in refused.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("default: 1.2.0", ":7: default must be a release that people can launch (1.1.0), got '1.2.0'"),
        ("default: 1.0.0", ":7: default must be active and not deprecated, 1.0.0 is deprecated"),
        ("default: [1.1.0]", ":7: default must be a release that people can launch"),
        ("default:", ":7: default must be a release that people can launch (1.1.0), got ''"),
        ("default: 1.1.0\ndefault: 1.1.0", "the key 'default' is repeated"),
    ],
)
def test_a_wrong_default_is_an_error_with_its_line(run: Run, repository: Path, line: str, words: str) -> None:
    run("deprecate", "kms_key", "1.0.0")
    file = repository / LEDGER
    file.write_text(file.read_text().replace("releases:\n", f"{line}\nreleases:\n", 1))
    result = run("list")
    assert result.exit_code == 2
    assert words in result.stderr


def test_retention_offline_deprecates_but_retires_nothing(run: Run, repository: Path) -> None:
    retaining(repository, "Retention(keep=1)")
    before = ledger(repository)
    proposed = run("retention", "--offline", "--detailed-exitcode")
    assert proposed.exit_code == 4
    assert proposed.stdout.splitlines() == [
        "kms_key: keeps the newest release",
        "  1.0.0  deprecate: older than the newest 1 (1.1.0)",
        "Next: run it with --apply.",
    ]
    assert ledger(repository) == before
    assert run("retention", "--offline", "--apply", "--detailed-exitcode").exit_code == 0
    assert differing(before, ledger(repository)) == [("guidance: DEFAULT", "guidance: DEPRECATED")]
    unknown = run("retention", "kms_key", "--offline", "--detailed-exitcode")
    assert unknown.exit_code == 0
    assert "1.0.0  stays: deprecated, but its usage is unknown: no account was asked" in unknown.stdout


def test_retention_reads_the_usage_of_other_accounts(run: Run, repository: Path, tmp_path: Path) -> None:
    retaining(repository, "Retention(keep=1)")
    run("deprecate", "kms_key", "1.0.0")

    def usage_file(account: str, number: int) -> str:
        versions = [{"version": "1.0.0", "provisioned": number}]
        entry = {"product": "kms_key", "product_id": "prod-1", "versions": versions}
        file = tmp_path / f"{account}.json"
        file.write_text(json.dumps({"format": 1, "account": account, "region": "r", "products": [entry]}))
        return str(file)

    used = run(
        "retention", "--offline", "--usage", usage_file("1", 0), "--usage", usage_file("2", 4), "--apply", "--json"
    )
    (each,) = json.loads(used.stdout)
    assert (each["keep"], each["status"]) == (1, "unchanged")
    assert each["proposals"][0]["reason"] == "deprecated, but still in use: 4 in account 2, Region r"
    unused = run(
        "retention", "--offline", "--usage", usage_file("1", 0), "--usage", usage_file("2", 0), "--apply", "--json"
    )
    (each,) = json.loads(unused.stdout)
    assert each["changes"] == [{"version": "1.0.0", "field": "active", "old": "true", "new": "false"}]
    (tmp_path / "bad.json").write_text("{}")
    refused = run("retention", "--offline", "--usage", str(tmp_path / "bad.json"))
    assert refused.exit_code == 2
    assert "is not output of `catalog usage --all --json`" in refused.stderr
    (tmp_path / "bad.json").write_bytes(b"\xff")
    assert run("retention", "--offline", "--usage", str(tmp_path / "bad.json")).exit_code == 2


@pytest.mark.parametrize(
    ("policy", "words"), [("Retention(keep=0)", "keep must be a number"), ("3", "retention must be Retention(keep=…)")]
)
def test_a_wrong_policy_is_an_error_with_its_line(run: Run, repository: Path, policy: str, words: str) -> None:
    retaining(repository, policy)
    result = run("retention", "--offline")
    assert result.exit_code == 2
    assert "products/kms_key.py:" in result.stderr
    assert words in result.stderr


def test_retention_without_a_policy(run: Run, repository: Path) -> None:
    retaining(repository, "None")
    named = run("retention", "kms_key", "--offline")
    assert named.exit_code == 2
    assert "product/kms_key declares no retention policy" in named.stderr
    assert run("retention", "--offline").stdout == "No product declares a retention policy.\n"
