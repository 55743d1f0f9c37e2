"""Payments that two files tell of, as questions: whether what a file says is money that is recorded already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.model import Option, Question, Seen, told
from tenfold.exchange.reading.preview import grouped
from tenfold.facts.maps.join import NEW, PARTS, Meeting
from tenfold.report.words import say
from tenfold.terms.days import local_day
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason


def payments_asked(meetings: Sequence[Meeting], around: Around) -> Iterator[Question]:
    """Yield a question for each payment that may be one that is recorded already."""
    for meeting in meetings:
        yield _parts_question(meeting, around) if meeting.why == PARTS else _question(meeting, around)


def _question(meeting: Meeting, around: Around) -> Question:
    row = meeting.record.row
    payer, payee = (around.names.get(row[name], "") for name in ("payer", "payee"))
    known = tuple(Option(str(other["fact"]), _payment(other, around)) for other in meeting.others)
    words = {"payer": payer, "payee": payee, "amount": _amount(row, around), "day": _day(row, around)}
    return Question(
        f"same.{meeting.record.digest}",
        told("reading.ask.payment", **words, row=meeting.record.number),
        (*known, Option(NEW, told("reading.payment.new"))),
        meeting.proposed,
        _why(meeting, around),
        None,
        (Seen(meeting.record.number, words["amount"]),),
    )


def _parts_question(meeting: Meeting, around: Around) -> Question:
    """Ask whether a sum of one file is the payments of another, taken together."""
    row = meeting.record.row
    payer, payee = (around.names.get(row[name], "") for name in ("payer", "payee"))
    told_parts = ", ".join(f"{_amount(one, around)} ({_day(one, around)})" for one in meeting.others)
    return Question(
        f"same.{meeting.record.digest}",
        told("reading.ask.payment_parts", payer=payer, payee=payee, parts=told_parts, row=meeting.record.number),
        (Option(PARTS, told("reading.payment.parts")), Option(NEW, told("reading.payment.new"))),
        meeting.proposed,
        told("reading.payment.why_parts"),
        None,
        (Seen(meeting.record.number, _amount(row, around)),),
    )


def _payment(row: Mapping[str, Any], around: Around) -> Reason:
    return told(
        "reading.payment.one", amount=_amount(row, around), day=_day(row, around), purpose=_purpose(row, around)
    )


def _why(meeting: Meeting, around: Around) -> Reason:
    row, other = meeting.record.row, meeting.others[0]
    words = {"one": _purpose(row, around), "two": _purpose(other, around), "day": _day(other, around)}
    return told(f"reading.payment.why_{meeting.why}", **words)


def _purpose(row: Mapping[str, Any], around: Around) -> str:
    return say(around.language, f"code.purpose.{row['purpose']}")


def _amount(row: Mapping[str, Any], around: Around) -> str:
    digits = around.context.currencies.digits(row["currency"]) or 0
    return f"{grouped(from_minor(row['amount_minor'], digits))} {row['currency']}"


def _day(row: Mapping[str, Any], around: Around) -> str:
    return local_day(row["occurred_at"], around.context.timezone).isoformat()
