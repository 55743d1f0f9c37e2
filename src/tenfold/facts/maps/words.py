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

    in_: str = Field(alias="in", description="the other source file")
    match: str = Field(description="its column that is compared with this cell")
    take: str = Field(description="its column whose cell is taken; two different ones for one match are an error")


class Day(Words):
    """Read a date in any form that people write, in one order of day and month."""

    order: Literal["ymd", "dmy", "mdy"] = Field("ymd", description="of figures that do not show it: 03/04/2026")
    near: Bound | None = Field(None, description="a date without a year is the nearest to this day")
    earliest: Bound | None = Field(None, description="an earlier date is unreadable")
    latest: Bound | None = Field(None, description="a later date is unreadable; `today` is the day of the import")
    clock: str | None = Field(None, description="the column that holds the time of day")
    unread: Literal["empty"] | None = Field(None, description="a date that cannot be read counts as an empty cell")


class Column(Words):
    """Another column of the same record, and what its cells mean."""

    column: str = Field(description="the source column")
    map: dict[str, str] | None = Field(None, description="from cell to value; a cell not listed is an error")
    default: str | None = Field(None, description="the value of an empty cell")


class Money(Words):
    """Read an amount in any form that people write: 1,400万元, USD 2m, 约500万, 500–800万."""

    take: Literal["amount", "upper", "known", "currency"] = Field(
        "amount", description="the amount (of a range the lower end), the upper end, how exact it is, its currency"
    )
    mark: Literal[".", ","] = Field(".", description="the decimal mark; the other one parts thousands")
    times: Power | Column = Field("1", description="what a plain number is times: 10000, or a column of multipliers")
    currency: str | Column | None = Field(None, description="what the sheet says; another in the cell contradicts it")
    signs: dict[str, str] = Field(default_factory=dict, description="which currency ¥, $ or 元 is")
    scales: list[str] = Field(default_factory=list, description="short scales that are meant as such: w, b")
    above: str | None = Field(None, description="an amount that is not above this is unreadable")
    exact: Literal["true"] | None = Field(None, description="about, from, up to and ranges are unreadable")
    flip: Literal["true"] | None = Field(None, description="written as a negative number, meant as a positive one")
