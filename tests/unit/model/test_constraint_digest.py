"""The digest in the description of a constraint."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.constraint import (
    MAX_DESCRIPTION,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    TemplateConstraint,
    digest_of_parameters,
    split_digest,
    with_digest,
)


@given(st.text(max_size=MAX_DESCRIPTION + 50), st.sampled_from(["launch-a", "launch-b"]))
def test_the_description_comes_back_without_its_digest(description: str, role: str) -> None:
    constraint = LaunchConstraint(role, description=description)
    text = with_digest(constraint)
    assert len(text) <= max(MAX_DESCRIPTION, len(description))
    if len(description) > MAX_DESCRIPTION - 22:
        assert text == description
    else:
        assert split_digest(text) == (description.strip(), digest_of_parameters(constraint))


def test_the_digest_is_of_type_and_parameters_alone() -> None:
    rules = {"Rule": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}
    digests = [
        digest_of_parameters(constraint)
        for constraint in (
            TemplateConstraint(rules),
            TemplateConstraint({**rules, "Other": {}}),
            LaunchConstraint("catalog-launch"),
            LaunchConstraint(role_arn="arn:aws:iam::111122223333:role/launch"),
            ResourceUpdateConstraint(True),
            ResourceUpdateConstraint(False),
        )
    ]
    assert len(set(digests)) == len(digests)
    assert digest_of_parameters(TemplateConstraint(rules, "Some words.")) == digests[0]
    first, second = (NotificationConstraint(frozenset(topics)) for topics in (("arn:a", "arn:b"), ("arn:b", "arn:a")))
    assert digest_of_parameters(first) == digest_of_parameters(second)
