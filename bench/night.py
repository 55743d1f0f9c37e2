"""Night: the whole cycle of a million members with ten interactions each; a path of `make bench-full` alone.

It has no smaller size: S3 runs the same functions.
"""

from collections.abc import Mapping
from pathlib import Path

from bench import cycle
from bench.harness import PRODUCT, Contender, Subject, Trial

EACH = 10


def prepare(folder: Path, size: int) -> None:
    """Write a community of `size` members with ten interactions each, as Parquet."""
    cycle.prepare(folder, size, EACH)


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def check(answers: Mapping[str, object]) -> None:
        """Every tie is as strong as the layer by hand says."""
        layer = answers[cycle.BY_HAND]
        assert isinstance(layer, dict)
        cycle.same_strengths(folder, cycle.BY_HAND, layer)

    contenders = [
        Contender(PRODUCT, lambda: cycle.whole_cycle(folder)),
        Contender(cycle.GROUPED, lambda: cycle.group_by(folder)),
        Contender(cycle.BY_HAND, lambda: cycle.layer(folder)),
    ]
    return Trial(contenders, check, f"{EACH} interactions a member; from Parquet to the three files")


SUBJECT = Subject(
    "Night",
    "members",
    {"smallest": (), "quick": (), "full": (1_000_000,)},
    prepare,
    trial,
    "bench.cycle:whole_cycle",
)
