"""Transforms, expanded as data: SAM with and without its translator, snippets, and what changes nothing."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn import MacroError, Pseudo, TemplateError
from catalog.cfn.expansion import Sources, expand
from catalog.cfn.serverless import SERVERLESS

PSEUDO = Pseudo("123456789012", "eu-west-1")
FUNCTION: dict[str, Any] = {
    "Type": "AWS::Serverless::Function",
    "Properties": {"Runtime": "python3.12", "Handler": "a.b"},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("aF:$ {}", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Type", "Properties", "Ref", "Events", "Policies", "CodeUri", "Fn::Sub", "Location", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def test_a_template_without_macros_is_the_same_object() -> None:
    template = {"Transform": "AWS::LanguageExtensions", "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    assert expand(template, {}, PSEUDO) is template


def test_the_translator_sees_loops_expanded_in_the_order_of_transforms() -> None:
    looped = {
        "Fn::ForEach::F": [
            "N",
            ["One", "Two"],
            {"F${N}": {**FUNCTION, "Properties": {**FUNCTION["Properties"], "InlineCode": "x"}}},
        ]
    }
    expanded = expand({"Transform": ["AWS::LanguageExtensions", SERVERLESS], "Resources": looped}, {}, PSEUDO)
    assert {"FOne", "FOneRole", "FTwo", "FTwoRole"} == expanded["Resources"].keys()
    assert expanded["Transform"] == "AWS::LanguageExtensions"
    with pytest.raises(TemplateError, match="failed with: Invalid Serverless Application Specification document"):
        expand({"Transform": [SERVERLESS, "AWS::LanguageExtensions"], "Resources": looped}, {}, PSEUDO)


def test_after_language_extensions_the_translator_sees_locations_as_texts() -> None:
    location = {"Fn::Sub": "s3://code-${AWS::Region}/${Name}.zip"}
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"F": {**FUNCTION, "Properties": {**FUNCTION["Properties"], "CodeUri": location}}},
    }
    names = ["AWS::LanguageExtensions", SERVERLESS]
    function = expand({"Transform": names, **template}, {"Name": "a"}, PSEUDO)["Resources"]["F"]
    assert function["Properties"]["Code"] == {"S3Bucket": "code-eu-west-1", "S3Key": "a.zip"}
    with pytest.raises(TemplateError, match="'CodeUri' requires Bucket and Key properties"):
        expand({"Transform": SERVERLESS, **template}, {"Name": "a"}, PSEUDO)


def test_without_its_package_sam_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator", None)  # as if it were not installed
    with pytest.raises(MacroError, match=r"Transform AWS::Serverless-2016-10-31 cannot be carried out here: .*\[sam\]"):
        expand({"Transform": SERVERLESS, "Resources": {"F": FUNCTION}}, {}, PSEUDO)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["Resources", "Globals", "Outputs", "Parameters", "Conditions"]), ANYTHING))
def test_any_template_of_sam_is_expanded_or_refused(template: dict[str, Any]) -> None:
    before = repr(template)
    with suppress(TemplateError):
        expand({"Transform": SERVERLESS, **template}, {}, PSEUDO)
    assert repr(template) == before


def test_a_template_has_twenty_outputs_of_products_each_read_once() -> None:
    read: list[tuple[str, str]] = []

    def output(product: str, key: str) -> str:
        read.append((product, key))
        return f"{product}-{key}"

    sources = Sources(output=output)
    texts = [f"[[servicecatalog:provisionedproduct:shop:Key{number}]]" for number in range(20)]
    template: dict[str, Any] = {
        "Transform": "AWS::ServiceCatalog",
        "Outputs": {"All": {"Value": "".join(texts + texts[:1])}},
    }
    assert expand(template, {}, PSEUDO, sources)["Outputs"]["All"]["Value"].endswith("shop-Key19shop-Key0")
    assert len(read) == 20
    template["Outputs"] = {"One": texts, "More": "[[servicecatalog:provisionedproduct:shop:More]]"}
    with pytest.raises(TemplateError, match=r"at most 20 outputs of provisioned products; .*:shop:More.. is one more"):
        expand(template, {}, PSEUDO, sources)


@settings(max_examples=40, deadline=None)
@given(ANYTHING, ANYTHING)
def test_any_snippet_is_included_or_refused(snippet: Any, beside: Any) -> None:
    call = {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}
    template = {"Resources": {"Fn::Transform": call, "Beside": beside}, "Outputs": {"O": {"Fn::Transform": call}}}
    with suppress(TemplateError):
        expanded = expand(template, {}, PSEUDO, Sources(snippet=lambda location: snippet))
        assert expanded["Resources"] == {**snippet, "Beside": beside}
        assert expanded["Outputs"]["O"] == snippet
