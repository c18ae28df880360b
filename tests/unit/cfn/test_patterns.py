"""AllowedPattern has the meaning of java.util.regex."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import TemplateError
from catalog.cfn.patterns import matches

ALIAS = r"^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]+$"
PRINCIPAL = r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=.@/-]+$"


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (ALIAS, "team/service", True),
        (ALIAS, "awsome", True),
        (ALIAS, "aws", False),
        (ALIAS, "aws/x", False),
        (ALIAS, "alias/x", False),
        (ALIAS, "a b", False),
        (ALIAS, "a:b", False),
        (ALIAS, "", False),
        (PRINCIPAL, "arn:aws:iam::123456789012:role/path/Admin", True),
        (PRINCIPAL, "arn:aws-us-gov:iam::123456789012:user/eve@example.com", True),
        (PRINCIPAL, "arn:aws:iam::123456789012:root", False),
        (PRINCIPAL, "arn:aws:sts::123456789012:assumed-role/Admin/me", False),
        (PRINCIPAL, "*", False),
        (PRINCIPAL, "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/Admin", False),
    ],
)
def test_the_products_patterns(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("[a-z]+", "abc!", False),  # the whole value
        ("a|ab", "ab", True),  # it backtracks to reach the end
        ("[a-z]++", "abc", True),  # possessive
        ("[a-z]++c", "abc", False),
        (r"\w+", "é", False),  # predefined classes are ASCII
        (r"\W", "é", True),
        (r"\d", "٣", False),
        (r"[\d-]+", "1-2", True),
        (r"\s", "\u00a0", False),
        (r"\h", "\u00a0", True),
        (r"\p{L}+", "éa", True),  # Unicode categories are not
        (r"\p{Alpha}", "é", False),
        (r"\P{Alpha}", "é", True),
        (r"\p{Punct}", "$", True),
        (r"[\p{Punct}a]+", "a-$~", True),
        (r"[a-z&&[^aeiou]]+", "xyz", True),  # intersection
        (r"[a-z&&[^aeiou]]+", "abc", False),
        (r"[a-c[x-z]]+", "axz", True),  # union
        (r"[a||b]+", "a|b", True),  # no operators in Java
        (r"[a~~b]+", "~", True),
        (r"[+--]", ",", True),  # a range from + to -
        (r"[\--/]", ".", True),  # a range from - to /
        (r"[[:alpha:]]+", "ahl:", True),
        (r"[[:alpha:]]+", "z", False),
        (r"[]a]+", "]a", True),
        (r"[^]a]", "]", False),
        (r"\Qa.b\E", "a.b", True),
        (r"\Qa.b\E", "axb", False),
        (r"\Q[x_y", "[x_y", True),
        (r"(?<first>a)\k<first>", "aa", True),
        (r"\x{1F600}", "\U0001f600", True),
        (r"\u00e9", "é", True),
        (r"\0101", "A", True),
        (r"\cA\e", "\x01\x1b", True),
        (r"\Aa\z", "a", True),
        (r"a\Z\n", "a\n", True),
        (r"\H\V", "ab", True),
        ("a.b", "a\u2028b", False),  # a line terminator in Java
        ("(?s)a.b", "a\nb", True),
        ("(?i)abc", "ABC", True),
    ],
)
def test_patterns_match_as_in_java_where_python_differs(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected


@pytest.mark.parametrize("pattern", ["(", "[a", "*a", r"\p{Nonsense}"])
def test_an_invalid_pattern_is_a_template_error(pattern: str) -> None:
    with pytest.raises(TemplateError, match="must be a valid regular expression"):
        matches(pattern, "a")


def test_a_pattern_that_backtracks_without_end_is_refused() -> None:
    with pytest.raises(TemplateError, match="backtracks"):
        matches("(a|aa)+!", "a" * 60)


@given(st.text())
def test_a_quoted_text_matches_itself_alone(text: str) -> None:
    quoted = rf"\Q{text}\E"
    if r"\E" not in text and not text.endswith("\\"):
        assert matches(quoted, text)
        assert not matches(quoted, text + "x")
