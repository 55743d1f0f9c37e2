"""Payments that two files tell of, as questions: whether what a file says is money that is recorded already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.model import Option, Question, Seen, told
from tenfold.exchange.reading.preview import day_of, money_of
from tenfold.facts.maps.join import NEW, PARTS, Meeting
from tenfold.report.words import say
from tenfold.terms.listed import BETWEEN, Listed
from tenfold.terms.reason import Reason


def payments_asked(meetings: Sequence[Meeting], around: Around) -> Iterator[Question]:
    """Yield a question for each payment that may be one that is recorded already."""
    for meeting in meetings:
        yield _parts_question(meeting, around) if meeting.why == PARTS else _question(meeting, around)


def _question(meeting: Meeting, around: Around) -> Question:
    row = meeting.record.row
    payer, payee = (around.called.get(row[name], "") for name in ("payer", "payee"))
    known = tuple(Option(str(other["fact"]), _payment(other, around)) for other in meeting.others)
    words = {"payer": payer, "payee": payee, "amount": money_of(row, around), "day": day_of(row["occurred_at"], around)}
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
    payer, payee = (around.called.get(row[name], "") for name in ("payer", "payee"))
    told_parts = Listed(
        f"{money_of(one, around)}{BETWEEN}{day_of(one['occurred_at'], around)}" for one in meeting.others
    )
    return Question(
        f"same.{meeting.record.digest}",
        told("reading.ask.payment_parts", payer=payer, payee=payee, parts=told_parts, row=meeting.record.number),
        (Option(PARTS, told("reading.payment.parts")), Option(NEW, told("reading.payment.new"))),
        meeting.proposed,
        told("reading.payment.why_parts"),
        None,
        (Seen(meeting.record.number, money_of(row, around)),),
    )


def _payment(row: Mapping[str, Any], around: Around) -> Reason:
    amount, day = money_of(row, around), day_of(row["occurred_at"], around)
    return told("reading.payment.one", amount=amount, day=day, purpose=_purpose(row, around))


def _why(meeting: Meeting, around: Around) -> Reason:
    row, other = meeting.record.row, meeting.others[0]
    words = {"one": _purpose(row, around), "two": _purpose(other, around), "day": day_of(other["occurred_at"], around)}
    return told(f"reading.payment.why_{meeting.why}", **words)


def _purpose(row: Mapping[str, Any], around: Around) -> str:
    return say(around.language, f"code.purpose.{row['purpose']}")
