"""Names and texts that others have put into AWS: nothing is written outside the repository, run, or drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.content.load import load_catalog
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.functional.test_prune import their_product

ESCAPE = "\x1b[2J\x1b]0;owned\x07\u202egnp"
HTML = "<img src=x onerror=alert(1)> @everyone `code` [link](https://evil.example) | # h"
SHELL = "$(touch owned) `touch owned` ; touch owned"
PYTHON = '"""\nimport os\nos.system("touch owned")\n"""'
HOSTILE = ("../../../../owned", f"name {ESCAPE}", HTML, SHELL, PYTHON, "yaml: !!python/object/apply:os.system ['true']")


def plant(client: Callable[..., Any]) -> list[str]:
    """Portfolios and a product with such names, in an account that others use too; the ids of the portfolios."""
    sc = client("servicecatalog")
    product = their_product(client)
    for text in HOSTILE:
        sc.update_product(Id=product, Description=text, SupportDescription=text, Name=HOSTILE[0], Owner=SHELL)
    (version,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    for text in HOSTILE:
        sc.update_provisioning_artifact(ProductId=product, ProvisioningArtifactId=version["Id"], Description=text)
    portfolios = [
        sc.create_portfolio(DisplayName=text[:100], ProviderName=text[:50], Description=text, IdempotencyToken=str(n))
        for n, text in enumerate(HOSTILE)
    ]
    ids = [portfolio["PortfolioDetail"]["Id"] for portfolio in portfolios]
    sc.associate_product_with_portfolio(ProductId=product, PortfolioId=ids[0])
    client("iam").create_role(RoleName="launch", AssumeRolePolicyDocument="{}")
    role = json.dumps({"LocalRoleName": "launch"})
    sc.create_constraint(ProductId=product, PortfolioId=ids[0], Type="LAUNCH", Parameters=role, Description=HTML)
    return ids


def below(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_hostile_names_of_aws_write_and_run_nothing_and_print_no_escapes(
    catalog: Run, client: Callable[..., Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    ids = plant(client)
    outside = tmp_path / "outside"
    repository = outside / "a" / "b" / "c" / "repository"
    repository.mkdir(parents=True)
    (repository / "pyproject.toml").write_text('[tool.catalog]\nowner = "catalog"\n')
    printed = []
    refused = [identifier for identifier, text in zip(ids, HOSTILE, strict=True) if not text.isprintable()]
    assert len(refused) == 2, "names of one line: control characters and line breaks cannot be written"
    for chosen, code in (((refused[0],), 2), ((refused[1],), 2), (sorted({*ids} - {*refused}), 0)):
        done = catalog("adopt", *chosen, "--local", "--yes", at=repository)
        printed.append(done.output)
        assert done.exit_code == code, done.output
    written = below(outside)
    assert all(name.startswith("a/b/c/repository/") for name in written)
    assert not [name for name in written if "owned" in name and not name.endswith((".py", ".yaml"))]
    content = load_catalog(repository)
    assert content.portfolios
    for arguments in (("plan",), ("plan", "--markdown"), ("plan", "--json"), ("status",), ("list",)):
        done = catalog(*arguments, *(() if arguments == ("list",) else ("--local",)), at=repository)
        assert done.exit_code in (0, 4), done.output
        printed.append(done.output)
        if "--json" in arguments:
            json.loads(done.stdout)
        if "--markdown" in arguments:
            assert "<img" not in done.stdout
            assert "@everyone" not in done.stdout
    for text in printed:
        assert not {"\x1b", "\x07", "\u202e"} & set(text), ascii(text)
    assert below(outside) == written
    assert not [file for folder in (tmp_path, Path.cwd()) for file in folder.glob("**/owned") if file.is_file()]
