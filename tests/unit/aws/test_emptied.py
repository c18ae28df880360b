"""Texts that were emptied and that AWS keeps all the same."""

from __future__ import annotations

import pytest

from catalog.aws.emptied import check_emptied
from catalog.errors import AwsError

VIEW = {"Name": "P", "ShortDescription": "Old.", "SupportEmail": "a@example.com"}


@pytest.mark.parametrize("member", ["SupportEmail", "Description"])
def test_a_text_that_aws_keeps_is_an_error(member: str) -> None:
    with pytest.raises(AwsError, match=f"UpdateProduct: AWS keeps {member} '"):
        check_emptied("UpdateProduct", {member: ""}, VIEW)


def test_what_is_gone_or_was_not_emptied_is_fine() -> None:
    check_emptied("UpdateProduct", {"SupportEmail": "b@example.com", "SupportUrl": "", "Distributor": ""}, VIEW)
