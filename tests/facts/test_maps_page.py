"""The reference page of maps names every word, and its example runs."""

import re
from pathlib import Path

import pytest

from tenfold.facts.maps.language import Cell, Condition, Each, Joins, Lookup, Map, Match, Rescored, Snapshots, Words

from .maps_sample import cells, run, said

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "en" / "maps.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words", [Map, Cell, Condition, Each, Lookup, Match, Joins, Snapshots, Rescored], ids=lambda one: one.__name__
)
def test_the_page_names_every_word(words: type[Words]) -> None:
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    quoted = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", prose))))
    assert {field.alias or name for name, field in words.model_fields.items()} - quoted == set()


def test_the_example_of_the_page_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    done = run(tmp_path, example, {"sales.csv": "no,seller,pieces,day\n1,zhou,3,5.1.2026\n"})
    assert said(done) == []
    assert cells(done.added["contributions"], "party", "occurred_at") == [("p000001", "2026-01-04T16:00")]
