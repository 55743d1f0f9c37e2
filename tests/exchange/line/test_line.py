"""What people type in one line, and what is understood."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tenfold.charter.calendar import calendar_of
from tenfold.exchange.line import Known, Line, Person, names_in, read_line
from tenfold.exchange.line.people import folded, ways

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 2)


def _yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((FOLDER / name).read_text("utf-8"))


def _person(key: str, said: dict[str, Any]) -> Person:
    names = tuple(name for name in (said["name"], said.get("name_other")) if name)
    return Person(key, names, said["type"] == "person", said.get("at"), tuple(said.get("aliases", ())))


KNOWN = Known(
    people=[_person(key, said) for key, said in _yaml("people.yaml").items()],
    us="us",
    today=TODAY,
    calendar=calendar_of("CN"),
)
SENTENCES = [(text, expected) for name in ("zh.yaml", "en.yaml") for text, expected in _yaml(name)]


def _understood(line: Line) -> dict[str, Any]:
    """A line in the words of the cases, what is as by default left out."""
    unsure = "?" + ",".join(line.unsure[0]) if line.unsure else ""
    told = {
        "who": unsure or ", ".join(line.who),
        "on": line.on,
        "at": line.at and f"{line.at:%H:%M}",
        "ahead": line.ahead,
        "channel": line.channel,
        "direction": line.direction,
        "minutes": line.minutes,
        "they": [[one.what, one.due or "-"] for one in line.they],
        "we": [[one.what, one.due or "-"] for one in line.we],
        "they_ask": [*line.they_ask],
        "we_ask": [*line.we_ask],
        "flags": sorted(line.flags),
    }
    return {name: value for name, value in told.items() if value or name == "who"}


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_a_line_is_understood(text, expected):
    assert _understood(read_line(text, KNOWN)) == {"on": TODAY, "direction": "out", **expected}


def test_each_language_has_its_sentences():
    assert all(len(_yaml(name)) >= 120 for name in ("zh.yaml", "en.yaml"))


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read(text):
    assert isinstance(read_line(text, KNOWN), Line)


@given(st.sampled_from(SENTENCES), st.integers(0, 200))
def test_half_a_line_is_read_while_it_is_typed(sentence, length):
    line = read_line(sentence[0][:length], KNOWN)
    assert {*line.who} <= {one.key for one in KNOWN.people}


@given(st.sampled_from(SENTENCES), st.integers(0, 200))
def test_whom_no_part_of_a_line_names_need_not_be_known(sentence, length):
    text = sentence[0][:length]
    named = names_in(text)
    people = [one for one in KNOWN.people if not named.isdisjoint(folded(way) for way in ways(one))]
    assert read_line(text, replace(KNOWN, people=people)) == read_line(text, KNOWN)


def test_a_name_is_a_part_of_a_line_in_any_script_wherever_it_stands():
    line = "昨天和B轮基金的王工、Beichen  Bay谈了"
    assert {"b轮基金", "王工", "beichenbay"} <= names_in(line)


def test_a_name_is_no_longer_than_sixty_parts():
    words = " ".join(f"w{number}" for number in range(61))
    named = names_in(words)
    assert "".join(f"w{number}" for number in range(60)) in named
    assert "".join(f"w{number}" for number in range(61)) not in named
