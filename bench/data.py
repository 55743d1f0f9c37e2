"""Data with skew, seeded: members ∝ u², names ∝ u²·⁵; uniform keys would flatter hash tables."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

SEED = 20261123
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 1000  # facts lie in these days
AS_OF = BEGIN + timedelta(days=DAYS + 1)
CORRECTED = 0.01
CHARTER = Path(__file__).with_name("charter.yaml")
CHANNELS = ("interview", "meeting", "call", "event", "message", "broadcast")
FLAGS: tuple[list[str], ...] = ([], [], [], [], [], ["decision"], ["new_information"], ["commitment_made", "decision"])
KINDS = ("person", "organisation", "vehicle", "public_body")
COUNTRIES = ("CN", "DE", "FR", "SG", "US", "KE", "BR", "IN")
REGIONS = ("上海", "四川", "Bayern", "Île-de-France", "Nairobi", "São Paulo")
SIZES = ("micro", "small", "medium", "large")
FAMILIES = ("王", "李", "张", "Müller", "O'Brien", "Núñez", "Okafor", "Sharma", "Lee", "Dupont")
DOUBLE, BAD = 0.06, 0.02

Draws = npt.NDArray[np.int64]


def skewed(rng: np.random.Generator, size: int, keys: int, power: float = 2.0) -> Draws:
    """Draw `size` whole numbers below `keys`, ∝ uᵖ: the smallest ones most often."""
    return (rng.random(size) ** power * keys).astype(np.int64)


def picked(rng: np.random.Generator, size: int, values: tuple[str, ...]) -> pl.Series:
    """Draw texts evenly."""
    return pl.Series(values).gather(pl.Series(rng.integers(0, len(values), size)))


def named(prefix: str, numbers: Draws) -> pl.Series:
    """Name numbers: `m-0000012`."""
    return pl.Series(numbers).cast(pl.String).str.zfill(7).to_frame("n").select(prefix + pl.col("n")).to_series()


def members(size: int) -> pl.DataFrame:
    """Return the keys of `size` members and their classes."""
    rng = np.random.default_rng(SEED)
    return pl.DataFrame(
        {"party": named("m-", np.arange(size)), "class": picked(rng, size, ("investor", "partner", "expert"))}
    )


def interactions(size: int, keys: int) -> pl.DataFrame:
    """Return `size` interactions of `keys` members, in member order; 1 % of them correct another one."""
    rng = np.random.default_rng(SEED)
    who = np.sort(skewed(rng, size, keys))
    seconds = rng.integers(0, DAYS * 86_400, size)
    corrects = np.full(size, -1)
    correcting = rng.choice(np.arange(1, size), int(size * CORRECTED), replace=False)
    # The row before is corrected, unless it corrects one itself or belongs to another member.
    fitting = correcting[(who[correcting] == who[correcting - 1]) & ~np.isin(correcting - 1, correcting)]
    corrects[fitting] = fitting - 1
    seconds[fitting] = seconds[fitting - 1]
    occurred = pl.Series(seconds) * 1_000_000 + int(BEGIN.timestamp()) * 1_000_000
    recorded = occurred + pl.Series(np.where(corrects >= 0, 3_600_000_000, 60_000_000))
    return pl.DataFrame(
        {
            "fact": named("i-", np.arange(size)),
            "occurred_at": occurred.cast(pl.Datetime("us", "UTC")),
            "recorded_at": recorded.cast(pl.Datetime("us", "UTC")),
            "recorded_by": pl.repeat("bench", size, eager=True),
            "corrects": named("i-", corrects).set(pl.Series(corrects < 0), None),
            "member": named("m-", who),
            "direction": picked(rng, size, ("in", "out")),
            "channel": picked(rng, size, CHANNELS),
            "flags": pl.Series(FLAGS, dtype=pl.List(pl.String)).gather(pl.Series(rng.integers(0, len(FLAGS), size))),
            "minutes": pl.Series(rng.integers(1, 120, size)),
        }
    )


def contacts(size: int) -> pl.DataFrame:
    """Return `size` contact rows of 12 text columns: 6 % repeat somebody, 2 % cannot be read."""
    rng = np.random.default_rng(SEED)
    single = max(1, int(size * (1 - DOUBLE)))
    who = np.concatenate([np.arange(single), rng.integers(0, single, size - single)])
    numbers = pl.Series(who)
    family = pl.Series(FAMILIES).gather(pl.Series((who * 7919) % len(FAMILIES)))
    given = named("", ((((who * 104_729) % 100_003) / 100_003) ** 2.5 * 50_000).astype(np.int64))
    day = pl.Series(who % 3000).cast(pl.Int32) + (date(2018, 1, 1) - date(1970, 1, 1)).days
    frame = pl.DataFrame(
        {
            "email": named("contact", who) + "@example.org",
            "name": family + " " + given,
            "other_name": pl.repeat("", size, eager=True),
            "kind": pl.Series(KINDS).gather(numbers % len(KINDS)),
            "country": pl.Series(COUNTRIES).gather(numbers % len(COUNTRIES)),
            "region": pl.Series(REGIONS).gather(numbers % len(REGIONS)),
            "size": pl.Series(SIZES).gather(numbers % len(SIZES)),
            "phone": "+86 " + named("", who * 13),
            "language": pl.Series(("zh", "en", "de")).gather(numbers % 3),
            "timezone": pl.Series(("Asia/Shanghai", "Europe/Berlin")).gather(numbers % 2),
            "account": named("AC", who),
            "since": day.cast(pl.Date).cast(pl.String),
        }
    )
    return _spoilt(frame, who)


def _spoilt(frame: pl.DataFrame, who: Draws) -> pl.DataFrame:
    """Make every fiftieth contact unreadable, wherever it stands: a day, a kind or a size that does not exist."""
    every = round(1 / BAD)
    kind = pl.Series("_spoilt", np.where(who % every == 0, (who // every) % 3, -1))
    wrong = {"since": "2026-13-45", "kind": "alien", "size": "huge"}
    return frame.with_columns(
        pl.when(kind == number).then(pl.lit(cell)).otherwise(pl.col(name)).alias(name)
        for number, (name, cell) in enumerate(wrong.items())
    )
