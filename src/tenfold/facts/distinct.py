"""Which cells of a long column repeat others, exactly, but by 64-bit hashes wherever these settle it."""

import polars as pl

MANY = 0.25  # share of repeated values from which hashes settle too little


def all_different(values: pl.Series) -> bool:
    """Whether no value, and no missing one, stands twice. Different hashes prove it for a seventh of the cost."""
    return values.hash().n_unique() == values.len() or values.n_unique() == values.len()


def first_distinct(values: pl.Series) -> pl.Series:
    """Return whether each value stands there for the first time, as `Series.is_first_distinct` does.

    A hash that stands once belongs to a value that stands once; only the others are compared themselves.
    """
    hashes = values.hash()
    ordered = hashes.sort()
    shared = ordered.filter(ordered == ordered.shift(1)).unique()
    if not shared.len():
        return pl.repeat(True, values.len(), dtype=pl.Boolean, eager=True)
    if shared.len() > values.len() * MANY:
        return values.is_first_distinct()
    places = hashes.is_in(shared.implode()).arg_true()
    again = places.filter(~values.gather(places).is_first_distinct())
    return pl.repeat(True, values.len(), dtype=pl.Boolean, eager=True).scatter(again, False)
