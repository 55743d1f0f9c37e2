"""`report.html`: one file that answers the five questions, shows the ten, and explains every number it shows.

Nothing is loaded from elsewhere and no script runs: both languages are in the file, and two radio buttons choose one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import FIRST
from tenfold.engine.lacking import lacking
from tenfold.engine.registry import TEN
from tenfold.facts.commit import Change, changing
from tenfold.facts.declaration import TABLES, title_of
from tenfold.journal.heads import newest_in
from tenfold.report.answers import INDEX, KNOWN_BY, Answers, benefits, labelled
from tenfold.report.charts import charts
from tenfold.report.days import calendar_notes
from tenfold.report.evidence import Evidence, Explained, Row, anchored
from tenfold.report.hand_offs import ALL, OPEN, picture, ruled, travelled
from tenfold.report.speech import COMMUNITY, Speech, asked_for
from tenfold.report.words import LANGUAGES
from tenfold.terms.days import local_day
from tenfold.terms.decision import Decision
from tenfold.terms.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "report.html"
FOLDER = Path(__file__).parent / "templates"
DECISIONS_MAX = 10_000  # on the page; all are in decisions.jsonl
OPEN_OF_A_KIND = 20  # decisions of one kind that are seen at once; the others unfold
ROOMS = (*TEN, "capital")  # whose numbers are explained, in this order
ALL_DECISIONS = "decisions.jsonl"
SHOWN_OF_SHA256 = 12
BUFFERED = 256  # pieces of the page written at once


@cache
def environment() -> "Environment":
    """Return the templates, with everything escaped that is no markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def write_report(cycle: Cycle, out: Path) -> Path:
    """Write `report.html` into a folder, as a change of its own; return its path."""
    with changing(out, "report") as change:
        put_report(cycle, change)
    return out / NAME


def put_report(cycle: Cycle, change: Change) -> None:
    """Let a change write `report.html`; the same cycle gives the same bytes."""
    evidence = Evidence(cycle)
    shown = listed(cycle)
    evidence.learn({fact for one in shown for fact in one.facts[:FIRST]})
    first = cycle.board.main[0].charter.languages[0]
    order = sorted(LANGUAGES, key=lambda language: language != first)
    pages = [Page(evidence, Speech(cycle.board, language), shown) for language in order]
    ask(evidence, shown)
    evidence.explained()  # before a word is written, so that every language links the same numbers
    template = environment().get_template("report.html.j2")
    stream = template.stream(pages=pages, titles=[page.title for page in pages])
    stream.enable_buffering(BUFFERED)
    with change.place(NAME) as place, place.open("wb") as file:
        for piece in stream:
            file.write(visible(piece).encode())


def listed(cycle: Cycle) -> list[Decision]:
    """Return the decisions that the page lists, in the order of the ten: all, or the first of each kind."""
    place = {name: number for number, name in enumerate(TEN)}
    ordered = sorted(
        cycle.decisions, key=lambda one: (place[one.mechanism], one.kind, one.status != "proposed", one.id)
    )
    kinds = [list(group) for _, group in groupby(ordered, key=kind_of)]
    each = fair([len(some) for some in kinds], DECISIONS_MAX)
    return [one for some in kinds for one in some[:each]]


def kind_of(one: Decision) -> tuple[str, str]:
    """Return what decisions are grouped by."""
    return one.mechanism, one.kind


def fair(sizes: Sequence[int], most: int) -> int:
    """Return how many of each kind can be listed so that all together are at most `most`.

    >>> fair([2, 10, 10], 12)
    5
    """
    left = most
    for done, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - done)
        if size > share:
            return share
        left -= size
    return most


def ask(evidence: Evidence, shown: Sequence[Decision]) -> None:
    """Note the numbers of the decisions as wanted: first, and with their facts counted, of those seen at once."""
    kinds = [list(group) for _, group in groupby(shown, key=kind_of)]
    for some in (slice(OPEN_OF_A_KIND), slice(OPEN_OF_A_KIND, None)):
        for ref in (ref for kind in kinds for one in kind[some] for ref in one.measures):
            evidence.anchor(ref.id, ref.subject)
        evidence.headlines = evidence.headlines or set(evidence.wanted)


class Told(NamedTuple):
    """A number in one line: where it is explained, if on the page; its measure and whose it is, its value."""

    href: str | None
    name: str
    value: Markup


class Entry(NamedTuple):
    """One decision as the page lists it."""

    anchor: str
    id: str
    told: Markup
    cure: Markup | None
    appeal: Markup | None
    status: Markup
    version: int
    pointer: str
    numbers: Sequence[Told]
    facts: Sequence[tuple[str, str]]
    folds: Markup | None  # how many decisions of the kind unfold from here
    unfolds: bool  # the last one of them


class Behind(NamedTuple):
    """One number as the page explains it."""

    anchor: str
    id: str
    name: str
    exact: Markup
    n: Markup | None
    how: Markup | None
    meaning: Markup
    version: int
    pointer: str | None
    numbers: Sequence[Told]
    more: Markup | None
    facts: Sequence[tuple[str, str]]
    all: Markup


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One of the ten as the page tells it."""

    name: Markup
    state: Markup
    numbers: Sequence[tuple[Markup, Markup]]
    hands_on: Sequence[tuple[Markup, Sequence[str]]]  # sentence, ids of the open decisions on that way


class Page:
    """One language of the report: what the template reads, composed before anything is explained."""

    def __init__(self, evidence: Evidence, speech: Speech, shown: Sequence[Decision]) -> None:
        self.evidence = evidence
        self.speech = speech
        self.say = speech.say
        self.language = speech.language
        self.decisions = shown
        self.on_page = frozenset(one.id for one in shown)
        answers = Answers(evidence, speech)
        self.answers = answers.all()
        self.today = answers.today
        self.benefits = benefits(answers)
        self.index = labelled(answers, INDEX)
        self.ten = list(self._ten(answers))
        self.picture = picture(evidence.cycle, [speech.language])
        self.charts = charts(answers)
        self.lacking = list(self._lacking())

    def _lacking(self) -> Iterator[tuple[str, Markup]]:
        """Yield each kind of facts of which none is recorded, and the numbers that wait for it."""
        mark = self.say("report.comma")
        for table, ids in lacking(self.evidence.cycle.board).items():
            names = [Markup.escape(self.speech.headline(id, COMMUNITY)) for id in ids]
            yield title_of(table, TABLES[table].label, self.language), mark.join(names)

    @property
    def tried(self) -> str | None:
        """The file of the charter that is tried here, if it is not the one in force."""
        return self.evidence.cycle.community.tried

    @property
    def title(self) -> Markup:
        """What the page is called: whose report of which day."""
        rules = self.evidence.cycle.board.main[0]
        project = rules.community.project
        known = project is not None and project in self.speech.names
        name = self.speech.names[project] if known else rules.charter.title.label(self.language)
        day = self.speech.day(self.evidence.cycle.moment.as_of)
        return self.say("report.title", name=Markup.escape(name), day=day)

    @property
    def head(self) -> Mapping[str, Any]:
        """The charter, the moment and the counts that the first lines name."""
        cycle = self.evidence.cycle
        charter = cycle.board.main[0].charter
        return {
            "version": charter.version,
            "as_of": self.speech.day(cycle.moment.as_of),
            "known_at": self.speech.day(cycle.moment.known_at),
            "facts": cycle.community.facts.count,
            "decisions": len(cycle.decisions),
        }

    @property
    def signed(self) -> Mapping[str, Any] | None:
        """The newest signed head of the journal that lies beside the facts; nothing where none does.

        Raises
        ------
        Refused   the last line there is none, or its signature is not that of its key
        """
        folder = self.evidence.cycle.community.folder
        found = None if folder is None else newest_in(folder)
        if found is None:
            return None
        return {"day": found.day, "entry": found.sequence, "hash": found.hash, "key": found.key}

    @property
    def notes(self) -> Sequence[str]:
        """What the working calendar has to say about the day."""
        board, at = self.evidence.cycle.board, self.evidence.cycle.moment.as_of
        return calendar_notes(self.language, board.main[0].calendar, local_day(at, self.speech.zone))

    @property
    def unlisted(self) -> Markup | None:
        """Where the decisions stand that the page has no room for."""
        left = len(self.evidence.cycle.decisions) - len(self.decisions)
        file = Markup('<a href="{0}">{0}</a>').format(ALL_DECISIONS)
        return self.say("report.decisions.more", n=left, file=file) if left else None

    def by_mechanism(self) -> Iterator[tuple[Markup, Markup, Iterator[Entry]]]:
        """Yield each mechanism's name, how many decisions are listed for it, and those."""
        for mechanism, group in groupby(self.decisions, key=lambda one: one.mechanism):
            found = list(group)
            count = self.say("report.decisions.count", n=len(found), open=sum(one.status in OPEN for one in found))
            yield self.say(f"room.{mechanism}"), count, self._entries(found)

    def _entries(self, decisions: Sequence[Decision]) -> Iterator[Entry]:
        status = {one.status: self.say(f"report.status.{one.status}") for one in decisions}
        sentence = self.speech.sentence
        for _, group in groupby(decisions, key=kind_of):
            kind = list(group)
            folded = len(kind) - OPEN_OF_A_KIND
            for place, one in enumerate(kind):
                yield Entry(
                    self.href(one.id),
                    one.id,
                    sentence(one.message),
                    self.speech.cure(one),
                    self.speech.appeal(one),
                    status[one.status],
                    one.version,
                    one.pointer,
                    [self.told(ref.id, ref.subject) for ref in one.measures],
                    [self.fact(id) for id in one.facts[:FIRST]],
                    self.say("report.decisions.folded", n=folded) if place == OPEN_OF_A_KIND else None,
                    folded > 0 and place == len(kind) - 1,
                )

    def by_room(self) -> Iterator[tuple[Markup, Markup, Iterator[Behind]]]:
        """Yield each room's name, how many of its numbers any language shows, and their explanations."""
        specs = self.evidence.cycle.board.registry.specs
        place = {room: number for number, room in enumerate(ROOMS)}
        ordered = sorted(self.evidence.explained(), key=lambda one: place[specs[one.id].room])
        for room, group in groupby(ordered, key=lambda one: specs[one.id].room):
            found = list(group)
            yield self.say(f"room.{room}"), self.say("report.numbers.count", n=len(found)), self._behind(found)

    def _behind(self, explained: Sequence[Explained]) -> Iterator[Behind]:
        meanings: dict[str, Markup] = {}
        for one in explained:
            meaning = meanings.setdefault(one.id, self.say(f"measure.{one.id}"))
            yield Behind(
                self.href(f"{one.id}:{one.subject}"),
                one.id,
                self.speech.headline(one.id, one.subject),
                self.exact(one.row),
                None if one.row.n is None else self.say("report.n", n=one.row.n),
                None if one.how is None else self.speech.sentence(one.how),
                meaning,
                one.version,
                one.pointer,
                [self.told(id, subject) for id, subject in one.below],
                self.say("report.more", n=one.more) if one.more else None,
                [self.fact(id) for id in one.facts],
                self._all_facts(one),
            )

    def _all_facts(self, one: Explained) -> Markup:
        if one.count is None or one.sha256 is None:
            asked = asked_for(one.id, one.subject)
            return self.say("report.all_facts", command=Markup("<code>tenfold explain DIR {}</code>").format(asked))
        return self.say("report.facts", n=one.count, sha256=one.sha256[:SHOWN_OF_SHA256])

    def href(self, key: str) -> str:
        """Return the anchor of a decision or number, in this language's part of the page."""
        return f"{self.language}-{anchored(key)}"

    def told(self, id: str, subject: str) -> Told:
        """Return a number in one line."""
        row = self.evidence.rows(id).get(subject)
        value = self.say("report.insufficient") if row is None else self.speech.value(row.value, row.unit)
        anchor = self.evidence.wanted.get((id, subject))
        return Told(anchor and f"{self.language}-{anchor}", self.speech.headline(id, subject), value)

    def exact(self, row: Row) -> Markup:
        """Return a number as the page writes it, to its last digit where that is more, and with its band."""
        told = self.speech.worth(row.value, row.unit)
        if row.value is None or row.low is None or row.high is None:
            return told
        low, high = (self.speech.value(one, row.unit) for one in (row.low, row.high))
        return Markup("{} [{} – {}]").format(told, low, high)

    def fact(self, id: str) -> tuple[str, str]:
        """Return a fact in one line: its id; its table, day and first cells."""
        known = self.evidence.facts.get(id)
        if known is None:
            return id, ""
        table, day, cells = self.speech.fact(known)
        return id, f" {table} {day} · {cells}"

    def _ten(self, answers: Answers) -> Iterator[Mechanism]:
        cycle = self.evidence.cycle
        ways, has_rules = travelled(cycle), ruled(cycle)
        for name in TEN:
            open_now = sum(one.mechanism == name and one.status in OPEN for one in cycle.decisions)
            state = self.say("report.ten.open" if has_rules[name] else "report.ten.no_rules", n=open_now)
            hands_on = [
                (self._way(way.hand_off.word, way.hand_off.target), [one.id for one in way.decisions])
                for way in ways
                if way.hand_off.source == name
            ]
            yield Mechanism(self.say(f"room.{name}"), state, labelled(answers, KNOWN_BY[name]), hands_on)

    def _way(self, word: str, target: str) -> Markup:
        to = self.say("report.ten.all") if target == ALL else self.say(f"report.ten.{target}")
        return Markup("→ {}{}").format(to, self.say("report.colon")) + self.say(f"report.hand_off.{word}")
