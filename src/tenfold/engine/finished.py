"""How a measure's rows become a result: rounded to its unit, with the columns that it left out, in order."""

from typing import Any

import polars as pl

from tenfold.terms.measure import DIGITS, Spec

LISTED_FACTS = 8
NUMBERS = ("value", "low", "high")
EXTRAS: dict[str, Any] = {"unit": pl.String, "n": pl.Int64, "because": pl.List(pl.String)}


def without_nothing(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a result in which what is no number (0 ÷ 0) or without end (1 ÷ 0) is unknown, as it is."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)) for name in floats)


def finished(frame: pl.DataFrame, spec: Spec, currency: str, wanted: set[int]) -> pl.DataFrame:
    """Round a measure's rows to its unit, add the columns it left out and put them in order.

    Money is in the charter's `currency`, unless the measure names another one in a column `unit`. A community measure
    that gave no row at a wanted end is insufficient there.

    Raises
    ------
    ValueError   money that is no whole number of minor units
    """
    if spec.unit == "money" and frame.schema["value"].is_float():
        raise ValueError(f"{spec.id}: money is whole minor units")
    if spec.subject == "community":
        every = pl.DataFrame({"end": sorted(wanted)}, schema={"end": pl.Int32})
        frame = frame.join(every, on="end", how="full", coalesce=True).with_columns(
            pl.col("subject").fill_null("community")
        )
    extras = EXTRAS | {"low": frame.schema["value"], "high": frame.schema["value"]}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in extras.items() if name not in frame.columns]
    unit = pl.lit(currency if spec.unit == "money" else spec.unit)
    frame = frame.with_columns(missing).with_columns(unit=pl.col("unit").fill_null(unit))
    if spec.unit in DIGITS:
        numbers = [pl.col(name).cast(pl.Float64) for name in NUMBERS]
        frame = frame.with_columns(number.round(DIGITS[spec.unit], mode="half_to_even") for number in numbers)
    return frame.select(
        pl.col("subject").cast(pl.String),
        pl.col("end").cast(pl.Int32),
        *NUMBERS,
        "unit",
        pl.col("n").cast(pl.Int64),
        pl.col("because").list.head(LISTED_FACTS),
    ).sort("end", "subject")
