"""The small words of the map language: what a cell, a condition and a map are made of."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tenfold.facts.written.dates import read as read_date

CODES = re.compile(r"%(.)")
DATE_CODES = frozenset("YymdejbBHIpMSfzFT")
BLANKS = " \t\r\n\u00a0\u3000\ufeff"
TODAY = "today"


def listed(value: Any) -> Any:
    """Return one text as a list of one."""
    return [value] if isinstance(value, str) else value


def _stripped(value: Any) -> Any:
    return {"true": BLANKS, "yes": BLANKS}.get(value, value) if isinstance(value, str) else value


def _format(form: str) -> str:
    codes = set(CODES.findall(form))
    if not codes or codes - DATE_CODES or form.endswith("%") or (codes & {"H", "I", "S", "z"} and "M" not in codes):
        raise ValueError("%Y %y %m %d %e %j %b %B %H %I %p %M %S .%f %z %F %T")
    return form


def _bound(value: str) -> str:
    if value != TODAY and not isinstance(read_date(value), str):
        raise ValueError("2026-10-31, today")
    return value


def _power(value: str) -> str:
    if not re.fullmatch(r"1|10{1,12}", value):
        raise ValueError("1, 10, 100, 1000, 10000 …")
    return value


Texts = Annotated[list[str], BeforeValidator(listed), Field(min_length=1)]
Stripping = Annotated[str, BeforeValidator(_stripped), Field(min_length=1)]
Formats = Annotated[list[Annotated[str, AfterValidator(_format)]], BeforeValidator(listed)]
Bound = Annotated[str, AfterValidator(_bound)]
Power = Annotated[str, AfterValidator(_power)]


class Words(BaseModel):
    """A mapping of the map language; an unknown word is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Lookup(Words):
    """Take a cell from another source, from the record whose `match` column holds this cell."""

    in_: str = Field(alias="in")
    match: str
    take: str


class Day(Words):
    """Read a date in any form that people write, in one order of day and month."""

    order: Literal["ymd", "dmy", "mdy"] = "ymd"
    near: Bound | None = None
    earliest: Bound | None = None
    latest: Bound | None = None
    clock: str | None = None
    unread: Literal["empty"] | None = None


class Column(Words):
    """Another column of the same record, and what its cells mean."""

    column: str
    map: dict[str, str] | None = None
    default: str | None = None


class Money(Words):
    """Read an amount in any form that people write: 1,400万元, USD 2m, 约500万, 500–800万."""

    take: Literal["amount", "upper", "known", "currency"] = "amount"
    mark: Literal[".", ","] = "."
    times: Power | Column = "1"
    currency: str | Column | None = None
    signs: dict[str, str] = Field(default_factory=dict)
    scales: list[str] = Field(default_factory=list)
    above: str | None = None
    exact: Literal["true"] | None = None
    flip: Literal["true"] | None = None
