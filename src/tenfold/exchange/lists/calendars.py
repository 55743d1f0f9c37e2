"""Promises with a day as a calendar (iCalendar, RFC 5545): what is still to be delivered, and until when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.tables import OPEN, RECORD, Listing, words
from tenfold.report.words import say
from tenfold.terms.days import instant_at

OWN = "X-TENFOLD-"  # before the names of what no other program asks for
COLUMNS = (RECORD, "what", "from", "to", "due", "state")
NAMED = (RECORD, "from", "to", "state")  # columns that stand in properties of our own
DAY_LETTERS = len("2026-11-30")


def calendar_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return an event for each promise that is still owed by a day; a day alone is an event of the whole day."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Tenfold//Tenfold//EN")
    calendar.add("version", "2.0")
    said = words("step", language)
    owed = [row for row in listing.plain(held) if row["state"] in OPEN and row["due"]]
    for row in sorted(owed, key=lambda row: (row["due"], row[RECORD])):
        calendar.add_component(_event(row, held, language, said))
    text: bytes = calendar.to_ical()
    return text


def _event(cells: dict[str, str], held: Held, language: str, said: dict[str, str]) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{cells[RECORD]}@tenfold")
    event.add("dtstamp", held.now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _due(cells["due"], held.zone))
    event.add("summary", cells["what"])
    owed = {"who": cells["from"], "to": cells["to"] or "–", "state": said.get(cells["state"], cells["state"])}
    event.add("description", say(language, "exporting.promise", owed))
    event.add("transp", "TRANSPARENT")  # a day by which something is due takes no time
    for column in NAMED:
        event.add(f"{OWN}{column.upper()}", cells[column])
    return event


def _due(text: str, zone: str) -> date | datetime:
    """Return a day, or a moment in UTC."""
    if len(text) == DAY_LETTERS:
        return date.fromisoformat(text)
    day, clock = text.split(" ")
    return instant_at(date.fromisoformat(day), time.fromisoformat(clock), zone)


def own_rows(events: Iterable[Any]) -> list[list[str | None]]:
    """Return the rows of the events that this room wrote, moments in UTC."""
    return [_row(event) for event in events if f"{OWN}{RECORD.upper()}" in event and "dtstart" in event]


def _row(event: Any) -> list[str | None]:
    cells = {column: str(event.get(f"{OWN}{column.upper()}", "")) for column in NAMED}
    due = event["dtstart"].dt
    moment = due.astimezone(UTC).isoformat() if isinstance(due, datetime) else due.isoformat()
    cells |= {"what": str(event.get("summary", "")), "due": moment}
    return [cells[column] for column in COLUMNS]
