"""How a page speaks one language: parties by name, charter ids by label, amounts as people write them.

Everything it returns is safe to stand in HTML: what facts and charters say is escaped, only its own marks are not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from tenfold.charter.diff import word_at
from tenfold.charter.pointers import steps
from tenfold.engine.board import Board
from tenfold.engine.registry import registry
from tenfold.facts.declaration import TABLES, Column, Table, title_of
from tenfold.report.amounts import HARD, PLAIN, Way, exact, shortened, signed, size
from tenfold.report.labels import labels_of
from tenfold.report.names import in_both, names, things
from tenfold.report.words import EXPECTED, STEP, catalogue, comma, plural, say
from tenfold.terms.days import local_day, local_time
from tenfold.terms.decision import Decision
from tenfold.terms.listed import BETWEEN, Listed
from tenfold.terms.measure import DIGITS, SHARES, write_plain
from tenfold.terms.reason import Reason

if TYPE_CHECKING:
    from tenfold.report.evidence import Cell, Known
    from tenfold.terms.rules import Rules

# Parameters of sentences that name somebody; their values are keys of parties.
PERSONS = frozenset(
    {"party", "parties", "member", "payee", "by", "owner", "deal", "subject", "to", "members", "excluded"}
)
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{2,})")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ID = re.compile(r"[a-z][a-z0-9]*(?:[._][a-z0-9]+)+")  # what is no word of a sentence: gate_expired, fund.wired
WORD = re.compile(r"[a-z][a-z0-9_]*")
# Parameters that list ids, some with notes.
LISTED = frozenset(
    {"gates", "parts", "kinds", "gaps", "agree", "differ", "vetoed", "ranks", "offers", "roles", "reserve", "missing"}
)
TESTED = frozenset({"failing", "tests"})  # parameters that list conditions, each with the number that was seen
PROMISE = "promise"
PAIR = ("kept", "gone")  # parameters: two parties that may be the same
OURS = ("incentives.project_", "insight.action.offer.", "insight.cure.offer")  # messages of what the project promised
NO_COUNTS = frozenset({"subject", "year"})  # parameters that are no number of something, though digits may stand there
SIGNS = {">=": "≥", "<=": "≤", "==": "="}  # of a comparison, as the charter writes it and as people do
FULL_WIDTH = {", ": "、", "; ": "；", " (": "（", ")": "）"}
PARTS = re.compile(r"[@/]")  # between the parts of a subject: member@pool, pool/small_sample
DURATION = re.compile(r"(\d+)(d|wd|w|m|y)")
LIST = re.compile(r"[,;、] ?")
# Ratios of two like things: people say how many times, whatever the number; of other ratios how many percent.
MULTIPLES = frozenset({"rel.overdue", "val.balance", "dis.ratio_spread", "brand.referred_risk_ratio"})
MULTIPLE = "multiple"
# A Chinese character at the beginning or end of what is seen, whatever marks it stands in.
OPENS_CHINESE = re.compile(r"(?:<[^>]*>)*[\u3400-\u9fff]")
CLOSES_CHINESE = re.compile(r"[\u3400-\u9fff](?:</[^>]*>)*$")
SHARE = "ratio"  # the unit of a share of one
CURRENCY = "currency"
CURE = ".cure"  # in the id of each message that says what would turn something good
NEEDED = frozenset({"amount", "points", "short"})  # its numbers that somebody has to bring
POINTS = frozenset(
    {"points", "all_points", "share", "usual", "correlation"}
)  # numbers beside a currency that are no amounts of it
PERCENT = re.compile(r"(?<=\d) (?=%)")
COMMUNITY = "community"
NO_CURE = "cure.none_computed"
HIDDEN = "—"  # stands for an amount that the reader may not see
UNSEEN = "report.hidden_amount"  # what is said in its place where the sentence names a currency
ARITHMETIC = "how."  # messages that say how a number was computed: everything stands there
# Messages of what is paid out: whoever approves or receives it counts every digit.
PAYOUTS = (
    *("distribution.", "how.dis.", "report.four", "incentives.reward_amount", "incentives.release"),
    *("insight.action.hand_", "insight.action.arrival", "card.what.hand_over", "card.what.arrival"),
)
LARGE = re.compile(r"-?([1-9]\d{4,17}(?:\.\d{1,3})?)(?: [A-Z]{2,})?")  # what may be an amount that is written shortly


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its percent sign."""
    return PERCENT.sub(HARD, text)


def unit_of(measure: str, unit: str) -> str:
    """Return the unit in which a measure is said: one way for all its rows."""
    return MULTIPLE if measure in MULTIPLES else unit


def asked_for(id: str, subject: str) -> str:
    """Return what one types to unfold a number by itself."""
    return id if subject == COMMUNITY else f"{id}:{subject}"


class Part(NamedTuple):
    """A text of a message and the parameter that follows it; `priced` when its currency follows at once.

    forms   `day|days`: in the parameter's place stands the word that it takes
    """

    text: Markup
    name: str | None
    forms: str = ""
    priced: bool = False


class Speech:
    """One language over one board."""

    def __init__(self, board: Board, language: str) -> None:
        self.board = board
        self.language = language
        self.words = catalogue(language)
        self.zh = language.startswith("zh")
        self._known: dict[str, Sequence[Part]] = {}

    def say(self, id: str, **params: object) -> Markup:
        """Return a message with its parameters as people write them; parameters that are markup stay as they are."""
        up = NEEDED if CURE in id else ()
        parts = self._parts(id)
        told = self._told_apart(self._once(id, parts, params))
        of_money = any(part.priced for part in parts)
        whole = self._whole(id, parts, told)
        said = Markup("")
        for part in parts:
            way = Way(ROUND_CEILING if part.name in up else ROUND_HALF_EVEN, whole)
            said = self._joined(said, part.text)
            said = self._joined(said, self._filled(part, told, way, of_money=of_money))
        begins = not self.zh and parts and not parts[0].text and parts[0].name not in PERSONS
        return said[:1].upper() + said[1:] if begins and self.words.get(id, "").endswith(".") else said

    def _whole(self, id: str, parts: Sequence[Part], params: Mapping[str, object]) -> bool:
        """Whether the amounts of a message are written to their last digit.

        So are those of payouts, those of a computation that short ones would leave wrong, and two that differ and
        would look alike: 59,999,999.00 of 60,000,000.00 is not 60 m of 60 m.
        """
        if id.startswith(PAYOUTS):
            return True
        seen = (LARGE.fullmatch(str(params.get(part.name or ""))) for part in parts)
        amounts = {Decimal(one[1]) for one in seen if one is not None}
        short = {shortened(one, self.zh) for one in amounts}
        if id.startswith(ARITHMETIC):
            return any(one.value * one.scale not in amounts for one in short)
        return len(short) < len(amounts)

    def _once(self, id: str, parts: Sequence[Part], params: Mapping[str, object]) -> Mapping[str, object]:
        """Return the parameters of a message; a promise by its words alone where the message says who made it."""
        promisor, *what = self.things.get(str(params.get(PROMISE)), ("",))
        told = {str(params.get(part.name or "")).partition("/")[0] for part in parts}
        if not what or not (promisor in told or (id.startswith(OURS) and promisor == self.rules.community.project)):
            return params
        return {**params, PROMISE: escape(self.named(what[0]))}

    def _told_apart(self, params: Mapping[str, object]) -> Mapping[str, object]:
        """Return the parameters of a message; two parties that are called the same, by their names in both scripts."""
        keys = [str(params[name]) for name in PAIR if name in params]
        if len(keys) < len(PAIR) or len({self.named(key) for key in keys}) == len(keys):
            return params
        return {**params, **{name: escape(self._in_scripts(str(params[name]))) for name in PAIR}}

    def _in_scripts(self, key: str) -> str:
        """Return a party's name, and in brackets its name for readers of the other language."""
        zh, other = self.both.get(key, (key, key))
        return f"{zh}（{other}）" if self.zh else f"{other} ({zh})"

    def _joined(self, before: Markup, after: Markup) -> Markup:
        """Return two texts as one: a name stands between Chinese words without the space that a number has."""
        if self.zh and before[-1:] == " " and OPENS_CHINESE.match(after) and CLOSES_CHINESE.search(before[:-1]):
            return before[:-1] + after
        if self.zh and after[:1] == " " and OPENS_CHINESE.match(after[1:]) and CLOSES_CHINESE.search(before):
            return before + after[1:]
        return before + after

    def _parts(self, id: str) -> Sequence[Part]:
        """Return a message's texts, escaped, each with the parameter that follows it; `{amount} {currency}` is one."""
        if id not in self._known:
            found: list[Part] = []
            for text, name, forms, _ in Formatter().parse(self.words.get(id, id)):
                if text == " " and name == CURRENCY and found and found[-1].name:
                    found[-1] = found[-1]._replace(priced=True)
                else:
                    found.append(Part(escape(text), name, forms or ""))
            self._known[id] = found
        return self._known[id]

    def sentence(self, reason: Reason) -> Markup:
        """Return a reason in words: without a what-if that changes nothing, without amounts that are hidden."""
        now, alone, hidden = reason.params.get("now"), f"{reason.id}.alone", f"{reason.id}.hidden"
        if self.has(hidden) and CURRENCY in reason.params and HIDDEN in reason.params.values():
            return self.say(hidden, **reason.params)
        idle = now is not None and now == reason.params.get("back") and self.has(alone)
        return self.say(alone if idle else reason.id, **reason.params)

    def cure(self, decision: Decision) -> Markup | None:
        """Return what would turn a decision good; nothing where no such change was computed."""
        cure = decision.cure
        return None if cure is None or cure.reason.id == NO_CURE else self.sentence(cure.reason)

    def appeal(self, decision: Decision) -> Markup | None:
        """Return until when one may appeal against a decision; nothing where that is not told."""
        return None if decision.appeal is None else self.sentence(decision.appeal)

    def has(self, id: str) -> bool:
        """Whether the catalogue has a message."""
        return id in self.words

    def _filled(self, part: Part, params: Mapping[str, object], way: Way, *, of_money: bool) -> Markup:
        """Return a parameter as people write it, or a word that it chooses; its place where nobody filled it.

        of_money   the sentence names a currency: other numbers that are written as amounts of it are amounts too
        """
        name, currency = part.name, params.get(CURRENCY)
        if name is None:
            return Markup("")
        if name not in params:
            return escape(f"{{{name}}}")
        value = params[name]
        if part.forms:
            return escape(plural(self.language, part.forms, value))
        text = str(value)
        if part.priced and text == HIDDEN:
            return self.say(UNSEEN)
        number = not isinstance(value, Markup | Reason) and NUMBER.fullmatch(text) is not None
        if number and isinstance(currency, str):
            digits = self.rules.currencies.digits(currency)
            if part.priced or (of_money and digits and self._counts(name, text, currency)):
                return self._priced(text, currency, way)
        shown = self._shown(name, value, currency, way)
        return shown + HARD + self.word(CURRENCY, str(currency)) if part.priced else shown

    def _priced(self, text: str, currency: str, way: Way) -> Markup:
        """Return an amount with its currency, in the one way that money is written: ¥1,000.00, 1,000.000000 OP."""
        number = self.size(text, money=True, way=way)
        known = f"report.unit.{currency}"
        if self.has(known):
            return signed(text, self.say(known, n=number))
        return signed(text, number + HARD + self.word(CURRENCY, currency))

    def _shown(self, name: str, value: object, currency: object, way: Way) -> Markup:
        if isinstance(value, Markup):
            return value
        if isinstance(value, Reason):
            return self.sentence(value)
        if isinstance(value, Listed) and name not in PERSONS:
            return escape(self.listed(self._all_named(name, part) for part in value.parts))
        text = str(value)
        if name in PERSONS and name != "subject":
            return escape(self.listed(self.named(part) for part in LIST.split(text)))
        if NUMBER.fullmatch(text):
            return (
                escape(text)
                if name in NO_COUNTS
                else self.amount(text, money=self._counts(name, text, currency), way=way)
            )
        if money := MONEY.fullmatch(text):
            return self._priced(money[1], money[2], way)
        return escape(self._all_named(name, text))

    def _counts(self, name: str, text: str, currency: object) -> bool:
        """Whether a number beside a currency is an amount of it: by its name and its decimals."""
        if name in POINTS:
            return False
        digits = self.rules.currencies.digits(currency) if isinstance(currency, str) else None
        return digits is not None and len(text.partition(".")[2]) == digits

    def word(self, name: str, text: str) -> str:
        """Return what people call the value of a column or parameter: a code, a date, a thing with a name."""
        if INSTANT.fullmatch(text):
            return self.day(datetime.fromisoformat(text))
        if duration := DURATION.fullmatch(text):
            return say(self.language, f"duration.{duration[2]}", {"n": duration[1]})
        return self.words.get(f"code.{name}.{text}") or self.words.get(f"code.{text}") or self.named(text)

    def named(self, key: str) -> str:
        """Return what people call a party, a thing of the charter or a measure; the key itself for anything else."""
        parts = PARTS.split(key)
        if key not in self.names and (named := [self.named(part) for part in parts] if parts[1:] else parts) != parts:
            return " · ".join(named)
        made = (self._called(part) or self._one_of(part) for part in self.things.get(key, ()))
        return self._called(key) or BETWEEN.join(made) or self._one_of(key)

    def _one_of(self, text: str) -> str:
        """Return the half of a text written in both languages that a reader of this one wants; any other as it is."""
        both = in_both(text)
        return text if both is None else both[0 if self.zh else 1]

    def _called(self, key: str) -> str | None:
        return self.names.get(key) or self.labels.get(key) or self.words.get(f"report.name.{key}") or self._gate(key)

    def _gate(self, key: str) -> str | None:
        """Return a stage gate, `seed_to_series_a`, by the names of its stages."""
        before, between, after = key.partition("_to_")
        stages = [self._called(stage) for stage in (before, after)] if between else [None]
        return " → ".join(stage for stage in stages if stage) if all(stages) else None

    def fact(self, known: "Known") -> tuple[str, str, str]:
        """Return what a fact says: its table, its day, its first cells and the rule that judges it."""
        table = TABLES[known.table]
        cells = list(self._cells(table, known.cells))
        if known.rule is not None:
            version, pointer = known.rule
            cells.append(say(self.language, "fact.judged", {"version": version, "rule": self.place(pointer)}))
        return title_of(table.name, table.label, self.language), self.when(known.at, known.precision), " · ".join(cells)

    def _cells(self, table: Table, cells: Iterable["Cell"]) -> Iterator[str]:
        """Yield what the cells of a fact say: no key of what has no name, nothing that its own name says already."""
        own = ""
        for one in cells:
            column, words = table.columns[one.name], self._cell(table, one)
            keyed = one.name == table.key or (column.kind == "ref" and column.target != "parties")
            if (keyed and words == one.words[0]) or f"{BETWEEN}{words}{BETWEEN}" in f"{BETWEEN}{own}{BETWEEN}":
                continue
            if one.name == table.key:
                own = words
                yield own
            else:
                yield f"{self.words.get(f'column.{one.name}') or self._title(column)} {words}"

    def _title(self, column: Column) -> str:
        return title_of(column.name, column.label, self.language)

    def _cell(self, table: Table, cell: "Cell") -> str:
        """Return the words of a cell: an amount with its currency, a share of one as percent, a code by its name."""
        bounds = table.columns[cell.name].bounds
        if cell.unit is not None:
            return self.listed(self.money(word, cell.unit) for word in cell.words)
        if bounds is not None and (bounds.least, bounds.most) == (0, 1):
            return self.listed(self.value(word, SHARE).striptags() for word in cell.words)
        return self.listed(self.word(cell.name, word) for word in cell.words)

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list within a sentence."""
        return comma(self.language).join(words)

    def place(self, pointer: str) -> str:
        """Return a place of the charter in words: a whole section by its name, what is within one without it."""
        way = steps(pointer)
        first = min(1, len(way) - 1)
        words = [(word_at(way[: end + 1]), way[end]) for end in range(first, len(way))]
        return STEP.join(self.named(key) if word is None else self.words[word] for word, key in words)

    def money(self, text: str, unit: str) -> str:
        """Write an amount to its last digit, with thousands marks and its currency."""
        return priced(self.language, text, unit)

    def _all_named(self, name: str, text: str) -> str:
        """Return a parameter by its name, or with a name for every id that stands in it."""
        word = self.word(name, text)
        if word != text:
            return word
        text = unbroken(text)
        said = (WORD if name in LISTED else ID).sub(lambda found: self.word(name, found[0]), text)
        for typed, sign in SIGNS.items():
            said = said.replace(typed, sign)
        if name in LISTED | TESTED | EXPECTED and self.zh:
            for narrow, wide in FULL_WIDTH.items():
                said = said.replace(narrow, wide)
        return said

    def amount(self, text: str, *, money: bool = False, way: Way = PLAIN) -> Markup:
        """Write a number with at most three decimals and thousands marks, money shortly where it is large.

        What k, m, bn or 万, 亿 leave out, and the further decimals of money, stand on hover.
        """
        return signed(text, self.size(text, money=money, way=way))

    def size(self, text: str, *, money: bool = False, way: Way = PLAIN) -> Markup:
        """Write a number as `amount` does, without its sign."""
        return size(text, self.zh, money, way)

    def value(self, text: str | None, unit: str | None) -> Markup:
        """Write a value with its unit: shares of one as percent, money with its currency; or that it is not known."""
        if text is None:
            return self.say("report.insufficient")
        if not NUMBER.fullmatch(text):
            return escape(self.words.get(f"code.{text}") or self.named(text))
        return signed(text, self._sized(text, unit))

    def _sized(self, text: str, unit: str | None) -> Markup:
        """Write a value without its sign."""
        if unit in SHARES:
            return escape(f"{(abs(Decimal(text)) * 100).quantize(Decimal('0.1'), ROUND_HALF_EVEN)}{HARD}%")
        number = self.size(text, money=is_money(unit))
        known = f"report.unit.{unit}"
        if self.has(known):
            return self.say(known, n=number)
        return Markup("{}{}{}").format(number, HARD, unit) if is_money(unit) else number

    def headline(self, id: str, subject: str) -> str:
        """Return a measure's name and whose number it is; the community's needs no saying."""
        spec = registry().specs.get(id)
        code = f"code.{spec.subject}.{subject}" if spec else ""  # a subject that is a code: a kind of card
        name, whose = self.words.get(f"report.name.{id}", id), self.words.get(code) or self.whose(subject)
        return f"{name} · {whose}" if whose else name

    def whose(self, subject: str) -> str:
        """Return whose number it is, in words; nothing for the community's own."""
        return self.named(subject.removeprefix(COMMUNITY).removeprefix("/"))

    def worth(self, text: str | None, unit: str | None) -> Markup:
        """Write a value as `value` does and, where that is less, to its last digit in brackets."""
        told = self.value(text, unit)
        if text is None or not NUMBER.fullmatch(text):
            return told
        whole = self.money(text, unit or "") if is_money(unit) else exact(write_plain(Decimal(text)))
        less = whole.replace(",", "") not in told.striptags().replace(",", "")
        if not less:
            return told
        return (Markup("{}（{}）") if self.zh else Markup("{} ({})")).format(told, whole)

    def day(self, instant: datetime) -> str:
        """Write the local date of an instant."""
        return local_day(instant, self.zone).isoformat()

    def when(self, instant: datetime, precision: str | None) -> str:
        """Write the local date of an instant as far as it is known: 2026-10-31, 2026-10, 2026-Q4, 2026, <2026-10-31."""
        day = local_day(instant, self.zone)
        known = {
            "month": f"{day:%Y-%m}",
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "year": str(day.year),
            "before": f"<{day}",
        }
        return known.get(precision or "", day.isoformat())

    def minute(self, instant: datetime) -> str:
        """Write the local day and minute of an instant, with the zone that they are of."""
        return f"{local_time(instant, self.zone):%Y-%m-%d %H:%M} {self.zone}"

    @cached_property
    def zone(self) -> str:
        """The charter's time zone."""
        return str(self.rules.charter.timezone)

    @property
    def rules(self) -> "Rules":
        """The charter in force."""
        return self.board.main[0]

    @property
    def both(self) -> Mapping[str, tuple[str, str]]:
        """Party → its name for readers of Chinese, and for everybody else."""
        return names(self.board)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Party → its name, in the other script for readers of the other language."""
        place = 0 if self.zh else 1
        return {party: both[place] for party, both in self.both.items()}

    @cached_property
    def things(self) -> Mapping[str, tuple[str, ...]]:
        """Deal, promise, round → what its name is made of."""
        return things(self.board)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Id → label of everything in the charter that has both."""
        return labels_of(self.rules, self.language)


def priced(language: str, text: str, unit: str) -> str:
    """Write an amount to its last digit, with thousands marks and its currency."""
    return signed(text, with_unit(language, exact(text.removeprefix("-")), unit))


def with_unit(language: str, number: str, unit: str) -> str:
    """Return a written number with its unit: ¥1,000.00, 1,000.000000 OP."""
    known = f"report.unit.{unit}"
    return say(language, known, {"n": number}) if known in catalogue(language) else f"{number}{HARD}{unit}"


def is_money(unit: str | None) -> bool:
    """Whether a unit is a currency, or a unit of the charter's own."""
    return unit is not None and unit not in {*DIGITS, MULTIPLE}
