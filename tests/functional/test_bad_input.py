"""Bad input ends in one clear error with exit code 2 and without an AWS call: nothing listens at the endpoint."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from tests.conftest import CONTENT

ROOT = Path(__file__).resolve().parent.parent.parent
ADMIN = "arn:aws:iam::123456789012:role/security-admin-role"
USER = "arn:aws:iam::123456789012:role/dev-app-role"
OTHER = "arn:aws:iam::123456789012:role/other"


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """`catalog` with an endpoint that must not get a connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        monkeypatch.setenv("AWS_REGION", "us-east-1")

        def run(*arguments: str, at: Path = CONTENT) -> Result:
            result = CliRunner().invoke(main, ["-C", str(at), *arguments])
            assert isinstance(result.exception, SystemExit | None), result.exception
            return result

        yield run
        with pytest.raises(BlockingIOError):
            listener.accept()


def launch_dev(silent: Callable[..., Result], *parameters: str) -> Result:
    arguments = [item for parameter in parameters for item in ("--param", parameter)]
    return silent(
        "launch",
        "kms_key",
        "--name",
        "x",
        "--portfolio",
        "security-dev",
        "--params-file",
        str(ROOT / "examples/launch-dev.yaml"),
        *arguments,
    )


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (["Alias=aws/x"], "Alias"),
        (["Alias=alias/x"], "Alias"),
        (["Alias=a b"], "Alias"),
        (["Alias=a:b"], "Alias"),
        (["Alias="], "Alias"),
        (["Alias=" + "x" * 251], "Alias"),
        (["DeletionWindowDays=6"], "DeletionWindowDays"),
        (["DeletionWindowDays=31"], "DeletionWindowDays"),
        (["DeletionWindowDays=abc"], "DeletionWindowDays"),
        (["KeyAdministrators=*"], "KeyAdministrators"),
        (["KeyAdministrators=arn:aws:iam::123456789012:role/*"], "KeyAdministrators"),
        (["KeyAdministrators=arn:aws:sts::123456789012:assumed-role/x/y"], "KeyAdministrators"),
        (["KeyAdministrators=arn:aws:iam::123456789012:root"], "KeyAdministrators"),
        (["KeyAdministrators="], "KeyAdministrators"),
        ([f"KeyAdministrators={ADMIN},"], "KeyAdministrators"),
        ([f"KeyAdministrators={USER}", f"KeyUsers={USER}"], USER),
        ([f"KeyAdministrators={ADMIN},{OTHER}", f"KeyUsers={USER},{OTHER}"], OTHER),
        (["Environment=prod"], "PreventDestroy"),
        (["Environment=prod", "PreventDestroy=true", "DeletionWindowDays=7"], "30"),
        (["Environment=staging"], "dev"),
        (["Nonsense=1"], "Nonsense"),
    ],
)
def test_a_launch_that_cannot_succeed(silent: Callable[..., Result], parameters: list[str], words: str) -> None:
    result = launch_dev(silent, *parameters)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert result.stderr.count("error:") == 1


def test_missing_parameters_are_all_named(silent: Callable[..., Result]) -> None:
    result = silent("launch", "kms_key", "--name", "x", "--param", "Alias=x")
    assert result.exit_code == 2
    for name in ("Description", "KeyAdministrators", "KeyUsers", "Environment"):
        assert f"parameter {name}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["launch", "nothing", "--name", "x"], "unknown product 'nothing'"),
        (["launch", "kms_key", "--name", "x", "--portfolio", "nothing"], "unknown portfolio 'nothing'"),
        (["launch", "kms_key", "--name", "x", "--version", "9.9.9"], "unknown version '9.9.9'"),
        (["launch", "kms_key", "--name", "-x y"], "--name"),
        (["launch", "kms_key", "--name", "x", "--param", "Alias"], "KEY=VALUE"),
        (["launch", "kms_key", "--name", "x", "--param", "A=1", "--param", "A=2"], "is given twice"),
        (["export", "nothing"], "unknown product 'nothing'"),
        (["validate", "nothing"], "unknown product 'nothing'"),
        (["export", "kms_key", "-o", "/no/such/folder/x"], "cannot be written"),
        (["validate", "kms_key", "-o", "/no/such/folder/x"], "cannot be written"),
        (["publish", "--allow", "everything"], "everything"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_names_that_do_not_exist(silent: Callable[..., Result], arguments: list[str], words: str) -> None:
    result = silent(*arguments)
    assert result.exit_code == 2, result.output
    assert words in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        "export {}",
        "export kms_key --version {}",
        "diff kms_key {}",
        "deprecate kms_key {}",
        "simulate kms_key --portfolio {}",
        "access kms_key --param {}",
        "controls {}",
        "runs show {}",
        "launch kms_key --params-file examples/launch-dev.yaml --name {}",
        "role publisher --github {}",
    ],
)
def test_a_long_name_is_cut_in_the_error(silent: Callable[..., Result], command: str) -> None:
    result = silent(*command.format("x" * 9000).split())
    assert result.exit_code == 2, result.output
    assert len(result.stderr) < 2500
    assert "x" * 20 in result.stderr


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("portfolios/broken.yaml", "display_name: [x\n", "portfolios/broken.yaml:2"),
        ("portfolios/odd.yaml", "display_name: x\nprovider: y\nproducts: []\nowner: me\n", "unknown key 'owner'"),
        ("products/broken.py", "def f(:\n", "products/broken.py:1"),
        ("products/empty.py", "x = 1\n", "PRODUCT"),
        ("products/missing.py", "import no_such_module\n", "no_such_module"),
        ("pyproject.toml", "[tool.catalog\n", "not readable as TOML"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "publish", "list"])
def test_content_that_does_not_load(
    silent: Callable[..., Result], repository: Path, file: str, text: str, words: str, command: str
) -> None:
    (repository / file).write_text(text)
    result = silent(command, at=repository)
    assert result.exit_code == 2, result.output
    assert words in result.stderr


PLACES = {
    "portfolio": "portfolios/x.yaml",
    "import": "imports/x.yaml",
    "settings": "pyproject.toml",
    "ledger": "products/releases/kms_key/ledger.yaml",
    "plan": "plan.json",
    "parameters": "parameters.yaml",
}
COMMANDS = {
    "plan": ("publish", "plan.json", "--yes"),
    "parameters": ("launch", "kms_key", "--name", "x", "--params-file", "parameters.yaml"),
}


def test_no_file_of_the_corpus_ends_in_a_traceback_or_writes_anything(
    silent: Callable[..., Result], repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tests/unit/content/test_hostile_files.py has the same files, and others that hypothesis breaks."""
    monkeypatch.chdir(repository)
    (repository / "imports").mkdir()
    before = contents(tmp_path)
    tried = 0
    for kind, name in PLACES.items():
        place = repository / name
        usual = place.read_bytes() if place.exists() else None
        for file in sorted((ROOT / "tests/corpus" / kind).iterdir()):
            place.write_bytes(file.read_bytes())
            result = silent(*COMMANDS.get(kind, ("list",)), at=repository)
            assert result.exit_code == 2, (file, result.output)
            assert result.stderr.count("error:") == 1, (file, result.stderr)
            assert "\x1b[2J" not in result.output
            tried += 1
        place.unlink() if usual is None else place.write_bytes(usual)
    assert tried > 80
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[Path, bytes]:
    """All files below a folder, without those of the compiler."""
    files = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {file: file.read_bytes() for file in files}


def test_principals_of_an_import_have_their_own_line(silent: Callable[..., Result], repository: Path) -> None:
    (repository / "imports").mkdir()
    text = 'account: "210987654321"\nportfolio_id: port-abcd1234efgh5\nprincipals:\n  - arn: arn:aws:iam:::role/a\n'
    (repository / "imports/x.yaml").write_text(text)
    assert silent("list", at=repository).stderr.startswith(
        "error: imports/x.yaml:4: principal of type IAM must be arn:"
    )


def test_a_params_file_that_is_not_a_mapping(silent: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("- a\n")
    assert silent("launch", "kms_key", "--name", "x", "--params-file", str(file)).exit_code == 2
    file.write_text("Alias: {a: b}\n")
    result = silent("launch", "kms_key", "--name", "x", "--params-file", str(file))
    assert result.exit_code == 2
    assert "p.yaml:1" in result.stderr


def test_outside_of_a_repository(silent: Callable[..., Result], tmp_path: Path) -> None:
    result = silent("list", at=tmp_path)
    assert result.exit_code == 2
    assert "tool.catalog" in result.stderr
    assert "begin one with `catalog init`" in result.stderr


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    result = CliRunner().invoke(main, ["-C", str(CONTENT), "plan", "--region", "us-east-1"])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: no AWS credentials\n"), "said before the checks, which take a while"


def test_no_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    result = CliRunner().invoke(main, ["-C", str(CONTENT), "plan"])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: no AWS Region\n")


def test_a_region_that_cannot_be_and_an_unreadable_aws_configuration(
    silent: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for command in ("status", "doctor", "plan"):
        result = silent(command, "--region", "mars")
        assert (result.exit_code, "got 'mars'" in result.stderr) == (2, True), result.output
    (tmp_path / "config").write_text("- no ini file")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    result = silent("status")
    assert result.exit_code == 2
    assert f"{tmp_path}/config: cannot be read as an AWS configuration file\n  Correct it" in result.stderr


def test_an_unknown_profile(silent: Callable[..., Result]) -> None:
    result = silent("plan", "--profile", "no-such-profile")
    assert result.exit_code == 2
    assert "no-such-profile" in result.stderr


def test_an_endpoint_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        result = CliRunner().invoke(main, ["-C", str(CONTENT), "plan", "--region", "us-east-1"])
    assert result.exit_code == 1
    assert "GetCallerIdentity" in result.stderr
    assert "AWS_ENDPOINT_URL" in result.stderr


DEV = "portfolios/security-dev.yaml"


@pytest.mark.parametrize("command", [["plan"], ["publish", "--yes"]])
@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role",
            "arn:aws:sts::123456789012:assumed-role/Dev/me",
            3,
            [f"E9107 {DEV}:10", "role/Dev"],
        ),
        ("role/dev-*", "role/*", 3, [f"E9103 {DEV}:11", "must list it literally"]),
        ("allowed: [dev, test]", "allowed: [live]", 3, [f"E9116 {DEV}:", "'live'"]),
        ("tag_options:", "shares: [{account: '111122223333'}]\ntag_options:", 3, [f"E9106 {DEV}:13", "111122223333"]),
    ],
)
def test_findings_of_portfolio_controls_end_publish(
    silent: Callable[..., Result], repository: Path, command: list[str], old: str, new: str, code: int, words: list[str]
) -> None:
    file = repository / DEV
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    result = silent(*command, at=repository)
    assert result.exit_code == code
    for word in words:
        assert word in result.stderr
