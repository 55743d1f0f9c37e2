"""Members, and one of them: as far as the viewer may see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from tenfold.report.cards import Card, card
from tenfold.report.days import day_said
from tenfold.report.figures import Figure, figure, missing
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import phrases
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import allowed, current_rows
from tenfold.web.rights.telling import fact_said
from tenfold.web.rights.viewers import MEMBER_STATES, NotHere, Viewer
from tenfold.web.store.current import counting, with_personal

COLUMNS = ("rel.overdue", "rel.strength", "inc.kept_rate")  # of the list of members, in this order
STRIP = ("rel.strength", "inc.kept_rate", "rel.overdue", "inc.reputation")  # of a member's page
# What happened with somebody, and the columns of each table by which a row is theirs.
HAPPENED = {
    "interactions": ("member",),
    "commitments": ("party", "to_party"),
    "contributions": ("party",),
    "memberships": ("party",),
}
LATEST = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of members."""

    party: str
    name: str
    classes: str
    state: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of somebody's history: its local day, what it is, what it says beside that."""

    day: str
    what: Markup | str
    words: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's page.

    cards     what Today proposes about them
    history   what happened, the newest first
    """

    party: str
    name: str
    classes: str
    figures: tuple[Figure, ...]
    cards: tuple[Card, ...]
    history: tuple[Happened, ...]


def members(viewer: Viewer) -> list[Listed]:
    """Return the members that the viewer may see, the longest overdue first."""
    rows = [row for row in current_rows(viewer, "memberships") if row["state"] in MEMBER_STATES]
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["party"], []).append(row)
    values = _values(viewer, COLUMNS)
    speech = phrases(viewer.community, viewer.language, [{"parties": [*of]}])
    listed = [
        Listed(
            party=party,
            name=speech.named(party),
            classes=_classes(speech, held),
            state=speech.word("state", held[0]["state"]),
            figures=tuple(_figure(speech, id, values.get((id, party))) for id in COLUMNS),
        )
        for party, held in of.items()
    ]
    return sorted(listed, key=lambda one: (-_overdue(values.get((COLUMNS[0], one.party))), one.name))


def member(viewer: Viewer, party: str) -> Member:
    """Return somebody's page.

    Raises
    ------
    NotHere   nobody of that key whom the viewer may see
    """
    held = current_rows(viewer, "memberships", party=[party])
    if not held and not current_rows(viewer, "parties", party=[party]):
        raise NotHere(party)
    rows = list(_happened(viewer, party))
    decisions = [one for one in Results(viewer).decisions(rank__isnull=False) if one["subject"].startswith(f"{party}/")]
    said = [{"parties": [party]}, *decisions, *(row for _, row in rows)]
    speech = phrases(viewer.community, viewer.language, said)
    values = _values(viewer, STRIP, party)
    today = local_day(viewer)
    return Member(
        party=party,
        name=speech.named(party),
        classes=_classes(speech, held),
        figures=tuple(_figure(speech, id, values.get((id, party))) for id in STRIP if (id, party) in values),
        cards=tuple(card(speech, one, today) for one in decisions),
        history=tuple(_told(viewer, speech, rows)),
    )


def _values(viewer: Viewer, ids: tuple[str, ...], party: str | None = None) -> dict[tuple[str, str], Mapping[str, Any]]:
    wanted = {"measure__in": ids} if party is None else {"measure__in": ids, "subject": party}
    return {(row["id"], row["subject"]): row for row in Results(viewer).measures(**wanted)}


def _figure(speech: Phrases, id: str, row: Mapping[str, Any] | None) -> Figure:
    """Return a number of somebody, named by its measure alone: whose it is stands beside it."""
    return missing(speech, id) if row is None else figure(speech, row, speech.words.get(f"report.name.{id}", id))


def _overdue(row: Mapping[str, Any] | None) -> float:
    return float(row["value"]) if row is not None and row["value"] is not None else -1.0


def _classes(speech: Phrases, held: list[Mapping[str, Any]]) -> str:
    return speech.listed(dict.fromkeys(speech.word("class", row["class"]) for row in held))


def _happened(viewer: Viewer, party: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (table, row) of what happened with somebody, as far as the viewer may see it, the newest first."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for table, columns in HAPPENED.items():
        for column in columns:
            rows = counting(viewer.community, table).filter(**{column: party}).order_by("-occurred_at", "-fact")
            latest = list(rows.values()[:LATEST])
            seen = allowed(viewer, table, with_personal(viewer.community, table, latest))
            found += [(table, row) for row in seen]
    yield from sorted(found, key=lambda pair: (pair[1]["occurred_at"], pair[1]["fact"]), reverse=True)[:LATEST]


def _told(viewer: Viewer, speech: Phrases, rows: list[tuple[str, Mapping[str, Any]]]) -> Iterator[Happened]:
    today = local_day(viewer)
    for table, row in rows:
        day = day_said(speech.language, day_of(row["occurred_at"], speech.zone), today)
        if table == "interactions":
            yield Happened(day, _talk(speech, row), "")
            continue
        name, _, words = fact_said(speech, table, row)
        yield Happened(day, speech.named(row["what"]) if row.get("what") else name, words)


def _talk(speech: Phrases, row: Mapping[str, Any]) -> Markup:
    """Return a talk in a few words: how, how long, who began it, what came of it."""
    flags = speech.listed(speech.word("flags", flag) for flag in row["flags"] or ())
    nothing = Markup()
    return speech.say(
        "talk.told",
        channel=escape(speech.word("channel", row["channel"])),
        minutes=speech.say("talk.minutes", minutes=str(row["minutes"])) if row["minutes"] else nothing,
        direction=speech.say("talk.in") if row["direction"] == "in" else nothing,
        flags=speech.say("talk.flags", flags=escape(flags)) if flags else nothing,
    )
