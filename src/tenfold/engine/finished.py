"""How a measure's rows become a result: rounded to its unit, with the columns that it left out, in order."""

import polars as pl

from tenfold.terms.canonical import EXACT
from tenfold.terms.measure import DIGITS, PRECISION, WAY, Spec

LISTED_FACTS = 8  # of those that a value rests on: the first that the measure gives
NUMBERS = ("value", "low", "high")
OTHERS = {"money": pl.Int64, "date": pl.Date}  # types of parts that are neither numbers nor words


def without_nothing(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a result in which what is no number (0 ÷ 0) or without end (1 ÷ 0) is unknown, as it is."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    if not floats:
        return frame
    return frame.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)) for name in floats)


def finished(frame: pl.DataFrame, spec: Spec, currency: str, wanted: set[int]) -> pl.DataFrame:
    """Round a measure's rows to its unit, add the columns it left out and put them in order.

    Money is in the charter's `currency`, unless the measure names another one in a column `unit`. A community measure
    that gave no row at a wanted end is insufficient there. What is no number, or one without end, is unknown. Of the
    facts that a measure names, the first few are kept: it is here alone that they are cut.

    Raises
    ------
    ValueError   money that is no whole number of minor units
    polars.exceptions.InvalidOperationError   a way that the measure does not declare
    """
    if spec.unit == "money" and frame.schema["value"].is_float():
        raise ValueError(f"{spec.id}: money is whole minor units")
    if spec.subject == "community":
        frame = _whole(frame, wanted)
    given, of_value = frame.schema, frame.schema["value"]
    unit = pl.lit(currency if spec.unit == "money" else spec.unit)
    because = pl.col("because").list.head(LISTED_FACTS) if "because" in given else pl.lit(None, pl.List(pl.String))
    columns = (
        pl.col("subject").cast(pl.String),
        pl.col("end").cast(pl.Int32),
        *(_rounded(name, given.get(name), of_value, spec) for name in NUMBERS),
        (pl.col("unit").fill_null(unit) if "unit" in given else unit).alias("unit"),
        (pl.col("n") if "n" in given else pl.lit(None)).cast(pl.Int64).alias("n"),
        because.alias("because"),
        *(_part(name, given.get(name), spec) for name in spec.parts),
    )
    return frame.select(columns).sort("end", "subject")


def _whole(frame: pl.DataFrame, wanted: set[int]) -> pl.DataFrame:
    """Return the rows of a community measure with one for every wanted end."""
    if wanted <= {*frame["end"]} and not frame["subject"].null_count():
        return frame
    every = pl.DataFrame({"end": sorted(wanted)}, schema={"end": pl.Int32})
    joined = frame.join(every, on="end", how="full", coalesce=True)
    return joined.with_columns(pl.col("subject").fill_null("community"))


def _part(name: str, dtype: pl.DataType | None, spec: Spec) -> pl.Expr:
    """Return the expression of a figure that values were made of: rounded to its unit, missing where there is none."""
    unit = spec.parts[name]
    if unit in DIGITS:
        return (pl.lit(None, pl.Float64) if dtype is None else _in_digits(pl.col(name), dtype, unit)).alias(name)
    if unit == "money" and dtype is not None and dtype.is_float():
        raise ValueError(f"{name}: money is whole minor units")
    known = pl.lit(None) if dtype is None else pl.col(name)
    if name == WAY:  # no other than those that have a sentence
        known = known.cast(pl.String).cast(pl.Enum(spec.ways))
    return known.cast(OTHERS.get(unit, pl.String)).alias(name)


def _rounded(name: str, dtype: pl.DataType | None, of_value: pl.DataType, spec: Spec) -> pl.Expr:
    """Return the expression of a number: rounded once to its unit, missing where there is none."""
    if dtype is None:
        return pl.lit(None, dtype=pl.Float64 if spec.unit in DIGITS else of_value).alias(name)
    number = pl.col(name)
    if spec.unit in DIGITS:
        return _in_digits(number, dtype, spec.unit).alias(name)
    return (pl.when(number.is_finite()).then(number) if dtype.is_float() else number).alias(name)


def _in_digits(number: pl.Expr, dtype: pl.DataType, unit: str) -> pl.Expr:
    """Return the expression of a number with the digits of its unit, rounded half to even.

    Decimals stay exact. A float that holds no more digits than that stays as it is: rounding it would only move it.
    """
    digits = DIGITS[unit]
    if dtype.is_decimal():
        return number.round(digits, mode="half_to_even").cast(pl.Decimal(PRECISION, digits))
    number = number.cast(pl.Float64)
    fine = number.abs() < EXACT / 10**digits
    known = pl.when(fine).then(number.round(digits, mode="half_to_even")).otherwise(number)
    return pl.when(known.is_finite()).then(known)
