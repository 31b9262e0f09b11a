"""What two parsers could read in two ways, and what wears a parser out, never gets in."""

from __future__ import annotations

import json
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import falcon
import pytest
from falcon import testing
from hypothesis import given
from hypothesis import strategies as st

from kaohe_service.errors import BodyMalformed, BodyTooLarge, MediaTypeRefused
from kaohe_service.media import (
    FORM,
    MAXIMUM_DEPTH,
    MAXIMUM_FILE,
    MAXIMUM_JSON,
    MAXIMUM_VALUES,
    XLSX,
    encode,
    parse,
    read_bytes,
    read_file,
)

if TYPE_CHECKING:
    from tests.service.conftest import Site

ABUSE = {
    "empty": (b"", "json-empty"),
    "blank": (b" \n", "json-empty"),
    "cut off": (b'{"account": "a', "json-malformed"),
    "two values": (b"{} {}", "json-malformed"),
    "no UTF-8": (b'{"account": "\xff"}', "json-encoding"),
    "UTF-16": ('{"account": "a"}'.encode("utf-16"), "json-encoding"),
    "byte order mark": (b"\xef\xbb\xbf{}", "json-malformed"),
    "lists without end": (b"[" * 100_000, "json-deep"),
    "objects without end": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "json-deep"),
    "one level too deep": (b"[" * (MAXIMUM_DEPTH + 1) + b"]" * (MAXIMUM_DEPTH + 1), "json-deep"),
    "one value too many": (b"[" + b",".join([b"1"] * MAXIMUM_VALUES) + b"]", "json-values"),
    "not a number": (b'{"a": NaN}', "json-number"),
    "infinity": (b'{"a": Infinity}', "json-number"),
    "minus infinity": (b'{"a": -Infinity}', "json-number"),
    "overflow": (b'{"a": 1e400}', "json-number"),
    "endless digits": (b'{"a": ' + b"9" * 5000 + b"}", "json-number"),
    "one digit too many": (b'{"a": 1234567890123456789}', "json-number"),
    "the same key twice": (b'{"account": "a", "account": "b"}', "json-duplicate-key"),
    "the same key twice, escaped": (b'{"a": 1, "\\u0061": 2}', "json-duplicate-key"),
    "lone surrogate": (b'{"a": "\\ud800"}', "json-text"),
    "surrogates in the wrong order": (b'{"a": "\\udc00\\ud800"}', "json-text"),
    "lone surrogate in a key": (b'{"\\udfff": 1}', "json-text"),
    "NUL": (b'{"a": "x\\u0000y"}', "json-text"),
    "raw control character": (b'{"a": "x\ny"}', "json-malformed"),
    "single quotes": (b"{'a': 1}", "json-malformed"),
    "comment": (b"{} // x", "json-malformed"),
    "leading zero": (b"[01]", "json-malformed"),
}


@pytest.mark.parametrize("name", ABUSE)
def test_what_is_refused_has_its_code(name: str) -> None:
    """Every odd JSON text is refused, each for its own reason."""
    body, code = ABUSE[name]

    with pytest.raises(BodyMalformed) as caught:
        parse(body)

    assert [code] == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("name", ABUSE)
def test_no_odd_body_is_an_error_of_ours(still: Site, name: str) -> None:
    """An odd body is the sender's mistake: 400 as a problem, whatever it is."""
    body, code = ABUSE[name]

    answer = still.nobody().ask(
        "POST", "/api/v1/sessions", content=body, headers={"Content-Type": "application/json"}
    )

    assert (400, "application/problem+json", code) == (
        answer.status_code,
        answer.headers["content-type"],
        answer.json["errors"][0]["code"],
    )


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        *((value, [""]) for value in ("x", 7, [], None, True, 1.5)),
        ({}, ["/account", "/password"]),
        ({"account": 1, "password": "x"}, ["/account"]),
        ({"account": "x"}, ["/password"]),
        ({"account": "x", "password": "y", "more": 1}, ["/more"]),
        ({"account": None, "password": []}, ["/account", "/password"]),
        ({"account": {"a": {"b": []}}, "password": "x"}, ["/account"]),
        ({"account": "x" * 201, "password": "y"}, ["/account"]),
        ({"account": "x", "password": "\u0007"}, ["/password"]),
    ],
)
def test_json_of_another_shape_has_problems_with_their_places(
    still: Site, value: Any, pointers: list[str]
) -> None:
    """JSON that is sound but not what the route takes: 422, each problem with a pointer."""
    answer = still.nobody().ask(
        "POST",
        "/api/v1/sessions",
        content=json.dumps(value).encode(),
        headers={"Content-Type": "application/json"},
    )

    errors = answer.json["errors"]

    assert 422 == answer.status_code
    assert [("body", pointer) for pointer in pointers] == [(one["in"], one["pointer"]) for one in errors]
    assert [{"in", "pointer", "code", "message"}] * len(pointers) == [set(one) for one in errors]


def test_the_deepest_body_that_is_allowed() -> None:
    """Depth 32 passes, 33 does not (see the list above)."""
    body = b"[" * MAXIMUM_DEPTH + b"]" * MAXIMUM_DEPTH

    assert body == encode(parse(body))


def test_the_fullest_body_that_is_allowed() -> None:
    """The list itself counts; one more is too many (see the list above)."""
    body = b"[" + b",".join([b"1"] * (MAXIMUM_VALUES - 1)) + b"]"

    assert MAXIMUM_VALUES - 1 == len(parse(body))


def test_the_longest_number_that_is_allowed() -> None:
    """18 digits pass, with a sign or without."""

    assert [123456789012345678, -123456789012345678] == parse(b"[123456789012345678, -123456789012345678]")


_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    """What is written is read as the same value."""

    assert value == parse(encode(value))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes at all lead to another error than ours, and what is read is a value that can be written."""
    with suppress(BodyMalformed):
        value = parse(body)

        assert value == parse(encode(value))


def test_a_body_may_be_exactly_as_long_as_allowed() -> None:
    """The last byte allowed passes, the next one does not, whether it is announced or not."""
    full, over = b"x" * 10, b"x" * 11

    assert full == read_bytes(BytesIO(full), 10, 10)
    for length in (11, None):
        with pytest.raises(BodyTooLarge):
            read_bytes(BytesIO(over), length, 10)


def test_a_long_json_body_is_413(still: Site) -> None:
    """More than 1 MiB of JSON is not even parsed."""
    body = b'{"account": "' + b"x" * MAXIMUM_JSON + b'"}'

    answer = still.nobody().ask(
        "POST", "/api/v1/sessions", content=body, headers={"Content-Type": "application/json"}
    )

    assert (413, MAXIMUM_JSON) == (answer.status_code, answer.json["maximum"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=gbk"},
        {"Content-Type": "application/problem+json"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/json", "Content-Encoding": "identity, br"},
    ],
)
def test_another_type_or_encoding_is_415(still: Site, headers: dict[str, str]) -> None:
    """Only plain JSON in UTF-8: forms of other sites' pages cannot send it, and nothing has to be unpacked."""
    answer = still.nobody().ask("POST", "/api/v1/sessions", content=b"{}", headers=headers)

    assert 415 == answer.status_code


@pytest.mark.parametrize(
    "content_type",
    [
        "APPLICATION/JSON",
        "Application/Json; Charset=UTF-8",
        'application/json ;charset="utf-8"',
        "application/json;charset=utf-8;x=1",
        "application/json;",
    ],
)
def test_a_media_type_is_the_same_in_any_case(still: Site, content_type: str) -> None:
    """RFC 9110 8.3.1: type, subtype and charset are not case-sensitive; space and parameters may stand around."""
    answer = still.nobody().ask(
        "POST", "/api/v1/sessions", content=b"{}", headers={"Content-Type": content_type}
    )

    assert 422 == answer.status_code


def _request(body: bytes, content_type: str, length: int | None = None) -> falcon.Request:
    headers = {"Content-Type": content_type}
    if length is not None:
        headers["Content-Length"] = str(length)
    return testing.create_req(method="POST", body=body, headers=headers)


def _form(*parts: tuple[str, bytes]) -> bytes:
    return (
        b"".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, content in parts
        )
        + b"--b--\r\n"
    )


FORM_TYPE = "multipart/form-data; boundary=b"


def test_a_file_comes_as_the_body_or_as_the_one_part_of_a_form() -> None:
    """The same bytes either way."""

    assert b"PK12" == read_file(_request(b"PK12", XLSX), (XLSX, FORM))
    assert b"PK12" == read_file(_request(_form(("file", b"PK12")), FORM_TYPE), (XLSX, FORM))
    assert b"PK12" == read_file(
        _request(_form(("file", b"PK12")), 'Multipart/Form-Data; Boundary="b"'), (FORM,)
    )


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"", XLSX, "file-missing"),
        (_form(), FORM_TYPE, "file-missing"),
        (_form(("file", b"")), FORM_TYPE, "file-missing"),
        (_form(("other", b"x")), FORM_TYPE, "form-part-unknown"),
        (_form(("file", b"x"), ("more", b"y")), FORM_TYPE, "form-part-unknown"),
        (_form(("file", b"x"))[:-9], FORM_TYPE, "form-malformed"),
        (b"no form at all", FORM_TYPE, "form-malformed"),
        (_form(("file", b"x")), "multipart/form-data", "form-malformed"),
        (_form(("file", b"x")), f"multipart/form-data; boundary={'b' * 71}", "form-malformed"),
    ],
)
def test_a_form_that_is_not_one_file_is_refused(body: bytes, content_type: str, code: str) -> None:
    """No guessing which part is meant, and no half form."""
    with pytest.raises(BodyMalformed) as caught:
        read_file(_request(body, content_type), (XLSX, FORM))

    assert code == caught.value.problems[0].code


def test_a_file_of_another_type_is_refused() -> None:
    """A type that the route does not list, or none."""
    for content_type in ("image/png", ""):
        with pytest.raises(MediaTypeRefused):
            read_file(_request(b"x", content_type), (XLSX, FORM))


def test_a_file_may_be_20_mib_and_no_longer() -> None:
    """The bound holds for the body and for the part of a form."""
    full = b"x" * MAXIMUM_FILE

    assert MAXIMUM_FILE == len(read_file(_request(full, XLSX), (XLSX, FORM)))
    assert MAXIMUM_FILE == len(read_file(_request(_form(("file", full)), FORM_TYPE), (XLSX, FORM)))
    for request in (
        _request(full + b"x", XLSX),
        _request(_form(("file", full + b"x")), FORM_TYPE),
        _request(b"x", FORM_TYPE, 2 * MAXIMUM_FILE),
    ):
        with pytest.raises(BodyTooLarge):
            read_file(request, (XLSX, FORM))
