"""S6: `report.html` with ten thousand decisions, three numbers and two facts behind each, in two languages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from jinja2 import DictLoader, Environment

from bench.data import AS_OF, BEGIN, CHARTER, SEED, interactions, named
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import FIRST
from tenfold.facts.declaration import TABLES, title_of
from tenfold.facts.store import FactStore
from tenfold.report.evidence import Evidence
from tenfold.report.page import OPEN_OF_A_KIND, ask, listed, write_report
from tenfold.report.speech import MULTIPLES
from tenfold.report.words import catalogue
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.reason import Reason

NUMBERS = {"rel.overdue": "ratio", "rel.p_active": "probability", "rel.quality": "ratio"}
FACTS_EACH = 2
ALLOWED, SEGMENT = 30, "investors"
POINTER = f"/interaction/cadence/{SEGMENT}"
BEGINS = re.compile(r'(?<=</p>\n)<details class="room">[^\n]*\n(?=<div class="entry" id="[\w-]+-interaction\.)')
ENDS = "</details>", "</section>"


def prepare(folder: Path, size: int) -> None:
    """Write the charter, the parties, two interactions for each, and a value of three digits of each number."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(CHARTER.read_bytes())
    rng = np.random.default_rng(SEED)
    who = named("m-", np.arange(size))
    header = {"occurred_at": BEGIN, "recorded_at": BEGIN, "recorded_by": "bench"}
    parties = pl.DataFrame({"party": who}).select(
        "party", name="Müller & <" + pl.col("party") + ">", type=pl.lit("person"), fact="party-" + pl.col("party")
    )
    stamps = [pl.lit(value, dtype=TABLES["parties"].empty().schema[name]).alias(name) for name, value in header.items()]
    met = interactions(FACTS_EACH * size, size).with_columns(
        member=pl.Series(np.repeat(np.arange(size), FACTS_EACH)).cast(pl.String).str.zfill(7).str.replace("^", "m-"),
        corrects=pl.lit(None, dtype=pl.String),
    )
    for name, rows in (("parties", parties.with_columns(stamps)), ("interactions", met)):
        pl.concat([TABLES[name].empty(), rows], how="diagonal").write_parquet(folder / f"{name}.parquet")
    values = {name: np.round(rng.random(size) * (3 if unit == "ratio" else 1), 3) for name, unit in NUMBERS.items()}
    pl.DataFrame({"subject": who, **values}).write_parquet(folder / "numbers.parquet")


def cycle(folder: Path) -> Cycle:
    """Return a cycle of one decision a member: the numbers of an empty community, and these beside them."""
    moment, rulebook = Moment(AS_OF, AS_OF), load_charters(folder)
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("parties", "interactions")}
    community = Community(rulebook, FactStore.of(tables))
    board = Community(rulebook, FactStore.of({})).board(moment).compute()
    numbers = pl.read_parquet(folder / "numbers.parquet")
    for name, unit in NUMBERS.items():
        given = numbers.select("subject", pl.col(name).alias("value"), end=pl.lit(board.ends.main, pl.Int32))
        whole = pl.concat([board.results[name].clear(), given], how="diagonal")
        board.give(name, whole.with_columns(unit=pl.lit(unit), because=pl.lit([], pl.List(pl.String))))
    facts = tables["interactions"].sort("member", "fact").group_by("member", maintain_order=True).agg("fact")
    decisions = [_decision(member, tuple(ids)) for member, ids in facts.iter_rows()]
    return Cycle(community, moment, replace(board, prepared=community.prepared), decisions)


def _decision(member: str, facts: tuple[str, ...]) -> Decision:
    days = str(int(member.removeprefix("m-")) % 400)
    return Decision(
        mechanism="interaction",
        kind="touch_due",
        subject=member,
        since=facts[0],
        message=Reason(
            "interaction.touch_due",
            {"member": member, "days": days, "allowed": str(ALLOWED), "segment": SEGMENT},
        ),
        proposal="contact",
        pointer=POINTER,
        version=1,
        measures=tuple(MeasureRef(name, member) for name in NUMBERS),
        facts=facts,
        cure=Cure(Reason("interaction.cure_contact", {"member": member}), "1", "count"),
    )


def alone(folder: Path) -> None:
    """Write the page and nothing more."""
    write_report(cycle(folder), folder)


@dataclass(frozen=True)
class Ready:
    """What stands around the decisions in each language of a page; and the numbers that it explains."""

    around: Mapping[str, tuple[str, str]]  # language → before, after
    explained: frozenset[str]


def ready(page: str) -> Ready:
    """Take a page apart at its decisions."""
    around, begun = {}, 0
    ids = re.findall(r'<main class="page ([\w-]+)"', page)
    for language, found in zip(ids, BEGINS.finditer(page), strict=True):
        fold, section = ENDS
        until = page.rindex(fold, found.end(), page.index(section, found.end()))
        following = page.find("<main", until)
        last = len(page) if following < 0 else following
        around[language] = (page[begun : found.end()], page[until:last])
        begun = last
    explained = re.findall(r'<div class="entry" id="en-([^"]*)">\n<p><strong>', page)
    return Ready(around, frozenset(explained))


class Words:
    """What both contenders beside the product know of a cycle in one language, read from its columns."""

    def __init__(self, made: Cycle, language: str) -> None:
        known, tables = catalogue(language), made.community.facts.tables
        self.language, self.known = language, known
        self.comma = "、" if language == "zh-Hans" else ", "
        table = TABLES["interactions"]
        self.title = {one.name: title_of(one.name, one.label, language) for one in table.columns.values()}
        self.title[table.name] = title_of(table.name, table.label, language)
        due = known["interaction.touch_due"].replace("{segment}", SEGMENT).replace("{allowed}", str(ALLOWED))
        self._due = {word: due.replace("{days:day|days}", word) for word in ("day", "days")}
        self.say = {
            "cure": known["report.cure"] + known["report.colon"],
            "contact": known["interaction.cure_contact"],
            "state": f"{known['report.status.proposed']} · {known['report.rule']} v1",
            "folded": known["report.decisions.folded"].replace("{n}", f"{len(made.decisions) - OPEN_OF_A_KIND:,}"),
        }
        self.zone = ZoneInfo("Asia/Shanghai")
        self.names = dict(tables["parties"].select("party", "name").iter_rows())
        met = tables["interactions"].select("fact", "occurred_at", "member", "direction", "channel", "flags", "minutes")
        self.facts = {fact: cells for fact, *cells in met.iter_rows()}
        results = made.board.results
        self.numbers = {id: dict(results[id].select("subject", "value").iter_rows()) for id in NUMBERS}

    def due(self, days: str) -> str:
        """Return what is due after so many days, with its placeholders."""
        return self._due["day" if days == "1" else "days"]

    def number(self, id: str, member: str) -> str:
        """Write a number: a share as percent, the silence over the allowed gap as a multiple."""
        value = self.numbers[id][member]
        if id in MULTIPLES:
            return self.known["report.unit.multiple"].format(n=f"{value:.3f}".rstrip("0").rstrip("."))
        return f"{value * 100:.1f}\u00a0%"

    def measure(self, id: str) -> str:
        """Write the short name of a measure."""
        return self.known[f"report.name.{id}"]

    def fact(self, id: str) -> str:
        """Write what a fact says."""
        at, member, direction, channel, flags, minutes = self.facts[id]
        way, how = self.code("direction", direction), self.code("channel", channel)
        cells = [f"{self.title['member']} {self.names[member]}", f"{self.title['direction']} {way}"]
        cells.append(f"{self.title['channel']} {how}")
        if flags:
            listed = self.comma.join(self.code("flags", flag) for flag in flags)
            cells.append(f"{self.title['flags']} {listed}")
        cells.append(f"{self.title['minutes']} {minutes}")
        return f" {self.title['interactions']} {self.day(at)} · {' · '.join(cells)}"

    def code(self, column: str, word: str) -> str:
        """Write an enumerated word."""
        return self.known.get(f"code.{column}.{word}") or self.known[f"code.{word}"]

    def day(self, at: datetime) -> str:
        """Write the local day."""
        return at.astimezone(self.zone).date().isoformat()


def by_hand(made: Cycle, around: Ready, path: Path) -> Path:
    """Write the page with f-strings, a decision at a time."""
    with path.open("w", encoding="utf-8") as file:
        for language, (before, after) in around.around.items():
            file.write(before)
            file.writelines(_entries(made, Words(made, language), around.explained))
            file.write(after)
    return path


def _entries(made: Cycle, words: Words, explained: frozenset[str]) -> Iterator[str]:
    say, language, last = words.say, words.language, len(made.decisions) - 1
    cure, state, folded = escape(say["cure"]), escape(say["state"]), escape(say["folded"])
    for place, one in enumerate(made.decisions):
        name = escape(words.names[one.subject])
        days = one.message.params["days"]
        told = escape(words.due(days)).replace(*APOSTROPHE).format(member=name, days=escape(days))
        numbers = ""
        for ref in one.measures:
            key = f"{ref.id}:{ref.subject}"
            text = f"{escape(words.measure(ref.id))} · {escape(words.names[ref.subject])}"
            text += f" = {words.number(ref.id, ref.subject)}"
            linked = f'<a href="#{language}-{escape(key)}">{text}</a>' if key in explained else text
            numbers += f"<li>{linked}</li>\n"
        facts = "".join(f"<li><code>{escape(id)}</code>{escape(words.fact(id))}</li>\n" for id in one.facts)
        fold = f'<details class="rest"><summary>{folded}</summary>' if place == OPEN_OF_A_KIND else ""
        yield (
            f'{fold}<div class="entry" id="{language}-{escape(one.id)}">\n'
            f'<p>{told} <span class="cure">{cure}{say["contact"].format(member=name)}</span></p>\n'
            f'<p class="small">{state} <code>{escape(one.pointer)}</code> · <code>{escape(one.id)}</code></p>\n'
            f'<ul class="small">\n{numbers}{facts}</ul>\n</div>\n'
            f"{'</details>' if place == last >= OPEN_OF_A_KIND else ''}"
        )


APOSTROPHE = ("&#x27;", "&#39;")  # as `html.escape` writes it, and as the page does
TEMPLATES = {
    "page": """{% for words, before, after in pages %}{{ before | safe }}
{%- for one in decisions %}{% set place, last = loop.index0, loop.last %}
{% include "entry" %}{% endfor %}{{ after | safe }}{% endfor %}""",
    "entry": """{% import "macros" as page %}
{% if place == open %}<details class="rest"><summary>{{ words.say.folded }}</summary>{% endif %}
<div class="entry" id="{{ words.language }}-{{ one.id }}">
<p>{{ page.due(words, one) }} <span class="cure">{{ words.say.cure }}{{ page.contact(words, one) }}</span></p>
<p class="small">{{ words.say.state }} <code>{{ one.pointer }}</code> · <code>{{ one.id }}</code></p>
<ul class="small">
{% for ref in one.measures %}
<li>{{ page.number(words, ref, explained) }}</li>
{% endfor %}
{% for id in one.facts %}
<li><code>{{ id }}</code>{{ words.fact(id) }}</li>
{% endfor %}
</ul>
</div>
{% if last and place >= open %}</details>{% endif %}
""",
    "macros": """{% macro due(words, one) -%}
{% set days = one.message.params.days -%}
{{ words.due(days).replace("{member}", words.names[one.subject]).replace("{days}", days) }}
{%- endmacro %}
{% macro contact(words, one) -%}
{{ words.say.contact.replace("{member}", words.names[one.subject]) }}
{%- endmacro %}
{% macro line(words, ref) -%}
{{ words.measure(ref.id) }} · {{ words.names[ref.subject] }} = {{ words.number(ref.id, ref.subject) }}
{%- endmacro %}
{% macro number(words, ref, explained) -%}
{% set key = ref.id ~ ":" ~ ref.subject -%}
{% if key in explained %}<a href="#{{ words.language }}-{{ key }}">{{ line(words, ref) }}</a>
{%- else %}{{ line(words, ref) }}{% endif %}
{%- endmacro %}
""",
}


def by_render(made: Cycle, around: Ready, path: Path) -> Path:
    """Write the page with one `render()`, an include a row and macros for its parts."""
    loader = DictLoader(TEMPLATES)
    templates = Environment(loader=loader, autoescape=True, trim_blocks=True, keep_trailing_newline=True)
    pages = [(Words(made, language), before, after) for language, (before, after) in around.around.items()]
    given = {"pages": pages, "decisions": made.decisions, "explained": around.explained, "open": OPEN_OF_A_KIND}
    path.write_text(templates.get_template("page").render(given), encoding="utf-8")
    return path


def gathered(made: Cycle) -> None:
    """Gather what the product gathers before it writes a word: the facts, and the numbers that are explained."""
    evidence, shown = Evidence(made), listed(made)
    evidence.learn({fact for one in shown for fact in one.facts[:FIRST]})
    ask(evidence, shown)
    evidence.explained()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders: from the same cycle in memory to a file, not synced.

    All gather the same evidence. Beside the product, what stands around the decisions, the words of the explanations
    among it, is ready and is only written: a disadvantage of the product's. Django is no part of the headless engine:
    Jinja2 stands for it, used as templates mostly are.
    """
    made = cycle(folder)
    around = ready(write_report(made, folder).read_text(encoding="utf-8"))

    def hand_written() -> Path:
        gathered(made)
        return by_hand(made, around, folder / "by_hand.html")

    def rendered() -> Path:
        gathered(made)
        return by_render(made, around, folder / "render.html")

    def check(answers: Mapping[str, object]) -> None:
        """Every contender's page has the same bytes, and every decision stands in it once a language."""
        pages = {Path(str(path)).read_text(encoding="utf-8") for path in answers.values()}
        assert len(pages) == 1, {who: len(Path(str(path)).read_text("utf-8")) for who, path in answers.items()}
        page = pages.pop()
        assert all(
            page.count(f"<code>{one.id}</code>") == len(around.around) for one in made.decisions[:: max(1, size // 50)]
        )

    pages = (folder / "report.html").stat().st_size / 2**20
    contenders = [
        Contender(PRODUCT, lambda: write_report(made, folder)),
        Contender(f"{LIMIT}: f-strings with html.escape", hand_written),
        Contender("Jinja2 render, includes, macros", rendered),
    ]
    note = f"3 numbers and 2 facts a decision, both languages, {pages:.1f} MiB"
    return Trial(contenders, check, note)


SUBJECT = Subject(
    "S6",
    "decisions",
    {"smallest": (60,), "quick": (100, 1_000, 10_000), "full": (100, 1_000, 10_000)},
    prepare,
    trial,
    "bench.s6_report:alone",
)
