"""Texts that were sent empty and that AWS keeps."""

from __future__ import annotations

import pytest

from catalog.aws.emptied import check_emptied
from catalog.errors import AwsError

VIEW = {"Name": "P", "ShortDescription": "Old.", "SupportEmail": "a@example.com"}


@pytest.mark.parametrize("member", ["SupportEmail", "Description"])
def test_a_text_that_aws_keeps_is_an_error(member: str) -> None:
    with pytest.raises(AwsError, match=f"UpdateProduct: AWS keeps {member} '"):
        check_emptied("UpdateProduct", {member: ""}, VIEW)


def test_a_text_that_is_cleared_or_was_not_emptied_is_no_error() -> None:
    check_emptied("UpdateProduct", {"SupportEmail": "b@example.com", "SupportUrl": "", "Distributor": ""}, VIEW)
