"""What members say in the community's own surveys: belonging and safety, only ever of enough people together."""

from typing import Any

import polars as pl

from tenfold.facts.answers import last_answers
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

COMMUNITY = "community"
BELONGING, SAFETY = "sense_of_community", "safety"
REVERSED = "_r"  # ending of an item of which a high score is bad
MEAN = {"sum": "number", "answers": "count"}
TURNED = 8  # 1 … 7 read from the other end
BELONGING_RANGE, SAFETY_RANGE = (0, 3), (1, 7)
SUBSCALE = r"^(.+)_\d+$"  # an item is named by its subscale and a number: membership_3
WAVE: dict[str, Any] = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}


def latest_wave(facts: Facts, survey: str) -> pl.DataFrame:
    """Return each respondent's latest scores in the latest wave of a survey: end, wave, respondent, item, score."""
    rows = facts.rows("survey_answers", ("survey", "wave", "respondent", "item", "score"), pl.col("survey") == survey)
    known = rows.filter(pl.col("score").is_not_null()).with_columns(pl.col("score").cast(pl.Float64))
    return last_answers(known, "item").select("end", "wave", "respondent", "item", "score")


def means(rows: pl.DataFrame, k: int, *by: str) -> pl.DataFrame:
    """Return end, *by, n (people), value: the mean score, hidden below `k` people; of it `sum` and `answers`."""
    keys = ["end", *by]
    people, score = pl.col("respondent").n_unique().cast(pl.Int64), pl.col("score")
    mean = pl.when(people >= k).then(score.mean()).first()
    return rows.group_by(keys).agg(n=people, value=mean, sum=score.sum(), answers=pl.len()).sort(keys)


def _of_wave(rows: pl.DataFrame, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return one row per end for its wave; for the community, insufficient, where nobody was asked."""
    found = means(rows, rules.culture.surveys.k_anonymity, "wave")
    joined = ends.select("end").join(found, on="end", how="left", maintain_order="left")
    subject = pl.col("wave").fill_null(COMMUNITY)
    return joined.select(subject.alias("subject"), "end", "value", pl.col("n").fill_null(0), *MEAN)


def _within(rows: pl.DataFrame, limits: tuple[int, int]) -> pl.DataFrame:
    return rows.filter(pl.col("score").is_between(*limits))


@measure(
    "cul.sense_of_community",
    unit="0-3",
    direction="up",
    subject="wave",
    reads=("survey_answers",),
    facts=(Select("survey_answers", keep={"survey": (BELONGING,)}),),
    minimum="k_anonymity people",
    source="SCI/BSCS form; subscales by the item's name [C]",
    pointer="/culture/surveys",
    parts=MEAN,
    quotient=("sum", "answers"),
)
def sense_of_community(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Mean of the items 0–3 in the latest wave of `sense_of_community`, and a row `WAVE/SUBSCALE` for each subscale."""
    rows = _within(latest_wave(facts, BELONGING), BELONGING_RANGE)
    parts = rows.with_columns(part=pl.col("item").str.extract(SUBSCALE)).filter(pl.col("part").is_not_null())
    below = means(parts, rules.culture.surveys.k_anonymity, "wave", "part")
    subject = pl.concat_str("wave", "part", separator="/").alias("subject")
    subscales = below.select(subject, "end", "value", "n", *MEAN)
    return pl.concat([_of_wave(rows, rules, ends), subscales])


@measure(
    "cul.safety",
    unit="1-7",
    direction="up",
    subject="wave",
    reads=("survey_answers",),
    facts=(Select("survey_answers", keep={"survey": (SAFETY,)}),),
    minimum="k_anonymity people",
    source="Edmondson 1999",
    pointer="/culture/surveys",
    parts=MEAN,
    quotient=("sum", "answers"),
)
def safety(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Mean of the items 1–7 in the latest wave of `safety`; items that end in `_r` are read from the other end."""
    rows = _within(latest_wave(facts, SAFETY), SAFETY_RANGE)
    turned = pl.when(pl.col("item").str.ends_with(REVERSED)).then(TURNED - pl.col("score")).otherwise("score")
    return _of_wave(rows.with_columns(score=turned), rules, ends)


SPECS = (sense_of_community, safety)
