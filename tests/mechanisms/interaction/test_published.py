"""The worked numbers of the design and published answers, through the measures themselves."""

import csv
import os
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from tenfold.mechanisms import interaction
from tenfold.mechanisms.interaction.measures.community import fewest_with_half, levels

SPECS = {spec.id: spec for spec in interaction.SPECS}
SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[4] / "shared"))
TODAY = date(2026, 11, 23)
ENDS = pl.DataFrame({"end": pl.Series([0], dtype=pl.Int32), "today": [TODAY]})


class Reading:
    """Facts that know some results."""

    def __init__(self, **results: pl.DataFrame) -> None:
        self.results = {id.replace("__", "."): frame for id, frame in results.items()}

    def read(self, id: str) -> pl.DataFrame:
        return self.results[id]


def part(value: float) -> pl.DataFrame:
    return pl.DataFrame({"subject": ["zhou"], "end": pl.Series([0], dtype=pl.Int32), "n": [5], "value": [value]})


def test_the_worked_tie_has_a_strength_of_686() -> None:
    weights = SimpleNamespace(intensity=40, reciprocity=25, quality=20, duration=15)
    rules = SimpleNamespace(interaction=SimpleNamespace(strength_weights=weights))
    parts = Reading(
        rel__intensity=part(0.9055), rel__reciprocity=part(0.6248), rel__quality=part(0.3), rel__duration=part(0.7153)
    )
    assert round(SPECS["rel.strength"].compute(parts, rules, ENDS)["value"].item(), 4) == 0.6857


def test_nine_months_are_a_duration_of_7153() -> None:
    first = TODAY - timedelta(days=round(9 * 30.4375))
    sums = {"member": ["zhou"], "end": [0], "first_on": [first], "contacts": [3], "out_nano": [0], "in_nano": [0]}
    facts = Reading(
        interaction__sums=pl.DataFrame(sums, schema_overrides={"end": pl.Int32}),
        view__member=pl.DataFrame({"end": pl.Series([0], dtype=pl.Int32), "party": ["zhou"]}),
        view__deal=pl.DataFrame(schema={"end": pl.Int32, "party": pl.String, "open": pl.Boolean}),
    )
    assert SPECS["rel.duration"].compute(facts, None, ENDS)["value"].item() == pytest.approx(
        0.7153, abs=2e-4
    )  # whole days


def test_two_of_eight_people_made_half_of_2475_contributions() -> None:
    counts = pl.DataFrame({"end": [0] * 8, "count": [1000, 500, 300, 250, 200, 125, 70, 30]})
    found = fewest_with_half(counts)
    assert found.select("n", "value").rows() == [(2475, 2)]


def test_exactly_half_is_half() -> None:
    assert fewest_with_half(pl.DataFrame({"end": [0] * 3, "count": [5, 3, 2]}))["value"].to_list() == [1]


def test_levels_are_quarters_by_rank_and_equal_work_has_one_level() -> None:
    names = [f"p{number:02}" for number in range(20)]
    people = pl.DataFrame({"end": [0] * 20, "subject": names})
    spoke = pl.DataFrame({"end": [0] * 20, "member": names, "recent": [0] * 10 + list(range(1, 11))})
    gave = pl.DataFrame({"end": [0], "party": ["p00"], "recent": [11]})
    found = levels(people, spoke, gave, "recent")["level"].to_list()
    assert found == ["leading"] + ["exploring"] * 9 + ["participating"] + ["contributing"] * 5 + ["leading"] * 4


def test_who_does_nothing_is_at_the_lowest_level_even_when_nobody_does_more() -> None:
    people = pl.DataFrame(
        {"end": [0] * 20, "subject": [f"m{n:02}" for n in range(20)]}, schema_overrides={"end": pl.Int32}
    )
    nothing = pl.DataFrame(schema={"end": pl.Int32, "member": pl.String, "recent": pl.Int64})
    one = pl.DataFrame({"end": [0], "party": ["m07"], "recent": [1]}, schema_overrides={"end": pl.Int32})
    idle = levels(people, nothing, one.clear(), "recent")["level"].to_list()
    assert idle == ["exploring"] * 20
    busy = levels(people, nothing, one, "recent").filter(pl.col("level") != "exploring")
    assert busy.select("subject", "level").rows() == [("m07", "leading")]


def customers() -> list[tuple[int, int, int, int]]:
    path = SHARED / "oracles/6_behaviour/B01_cdnow.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return [
        (int(row["frequency"]), round(float(row["recency"]) * 7), round(float(row["T"]) * 7), int(row["customers"]))
        for row in rows
    ]


def test_the_second_opinion_agrees_with_the_published_one(worked: dict[str, Any]) -> None:
    published = worked["p_active_bgnbd"]
    names, spans = [], []
    for frequency, recency, age, count in customers():
        for _ in range(count):
            names.append(f"c{len(names):05}")
            spans.append((frequency + 1, TODAY - timedelta(days=age), TODAY - timedelta(days=age - recency)))
    names.append("worked")
    spans.append((3, TODAY - timedelta(days=272), TODAY - timedelta(days=59)))  # x 2, t_x 30.43, T 38.86 weeks
    history = pl.DataFrame(spans, schema=["n", "first_on", "last_on"], orient="row").with_columns(
        end=pl.lit(0, dtype=pl.Int32), member=pl.Series(names)
    )
    facts = Reading(
        interaction__rhythm=history,
        view__member=history.select("end", party="member"),
        view__deal=pl.DataFrame(schema={"end": pl.Int32, "party": pl.String, "open": pl.Boolean}),
    )
    found = SPECS["rel.p_active_bgnbd"].compute(facts, None, ENDS)
    values: dict[str, Any] = dict(found.select("subject", "value").iter_rows())
    assert values["worked"] == pytest.approx(published["expect"]["p_active"][0], abs=0.005)
    assert values["c00000"] is None  # one contact says nothing


def test_half_a_year_with_fifty_members_is_the_least_for_a_second_opinion() -> None:
    names = [f"c{number:02}" for number in range(49)]
    history = pl.DataFrame({"member": names, "n": [3] * 49}).with_columns(
        end=pl.lit(0, dtype=pl.Int32), first_on=pl.lit(TODAY - timedelta(days=400)), last_on=pl.lit(TODAY)
    )
    facts = Reading(
        interaction__rhythm=history,
        view__member=history.select("end", party="member"),
        view__deal=pl.DataFrame(schema={"end": pl.Int32, "party": pl.String, "open": pl.Boolean}),
    )
    assert SPECS["rel.p_active_bgnbd"].compute(facts, None, ENDS)["value"].null_count() == 49
