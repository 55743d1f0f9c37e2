"""What people call the ids that a complaint about a charter names: by the charter's labels, else by the catalogue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tenfold.charter.diff import labels, word_at
from tenfold.charter.pointers import steps
from tenfold.report.speech import CURRENCY, priced
from tenfold.report.words import STEP, catalogue, say
from tenfold.terms.errors import Complaint

# Parameters of `lint.` messages that hold an id; that hold a duration; that hold a pointer.
IDS = frozenset({"before", "class", "gate", "id", "job", "layer", "metric", "offer", "role", "segment", "stage"})
SPANS = frozenset({"cadence", "per"})
PLACES = frozenset({"paid_at"})
SUM = "sum"
DURATION = re.compile(r"(\d+)(d|wd|w|m|y)")


@dataclass(frozen=True, slots=True)
class Called:
    """One language over one charter (plain data)."""

    language: str
    labels: Mapping[str, str | None]

    @classmethod
    def by(cls, language: str, charter: Mapping[str, Any]) -> "Called":
        """Return what the things of a charter are called in a language."""
        return cls(language, labels(charter, language))

    def complaint(self, wrong: Complaint) -> Complaint:
        """Return a warning of `lint` with names for ids and words for durations, a sum with its currency."""
        if {SUM, CURRENCY} <= wrong.params.keys():
            said = priced(self.language, str(wrong.params[SUM]), str(wrong.params[CURRENCY]))
            return replace(wrong, params={**wrong.params, SUM: said})
        if not wrong.id.startswith("lint."):
            return wrong
        return replace(wrong, params={name: self._said(name, value) for name, value in wrong.params.items()})

    def _said(self, name: str, value: object) -> object:
        if name in IDS:
            return self._name(str(value))
        if name in SPANS and (span := DURATION.fullmatch(str(value))):
            return say(self.language, f"duration.{span[2]}", {"n": span[1]})
        if name in PLACES:
            way = steps(str(value))
            return STEP.join(self._step(way[: end + 1]) for end, key in enumerate(way) if not key.isdigit())
        return value

    def _step(self, way: Sequence[str]) -> str:
        """Return the last step down a charter: a field by its words, what the community chose by its name."""
        word = word_at(way)
        return catalogue(self.language)[word] if word else self._name(way[-1])

    def _name(self, id: str) -> str:
        """Return a thing's name; a stage gate's by its two stages; the id where nothing names it."""
        if named := self.labels.get(id) or catalogue(self.language).get(f"report.name.{id}"):
            return named
        before, between, after = id.partition("_to_")
        return f"{self._name(before)} → {self._name(after)}" if between else id
