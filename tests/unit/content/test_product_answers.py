"""What the process of the product files may answer: another form is an error, and texts are cut."""

from __future__ import annotations

import json

import pytest

from catalog.content.isolated import IsolatedTemplate
from catalog.content.product_answers import MESSAGE_LIMIT, loaded_result, result_of
from catalog.errors import ContentError


@pytest.mark.parametrize(
    "answer",
    [
        "null",
        "5",
        '{"result": null}',
        '{"result": {"definition": {}, "number": 0, "confined": null}}',
        '{"result": {"definition": {}, "number": true, "confined": []}}',
        '{"result": {"definition": {}, "number": 0, "confined": "files"}}',
        '{"result": {"definition": {}, "number": 0}}',
        '{"result": {"number": 0, "confined": []}}',
        '{"error": {"message": "x", "hint": null, "problems": []}}',
    ],
)
def test_an_answer_of_another_form_names_the_file(answer: str) -> None:
    with pytest.raises(ContentError, match=r"^products/it\.py: the process of the product files gives an answer that "):
        loaded_result("products/it.py", result_of("products/it.py", answer.encode()))


def test_texts_of_an_error_are_cut() -> None:
    error = {"message": "m" * 10**6, "hint": "h" * 10**6, "problems": ["p" * 10**6] * 10**2}
    with pytest.raises(ContentError) as caught:
        result_of("products/it.py", json.dumps({"error": error}).encode())
    for text in (caught.value.message, caught.value.hint, *caught.value.problems):
        assert len(text) == MESSAGE_LIMIT + 1
    with pytest.raises(ContentError) as caught:
        result_of("products/it.py", json.dumps({"error": {**error, "problems": ["p"] * 10**6}}).encode())
    assert len(caught.value.problems) == 1000


def test_half_a_character_in_a_template_file_is_no_traceback() -> None:
    template = IsolatedTemplate("products/it.py", lambda: {"file": "x.yaml", "body": "Resources: {}\n# \ud800"})
    assert template().to_dict() == {"Resources": {}}
