"""Few cells are looked up among those that were read before: they say what many say, which are read as a whole."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tenfold.facts import times
from tenfold.facts.declaration import INSTANT

ZONES = ("Asia/Shanghai", "America/New_York", "UTC")
CELLS = (
    "2026-10-31",
    "2026/10/31",
    "2026年10月31日",
    "2026-10-31T09:00:00Z",
    "2026-10-31 09:00",
    "2026-10-31T09:00:00+02:00",
    "2026-10",
    "2026-Q4",
    "2026",
    "<2026-10-31",
    "2026-13-01",
    "0999-01-01",
    "soon",
    "",
    None,
    "2026-10-31",
)
RECORDED = (None, datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 2, 3, 4, 5, 678_901, tzinfo=UTC))
STATED = (None, "day", "month")
MANY = times.FEW // len(CELLS) + 1


@pytest.mark.parametrize("zone", ZONES)
def test_few_instants_say_what_many_say(zone: str) -> None:
    cells = pl.Series("at", CELLS, dtype=pl.String)
    many = times.instants(pl.concat([cells] * MANY), zone)
    assert many.len() > times.FEW
    for _ in range(2):  # read now, and looked up
        few = times.instants(cells, zone)
        assert few.dtype == INSTANT
        assert few.to_list() == many.head(cells.len()).to_list()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("recorded", RECORDED)
@pytest.mark.parametrize("stated", STATED)
def test_few_imprecise_times_say_what_many_say(zone: str, recorded: datetime | None, stated: str | None) -> None:
    cells = pl.Series(CELLS, dtype=pl.String)
    known = pl.Series([recorded], dtype=INSTANT).new_from_index(0, cells.len())
    said = pl.Series([stated], dtype=pl.String).new_from_index(0, cells.len())
    parts = (pl.concat([part] * MANY) for part in (cells, known, said))
    many = times.imprecise(*parts, zone)
    assert many.height > times.FEW
    for _ in range(2):
        few = times.imprecise(cells, known, said, zone)
        assert few.equals(many.head(cells.len()))
        assert few.schema == many.schema


def test_more_different_cells_than_are_kept_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "KEPT", 3)
    for month in range(1, 13):
        cells = pl.Series([f"2025-{month:02}-{day:02}" for day in range(1, 29)])
        read = times.instants(cells, "UTC")
        assert read.dt.strftime("%Y-%m-%d").to_list() == cells.to_list()
