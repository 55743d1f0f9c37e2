"""Whatever a map or a source holds, the importer answers with rows or with complaints, never with a crash."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.night import examples

from tenfold.facts.maps import read_maps, run_map
from tenfold.terms.errors import Refused

from .maps_sample import CONTEXT, EMPTY, run
from .test_maps_words import PANEL, SALES, SCORES

WORDS = [
    "table", "from", "id", "set", "skip", "only", "each", "snapshots", "rescored", "recorded_at", "distinct", "name",
    "column", "value", "key", "kind", "map", "date", "round", "split", "take", "strip", "default", "else", "lookup",
    "is", "not_in", "party", "type", "quantity", "occurred_at", "contributions", "parties", "s.csv", "a", "b", "$row",
    "$nth", "$item", "person", "sale", "%Y-%m-%d", "1d", "same", "s.csv#a", "2", "",
]  # fmt: skip
text = st.sampled_from(WORDS) | st.text(max_size=8)
anything: st.SearchStrategy[Any] = st.recursive(
    text, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=4), max_leaves=12
)
cell = st.text(alphabet=st.characters(codec="utf-8", exclude_characters='\0\r"'), max_size=12) | st.sampled_from(
    ["2026-01-05", "1e400", "-0", "９", "NaN", "0x1", "<2026-01-05", "2026-Q9", "=1+1", "1" * 45, "|", ";", "\u202e"]
)


def quoted(rows: list[list[str]]) -> str:
    return "\n".join(",".join(f'"{one}"' for one in row) for row in rows)


@settings(deadline=None, max_examples=examples(150))
@given(anything)
def test_a_map_file_of_anything_is_read_or_refused(content: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        YAML(typ="safe", pure=True).dump(content, path)
        (Path(folder) / "s.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        try:
            run_map(path, Path(folder), EMPTY, CONTEXT)
        except Refused as refused:
            assert all(complaint.id and complaint.place.file for complaint in refused.complaints)


@settings(deadline=None, max_examples=examples(100))
@given(st.binary(max_size=300))
def test_a_map_file_of_any_bytes_is_refused(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        path.write_bytes(raw)
        with pytest.raises(Refused):
            read_maps(path)


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(cell, min_size=4, max_size=4), min_size=1, max_size=6), st.sampled_from([0, 1, 2]))
def test_every_record_is_made_repeated_or_unread(rows: list[list[str]], which: int) -> None:
    maps, file, head = [
        (SALES.replace("column: pieces", "column: pieces, round: 3"), "sales.csv", ["no", "seller", "pieces", "day"]),
        (PANEL, "panel.csv", ["month", "who", "tier", "x"]),
        (SCORES, "scores.csv", ["round", "who", "week", "score"]),
    ][which]
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = run(Path(folder), maps, {file: (quoted([head, *rows]) + "\n").encode()})
        except Refused as refused:
            assert all(one.id.startswith("facts.") for one in refused.complaints)
            return
        (report,) = done.reports
        if file == "sales.csv":
            assert report.read == report.made + report.unread
        elif file == "scores.csv":
            assert report.read == report.made + report.unread + report.repeated
        done.merged()


column = st.sampled_from(["a", "b", "$row", "$fact"])
formats = st.lists(
    st.sampled_from(["%Y-%m-%d", "%d.%m.%y", "%H:%M %Y", "%Y", "%b %Y", "%z%M%H", "%j", "%p%I:%M"]), min_size=1
)
changes: dict[str, st.SearchStrategy[Any]] = {
    "strip": st.sampled_from(["true", " 1", "2"]),
    "map": st.dictionaries(cell, cell, max_size=3),
    "date": formats,
    "plus": st.sampled_from(["1d", "-99999d", "99999y", "-3m"]),
    "before": st.just("true"),
    "round": st.sampled_from(["0", "18"]),
    "prefix": cell,
    "default": cell,
}


def one_cell(words: dict[str, Any]) -> dict[str, Any]:
    return {name: word for name, word in words.items() if word is not None}


cells = st.fixed_dictionaries({"column": column}, optional=changes).map(one_cell) | st.fixed_dictionaries(
    {"key": st.lists(st.sampled_from(["a", "b"]), min_size=1)},
    optional={"kind": st.sampled_from(["person", "vehicle", "dog"]), "default": cell},
)


@settings(deadline=None, max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(("party", "type", "quantity", "occurred_at", "what"), cells)), st.data())
def test_any_cells_over_any_records_are_made_or_unread(targets: dict[str, Any], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(cell, min_size=2, max_size=2), min_size=1, max_size=4))
    content = [{"table": "contributions", "from": "s.csv", "id": ["a", "$nth"], "set": targets}]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.yaml"
        YAML(typ="safe", pure=True).dump(content, path)
        (Path(folder) / "s.csv").write_text(quoted([["a", "b"], *rows]) + "\n", encoding="utf-8")
        try:
            done = run_map(path, Path(folder), EMPTY, CONTEXT)
        except Refused:
            return
        assert done.reports[0].read == done.reports[0].made + done.reports[0].unread
        done.merged()
