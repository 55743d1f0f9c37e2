"""What every part of a charter is made of: strict frozen models, bilingual names, conditions.

A clause says itself what is nonsense in it (`problems`); all of them are reported at once, each with its place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from tenfold.terms.scalars import Id, MeasureId, Money, Observations, Text, Value

Path = tuple[str | int, ...]
Operator = Literal[">=", ">", "<=", "<", "=="]
Language = Literal["zh-Hans", "en"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a clause that makes no sense: a complaint's id without its area, where in the clause, parameters.

    `key` says that the key at that place is meant, not its value.
    """

    id: str
    at: Path = ()
    params: Mapping[str, object] = field(default_factory=dict)
    key: bool = False


class Clause(BaseModel):
    """A part of a charter: unknown keys refused, frozen, sound in itself. Lists are tuples, keys as in the YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def problems(self) -> Iterator[Problem]:
        """Yield what is nonsense in this clause, places relative to it."""
        return iter(())

    @model_validator(mode="after")
    def _is_sound(self) -> "Clause":
        found = [*_doubles(self), *self.problems()]
        if found:
            raise PydanticCustomError("problems", "problems", {"problems": found})
        return self


class Label(Clause):
    """A name in the languages of the community; at least one."""

    zh: Text | None = None
    en: Text | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a label without any word."""
        if self.zh is None and self.en is None:
            yield Problem("label_empty")

    def label(self, language: str) -> str:
        """Return the words in `language`, else in the other one."""
        words = (self.zh, self.en) if language.startswith("zh") else (self.en, self.zh)
        return words[0] or words[1] or ""


class Named(Clause):
    """Something with an id and, if wanted, its label in both languages."""

    id: Id
    zh: Text | None = None
    en: Text | None = None

    def label(self, language: str) -> str:
        """Return the label in `language`, else in the other one, else the id."""
        words = (self.zh, self.en) if language.startswith("zh") else (self.en, self.zh)
        return words[0] or words[1] or self.id


class Condition(Clause):
    """`{metric, op, value, for}`: a measure compared n observations in a row; or `{event}`: it happened."""

    metric: MeasureId | None = None
    op: Operator | None = None
    value: Value | None = None
    for_: Observations = Field(default=1, alias="for")
    event: Id | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse anything but one whole comparison or one event."""
        comparison = (self.metric, self.op, self.value)
        whole = all(part is not None for part in comparison)
        none = all(part is None for part in comparison) and "for_" not in self.model_fields_set
        if not (whole and self.event is None) and not (none and self.event is not None):
            yield Problem("condition")


def needs_exactly_one(clause: Clause, *names: str) -> Iterator[Problem]:
    """Yield a problem unless exactly one of the fields is given."""
    if sum(getattr(clause, name) is not None for name in names) != 1:
        keys = [type(clause).model_fields[name].alias or name for name in names]
        yield Problem("exactly_one", params={"keys": " | ".join(keys)})


def needs(clause: Clause, name: str, other: str) -> Iterator[Problem]:
    """Yield a problem when a field is given without the one that it says something about."""
    if getattr(clause, name) is not None and getattr(clause, other) is None:
        yield Problem("needs", (name,), {"key": name, "other": other})


def above_zero(clause: Clause, *names: str) -> Iterator[Problem]:
    """Yield a problem for each amount that is nothing."""
    for name in names:
        amount = getattr(clause, name)
        if amount is not None and amount.value == 0:
            yield Problem("above_zero", (name,), {"seen": str(amount)})


def not_below(clause: Clause, name: str, other: str) -> Iterator[Problem]:
    """Yield a problem when one number of a clause is smaller than the other that it may not undercut."""
    value, least = getattr(clause, name), getattr(clause, other)
    if value is not None and least is not None and value < least:
        yield Problem("below", (name,), {"seen": str(value), "key": other, "limit": str(least)})


def of_one_kind(values: Mapping[str, Decimal | Money | None]) -> Iterator[Problem]:
    """Yield a problem for each value that is money where the first is a number, the reverse, or another currency."""
    given = {key: value for key, value in values.items() if value is not None}
    kinds = {key: value.currency if isinstance(value, Money) else "" for key, value in given.items()}
    for key, kind in kinds.items():
        if kind != next(iter(kinds.values())):
            yield Problem("other_kind", (key,), {"seen": str(given[key]), "other": next(iter(kinds))})


def sums_to(parts: Mapping[str, int], whole: int, at: Path = ()) -> Iterator[Problem]:
    """Yield a problem unless the parts add up to the whole."""
    if sum(parts.values()) != whole:
        yield Problem("sum", at, {"seen": sum(parts.values()), "expected": whole})


def children(clause: Clause) -> Iterator[tuple[str, Any]]:
    """Yield each field of a clause with its key as written in the YAML."""
    for name, info in type(clause).model_fields.items():
        yield info.alias or name, getattr(clause, name)
    yield from (clause.model_extra or {}).items()


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every clause and every leaf of a tree with its path, in order."""
    waiting = [(path, value)]  # a stack: generators within generators cost as much again for each level
    while waiting:
        path, value = waiting.pop()
        yield path, value
        waiting += reversed([((*path, key), part) for key, part in _parts(value)])


def _parts(value: Any) -> Iterable[tuple[str | int, Any]]:
    """Return what a clause, a mapping or a tuple is made of, each part with its key; a leaf has none."""
    if isinstance(value, Clause):
        return children(value)
    if isinstance(value, tuple):
        return enumerate(value)
    return value.items() if isinstance(value, Mapping) else ()


def _doubles(clause: Clause) -> Iterator[Problem]:
    for key, value in children(clause):
        if not isinstance(value, tuple) or not value:
            continue
        ids = [item.id if isinstance(item, Named) else item for item in value]
        if not all(isinstance(item, str) for item in ids):
            continue
        for id, count in Counter(ids).items():
            if count > 1:
                index = len(ids) - 1 - ids[::-1].index(id)
                at: Path = (key, index, "id") if isinstance(value[index], Named) else (key, index)
                yield Problem("duplicate_id", at, {"seen": id})
