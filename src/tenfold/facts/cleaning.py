"""Text cells as facts hold them: trimmed, composed (NFC), the empty ones missing. Most are so already, and stay."""

from collections.abc import Iterable

import polars as pl

STREAMED = 100_000  # rows from which a pass in pieces, near the processor, pays
# Characters that compose with none of their kind: Latin, Chinese and Japanese as they are mostly written.
_OTHERS = r"[^\x00-\x{2ff}\x{3000}-\x{3029}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{ff00}-\x{ffef}]"


def seen(frame: pl.DataFrame, measures: Iterable[pl.Expr]) -> pl.DataFrame:
    """Return what `measures` make of a frame as one row, without holding on to what is computed on the way."""
    return frame.lazy().select(*measures).collect(engine="streaming" if frame.height > STREAMED else "in-memory")


def cleaned(text: pl.DataFrame) -> pl.DataFrame:
    """Trim every text cell, compose it (NFC), and make empty cells missing."""
    nulls = text.null_count().row(0)
    filled = [name for name, missing in zip(text.columns, nulls, strict=True) if missing < text.height]
    if not filled:
        return text
    cells = pl.col(filled)
    measures = {
        "size": cells.str.len_bytes().sum(),
        "bare": cells.str.strip_chars().str.len_bytes().sum(),
        "characters": cells.str.len_chars().sum(),
        "empty": (cells.str.len_bytes() == 0).any(),
    }
    found = seen(text, (measure.name.suffix(f":{name}") for name, measure in measures.items())).row(0, named=True)
    trimmed = [name for name in filled if found[f"{name}:size"] != found[f"{name}:bare"]]
    wide = [name for name in filled if found[f"{name}:size"] != found[f"{name}:characters"]]
    text = text.with_columns(pl.col(trimmed).str.strip_chars())
    bare = [name for name in filled if found[f"{name}:empty"] or name in trimmed]
    text = text.with_columns(pl.when(pl.col(bare).str.len_bytes() > 0).then(pl.col(bare)))
    return text.with_columns(composed(text[name]) for name in wide)


def clean(text: pl.Series) -> pl.Series:
    """Trim the cells, compose them (NFC), and make empty ones missing."""
    return cleaned(text.to_frame()).to_series()


def folded(text: pl.Series) -> pl.Series:
    """Return text with full-width digits and marks as plain ones (NFKC): what numbers and dates are read from."""
    cells = pl.col("text")
    wide = text.to_frame("text").select((cells.str.len_bytes() != cells.str.len_chars()).any()).item()
    return text.str.normalize("NFKC") if wide else text


def composed(text: pl.Series) -> pl.Series:
    """Return text in NFC. Only what holds a character that could compose with another is looked at closely."""
    wide = (text.str.len_bytes() != text.str.len_chars()).arg_true()
    places = wide.filter(text.gather(wide).str.contains(_OTHERS))
    return text.clone().scatter(places, text.gather(places).str.normalize("NFC")) if places.len() else text
