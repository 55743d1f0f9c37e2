"""`report.html`: one file that answers the five questions, shows the ten, and explains every number it shows.

Nothing is loaded from elsewhere and no script runs: both languages are in the file, and two radio buttons choose one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tenfold.engine.cycle import Cycle
from tenfold.engine.registry import TEN
from tenfold.report.answers import INDEX, KNOWN_BY, Answers, benefits, labelled
from tenfold.report.charts import charts
from tenfold.report.evidence import FIRST_FACTS, Evidence, Explained, Row, anchored
from tenfold.report.speech import Speech
from tenfold.report.ten import ALL, OPEN, picture, ruled, travelled
from tenfold.report.words import LANGUAGES
from tenfold.terms.decision import Decision

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "report.html"
FOLDER = Path(__file__).parent / "templates"
PER_KIND = 20  # decisions of one kind on the page; all are in decisions.jsonl
BUFFERED = 64  # pieces of the page written at once


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
    """Write `report.html` into a folder; the same cycle gives the same bytes."""
    evidence = Evidence(cycle)
    shown = listed(cycle)
    evidence.learn({fact for one in shown for fact in one.facts[:FIRST_FACTS]})
    first = cycle.board.main[0].charter.languages[0]
    order = sorted(LANGUAGES, key=lambda language: language != first)
    pages = [Page(evidence, Speech(cycle, language), shown) for language in order]
    template = environment().get_template("report.html.j2")
    style = Markup((FOLDER / "report.css").read_text(encoding="utf-8"))  # noqa: S704  # our own file
    stream = template.stream(pages=pages, style=style, titles=[page.title for page in pages])
    stream.enable_buffering(BUFFERED)
    path, temporary = out / NAME, out / f".{NAME}.new"
    with temporary.open("wb") as file:
        stream.dump(file, encoding="utf-8")
    temporary.replace(path)
    return path


def listed(cycle: Cycle) -> list[Decision]:
    """Return the decisions that the page lists: the first of each kind, in the order of the ten."""
    found: list[Decision] = []
    ordered = sorted(
        cycle.decisions, key=lambda one: (TEN.index(one.mechanism), one.kind, one.status != "proposed", one.id)
    )
    for _, group in groupby(ordered, key=lambda one: (one.mechanism, one.kind)):
        found += list(group)[:PER_KIND]
    return found


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
        self.questions = answers.all()
        self.benefits = benefits(answers)
        self.index = labelled(answers, INDEX)
        evidence.headlines.update(evidence.wanted)
        self.ten = list(self._ten(answers))
        self.picture = picture(evidence.cycle, [speech.language])
        self.charts = charts(answers)
        for one in shown:
            for ref in one.measures:
                evidence.anchor(ref.id, ref.subject)

    @property
    def title(self) -> str:
        """What the page is called."""
        charter = self.evidence.cycle.board.main[0].charter
        return f"{charter.title.label(self.language)} · Tenfold"

    @property
    def head(self) -> Mapping[str, Any]:
        """The charter, the moment and the counts that the first lines name."""
        cycle = self.evidence.cycle
        charter = cycle.board.main[0].charter
        return {
            "title": charter.title.label(self.language),
            "version": charter.version,
            "as_of": self.speech.day(cycle.moment.as_of),
            "known_at": self.speech.day(cycle.moment.known_at),
            "facts": cycle.community.facts.count,
            "decisions": len(cycle.decisions),
        }

    @property
    def unlisted(self) -> int:
        """Decisions that are only in decisions.jsonl."""
        return len(self.evidence.cycle.decisions) - len(self.decisions)

    def by_mechanism(self) -> Iterator[tuple[Markup, list[Decision]]]:
        """Yield each mechanism's name with the decisions listed for it."""
        for mechanism, group in groupby(self.decisions, key=lambda one: one.mechanism):
            yield self.say(f"room.{mechanism}"), list(group)

    def explained(self) -> list[Explained]:
        """Return the explanations of every number that any language shows."""
        return self.evidence.explained()

    def href(self, key: str) -> str:
        """Return the anchor of a decision or number, in this language's part of the page."""
        return f"{self.language}-{anchored(key)}"

    def number(self, id: str, subject: str) -> Markup:
        """Return a number's name and value, leading to its explanation."""
        row = self.evidence.rows(id).get(subject)
        if row is None:
            return Markup("{} {}").format(id, subject)
        text = Markup("{} · {} = {}").format(id, self.speech.named(subject), self.speech.value(row.value, row.unit))
        if (id, subject) not in self.evidence.wanted:
            return text
        return Markup('<a href="#{}">{}</a>').format(self.href(f"{id}:{subject}"), text)

    def exact(self, row: Row) -> Markup:
        """Return a number to its last digit."""
        if row.value is None:
            return self.say("report.insufficient")
        band = f" [{row.low} – {row.high}]" if row.low is not None and row.high is not None else ""
        return Markup("{} {}{}").format(row.value, row.unit, band)

    def fact(self, id: str) -> Markup:
        """Return a fact in one line: its id, table, day and first cells."""
        known = self.evidence.facts.get(id)
        if known is None:
            return Markup("{}").format(id)
        cells = " · ".join(f"{name} {', '.join(map(self.speech.named, words))}" for name, words in known["cells"])
        return Markup("<code>{}</code> {} {} · {}").format(id, known["table"], self.speech.day(known["at"]), cells)

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
