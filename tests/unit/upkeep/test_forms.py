"""The files that adopt writes: YAML that reads back as the portfolio, and as the product."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.portfolio_files import AccountRegion, load_portfolio
from catalog.content.render import render
from catalog.model.constraint import (
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.model.definition import Suppression
from catalog.model.governed.budget import Budget
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, Product
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import Inactive
from catalog.releases import Release, load_releases
from catalog.releases.release import digest_of
from catalog.upkeep.productform import key_of, product_files
from catalog.upkeep.yamlform import portfolio_yaml, with_placeholders

HERE = AccountRegion("123456789012", "eu-west-1", "aws")
TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: "${AWS::" not in text
)
FULL = Portfolio(
    key="net",
    display_name="on",
    provider_name="1.0",
    description="Two\nlines: 'quoted' # and no comment",
    tags={"yes": "2026-11-24", "empty": "null", "@": ": - @ =", PROTECT_TAG: "true"},
    principals=frozenset(
        {
            Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/a/b"),
            Principal(PrincipalType.IAM, "arn:aws:iam::210987654321:user/x"),
            Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/dev-*"),
        }
    ),
    tag_options=frozenset({TagOption("Stage", "no"), TagOption("Stage", "007"), TagOption("T", "x")}),
    governed=frozenset({Budget("Keys 007"), Budget("on")}),
    products={
        "vpc": PortfolioProduct(
            "vpc",
            {
                "TEMPLATE": TemplateConstraint(
                    {
                        "R": {
                            "Assertions": [
                                {
                                    "Assert": {
                                        "Fn::Equals": [{"Ref": "Role"}, "arn:aws:kms:eu-west-1:123456789012:key/1"]
                                    },
                                    "AssertDescription": "yes",
                                }
                            ]
                        }
                    },
                    "Rules.",
                ),
                "RESOURCE_UPDATE": ResourceUpdateConstraint(tag_updates=False),
                "NOTIFICATION": NotificationConstraint(
                    frozenset({f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("a", "b")}), "Told."
                ),
                "LAUNCH": LaunchConstraint(role_arn="arn:aws:iam::123456789012:role/launch", description="Its role."),
            },
        ),
        "set": PortfolioProduct(
            "set",
            {
                "STACKSET": StackSetConstraint(
                    frozenset({"012345678901", "123456789012"}),
                    ("us-east-1", "eu-west-1"),
                    "arn:aws:iam::123456789012:role/sets",
                    "member",
                    stack_instances=False,
                    description="Everywhere.",
                )
            },
        ),
    },
    shares=frozenset(
        {
            PortfolioShare(ShareType.ACCOUNT, "012345678901", share_tag_options=True),
            PortfolioShare(ShareType.ORGANIZATION, "o-abcdefghij", share_principals=True),
        }
    ),
)


def read_back(portfolio: Portfolio, folder: Path, account_region: AccountRegion = HERE) -> Portfolio:
    file = folder / f"{portfolio.key}.yaml"
    file.write_bytes(portfolio_yaml(portfolio, HERE, "Imported.\nFrom there."))
    return load_portfolio(file, file.name).resolve(account_region)


def test_a_portfolio_with_everything_reads_back(tmp_path: Path) -> None:
    assert read_back(FULL, tmp_path) == FULL


def test_inactive_tag_options_read_back(tmp_path: Path) -> None:
    activity = {option: option.value != "007" for option in FULL.tag_options}
    file = tmp_path / "net.yaml"
    file.write_bytes(portfolio_yaml(FULL, HERE, active=activity))
    assert {option: active for _, option, active in load_portfolio(file, file.name).tag_options(HERE)} == activity


def test_arns_name_the_account_in_which_the_file_is_used(tmp_path: Path) -> None:
    elsewhere = read_back(FULL, tmp_path, AccountRegion("999999999999", "cn-north-1", "aws-cn"))
    arns = {principal.arn for principal in elsewhere.principals}
    assert "arn:aws-cn:iam::999999999999:role/a/b" in arns
    assert "arn:aws:iam::210987654321:user/x" in arns  # the ARN of another account stays as it is
    assert "arn:aws-cn:iam:::role/dev-*" in arns


TAG_TEXT = st.text(st.characters(categories=["L", "N", "Zs"], include_characters="_.:/=+-@"), min_size=1, max_size=40)


@settings(max_examples=60)
@given(TEXT, TEXT, st.dictionaries(TAG_TEXT, TAG_TEXT, max_size=3))
def test_any_text_reads_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str, tags: dict[str, str]
) -> None:
    products = {"vpc": PortfolioProduct("vpc")}
    tags = {key: value for key, value in tags.items() if not key.lower().startswith("aws:")}
    portfolio = Portfolio("p", name, name, text, tags, products=products)
    assert read_back(portfolio, tmp_path_factory.mktemp("p")) == portfolio


@given(st.text(max_size=60))
def test_filling_placeholders_restores_any_arn(text: str) -> None:
    arn = f"arn:aws:iam::123456789012:role/{text}".replace("${AWS::", "")
    assert HERE.fill(with_placeholders(arn, HERE)) == arn


def test_a_deleted_principal_is_not_declared(tmp_path: Path) -> None:
    dead = Principal(PrincipalType.IAM, "AROAABCDEFGHIJKLMNOPQ")
    portfolio = Portfolio("p", "P", "T", principals=frozenset({dead}), products={"vpc": PortfolioProduct("vpc")})
    assert read_back(portfolio, tmp_path).principals == frozenset()


@pytest.mark.parametrize(
    ("name", "separator", "key"),
    [("SNS topic", "_", "sns_topic"), ("Böse (Dev)!", "-", "b-se-dev"), ("import", "_", "import_"), ("…", "_", "")],
)
def test_keys_come_from_names(name: str, separator: str, key: str) -> None:
    assert key_of(name, separator) == key


@pytest.mark.parametrize(
    ("latest", "name"),
    [
        (b"Resources: {A: {Type: 'AWS::SNS::Topic'}}\n", "it.yaml"),
        (b'{\n\t"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}', "it.json"),
    ],
)
def test_adopted_files_load_as_the_product_and_its_releases(tmp_path: Path, latest: bytes, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "us"\n')
    bodies = {"1.10.0": latest, "1.9.0": b'{"Resources": {}}'}
    releases = [
        Release("it", version, digest_of(body), date(2026, 1, 2), 'Notes "of" it\\.', Guidance.DEPRECATED, False, body)
        for version, body in bodies.items()
    ]
    product = Product(
        "it",
        'N"a\\me',
        "O\no",
        "D{x}",
        tags={"@k": ": v", PROTECT_TAG: "true"},
        support_url="https://example.org",
        tag_options=frozenset({TagOption("Stage", "old"), TagOption("Stage", "new")}),
        governed=frozenset({Budget("b"), Budget('a "quoted"')}),
    )
    suppressions = (Suppression("E9006", "It was so: before we came.", date(2027, 1, 2), "Resources/A"),)
    files = product_files(product, releases, "prod-1", {TagOption("Stage", "old"): False}, suppressions)
    for path, body in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(body)
    assert [path.name for path in files][-2:] == [name, "it.product.yaml"]
    config = load_config(tmp_path)
    loaded = load_product(config, "it")
    assert (loaded.name, loaded.owner, loaded.description) == (product.name, product.owner, product.description)
    assert (loaded.tags, loaded.protect, loaded.version) == ({"@k": ": v"}, True, "1.10.0")
    assert loaded.support_url == "https://example.org"
    assert (loaded.tag_options, loaded.budgets) == ({"Stage": ("new", Inactive("old"))}, ('a "quoted"', "b"))
    assert loaded.suppressions == suppressions
    assert load_releases(config, "it") == tuple(reversed(releases))
    assert render("it", loaded).body == latest


def test_a_template_with_metadata_of_its_own_gets_none_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "us"\n')
    fields = "{name: It, owner: Us, description: '', version: 1.0.0}"
    body = f"Metadata: {{Catalog: {fields}}}\nResources: {{A: {{Type: 'AWS::SNS::Topic'}}}}\n".encode()
    release = Release("it", "1.0.0", digest_of(body), date(2026, 1, 2), "", Guidance.DEFAULT, True, body)
    for path, content in product_files(Product("it", "It", "Us"), [release], "prod-1").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert load_product(load_config(tmp_path), "it").file == "products/it.yaml"
