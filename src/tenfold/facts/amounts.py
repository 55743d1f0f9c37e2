"""Money columns: amounts as people write them, to integer minor units of the row's currency, column-wise.

The same forms as `terms.money.read_amount`, exact at any size: digits are moved as text, never through a float.
"""

from collections.abc import Iterable

import polars as pl

from tenfold.facts.cleaning import folded
from tenfold.terms.money import AMOUNT, SCALES, Currencies

EXPECTED = "1200000.00, 1400万, 0.14亿"
_ONE = r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?"
_MARK = r"(?:[A-Za-z]{0,3}\p{Sc}|[A-Za-z]{3}|人民币|美元|欧元|港元|港币|日元|英镑)"
_SHORT = r"(?:[A-Za-z]{1,3}|thousand|million|billion|[十百千万亿]+)?"
_MARKED = rf"^(?:{_MARK}\s*{_ONE}\s*{_SHORT}元?|{_ONE}\s*{_SHORT}\s*{_MARK})$"


def digits_of(currency: pl.Series, currencies: Currencies) -> pl.Series:
    """Return the decimals of each row's currency; null for a missing or unknown one."""
    known = {code: currencies.digits(code) for code in currency.drop_nulls().unique().to_list()}
    if not known:
        return pl.repeat(None, currency.len(), dtype=pl.Int32, eager=True)
    return currency.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int32)


def names_currency(text: pl.Series) -> pl.Series:
    """Whether one number stands beside a currency's code, sign or name, such as `USD 1.5m`; no text where missing."""
    return folded(text).str.strip_chars().str.contains(_MARKED).fill_null(value=False)


def minor_units(text: pl.Series, digits: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Read amounts in major units.

    Returns
    -------
    tuple of Series
        Minor units (int64; null where the text is no amount, has more decimals than the currency, or is too large),
        and whether the text has the form of an amount.
    """
    frame = pl.DataFrame({"text": folded(text).str.strip_chars(), "digits": digits})
    parts = frame.select("digits", pl.col("text").str.extract_groups(AMOUNT)).unnest("text")
    sign, whole, decimals, scale = (pl.col(name) for name in "1234")
    split = parts.select(
        (sign + whole.str.replace_all(",", "", literal=True)).alias("whole"),
        decimals.fill_null("").str.strip_chars_end("0").alias("decimals"),
        (pl.col("digits") + scale.replace_strict(SCALES, default=0, return_dtype=pl.Int32)).alias("places"),
    )
    amounts = split.select(_shifted(split["places"].drop_nulls().unique().to_list()), pl.col("whole").is_not_null())
    return amounts.to_series(0), amounts.to_series(1)


def _shifted(places: Iterable[int]) -> pl.Expr:
    """Move the point `places` digits to the right, as text."""
    whole, decimals = pl.col("whole"), pl.col("decimals")
    moved = [
        pl.when((pl.col("places") == count) & (decimals.str.len_bytes() <= count)).then(
            (whole + decimals.str.pad_end(count, "0")) if count else whole
        )
        for count in sorted(places)
    ]
    return pl.coalesce(*moved, pl.lit(None, dtype=pl.String)).cast(pl.Int64, strict=False).alias("minor")
