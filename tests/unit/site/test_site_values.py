"""The values of a site without pages: links into the console, use by version, sentences about access, file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.access import matrix
from catalog.content.targets import Target
from catalog.lifecycle.usage import Usage, VersionState, VersionUse
from catalog.model.console import service_catalog_page
from catalog.review.cells import AccessCell, access_tables
from catalog.site.access_words import allowed, statements
from catalog.site.console_links import list_links, regions_of
from catalog.site.usage import usage_by_product
from catalog.web.site_links import file_name
from catalog.web.site_pages import LIMIT, fitting
from tests.unit.web.test_parts import PSEUDO, allows, topic_template


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("eu-west-1", "https://eu-west-1.console.aws.amazon.com/"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
    ],
)
def test_each_partition_has_its_console(region: str, start: str) -> None:
    end = f"servicecatalog/home?region={region}#products/prod-a"
    assert service_catalog_page(region, "products", "prod-a") == f"{start}{end}"


def test_there_is_no_link_into_a_console_that_we_do_not_know() -> None:
    assert service_catalog_page("us-iso-east-1", "products") == ""
    assert [link.region for link in list_links(("us-iso-east-1", "us-east-1", "eusc-de-east-1"))] == ["us-east-1"]


def test_the_regions_of_a_product_are_those_of_the_targets_that_have_its_portfolios() -> None:
    hub = Target("hub", "123456789012", "eu-west-1", portfolios=("blocks",))
    spoke = Target("spoke", "123456789012", "eu-north-1", portfolios=("others",))
    everything = Target("lab", "123456789012", "us-east-1")
    assert regions_of((), ("blocks",), ("us-east-1", "us-east-2")) == ("us-east-1", "us-east-2")
    assert regions_of((hub, spoke, everything), ("blocks",), ()) == ("eu-west-1", "us-east-1")


def test_use_has_the_page_of_the_product_but_not_in_the_sandbox() -> None:
    versions = (VersionUse("1.0.0", "pa-1", VersionState.DEFAULT, 3),)
    usages = [Usage("123456789012", "eu-west-1", "vault", "prod-1", "1.0.0", versions)]
    (use,) = usage_by_product(usages)["vault"]
    assert use.link is not None
    assert use.link.url.endswith("region=eu-west-1#products/prod-1")
    assert use.provisioned == 3
    (local,) = usage_by_product(usages, in_sandbox=True)["vault"]
    assert local.link is None


def test_access_is_said_in_sentences() -> None:
    (table,) = access_tables(matrix(topic_template(allows("Use", "sqs:SendMessage")), {}, PSEUDO))
    sentences = {principal: each.text for each in statements(table) for principal in each.principals}
    words = "may use it in part (1 of 10 actions); may not give others access to it or read about it"
    assert sentences["app"] == words
    assert sentences["anonymous"] == "may do nothing"
    assert list(statements(table))[-1].may == ()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("yes", "use it"),
        ("no", ""),
        ("IAM", "use it where an IAM policy allows it too"),
        ("if", "use it under conditions"),
        ("?", "use it perhaps: the template does not decide it"),
        ("13/19, 4 if", "use it in part (13 of 19 actions, 4 more under conditions)"),
        ("0/51, 3 if", "use it in part (3 of 51 actions, under conditions)"),
        ("2/7, 3 if, 1 ?", "use it in part (2 of 7 actions, 3 more under conditions, 1 not decided)"),
        ("2/7, 1 ?", "use it in part (2 of 7 actions, 1 not decided)"),
    ],
)
def test_each_cell_of_the_matrix_has_its_words(cell: str, words: str) -> None:
    assert allowed("use", AccessCell(cell, cell, None, "")) == words


@given(st.lists(st.text(), unique=True))
def test_no_two_keys_have_the_same_file(keys: list[str]) -> None:
    names = [file_name(key) for key in keys]
    assert len({name.casefold() for name in names}) == len(keys)
    assert set("".join(names)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_page_has_as_many_parts_as_fit() -> None:
    def make(parts: int) -> bytes:
        return b"x" * (parts * LIMIT // 3 + 1)

    assert len(fitting(make, 2)) < LIMIT
    assert fitting(make, 5) == make(2)
    assert fitting(lambda parts: b"x" * LIMIT * 2, 3) == b"x" * LIMIT * 2  # nothing more can be left out


def test_names_of_files_are_the_same_everywhere() -> None:
    assert file_name("security-prod") == "security-prod"
    assert file_name("Key") != file_name("key")
    assert file_name("Key").startswith("key-")
    hostile = file_name("../../<b>?#%2e Ä")
    assert set(hostile) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert file_name("ä").startswith("page-")
