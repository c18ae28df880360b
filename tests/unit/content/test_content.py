"""Loading the repository: every fault is one `ContentError` with file, line, what was got and what is allowed."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from catalog.content.config import Config, find_root, load_config
from catalog.content.load import load_catalog, load_product
from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import render
from catalog.content.schema_files import schema_text
from catalog.errors import ContentError
from catalog.model.portfolio import PrincipalType
from catalog.model.product import ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.publishing.desired import desired_state, publication

PLACE = AccountRegion("210987654321", "cn-north-1", "aws-cn")
MINIMAL = "display_name: Team\nprovider: Platform\nproducts:\n  - product: kms_key\n"


def write(repository: Path, text: str, name: str = "team") -> None:
    (repository / "portfolios" / f"{name}.yaml").write_text(text)


def failure(repository: Path) -> str:
    """What loading and resolving say."""
    with pytest.raises(ContentError) as caught:
        load_and_resolve(repository)
    return str(caught.value)


def load_and_resolve(repository: Path) -> CatalogState:
    catalog = load_catalog(repository)
    return desired_state(
        publication(catalog, [render(key, product) for key, product in catalog.products.items()]), PLACE
    )


ROLE = "'arn:aws:iam::123456789012:role/x'"
TWICE = "    template:\n      require:\n        - {}\n        - {}\n"


def test_the_repository_loads_for_any_place(repository: Path) -> None:
    state = load_and_resolve(repository)
    assert set(state.portfolios) == {"security-dev", "security-prod"}
    for portfolio in state.portfolios.values():
        assert set(portfolio.products["kms_key"].constraints) == {"LAUNCH", "TEMPLATE", "RESOURCE_UPDATE"}
        assert {principal.type for principal in portfolio.principals} == set(PrincipalType)
        assert "${" not in repr(portfolio)
        assert "arn:aws-cn:iam::210987654321:role/" in repr(portfolio)
        assert {option.key for option in portfolio.tag_options} == {"Environment", "Service", "DataCategory"}


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        (MINIMAL + "owner: me\n", "team.yaml:5", ["unknown key 'owner'", "display_name"]),
        (
            MINIMAL.replace("provider: Platform", "provider: 7"),
            "team.yaml:2",
            ["is 7", "must be text: write it in quotes"],
        ),
        (MINIMAL.replace("provider: Platform\n", ""), "team.yaml:1", ["needs provider"]),
        (MINIMAL.replace("Team", "x" * 101), "team.yaml:1", ["101 characters", "100"]),
        (MINIMAL.replace("kms_key", "kms"), "team.yaml:4", ["unknown product 'kms'", "kms_key"]),
        (MINIMAL + "  - product: kms_key\n", "team.yaml:5", ["is repeated"]),
        (MINIMAL + "    launch: {}\n", "team.yaml:5", ["minProperties is 1"]),
        (
            MINIMAL + "    launch: {role_arn: 'arn:aws:iam::123456789012:role/x', local_role_name: x}\n",
            "team.yaml:5",
            ["exactly one"],
        ),
        (MINIMAL + "    launch: {role_arn: banana}\n", "team.yaml:5", ["role_arn", "'banana'"]),
        (
            MINIMAL + "tag_options:\n  A: [x]\n  '': [y]\n",
            "team.yaml:7",
            ["a key of tag_options is '', which has 0 characters"],
        ),
        (MINIMAL + "    resource_update: {tag_updates: maybe}\n", "team.yaml:5", ["allowed, not_allowed", "'maybe'"]),
        (MINIMAL + "principals:\n  - arn: arn:aws:iam::123456789012:root\n", "team.yaml:6", [":root'"]),
        (
            MINIMAL + "principals:\n  - {arn: 'arn:aws:iam::123456789012:role/x*', type: IAM_PATTERN}\n",
            "team.yaml:6",
            ["without an account"],
        ),
        (MINIMAL + "tags: {'aws:x': y}\n", "team.yaml:1", ["'aws:x'", "reserves"]),
        (MINIMAL + "shares: [{account: '1'}]\n", "team.yaml:5", ["ACCOUNT", "'1'"]),
        (
            MINIMAL + "shares:\n  - {account: '123456789012', organization: o-aaaabbbbcc}\n",
            "team.yaml:6",
            ["exactly one"],
        ),
        (
            MINIMAL + "shares:\n  - {organization: o-aaaabbbbcc}\n  - {organization: o-aaaabbbbcc}\n",
            "team.yaml:7",
            ["ORGANIZATION o-aaaabbbbcc", "is repeated"],
        ),
        (
            MINIMAL + "imported_products: [{import: hub, name: Topic}]\nshares: [{account: '210987654321'}]\n",
            "team.yaml:5",
            ["shares", "imported products"],
        ),
        (
            MINIMAL + "imported_products: [{import: hub, name: Topic}]\n",
            "team.yaml:5",
            ["unknown import 'hub'", "none"],
        ),
        ("display_name: Team\nprovider: P\n", "team.yaml:1", ["needs products or imported_products"]),
        (
            MINIMAL + "    stackset: {accounts: ['123456789012'], regions: [us-east-1]}\n",
            "team.yaml:5",
            ["needs admin_role, execution_role"],
        ),
        (
            MINIMAL + "    notification: {topics: ['arn:aws:sns:us-east-1:1:x']}\n",
            "team.yaml:5",
            ["topic must be arn:<partition>:sns:<Region>:<account>:<name>", "'arn:aws:sns:us-east-1:1:x'"],
        ),
        (MINIMAL + "    notification: {topics: []}\n", "team.yaml:5", ["minItems is 1"]),
        (
            MINIMAL + f"    stackset: {{accounts: ['1'], regions: [r], admin_role: {ROLE}, execution_role: x}}\n",
            "team.yaml:5",
            ["account must be an account id, 12 digits in quotes, got '1'"],
        ),
        (MINIMAL + "    template: {description: d}\n", "team.yaml:5", ["needs require or rules"]),
        (
            MINIMAL + "    template:\n      require:\n        - {parameter: P, equals: true}\n",
            "team.yaml:7",
            ["template.require.0.equals is true", "must be text: write it in quotes"],
        ),
        (
            MINIMAL + "    template:\n      require:\n        - {parameter: P, allowed: [30]}\n",
            "team.yaml:7",
            ["template.require.0.allowed.0 is 30", "must be text: write it in quotes"],
        ),
        (
            MINIMAL + "    template:\n      require:\n        - {parameter: P, equals: x, allowed: [y]}\n",
            "team.yaml:7",
            ["exactly one of equals, not_equals, allowed"],
        ),
        (
            MINIMAL + "    template:\n      require:\n        - {parameter: P, not_empty: false}\n",
            "team.yaml:7",
            ["is false, but must be true"],
        ),
        (
            MINIMAL + "    template:\n      require:\n        - {parameter: P, equals: x, when: prod}\n",
            "team.yaml:7",
            ["require.0.when is", "must be an object or an array"],
        ),
        (
            MINIMAL
            + "    template:\n      require:\n        - {parameter: P, equals: x, when: [{parameter: Q, is: y}]}\n",
            "team.yaml:7",
            ["unknown key 'is' in products.0.template.require.0.when.0"],
        ),
        (
            MINIMAL + TWICE.format("{parameter: P, equals: x}", "{parameter: P, equals: y}"),
            "team.yaml:8",
            ["rule 'PEquals' of kms_key is also in line 7", "Merge the two rules"],
        ),
        (
            MINIMAL
            + TWICE.format("{parameter: P, equals: x, name: R}", "{parameter: P, allowed: [y]}")
            + "      rules: {R: {Assertions: [{Assert: {'Fn::Equals': [a, a]}, AssertDescription: d}]}}\n",
            "team.yaml:7",
            ["rule 'R' of kms_key is also in line 9"],
        ),
        (
            MINIMAL + "suppress:\n  - {control: E9101, reason: too short, expires: 2026-01-01}\n",
            "team.yaml:6",
            ["10 to 1000", "got 9"],
        ),
        (
            MINIMAL + "suppress:\n  - {control: E1001, reason: long enough, expires: 2026-01-01}\n",
            "team.yaml:6",
            ["E9001", "'E1001'"],
        ),
        (
            MINIMAL + "suppress:\n  - {control: E9101, reason: long enough, expires: 2026-02-30}\n",
            "team.yaml:6",
            ["YYYY-MM-DD", "2026-02-30"],
        ),
        ("- a\n", "team.yaml:1", ["type object", "array"]),
        ("", "team.yaml:1", ["type object", "null"]),
        (MINIMAL + "products: []\n", "team.yaml:5", ["is repeated"]),
    ],
)
def test_a_wrong_portfolio_is_named_by_file_and_line(repository: Path, text: str, where: str, words: list[str]) -> None:
    write(repository, text)
    said = failure(repository)
    for word in [f"portfolios/{where}", *words]:
        assert word in said


def test_what_is_missing_is_told_once(repository: Path) -> None:
    write(repository, MINIMAL + "    stackset: {accounts: ['123456789012'], regions: [us-east-1]}\n")
    assert failure(repository).count("needs admin_role, execution_role") == 1


def test_all_faults_are_listed_at_once(repository: Path) -> None:
    write(repository, MINIMAL + "owner: me\ntags: []\n")
    said = failure(repository)
    assert "team.yaml:5" in said
    assert "team.yaml:6" in said


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "NoSuch: {Assertions: [{Assert: {'Fn::Equals': [{Ref: Envronment}, dev]}, AssertDescription: x}]}",
            "'Envronment'",
        ),
        (
            "V: {Assertions: [{Assert: {'Fn::Equals': [{'Fn::ValueOf': [Nope, VpcId]}, x]}, AssertDescription: x}]}",
            "'Nope'",
        ),
        (
            "DutiesAreSeparated: {Assertions: [{Assert: {'Fn::Equals': [a, a]}, AssertDescription: x}]}",
            "has the name",
        ),
    ],
)
def test_rules_are_held_against_the_template(repository: Path, rule: str, words: str) -> None:
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    said = failure(repository)
    assert "portfolios/team.yaml:7" in said
    assert words in said


def test_a_rule_on_an_unknown_parameter_says_what_there_is(repository: Path) -> None:
    rule = "R: {Assertions: [{Assert: {'Fn::Equals': [{Ref: Nope}, x]}, AssertDescription: x}]}"
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    assert "KeyAdministrators" in failure(repository)


def test_two_portfolios_of_one_name(repository: Path) -> None:
    write(repository, MINIMAL)
    write(repository, MINIMAL, "other")
    assert "the same name 'Team'" in failure(repository)


def test_the_schema_is_a_schema() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(:\n", ["products/other.py:1", "syntax error"]),
        ("x = 1\n\nimport no_such_module\n", ["products/other.py:3", "ModuleNotFoundError", "no_such_module"]),
        ("x = 1\n", ["products/other.py", "no PRODUCT"]),
        ("PRODUCT = 'x'\n", ["products/other.py", "type str"]),
        ("\n1 / 0\n", ["products/other.py:2", "ZeroDivisionError"]),
        (
            (
                "from catalog import ProductDefinition\nPRODUCT = ProductDefinition(\n"
                "    name='', owner='o', description='', version='1.0.0', template=dict)\n"
            ),
            ["products/other.py:2", "1 to 100 characters, got 0"],
        ),
        (
            (
                "from catalog import ProductDefinition\nPRODUCT = ProductDefinition(\n"
                "    name='n', owner='o', description='', version='one', template=dict)\n"
            ),
            ["products/other.py:2", "MAJOR.MINOR.PATCH", "'one'"],
        ),
    ],
)
def test_a_wrong_product_file_is_named(repository: Path, source: str, words: list[str]) -> None:
    (repository / "products" / "other.py").write_text(source)
    said = failure(repository)
    for word in words:
        assert word in said


def test_a_template_over_the_size_limit(repository: Path) -> None:
    (repository / "products" / "other.py").write_text(
        "from troposphere import Template\nfrom troposphere.sns import Topic\nfrom catalog import ProductDefinition\n"
        "def build():\n    template = Template(Description='x')\n"
        "    template.set_metadata({'Padding': 'x' * 1_000_000})\n"
        "    template.add_resource(Topic('Topic'))\n    return template\n"
        "PRODUCT = ProductDefinition(name='n', owner='o', description='', version='1.0.0', template=build)\n"
    )
    said = failure(repository)
    assert "products/other.py" in said
    assert "1000000" in said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("owner = 'Big Owner'", "'Big Owner'"),
        ("owner = 'team'\nregions = []", "regions"),
        ("owner = 'team'\nbucket = '{nope}'", "{nope}"),
        ("colour = 'red'", "['colour']"),
        ("owner = 'team'\nprincipal_patterns = 'role/*'", "principal_patterns must be a list"),
        ("owner = 'team'\nprincipal_patterns = ['arn:aws:iam:::role/x*']", "'arn:aws:iam:::role/x*'"),
        ("owner = 'team'\nshare_with = [123456789012]", "123456789012"),
        ("regions = ['eu-west-1']", "needs owner"),
    ],
)
def test_wrong_settings(tmp_path: Path, settings: str, words: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.catalog]\n{settings}\n")
    with pytest.raises(ContentError) as caught:
        load_config(tmp_path)
    assert words in str(caught.value)


def test_the_root_is_found_from_below_and_missed_elsewhere(repository: Path, tmp_path: Path) -> None:
    assert find_root(repository / "products") == repository
    with pytest.raises(ContentError, match=r"no pyproject\.toml"):
        find_root(tmp_path)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("R: {Assertions: [{Assert: {'Fn::Contain': [[a], a]}, AssertDescription: x}]}", "Fn::Contain"),
        (
            (
                "R: {RuleCondition: {'Fn::Equal': [a, a]}, Assertions: [{Assert: {'Fn::Equals': [a, a]}, "
                "AssertDescription: x}]}"
            ),
            "Fn::Equal",
        ),
    ],
)
def test_a_rule_function_that_does_not_exist(repository: Path, rule: str, words: str) -> None:
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    said = failure(repository)
    assert "portfolios/team.yaml:7: rule 'R'" in said
    assert words in said


def test_what_any_account_would_refuse_is_refused_by_loading(repository: Path) -> None:
    write(repository, MINIMAL + "principals:\n  - arn: not-an-arn\n")
    with pytest.raises(ContentError, match=r"team\.yaml:6"):
        load_catalog(repository)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise SystemExit(0)\n", "SystemExit"),
        (
            (
                "from catalog import ProductDefinition\nclass Odd(Exception): pass\n"
                "def build():\n    raise Odd('no')\n"
                "PRODUCT = ProductDefinition(name='n', owner='o', description='', version='1.0.0', template=build)\n"
            ),
            "Odd: no",
        ),
    ],
)
def test_whatever_a_product_file_raises_is_one_error(repository: Path, source: str, words: str) -> None:
    (repository / "products" / "other.py").write_text(source)
    said = failure(repository)
    assert "products/other.py" in said
    assert words in said


def test_what_a_product_prints_does_not_mix_with_answers(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write("\nprint('hello')\n")
    load_and_resolve(repository)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "hello\n")


@pytest.mark.parametrize("name", ["products/odd name.py", "portfolios/ä(1).yaml"])
def test_file_names_are_keys_and_must_be_fit_for_it(repository: Path, name: str) -> None:
    (repository / name).write_text("")
    assert f"{name}: the name is the key and must be letters" in failure(repository)


def test_a_bucket_name_that_is_too_long_is_refused_before_aws() -> None:
    config = Config(Path(), "x" * 32, ("us-east-1",), "{account}-" + "x" * 32 + "-{region}")
    assert config.bucket_name("123456789012", "us-east-1").endswith("us-east-1")
    with pytest.raises(ContentError, match="3 to 63"):
        config.bucket_name("123456789012", "ap-southeast-1-with-more")


def test_a_description_with_blanks_around_it_is_published_once() -> None:
    artifact = ProvisioningArtifact("1.0.0", " First. \n", "sha256:" + "0" * 64)
    text, digest = ProvisioningArtifact.split_description(artifact.api_description())
    assert ProvisioningArtifact("1.0.0", text, digest).api_description() == artifact.api_description()


def test_an_edit_within_the_same_second_and_of_the_same_size_is_seen(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's bytecode cache knows a source by its second and size."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file, cache = repository / "products" / "kms_key.py", repository / "products" / "__pycache__"
    shutil.rmtree(cache, ignore_errors=True)
    config = load_config(repository)
    for name in ("KMS key", "KMS kex"):
        file.write_text(re.sub(r'name="KMS ke[yx]"', f'name="{name}"', file.read_text()))
        os.utime(file, (1_700_000_000, 1_700_000_000))
        assert load_product(config, "kms_key").name == name
    assert not cache.exists()


def test_a_name_that_ends_in_a_line_break_is_refused(repository: Path) -> None:
    """The two validators of the schema disagree about it: Python's `$` also stands before a last line break."""
    write(repository, MINIMAL + '    template: {require: [{parameter: "Environment\\n", equals: dev}]}\n')
    assert "portfolios/team.yaml is not a valid portfolio" in failure(repository)
    assert "must match" in failure(repository)
