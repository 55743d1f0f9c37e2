"""Whatever the bytes are, the loader either loads or refuses; nothing else ever leaves it."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.charter import strict_yaml
from tenfold.charter.load import read_charter
from tenfold.report.words import LANGUAGES, catalogue
from tenfold.terms.errors import Refused

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
LINES = SMALL.splitlines(keepends=True)
WORDS = [SMALL[begin:end] for begin in range(0, len(SMALL), 97) for end in (begin + 5, begin + 40)]
PIECES = st.one_of(
    st.sampled_from(
        ["{", "}", "[", "]", ":", ",", "- ", "\n", "  ", '"', "'", "&a ", "*a", "!x ", "|", ">", "#", "? ", "%"]
    ),
    st.sampled_from(
        ["1.5", "0x1", "null", "true", "on", "2026-02-30", "~", "<<: ", "30d", "1 CNY", "\\0", "\ud7ff", "\u0085"]
    ),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)


def outcome(raw: bytes) -> list[str]:
    try:
        read_charter(raw, "charter.yaml", {})
    except Refused as refused:
        for complaint in refused.complaints:
            assert not re.search(
                "[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", f"{complaint.place} {complaint.params}"
            )
            assert all(complaint.id in catalogue(language) for language in LANGUAGES)
        return [complaint.id for complaint in refused.complaints]
    return ["loaded"]


@given(st.binary(max_size=200))
@settings(max_examples=examples(300), deadline=None)
def test_bytes_are_refused(raw: bytes) -> None:
    assert outcome(raw) not in ([], ["loaded"])


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=examples(300), deadline=None)
def test_text_that_looks_like_yaml_is_refused(text: str) -> None:
    assert outcome(text.encode("utf-8", "surrogatepass")) not in ([], ["loaded"])


@given(st.integers(0, len(LINES) - 1), st.integers(0, 60), st.integers(0, 12), PIECES)
@settings(max_examples=examples(60), deadline=None)
def test_a_charter_with_one_piece_changed_loads_or_is_refused(line: int, column: int, cut: int, piece: str) -> None:
    changed = LINES[line][:column] + piece + LINES[line][column + cut :]
    text = "".join([*LINES[:line], changed, *LINES[line + 1 :]])
    assert outcome(text.encode("utf-8", "surrogatepass")) != []


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=examples(300), deadline=None)
def test_reading_the_same_bytes_twice_says_the_same(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    first = strict_yaml.read(raw, "a.yaml")
    strict_yaml.read.cache_clear()
    second = strict_yaml.read(raw, "a.yaml")
    assert first.complaints == second.complaints
    assert repr(first.value) == repr(second.value)
