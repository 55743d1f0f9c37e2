"""Signed heads: nobody without the key makes one, and a journal that was written anew bears none of them out."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.journal.heads import SignedHead, check_heads, is_signed, public_of, read_head, signed
from tenfold.journal.tree import Tree
from tenfold.terms.errors import Refused

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
HASHES = [f"{number:064x}" for number in range(1, 12)]
PARTS = ("day", "sequence", "hash", "root", "at", "key")


def head(sequence: int, day: str = "2026-11-30", hashes: list[str] = HASHES, key: bytes = KEY) -> SignedHead:
    tree = Tree(bytes.fromhex(hash) for hash in hashes[:sequence])
    at = f"{day}T00:00:01.000000Z"
    return signed(SignedHead(day, sequence, hashes[sequence - 1], tree.root().hex(), at, ""), key)


def refused(id: str, heads: list[SignedHead], hashes: list[str]) -> None:
    with pytest.raises(Refused) as found:
        check_heads(heads, hashes)
    assert found.value.complaints[0].id == id


def test_the_signature_is_ed25519_as_its_standard_has_it() -> None:
    """The key of RFC 8032, section 7.1, test 1."""
    key = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert public_of(key) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_a_head_is_read_as_it_was_written() -> None:
    made = head(7)
    assert is_signed(made)
    assert read_head(made.line) == made


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_a_head_changes_unnoticed(part: str) -> None:
    made, other = head(7), head(8, "2026-12-01", key=OTHER)
    changed = replace(made, **{part: getattr(other, part)})
    assert not is_signed(changed)
    with pytest.raises(Refused) as found:
        read_head(changed.line)
    assert found.value.complaints[0].id == "journal.head_signature"


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_bit_of_a_head_changes_unnoticed(place: int, bit: int) -> None:
    line = bytearray(head(7).line.rstrip(b"\n"))
    line[place % len(line)] ^= 1 << bit
    with pytest.raises(Refused):
        read_head(bytes(line))


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"null", b"\xff", head(7).line.replace(b":7,", b": 7,"), b'{"at":1}', head(7).line * 2]
)
def test_what_is_no_head_is_refused(line: bytes) -> None:
    with pytest.raises(Refused) as found:
        read_head(line)
    assert found.value.complaints[0].id == "journal.head_line"


def test_a_journal_bears_out_its_heads_also_after_it_grew() -> None:
    heads = [head(1, "2026-11-28"), head(7, "2026-11-29"), head(7, "2026-11-30"), head(11, "2026-12-01")]
    assert check_heads(heads, HASHES) == 4
    assert check_heads([], HASHES) == 0


def test_a_journal_that_was_cut_off_or_written_anew_bears_none_out() -> None:
    refused("journal.head_lost", [head(7)], HASHES[:6])
    assert check_heads([head(7)], HASHES[:7]) == 1
    for place in range(7):
        anew = [*HASHES]
        anew[place] = "f" * 64
        refused("journal.head_other", [head(7)], anew)
    refused("journal.head_lost", [head(7), head(6)], HASHES)  # heads never go back


def test_a_head_names_the_whole_journal_before_it() -> None:
    swapped = [HASHES[1], HASHES[0], *HASHES[2:]]
    made = head(7)
    assert json.loads(made.line)["hash"] == swapped[6]
    refused("journal.head_other", [made], swapped)
