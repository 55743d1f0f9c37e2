"""The scalars of a charter, read strictly: no coercion, no floats; each refusal names what was expected.

Rates and weights are quoted decimals or integers, money is `"80000000 CNY"`, durations `30d`, `2wd`, `6m`, `1y`, ids
`[a-z][a-z0-9_]*`. A validator raises a `PydanticCustomError` whose type is the complaint's id without its area.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from tenfold.terms.durations import Duration
from tenfold.terms.money import Currencies, to_minor

NUMBER = r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?"
CURRENCY = r"[A-Z][A-Z0-9]{1,11}"
ID = r"^[a-z][a-z0-9_]{0,63}$"
MEASURE_ID = r"^[a-z]+\.[a-z0-9_]{1,60}$"
GUIDE = r"^guide:[a-z0-9][a-z0-9-]{0,60}$"
SLUG = r"^[a-z][a-z0-9-]{0,63}$"
_NUMBER = re.compile(NUMBER)
_MONEY = re.compile(f"({NUMBER}) ({CURRENCY})")
_INTEGERS_BELOW = 10**18
OBSERVATIONS = 104  # instants of the grid that a rule can count (MEASURES.md, rule 7)


@dataclass(frozen=True, slots=True)
class Money:
    """Money as a charter writes it, in major units; the charter's currencies turn it into minor units."""

    value: Decimal
    currency: str

    def minor(self, currencies: Currencies) -> int:
        """Return the amount in minor units; ValueError for an unknown currency or more decimals than it has."""
        digits = currencies.digits(self.currency)
        minor = None if digits is None else to_minor(self.value, digits)
        if minor is None:
            raise ValueError(str(self))
        return minor

    def __str__(self) -> str:
        """Write the amount as the charter does."""
        return f"{self.value} {self.currency}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Let a field of this type be read by `read_money` and written as text."""
        written = core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema())
        return core_schema.no_info_plain_validator_function(read_money, serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        """Return the form of the text, for editors."""
        return {"type": "string", "pattern": f"^{NUMBER} {CURRENCY}$", "examples": ["80000000 CNY"]}


def refusal(kind: str, seen: object, **expected: object) -> PydanticCustomError:
    """Return the error that the charter's loader turns into the complaint `charter.KIND`."""
    return PydanticCustomError(kind, kind, {"seen": seen, **expected})


def read_number(value: Any) -> Decimal:
    """Read an integer or a quoted decimal exactly; refuse anything else."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _INTEGERS_BELOW:
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    raise refusal("number", value)


def read_money(value: Any) -> Money:
    """Read `"80000000 CNY"`; refuse a bare number and a negative amount."""
    amount = value if isinstance(value, Money) else _money(value)
    if amount is None or amount.value < 0:
        raise refusal("money", value)
    return amount


def read_value(value: Any) -> Decimal | Money:
    """Read what a measure is compared with: a number, or money."""
    amount = value if isinstance(value, Money) else _money(value)
    return read_number(value) if amount is None else amount


def _money(value: Any) -> Money | None:
    match = _MONEY.fullmatch(value) if isinstance(value, str) else None
    return Money(Decimal(match[1]), match[2]) if match else None


def _duration(units: frozenset[str], low: int, high: int) -> Callable[[Any], Duration]:
    def read(value: Any) -> Duration:
        try:
            duration = value if isinstance(value, Duration) else Duration.parse(value)
        except (TypeError, ValueError):
            raise refusal("duration", value, low=f"{low}d", high=f"{high}d") from None
        if duration.unit not in units:
            raise refusal("duration_unit", value, units=" ".join(f"N{unit}" for unit in sorted(units)))
        if not low <= duration.days <= high:
            raise refusal("duration", value, low=f"{low}d", high=f"{high}d")
        return duration

    return read


_CALENDAR_UNITS = frozenset({"d", "m", "y"})
_ANY_UNIT = frozenset({"d", "wd", "m", "y"})
_CENTURY = 36_525
_DECADE = 3_660
_text = PlainSerializer(str, return_type=str)
_duration_form = WithJsonSchema({"type": "string", "pattern": r"^(0|[1-9]\d{0,4})(d|m|y)$", "examples": ["30d", "6m"]})
_any_duration_form = WithJsonSchema(
    {"type": "string", "pattern": r"^(0|[1-9]\d{0,4})(d|wd|m|y)$", "examples": ["30d", "2wd", "6m"]}
)
_number_form = WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{NUMBER}$", "examples": ["0.25", 3]})

# Durations: `Span` and `WorkingSpan` may be nothing, `Gap` is what a cadence or a repetition allows, `HalfLife` what a
# decay may use.
Span = Annotated[Duration, PlainValidator(_duration(_CALENDAR_UNITS, 0, _CENTURY)), _text, _duration_form]
WorkingSpan = Annotated[Duration, PlainValidator(_duration(_ANY_UNIT, 0, 366)), _text, _any_duration_form]
Gap = Annotated[Duration, PlainValidator(_duration(_CALENDAR_UNITS, 1, 366)), _text, _duration_form]
HalfLife = Annotated[Duration, PlainValidator(_duration(_CALENDAR_UNITS, 1, _DECADE)), _text, _duration_form]
Period = Annotated[Duration, PlainValidator(_duration(_CALENDAR_UNITS, 1, _CENTURY)), _text, _duration_form]
WorkingPeriod = Annotated[Duration, PlainValidator(_duration(_ANY_UNIT, 1, 366)), _text, _any_duration_form]

# Numbers
Number = Annotated[Decimal, BeforeValidator(read_number), _text, _number_form]
NonNegative = Annotated[Decimal, BeforeValidator(read_number), Field(ge=0), _text, _number_form]
AboveZero = Annotated[Decimal, BeforeValidator(read_number), Field(gt=0), _text, _number_form]
Share = Annotated[Decimal, BeforeValidator(read_number), Field(ge=0, le=1), _text, _number_form]
Percent = Annotated[Decimal, BeforeValidator(read_number), Field(ge=0, le=100), _text, _number_form]
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Positive = Annotated[int, Field(strict=True, ge=1, le=10**12)]
Points = Annotated[int, Field(strict=True, ge=0, le=100)]
Observations = Annotated[int, Field(strict=True, ge=1, le=OBSERVATIONS)]

# What a measure is compared with
Value = Annotated[
    Decimal | Money,
    PlainValidator(read_value),
    _text,
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{NUMBER}( {CURRENCY})?$", "examples": ["0.30", 12]}),
]

# Words
Id = Annotated[str, Field(strict=True, pattern=ID)]
MeasureId = Annotated[str, Field(strict=True, pattern=MEASURE_ID)]
Guide = Annotated[str, Field(strict=True, pattern=GUIDE)]
Slug = Annotated[str, Field(strict=True, pattern=SLUG)]
Currency = Annotated[str, Field(strict=True, pattern=f"^{CURRENCY}$")]
Text = Annotated[str, Field(strict=True, min_length=1, max_length=500)]
Yes = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]
