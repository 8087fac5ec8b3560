"""A roster is read as spreadsheets write it; each row that cannot be used says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.gateway.errors import Invalid
from functions.gateway.roster import read
from tests.support.texts import texts

MAYA = ("maya@example.com", "Maya Li")


@pytest.mark.parametrize(
    "raw",
    [
        b"email,name\nmaya@example.com,Maya Li\n",
        b"\xef\xbb\xbfName;E-Mail\r\nMaya Li;MAYA@example.com\r\n",
        b"First name\tLast name\tE-mail address\tgroup\nMaya\tLi\tmaya@example.com\tA",
        b'name,email\n"Maya Li", maya@example.com \n\n,\n',
    ],
)
def test_what_spreadsheets_write_is_read(raw: bytes) -> None:
    assert [(one.email, one.name, one.problem) for one in read(raw)] == [(*MAYA, None)]


def test_each_row_that_can_not_be_used_says_why_by_its_line() -> None:
    rows = [
        "email,name",
        "maya@example.com,Maya",
        "zoe@,Zoe",
        ",James",
        "MAYA@example.com,Maya again",
        '"a@b.example","two\nlines"',
        f"long@example.com,{'x' * 101}",
        "nul@example.com,\x00",
        "more@example.com,More,than the header",
        f"{'x' * 260}@example.com,Long",
        "last@example.com,",
    ]
    found = {one.line: one.problem for one in read("\n".join(rows).encode())}
    assert found == {
        2: None,
        3: "email: is not an e-mail address",
        4: "email: is missing",
        5: "email: is in line 2 already",
        6: None,
        8: "name: must not be longer than 100 characters",
        9: "name: must not contain the NUL character or half a surrogate pair",
        10: "has more columns than the header",
        11: "email: is not an e-mail address",
        12: None,
    }


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "the first row must name the columns"),
        (b"name\nMaya\n", "one of them `email`"),
        (b"maya@example.com,Maya\n", "the first row must name the columns"),
        (b"email,name\n", "no students below the header"),
        (b"email,name\nz\xe9ro@example.com,Z\n", "not UTF-8"),
        (b'email,name\nmaya@example.com,"Maya\n', "line 2"),
    ],
)
def test_a_file_that_can_not_be_read_says_why(raw: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        read(raw)
    assert refused.value.field == "roster"


@given(st.binary(max_size=200) | texts(max_size=200).map(lambda text: f"email,name\n{text}".encode()))
def test_whatever_the_file_it_is_read_or_refused(raw: bytes) -> None:
    try:
        rows = read(raw)
    except Invalid:
        return
    assert len({one.email for one in rows if one.problem is None}) == sum(one.problem is None for one in rows)
