"""What members say: net promoter score, satisfaction, effort, and the jobs they came for. Never in groups below k."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tenfold.methods.intervals import Interval, beta_posterior, net_promoter
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

COMMUNITY = "community"
TOP_BOX = 4  # of five: answers 4 and 5
PROMOTER, PASSIVE = 9, 7
ASSUMED = 3.0  # importance of a job of which too few have spoken [C]
IMPORTANCE = "importance"
ITEMS = (IMPORTANCE, "satisfaction")
ASKED = ("important", "of_importance", "served", "of_satisfaction")  # high answers about a job, and all, of both items
BAND = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
}


def needed(rules: Rules) -> int:
    """Return from how many answers a result of a survey is shown."""
    return int(max(rules.culture.surveys.k_anonymity, rules.value.listen.min_answers))


def _answers(facts: Facts, survey: str) -> pl.DataFrame:
    """Return each respondent's latest scored answer of a wave: end, wave, item, subject, bucket, score (float).

    Who answers five times is one and no group of five.
    """
    rows = facts.rows("survey_answers").filter(pl.col("survey") == survey, pl.col("score").is_not_null())
    ordered = rows.with_columns(pl.col("score").cast(pl.Float64)).sort("end", "occurred_at", "fact")
    return ordered.unique(["end", "wave", "respondent", "item", "subject"], keep="last", maintain_order=True)


def _latest_wave(answers: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return the answers of the wave that was answered last."""
    last = answers.sort(*by, "occurred_at", "wave").group_by(by, maintain_order=True).agg(wave=pl.col("wave").last())
    return answers.join(last, on=[*by, "wave"], how="semi", maintain_order="left")


@measure(
    "val.nps",
    unit="-100-100",
    direction="up",
    subject="wave",
    reads=("survey_answers",),
    facts=(Select("survey_answers", keep={"survey": ("nps",)}),),
    minimum="the larger of k_anonymity and min_answers",
    source="Reichheld 2003",
    pointer="/value/listen",
    parts={"up": "count", "down": "count"},
)
def nps(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return 100 × (share of 9 and 10 − share of 0 to 6) in the latest wave, with a 90 % band."""
    rows = _latest_wave(_answers(facts, "nps"), ["end"])
    counts = rows.group_by("end", "wave").agg(
        up=(pl.col("score") >= PROMOTER).sum(), down=(pl.col("score") < PASSIVE).sum(), n=pl.len()
    )
    known = {end: rest for end, *rest in counts.iter_rows()}
    result = []
    for end in ends["end"]:
        wave, up, down, n = known.get(end, (COMMUNITY, 0, 0, 0))
        found = net_promoter(up, n - up - down, down) if n >= needed(rules) else None
        result.append((wave, end, *_times(found, 100.0), n, up, down))
    return pl.DataFrame(result, schema=BAND | {"up": pl.Int64, "down": pl.Int64}, orient="row")


def _times(found: Interval | None, factor: float) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if found is None else (factor * found.value, factor * found.low, factor * found.high)


@measure(
    "val.csat",
    unit="ratio",
    direction="up",
    subject="offer",
    reads=("survey_answers",),
    facts=(Select("survey_answers", subject="subject", keep={"survey": ("csat",)}),),
    minimum="the larger of k_anonymity and min_answers",
    source="top-2-box",
    pointer="/value/listen",
    parts={"up": "count"},
    quotient=("up", "n"),
)
def csat(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the share of 4 and 5 in the latest wave about each offer, with a Beta band."""
    rows = _latest_wave(_answers(facts, "csat").filter(pl.col("subject").is_not_null()), ["end", "subject"])
    counts = rows.group_by("subject", "end").agg(up=(pl.col("score") >= TOP_BOX).sum(), n=pl.len())
    result = []
    for subject, end, up, n in counts.sort("end", "subject").iter_rows():
        band = beta_posterior(up, n - up) if n >= needed(rules) else None
        result.append((subject, end, *((None,) * 3 if band is None else (up / n, band.low, band.high)), n, up))
    return pl.DataFrame(result, schema=BAND | {"up": pl.Int64}, orient="row")


@measure(
    "val.ces",
    unit="1-7",
    direction="up",
    subject="offer",
    reads=("survey_answers",),
    facts=(Select("survey_answers", subject="subject", keep={"survey": ("ces",)}),),
    minimum="the larger of k_anonymity and min_answers",
    source="customer effort score [L]",
    pointer="/value/listen",
    parts={"sum": "number"},
    quotient=("sum", "n"),
)
def ces(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the mean of 1 to 7 in the latest wave about each offer."""
    rows = _latest_wave(_answers(facts, "ces").filter(pl.col("subject").is_not_null()), ["end", "subject"])
    enough = pl.len() >= needed(rules)
    return rows.group_by("subject", "end", maintain_order=True).agg(
        value=pl.when(enough).then(pl.col("score").mean()), n=pl.len(), sum=pl.col("score").sum()
    )


def _jobs(facts: Facts, *within: str) -> pl.DataFrame:
    """Return each respondent's latest answer about a job: end, job, bucket, wave, item, score, occurred_at.

    within   columns inside which the latest is looked for, beside the respondent, the item and the job
    """
    rows = _answers(facts, "jobs").filter(pl.col("item").is_in(ITEMS), pl.col("subject").is_not_null())
    key = ["end", "respondent", "item", "subject", *within]
    latest = rows.sort(*key, "occurred_at", "fact").group_by(key, maintain_order=True).last()
    return latest.select("end", "bucket", "wave", "item", "score", "occurred_at", job="subject")


def _segment_jobs(rules: Rules) -> pl.DataFrame:
    rows = [(segment.id, job) for segment in rules.value.segments for job in segment.jobs]
    return pl.DataFrame(rows, schema={"segment": pl.String, "job": pl.String}, orient="row").unique(maintain_order=True)


@view(
    "value.job_answers",
    subject="job × segment",
    reads=("survey_answers",),
    facts=(Select("survey_answers", keep={"survey": ("jobs",)}),),
    source="MEASURES val.opportunity, val.fit",
)
def job_answers(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What is known of each segment's jobs: end, segment, job, item, n (answers), needed (to count), hits, top, mean.

    A respondent's latest answer counts where its bucket is the segment or none; `hits` of them are 4 or 5, `top` is
    their share. `wave_mean` is the mean in the latest wave that alone has enough answers, null where none has. An item
    of which nobody has spoken has a row with n = 0.
    """
    asked = ends.select("end").join(_segment_jobs(rules), how="cross")
    asked = asked.join(pl.DataFrame({"item": ITEMS}), how="cross", maintain_order="left_right")
    key = ["end", "segment", "job", "item"]
    top = pl.col("score") >= TOP_BOX
    known = (
        _of_segments(asked, _jobs(facts))
        .group_by(key)
        .agg(n=pl.len(), hits=top.sum(), top=top.mean(), mean=pl.col("score").mean())
    )
    waves = _of_segments(asked, _jobs(facts, "wave")).group_by(*key, "wave")
    enough = waves.agg(n=pl.len(), mean=pl.col("score").mean(), at=pl.col("occurred_at").max())
    newest = (
        enough.filter(pl.col("n") >= needed(rules)).sort(*key, "at", "wave").group_by(key).agg(pl.col("mean").last())
    )
    rows = asked.join(known, on=key, how="left", maintain_order="left")
    rows = rows.join(newest.rename({"mean": "wave_mean"}), on=key, how="left", maintain_order="left")
    return rows.with_columns(n=pl.col("n").fill_null(0), needed=pl.lit(needed(rules)))


def _of_segments(asked: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return the answers about each segment's jobs, from those of the segment or of no segment in particular."""
    here = pl.col("bucket").is_null() | (pl.col("bucket") == pl.col("segment"))
    return asked.join(answers, on=["end", "job", "item"]).filter(here)


@measure(
    "val.opportunity",
    unit="0-20",
    direction="none",
    subject="job × segment",
    reads=("value.job_answers",),
    minimum="min_answers to both items",
    source="Ulwick, ODI",
    pointer="/value/segments",
    parts=dict.fromkeys(ASKED, "count"),
)
def opportunity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return I + max(I − S, 0) per job and segment; I and S = 10 × share of 4 and 5 on importance and satisfaction.

    The band goes from what both shares say at their worse ends (little importance, much satisfaction) to what they say
    at their better ones.
    """
    rows = facts.read("value.job_answers")
    importance, satisfaction = (rows.filter(pl.col("item") == item) for item in ITEMS)
    both = importance.join(satisfaction, on=["end", "segment", "job"], suffix="_of_it", maintain_order="left")
    result = []
    for row in both.iter_rows(named=True):
        n = min(row["n"], row["n_of_it"])
        band = _band(row) if n >= row["needed"] else (None, None, None)
        parts = (row["hits"], row["n"], row["hits_of_it"], row["n_of_it"])
        result.append((f"{row['job']}@{row['segment']}", row["end"], *band, n, *parts))
    return pl.DataFrame(result, schema=BAND | dict.fromkeys(ASKED, pl.Int64), orient="row")


def _band(row: Mapping[str, Any]) -> tuple[float, float, float]:
    important = beta_posterior(row["hits"], row["n"] - row["hits"])
    served = beta_posterior(row["hits_of_it"], row["n_of_it"] - row["hits_of_it"])
    value = _chance(row["top"], row["top_of_it"])
    return value, _chance(important.low, served.high), _chance(important.high, served.low)


def _chance(important: float, served: float) -> float:
    """Return how much there is to win with a job, 0 to 20, from the shares to whom it matters and who are content."""
    return 10 * (important + max(important - served, 0.0))


@measure(
    "val.fit",
    unit="ratio",
    direction="up",
    subject="segment × offer",
    reads=("value.job_answers",),
    facts=(Select("survey_answers", keep={"survey": ("jobs",), "item": ("importance",)}),),
    covers=("value.job_answers",),
    minimum="always",
    source="Value Proposition Canvas; 3 [C]",
    pointer="/value/offers",
    parts={"served": "number", "whole": "number", "jobs": "count"},
)
def fit(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ importance·serves ÷ (3 Σ importance) over a segment's jobs for each offer.

    Importance is the mean of the job's latest wave with enough answers, 3 where no wave has enough; `n` = jobs with
    such a wave, so that n below the number of jobs says “importance assumed”.
    """
    rows = facts.read("value.job_answers").filter(pl.col("item") == IMPORTANCE, pl.col("wave_mean").is_not_null())
    means = rows.select("end", "job", "segment", "wave_mean").iter_rows()
    known = {(end, job, segment): mean for end, job, segment, mean in means}
    result = []
    for end in ends["end"]:
        for one in rules.value.segments:
            weights = {job: known.get((end, job, one.id), ASSUMED) for job in one.jobs}
            asked = sum((end, job, one.id) in known for job in one.jobs)
            whole = 3 * sum(weights.values())
            for offer in rules.value.offers:
                served = sum(weight * offer.serves.get(job, 0) for job, weight in weights.items())
                value = served / whole if whole else None
                parts = (float(served), float(whole), len(weights))
                result.append((f"{one.id}@{offer.id}", end, value, None, None, asked, *parts))
    schema = BAND | {"served": pl.Float64, "whole": pl.Float64, "jobs": pl.Int64}
    return pl.DataFrame(result, schema=schema, orient="row")


SPECS = (nps, csat, ces, job_answers, opportunity, fit)
