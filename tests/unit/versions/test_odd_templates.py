"""Two versions of any template can be compared; cfn-lint reports malformed ones."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.versions import gate
from tests.unit.versions.conftest import TemplateVersion

TEXTS = ["", "A", "*", "${A}", "${A", "Allow", "Deny", "AWS::NoValue", "{", "(", "arn:aws:iam::123456789012:root"]
FUNCTIONS = [
    "Ref",
    "Condition",
    "Fn::If",
    "Fn::Sub",
    "Fn::Join",
    "Fn::FindInMap",
    "Fn::GetAtt",
    "Fn::Equals",
    "Fn::Not",
]
ELEMENTS = [
    "Statement",
    "Effect",
    "Action",
    "Principal",
    "Type",
    "Properties",
    "Default",
    "AllowedValues",
    "Tags",
    "Key",
]
OTHERS = [
    "AllowedPattern",
    "Value",
    "Export",
    "Name",
    "Assertions",
    "KeyPolicy",
    "PolicyDocument",
    "Bucket",
    "Policies",
]
LOOPS = ["Fn::ForEach::Each", "Fn::Transform"]
TYPES = ["AWS::KMS::Key", "AWS::S3::BucketPolicy", "AWS::IAM::Role", "AWS::CloudFormation::Stack", "A::B::C::MODULE"]
SECTIONS = ["Parameters", "Conditions", "Mappings", "Outputs", "Rules", "Transform", "Metadata"]

keys = st.sampled_from([*FUNCTIONS, *ELEMENTS, *OTHERS, *LOOPS])
leaves = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(TEXTS))
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=10,
)
members = st.dictionaries(st.sampled_from(["A", "B", *LOOPS]), nodes, max_size=2)
resources = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)},
    optional={"Properties": st.dictionaries(keys, nodes, max_size=3), "Condition": leaves, "DeletionPolicy": leaves},
)
templates = st.fixed_dictionaries(
    {
        "Resources": st.one_of(
            nodes, st.dictionaries(st.sampled_from(["A", "B", *LOOPS]), resources | nodes, max_size=3)
        )
    },
    optional=dict.fromkeys(SECTIONS, members | nodes),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(templates, templates)
def test_any_two_templates_are_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    for finding in gate(TemplateVersion("1.1.0", new), [TemplateVersion("1.0.0", old)]):
        assert finding.message
