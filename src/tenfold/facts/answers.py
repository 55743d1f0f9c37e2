"""The answers of a survey that count: of its latest wave, each respondent's last."""

import polars as pl


def in_latest_wave(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the answers of the wave that was answered last at each end."""
    last = rows.sort("end", "occurred_at", "wave").group_by("end", maintain_order=True).agg(pl.col("wave").last())
    return rows.join(last, on=["end", "wave"], how="semi")


def last_answers(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return each respondent's last answer in that wave, one for each of `by`."""
    ordered = in_latest_wave(rows).sort("end", "occurred_at", "fact")
    return ordered.unique(["end", "wave", "respondent", *by], keep="last", maintain_order=True)
