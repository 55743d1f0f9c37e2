"""Jurisdiction profiles: floors that a charter may raise and never lower, and hard stops to watch (DOMAIN §6, §14).

A profile is one YAML file of `profiles/`: data with source and date that a lawyer can read, and that none has reviewed.
Where several profiles bind the same place, the strictest wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tenfold.charter.limits import Limit, size
from tenfold.charter.pointers import value_at
from tenfold.terms.errors import Complaint, Place
from tenfold.terms.listed import Listed

FOLDER = Path(__file__).parent / "profiles"


class Words(BaseModel):
    """Words in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    def label(self, language: str) -> str:
        """Return the words in `language`."""
        return self.zh if language.startswith("zh") else self.en


class Stop(Words):
    """A hard stop: what an act is held against, with a number where the law gives one.

    action      block: the act is refused and needs a named officer's override with reason; warn; info
    withholds   measures that members are not shown
    """

    id: str
    at_most: int | str | None = None
    at_least: int | str | None = None
    less_than: int | str | None = None
    rule: str | None
    action: Literal["block", "warn", "info"]
    source: str
    effective: date
    sure: Literal["H", "M", "L"]
    withholds: tuple[str, ...] = ()


class Profile(BaseModel):
    """One jurisdiction's limits on charters and its hard stops."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: Words
    means: Words
    written: date
    reviewed_by_lawyer: Literal[False]
    limits: tuple[Limit, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit and the profile that sets it."""

    profile: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Watched:
    """A hard stop and the profile that sets it."""

    profile: str
    stop: Stop


@cache
def known_profiles() -> tuple[str, ...]:
    """Return the ids that a charter may name in `charter.jurisdiction`, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def profile(id: str) -> Profile:
    """Return one profile; KeyError for an unknown id."""
    if id not in known_profiles():
        raise KeyError(id)
    from ruamel.yaml import YAML

    return Profile.model_validate(YAML(typ="safe", pure=True).load((FOLDER / f"{id}.yaml").read_text(encoding="utf-8")))


def bounds(ids: Iterable[str]) -> tuple[Bound, ...]:
    """Return the limits of several profiles; of floors and of ceilings at one pointer the strictest alone."""
    strictest: dict[tuple[str, str, str], Bound] = {}
    for id in ids:
        for limit in profile(id).limits:
            sized = size(getattr(limit, limit.kind)) is not None
            key = (limit.pointer, limit.kind, "" if sized else limit.bound)
            if key not in strictest or limit.stricter_than(strictest[key].limit):
                strictest[key] = Bound(id, limit)
    return tuple(strictest.values())


def stops(ids: Iterable[str]) -> tuple[Watched, ...]:
    """Return the hard stops of several profiles; of one id with numbers the strictest alone, for the report to list."""
    strictest: dict[str, Watched] = {}
    for id in ids:
        for stop in profile(id).stops:
            if stop.id not in strictest or _stricter(stop, strictest[stop.id].stop):
                strictest[stop.id] = Watched(id, stop)
    return tuple(strictest.values())


def withheld(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the measures that members are not shown under these profiles, sorted."""
    return tuple(sorted({measure for each in stops(ids) for measure in each.stop.withholds}))


def floor(ids: Iterable[str], pointer: str) -> str | None:
    """Return the strictest floor at a pointer, as written (`60d`), or None: what binds where the charter is silent."""
    found = [each.limit.bound for each in bounds(ids) if each.limit.pointer == pointer and each.limit.kind == "floor"]
    return found[0] if found else None


def check(charter: Mapping[str, Any], until: date | None = None) -> list[Complaint]:
    """Return what a charter (plain data) breaks of its own profiles, in the order of the profiles.

    `until` is the day from which a later version is in force; limits of law that began then or later do not bind it.
    """
    ids = value_at(charter, "/charter/jurisdiction", [])
    unknown = [
        Complaint(
            "profiles.unknown",
            Place(pointer=f"/charter/jurisdiction/{number}"),
            {"seen": id, "expected": Listed(known_profiles())},
        )
        for number, id in enumerate(ids)
        if id not in known_profiles()
    ]
    known = [id for id in ids if id in known_profiles()]
    binding = [each for each in bounds(known) if until is None or each.limit.effective < until]
    return [*unknown, *(complaint for each in binding for complaint in _broken(each, charter))]


def _broken(bound: Bound, charter: Mapping[str, Any]) -> list[Complaint]:
    limit = bound.limit
    return [
        Complaint(
            f"profiles.{limit.kind}",
            Place(pointer=pointer),
            {
                "seen": seen,
                "expected": limit.bound,
                "profile": bound.profile,
                "source": limit.source,
                "effective": limit.effective.isoformat(),
                "rule": limit.rule or "-",
            },
        )
        for pointer, seen in limit.broken(charter)
    ]


def _stricter(one: Stop, other: Stop) -> bool:
    """Whether a stop leaves less room than another of the same id; only stops of one kind compare."""
    for kind in ("at_most", "less_than", "at_least"):
        mine, theirs = size(getattr(one, kind)), size(getattr(other, kind))
        if mine is not None and theirs is not None:
            return mine > theirs if kind == "at_least" else mine < theirs
    return False
