"""Loading the repository: every fault is a `ContentError` with file, line, value and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.content.config import Config, find_root, load_config
from catalog.content.load import load_catalog
from catalog.content.schema_files import schema_text
from catalog.errors import ContentError
from catalog.model.portfolio import PrincipalType
from catalog.model.product import ProvisioningArtifact
from tests.unit.content.loading import MINIMAL, failure, load_and_resolve, write

ROLE = "'arn:aws:iam::123456789012:role/x'"
TWICE = "    template:\n      require:\n        - {}\n        - {}\n"


def test_the_repository_loads_for_every_account_and_region(repository: Path) -> None:
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
        (MINIMAL + "    launch: {}\n", "team.yaml:5", ["must have at least 1"]),
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
        (MINIMAL + "tags: {'aws:x': y}\n", "team.yaml:5", ["'aws:x'", "reserves"]),
        (MINIMAL + "tags:\n  Team: a\n  CostCenter: R&D\n", "team.yaml:7", ["'CostCenter'", "'&' in 'R&D'"]),
        (MINIMAL + "tags: {'a,b': c}\n", "team.yaml:5", ["tag key", "',' in 'a,b'"]),
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
        (MINIMAL + "    notification: {topics: []}\n", "team.yaml:5", ["must have at least 1"]),
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
            ["require.0.when is", "must be a mapping or a list"],
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
        ("- a\n", "team.yaml:1", ['the file is ["a"], but must be a mapping']),
        ("", "team.yaml:1", ["the file is empty, but must be a mapping"]),
        (MINIMAL + "products: []\n", "team.yaml:5", ["is repeated"]),
    ],
)
def test_errors_of_a_portfolio_have_file_and_line(repository: Path, text: str, where: str, words: list[str]) -> None:
    write(repository, text)
    message = failure(repository)
    for word in [f"portfolios/{where}", *words]:
        assert word in message


def test_missing_keys_are_reported_once(repository: Path) -> None:
    write(repository, MINIMAL + "    stackset: {accounts: ['123456789012'], regions: [us-east-1]}\n")
    assert failure(repository).count("needs admin_role, execution_role") == 1


def test_all_faults_are_listed_at_once(repository: Path) -> None:
    write(repository, MINIMAL + "owner: me\ntags: []\n")
    message = failure(repository)
    assert "team.yaml:5" in message
    assert "team.yaml:6" in message


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
def test_rules_must_fit_the_template(repository: Path, rule: str, words: str) -> None:
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    message = failure(repository)
    assert "portfolios/team.yaml:7" in message
    assert words in message


def test_a_rule_on_an_unknown_parameter_lists_the_known_ones(repository: Path) -> None:
    rule = "R: {Assertions: [{Assert: {'Fn::Equals': [{Ref: Nope}, x]}, AssertDescription: x}]}"
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    assert "KeyAdministrators" in failure(repository)


@pytest.mark.parametrize("name", ["team.yml", "team.json"])
def test_a_file_that_is_no_portfolio_is_named(repository: Path, name: str) -> None:
    write(repository, MINIMAL)
    (repository / "portfolios" / "README.md").write_text("For people.")
    (repository / "portfolios" / name).write_text(MINIMAL)
    assert failure(repository) == (
        f"portfolios/{name}: portfolio files end in .yaml\n  Rename it, or move it out of portfolios/."
    )


def test_two_portfolios_may_have_the_same_name_and_a_portfolio_may_be_empty(repository: Path) -> None:
    write(repository, MINIMAL)
    write(repository, "display_name: Team\nprovider: P\n", "other")
    assert load_catalog(repository).portfolios["other"].products == ()


def test_the_schema_is_a_schema() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(json.loads(schema_text()))


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


def test_the_root_is_found_from_a_subfolder_only(repository: Path, tmp_path: Path) -> None:
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
def test_an_unknown_rule_function_is_an_error(repository: Path, rule: str, words: str) -> None:
    write(repository, f"{MINIMAL}    template:\n      rules:\n        {rule}\n")
    message = failure(repository)
    assert "portfolios/team.yaml:7: rule 'R'" in message
    assert words in message


def test_loading_refuses_what_aws_would_reject_in_every_account(repository: Path) -> None:
    write(repository, MINIMAL + "principals:\n  - arn: not-an-arn\n")
    with pytest.raises(ContentError, match=r"team\.yaml:6"):
        load_catalog(repository)


@pytest.mark.parametrize("name", ["products/odd name.py", "portfolios/ä(1).yaml"])
def test_file_names_must_be_valid_keys(repository: Path, name: str) -> None:
    (repository / name).write_text("")
    assert f"{name}: the name is the key and must be letters" in failure(repository)


def test_a_bucket_name_that_is_too_long_is_refused_before_aws() -> None:
    config = Config(Path(), "x" * 32, ("us-east-1",), "{account}-" + "x" * 32 + "-{region}")
    assert config.bucket_name("123456789012", "us-east-1").endswith("us-east-1")
    with pytest.raises(ContentError, match="3 to 63"):
        config.bucket_name("123456789012", "ap-southeast-1-with-more")


def test_spaces_around_a_description_are_removed() -> None:
    artifact = ProvisioningArtifact("1.0.0", " First. \n", "sha256:" + "0" * 64)
    text, digest = ProvisioningArtifact.split_description(artifact.api_description())
    assert ProvisioningArtifact("1.0.0", text, digest).api_description() == artifact.api_description()


def test_a_name_that_ends_with_a_line_break_is_an_error(repository: Path) -> None:
    """The two validators of the schema differ: `$` in Python also matches before a final line break."""
    write(repository, MINIMAL + '    template: {require: [{parameter: "Environment\\n", equals: dev}]}\n')
    assert "portfolios/team.yaml is not a valid portfolio" in failure(repository)
    assert "must match" in failure(repository)
