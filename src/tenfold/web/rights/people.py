"""One member, as far as the viewer may see; and what lists of members say of one alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from tenfold.report.cards import Card
from tenfold.report.days import day_said
from tenfold.report.figures import Figure, figure, missing
from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.terms.days import local_day as day_of
from tenfold.web.rights.cards import cards_of
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.papering import agreement_types, checks, records_agreements
from tenfold.web.rights.papers import Shown, papers_of
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import allowed, current_rows
from tenfold.web.rights.telling import fact_said
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.current import Row, counting, with_personal

STRIP = ("rel.strength", "inc.kept_rate", "rel.overdue", "inc.reputation")  # of a member's page
# What happened with somebody, and the columns of each table by which a row is theirs.
HAPPENED = {
    "interactions": ("member",),
    "commitments": ("party", "to_party"),
    "contributions": ("party",),
    "memberships": ("party",),
}
LATEST = 30
REACHED = {"email": "adding.mail", "phone": "adding.phone"}
# What stands in papers about somebody: with what says what it is, and until when.
PAPERED = {"agreements": ("type", "state", "expires_at"), "gate_checks": ("gate", "result", "valid_until")}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of somebody's history: its local day, what it is, what it says beside that."""

    day: str
    what: Markup | str
    words: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement with somebody, or a check of them: what it is, how it stands, until which day, its papers."""

    what: str
    state: str
    until: str
    papers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's page.

    reached   how to reach them and where they work, as far as the viewer may see: what it is as a word's id, and what
    cards     what Today proposes about them
    agreed    agreements and checks; `agreeing` what agreements the viewer may record, by key and name
    checking  the gates whose checks the viewer may record, by key and name
    history   what happened, the newest first
    """

    party: str
    name: str
    classes: str
    reached: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    cards: tuple[Card, ...]
    agreed: tuple[Agreed, ...]
    agreeing: tuple[tuple[str, str], ...]
    checking: tuple[tuple[str, str], ...]
    history: tuple[Happened, ...]


def member(viewer: Viewer, party: str) -> Member:
    """Return somebody's page.

    Raises
    ------
    NotHere   nobody of that key whom the viewer may see
    """
    held, known = (current_rows(viewer, table, party=[party]) for table in ("memberships", "parties"))
    if not held and not known:
        raise NotHere(party)
    works = [row for row in current_rows(viewer, "affiliations", party=[party]) if not _over(viewer, row)]
    rows = list(_happened(viewer, party))
    decisions = [one for one in Results(viewer).decisions(rank__isnull=False) if one["subject"].startswith(f"{party}/")]
    papered = [(table, row) for table in PAPERED for row in current_rows(viewer, table, party=[party])]
    said = [
        {"parties": [party, *(row["organisation"] for row in works)]},
        *decisions,
        *(row for _, row in (*rows, *papered)),
    ]
    speech = viewer.phrases(said)
    values = values_of(viewer, STRIP, [party])
    return Member(
        party=party,
        name=speech.named(party),
        classes=classes_said(speech, held),
        reached=tuple(_reached(speech, known, works)),
        figures=tuple(figure_of(speech, id, values.get((id, party))) for id in STRIP if (id, party) in values),
        cards=cards_of(viewer, speech, decisions),
        agreed=tuple(_agreed(viewer, speech, papered)),
        agreeing=_agreeing(viewer, speech, party),
        checking=_checking(viewer, speech, party),
        history=tuple(_told(viewer, speech, party, rows)),
    )


def _over(viewer: Viewer, row: Row) -> bool:
    return row["until"] is not None and row["until"] < viewer.today


def _reached(speech: Phrases, known: Sequence[Row], works: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield how somebody is reached and where they work, without what the viewer may not see."""
    for row in works:
        said = [speech.named(row["organisation"]), in_one_language(speech, row.get("title") or "")]
        yield "member.works", " · ".join(part for part in said if part)
    for row in known:
        yield from ((word, row[name]) for name, word in REACHED.items() if row.get(name))


def _agreed(viewer: Viewer, speech: Phrases, rows: Sequence[tuple[str, Row]]) -> Iterator[Agreed]:
    """Yield agreements and checks in words, those that end first first."""
    papers, today = papers_of(viewer, speech, rows), local_day(viewer)
    for table, row in sorted(rows, key=lambda pair: str(pair[1].get(PAPERED[pair[0]][2]) or "9")):
        what, state, until = PAPERED[table]
        ends = row.get(until)
        yield Agreed(
            what=speech.word(what, row[what]),
            state=speech.word(state, row[state]),
            until="" if ends is None else day_said(speech.language, ends, today),
            papers=papers.get(row["fact"], ()),
        )


def _agreeing(viewer: Viewer, speech: Phrases, party: str) -> tuple[tuple[str, str], ...]:
    """Return the types of agreements that the charter asks for, where the viewer may record them of somebody."""
    if not records_agreements(viewer, party):
        return ()
    return tuple((type, speech.word("type", type)) for type in agreement_types(speech.rules))


def _checking(viewer: Viewer, speech: Phrases, party: str) -> tuple[tuple[str, str], ...]:
    """Return the gates of the charter, where the viewer may record who passed them of somebody."""
    if not checks(viewer, party):
        return ()
    return tuple((gate.id, speech.word("gate", gate.id)) for gate in speech.rules.screening.gates)


def values_of(viewer: Viewer, ids: Sequence[str], parties: Sequence[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return (measure, party) → the row of that number, as far as the viewer may see it."""
    rows = Results(viewer).measures(measure__in=ids, subject__in=parties)
    return {(row["id"], row["subject"]): row for row in rows}


def figure_of(speech: Phrases, id: str, row: Mapping[str, Any] | None) -> Figure:
    """Return a number of somebody, named by its measure alone: whose it is stands beside it."""
    return missing(speech, id) if row is None else figure(speech, row, speech.words.get(f"report.name.{id}", id))


def classes_said(speech: Phrases, held: Sequence[Mapping[str, Any]]) -> str:
    """Return the classes of somebody's memberships, each once."""
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


def _told(viewer: Viewer, speech: Phrases, party: str, rows: list[tuple[str, Mapping[str, Any]]]) -> Iterator[Happened]:
    today = local_day(viewer)
    for table, row in rows:
        day = day_said(speech.language, day_of(row["occurred_at"], speech.zone), today)
        if table == "interactions":
            yield Happened(day, _talk(speech, row), "")
            continue
        if table == "commitments" and row.get("what"):
            yield Happened(day, in_one_language(speech, row["what"]), _promise(speech, row, today))
            continue
        others = {name: cell for name, cell in row.items() if cell != party}  # whose page it is stands above
        name, _, words = fact_said(speech, table, others)
        yield Happened(day, speech.named(row["what"]) if row.get("what") else name, words)


def _promise(speech: Phrases, row: Mapping[str, Any], today: date) -> str:
    """Return who promised whom, and until when."""
    who, to, due = row["party"], row["to_party"], row["due_at"]
    names = {"who": escape(speech.named(who)), "to": escape(speech.named(to or ""))}
    sides: list[str] = [names["who"] if to is None else speech.say("member.promised", **names)]
    if due is not None:
        day = day_said(speech.language, day_of(due, speech.zone), today)
        sides.append(say(speech.language, "card.reason.due", {"day": day}))
    return " · ".join(sides)


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


def choices(viewer: Viewer) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return the classes of members and the channels of talks, each by key and name."""
    rules = viewer.rules
    speech = viewer.phrases()
    classes = tuple((one.id, speech.word("class", one.id)) for one in rules.community.member_classes)
    channels = tuple((id, speech.word("channel", id)) for id in rules.interaction.channel_weight)
    return classes, channels
