"""Columns written as JSON lines, a portion some at a time: no object a row, and the bytes are handed on as made."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO

import polars as pl

LINES_AT_ONCE = 100_000  # some MB: writing takes the same memory whatever the size of a community
THREADS = 2  # portions made at a time

Chunk = bytes | memoryview


def json_lines(rows: pl.DataFrame) -> Chunk:
    """Return rows as JSON objects, one a line: keys sorted, no blanks, UTF-8 as it is.

    rows   columns of texts, whole numbers and lists of texts; only texts and numbers may be null
    """
    written = BytesIO()
    rows.lazy().select(sorted(rows.columns)).sink_ndjson(written)
    return written.getbuffer()


def portions(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the rows of frames of one schema, some `LINES_AT_ONCE` at a time: to begin a portion costs as much as a
    thousand lines of it.
    """
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        for some in frame.iter_slices(LINES_AT_ONCE):
            if sum(one.height for one in waiting) + some.height > LINES_AT_ONCE:
                yield pl.concat(waiting)
                waiting = []
            waiting.append(some)
    if waiting:
        yield pl.concat(waiting)


def ahead(make: Callable[[pl.DataFrame], Chunk], portions: Iterable[pl.DataFrame]) -> Iterator[Chunk]:
    """Yield what `make` makes of each portion, in their order; the next are made while one is used."""
    with ThreadPoolExecutor(THREADS) as pool:
        making: deque[Future[Chunk]] = deque()
        for portion in portions:
            making.append(pool.submit(make, portion))
            if len(making) > THREADS:
                yield making.popleft().result()
        while making:
            yield making.popleft().result()
