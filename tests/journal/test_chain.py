"""The chain: whatever is done to an exported journal is seen, and the first bad entry is named."""

import enum
import json
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tenfold.journal.check import entries
from tenfold.journal.entry import Draft, Head, append
from tenfold.terms.canonical import canonical, from_canonical
from tenfold.terms.errors import Refused


class Channel(enum.StrEnum):
    CALL = "call"


AT = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)


def journal(count: int = 6, note: str = "说") -> list[bytes]:
    head, lines = Head(), []
    for number in range(count):
        entry = append(head, Draft(AT, "p000001", "interactions", canonical({"row": {"n": number, "note": note}})))
        lines.append(entry.line)
        head = entry.head
    return lines


def bad(lines: list[bytes], head: str | None = None) -> tuple[str, int | None]:
    with pytest.raises(Refused) as refused:
        list(entries(lines, head))
    (complaint,) = refused.value.complaints
    return complaint.id, complaint.place.line


def hash_of(line: bytes) -> str:
    return str(json.loads(line)["hash"])


def test_a_whole_journal_is_in_order_and_canonical() -> None:
    lines = journal()
    found = list(entries(lines, hash_of(lines[-1])))
    assert [entry.sequence for entry in found] == [1, 2, 3, 4, 5, 6]
    assert all(rfc8785.dumps(json.loads(line)) + b"\n" == line for line in lines)
    assert list(entries(lines, hash_of(lines[2])))[-1].hash == hash_of(lines[-1])


@pytest.mark.parametrize("place", range(6))
def test_each_tampering_names_its_entry(place: int) -> None:
    lines = journal()
    changed = lines.copy()
    changed[place] = lines[place].replace(f'"n":{place}'.encode(), b'"n":9')
    assert bad(changed) == ("journal.changed", place + 1)
    spaced = lines.copy()
    spaced[place] = lines[place].replace(b'"actor":', b'"actor": ')
    assert bad(spaced) == ("journal.changed", place + 1)
    if place < 5:
        assert bad(lines[:place] + lines[place + 1 :]) == ("journal.missing", place + 1)
    twice = [*lines[: place + 1], lines[place], *lines[place + 1 :]]
    assert bad(twice) == ("journal.missing", place + 2)


def test_a_kept_head_shows_what_the_chain_alone_cannot() -> None:
    lines = journal()
    kept = hash_of(lines[-1])
    assert len(list(entries(lines[:4]))) == 4
    assert bad(lines[:4], kept) == ("journal.head", None)
    anew = journal(note="别的")
    assert len(list(entries(anew))) == 6
    assert bad(anew, kept) == ("journal.head", None)


@given(st.integers(0, 5), st.data())
def test_no_changed_byte_goes_unseen(place: int, data: st.DataObject) -> None:
    lines = journal()
    at = data.draw(st.integers(0, len(lines[place]) - 1))
    bit = data.draw(st.integers(0, 7))
    line = bytearray(lines[place])
    line[at] ^= 1 << bit
    lines[place] = bytes(line)
    assert bad(lines)[1] == place + 1


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcZ_09", max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_canonical_is_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), {"é": 1}, {1: 2}, float("nan"), "\ud800", b"x"])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_a_text_of_a_kind_of_its_own_is_a_text() -> None:
    assert canonical({Markup("note"): [Markup("<b>"), Channel.CALL]}) == b'{"note":["<b>","call"]}'


@given(JSON)
def test_a_canonical_text_says_its_value(value: object) -> None:
    assert from_canonical(canonical(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'"\\u0061"',
        b'"\\ud800"',
        b'"\xff"',
        b"1.0",
        b"1e3",
        b"-0",
        b"9007199254740992",
        b"NaN",
        '{"é":1}'.encode(),
        b"",
    ],
)
def test_a_text_that_is_not_canonical_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        from_canonical(text)
