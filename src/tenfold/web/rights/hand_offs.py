"""The ten at a glance: what each has open, and what travels between them now, as far as the viewer may see."""

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from tenfold.engine.registry import TEN
from tenfold.report.hand_offs import ALL, HAND_OFFS, OPEN, HandOff, drawn, goes_along, ruled_by
from tenfold.report.words import say
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One of the ten: its name, how many of its decisions are open, and whether the charter has rules for it."""

    number: int
    name: str
    open: int
    ruled: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One hand-off: from where to where, what is handed on, and how many open decisions go along it."""

    source: str
    target: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Ten:
    """The ten, what travels between them, and the same as a picture."""

    mechanisms: tuple[Mechanism, ...]
    ways: tuple[Way, ...]
    picture: Markup

    @property
    def open(self) -> int:
        """How many decisions are open."""
        return sum(one.open for one in self.mechanisms)

    @property
    def travelling(self) -> int:
        """Along how many hand-offs something travels now."""
        return sum(one.count > 0 for one in self.ways)


def ten(viewer: Viewer) -> Ten:
    """Return the ten as they stand."""
    decisions = Results(viewer).decisions(status__in=sorted(OPEN))
    counts = Counter(one["mechanism"] for one in decisions)
    has_rules = ruled_by(viewer.rules)
    ways = [(way, sum(_travels(one, way) for one in decisions)) for way in HAND_OFFS]
    language = viewer.language
    return Ten(
        mechanisms=tuple(
            Mechanism(number, say(language, f"report.ten.{name}"), counts[name], has_rules[name])
            for number, name in enumerate(TEN, start=1)
        ),
        ways=tuple(_way(language, way, count) for way, count in sorted(ways, key=lambda pair: -pair[1])),
        picture=drawn(has_rules, ways, {name: counts[name] for name in TEN}, [language]),
    )


def _travels(decision: Result, way: HandOff) -> bool:
    kind = f"{decision['mechanism']}.{decision['kind']}"
    return goes_along(way, kind, decision["status"], decision["proposes"])


def _way(language: str, way: HandOff, count: int) -> Way:
    target = "report.ten.all" if way.target == ALL else f"report.ten.{way.target}"
    named = say(language, f"report.ten.{way.source}"), say(language, target)
    return Way(*named, say(language, f"report.hand_off.{way.word}"), count)
