"""What a kind of sheet cannot say of itself: classes, rounds, stages and purposes of its own words, events, surveys.

Each question has a proposal and the reason for it; a word that nobody knows is proposed to be parked, never guessed.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import PurePath

import polars as pl

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.community import CLOSED, Around
from tenfold.exchange.reading.conventions import cells_of
from tenfold.exchange.reading.grid import ROW
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.model import PARK, Asking, Option, Question, Seen, told
from tenfold.exchange.reading.party_kinds import EACH, ORGANISATION, PERSON, Kinds, kind_of
from tenfold.exchange.reading.styles import Styles
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import is_nothing
from tenfold.facts.written import amounts, dates
from tenfold.methods.names import normal_name
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

NONE, NEW, TOTAL = "none", "new", "total"
CLOSED_OF = "closed:"  # before a class: those whose deal is signed or paid
ROUND = "current"  # the key of a round that an import makes
ASKED_AT_MOST = 30  # unknown words that are asked about one by one
PAID_ON = ("received_on", "updated_on", "talked_on")  # the days that a receipt may be dated by
SURVEYS = ("nps", "csat", "ces", "pulse", "jobs")


@dataclass
class Asked:
    """The answers that a recipe builds on."""

    values: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # slot: cell → code; a parked cell is missing
    kinds: dict[str, Kinds] = field(default_factory=dict)  # slot: kind, or cell → kind


@dataclass
class Asker:
    """Asks what a kind of sheet needs, by the names in its recipe."""

    asking: Asking
    table: Table
    taken: Taken
    styles: Styles
    around: Around
    found: Asked = field(default_factory=Asked)

    def ask(self) -> Asked:
        """Ask everything that the recipe names."""
        for name in self.taken.kind.asks:
            getattr(self, f"_{name}")()
        return self.found

    def _cells(self, slot: str) -> list[Seen]:
        column = self.taken.columns.get(slot)
        return [] if column is None else cells_of(self.table.rows, column.name)

    def _has(self, slot: str) -> bool:
        return slot in self.taken.columns

    # ---- who ----------------------------------------------------------------------------------------------------

    def _name_parts(self) -> None:
        """First and last names are put together by the recipe; nothing is asked."""

    def _party_kind(self) -> None:
        """Say whether the names of a column are those of people or of organisations."""
        for slot in ("party", "holder", "organisation", "person", "controller", "concert", "nominee"):
            column = self.taken.columns.get(slot)
            if column is not None:
                contact = self._has("contact")
                named = [cell for cell in self._cells(slot) if not is_nothing(cell.text)]
                self.found.kinds[slot] = kind_of(self.asking, slot, column, named, contact)
        self.found.kinds.setdefault("introducer", PERSON)

    def _class(self) -> None:
        """Propose, from the kind of sheet, whom it makes members; nobody becomes one by default."""
        kind = self.taken.kind.name
        closed = kind == "pipeline" and (self._has("stage") or self._has("received"))
        by_cell = self._has("class") and any(self.around.class_of(cell.text) for cell in self._cells("class"))
        investor = "investor" if "investor" in self.around.classes else None
        listed = [Option(NONE, told("reading.class.none"))]
        listed += [Option(EACH, told("reading.class.each"))] if by_cell else []
        for one in self.around.classes:
            if closed and one == (investor or one):
                listed.append(Option(f"{CLOSED_OF}{one}", told("reading.class.closed", **{"class": one})))
            listed.append(Option(one, told("reading.class.all", **{"class": one})))
        proposals = {"pipeline": f"{CLOSED_OF}{investor}" if closed and investor else NONE}
        proposed = EACH if by_cell else proposals.get(kind, NONE)
        question = Question(
            "class", told("reading.ask.class"), tuple(listed), proposed, told(f"reading.class.why_{kind}")
        )
        answer = self.asking.ask(question) or NONE
        self.found.values["class"] = answer
        if by_cell and answer == EACH:
            self._coded("class", "class", self.around.class_of, self.around.classes, None)

    # ---- deals --------------------------------------------------------------------------------------------------

    def _round(self) -> None:
        """Say which round deals and receipts belong to: the one that is open, else a new one."""
        rounds = self.around.rounds
        if rounds.height == 1:
            self.found.values |= {"round": str(rounds["round"][0]), "round_key": str(rounds["round"][0])}
            return
        stage = str(self.around.charter.community.current_stage)
        called = self.around.called_rounds
        listed = [Option(key, told("reading.round.open", stage=called[key])) for key in called]
        fitting = rounds.filter(pl.col("stage") == stage)["round"].to_list()
        question = Question(
            "round",
            told("reading.ask.round"),
            (*listed, Option(NEW, told("reading.round.new", stage=stage))),
            NEW if not listed else fitting[0] if len(fitting) == 1 else None,
            told("reading.round.why_none" if not listed else "reading.round.why_several"),
        )
        answer = self.asking.ask(question)
        self.found.values["round"] = answer or ""
        self.found.values["round_key"] = self._new_round() if answer in (NEW, None) else answer

    def _new_round(self) -> str:
        known = self.around.store.tables["rounds"]["round"].to_list()
        number, key = 1, ROUND
        while key in known:
            number += 1
            key = f"{ROUND}-{number}"
        return key

    def _stages(self) -> None:
        if not self._has("stage"):
            return
        self._coded("stage", "stage", self.around.stage_of, self.around.stages, None)
        blank = self.table.rows[self.taken.columns["stage"].name].null_count()
        if blank:
            first = self.around.stages[0]
            listed = tuple(Option(stage, told("reading.code.stage", code=stage)) for stage in self.around.stages)
            question = Question(
                "stage.blank",
                told("reading.ask.blank_stage", rows=blank),
                (*listed, Option(PARK, told("reading.park"))),
                first,
                told("reading.blank_stage.why"),
                self.taken.columns["stage"].name,
            )
            answer = self.asking.ask(question)
            if answer not in (None, PARK):
                self.found.codes["stage"][""] = str(answer)

    def _received(self) -> None:
        """Say what several rows of one investor tell of receipts: the total so far, or a payment each."""
        rows = self._receipts_of_one()
        if not rows:
            return
        column = self.taken.columns["received" if self._has("received") else "amount"].name
        party = self.taken.columns["party"].name
        cells = Listed(str(cell) for _, _, cell, _ in rows[:3])
        grows = all(one[3] < two[3] for one, two in pairwise(rows) if normal_name(one[1]) == normal_name(two[1]))
        question = Question(
            "received",
            told("reading.ask.received", name=rows[0][1], column=column, cells=cells),
            tuple(Option(one, told(f"reading.received.{one}")) for one in (EACH, TOTAL)),
            TOTAL if grows else EACH,
            told(f"reading.received.why_{TOTAL if grows else EACH}"),
            party,
            tuple(Seen(row, cell) for row, _, cell, _ in rows[:3]),
        )
        self.found.values["received"] = self.asking.ask(question) or TOTAL

    def _receipts_of_one(self) -> list[tuple[int, str, str, Decimal]]:
        """Return row, name, cell and amount of receipts of investors who have several.

        Rows that say the same of an investor's money, such as those of two contacts, are one.
        """
        slot = "received" if self._has("received") else "amount"
        if not self._has("party") or not self._has(slot):
            return []
        columns = [self.taken.columns[name].name for name in ("party", slot)]
        told_apart = [*columns, *(self.taken.columns[name].name for name in PAID_ON if self._has(name))]
        rows = self.table.rows.unique(told_apart, keep="first", maintain_order=True)
        if slot == "amount":
            wired = [cell for cell, code in self.found.codes.get("stage", {}).items() if code == CLOSED[-1]]
            stage = self.taken.columns["stage"].name if self._has("stage") else None
            rows = rows.filter(pl.col(stage).is_in(wired)) if stage else rows.clear()
        style = self.styles.amounts[slot]
        found = []
        for row, name, cell in rows.select(ROW, *columns).drop_nulls().iter_rows():
            written = amounts.read(cell, style.mark)
            if isinstance(written, amounts.Written) and written.low > 0:
                found.append((row, name, cell, written.low))
        times = Counter(normal_name(name) for _, name, _, _ in found)
        return [one for one in found if times[normal_name(one[1])] > 1]

    def _channels(self) -> None:
        usual = self.around.usual_channel
        if self._has("channel"):
            self._coded("channel", "channel", self.around.channel_of, self.around.channels, usual)
        if usual:
            self.found.values["channel"] = usual

    def _sources(self) -> None:
        if self._has("source"):
            known = lexicon.by_word("source")
            codes = {cell.text: known.get(lexicon.plain(cell.text), ("other",))[0] for cell in self._cells("source")}
            self.found.codes["source"] = codes

    def _directions(self) -> None:
        if self._has("direction"):
            self._coded("direction", "direction", _looked_up("direction"), ("out", "in"), None)
        self.found.values["direction"] = "in"

    def _coded(
        self,
        slot: str,
        name: str,
        meaning: Callable[[str], str | None],
        codes: Sequence[str],
        proposed: str | None,
    ) -> None:
        """Take each word of a column for what it means; ask about those that nobody knows."""
        found = self.found.codes.setdefault(slot, {})
        column = self.taken.columns[slot].name
        unknown = []
        for cell in self._cells(slot):
            code = meaning(cell.text)
            if code is not None:
                found[cell.text] = code
            elif not is_nothing(cell.text):
                unknown.append(cell)
        listed = tuple(Option(code, told(f"reading.code.{name}", code=code)) for code in codes)
        for cell in unknown[:ASKED_AT_MOST]:
            question = Question(
                f"{name}.{cell.text}",
                told("reading.ask.word", column=column, cell=cell.text),
                (*listed, Option(PARK, told("reading.park"))),
                proposed or PARK,
                told("reading.word.usual" if proposed else "reading.word.unknown"),
                column,
                (cell,),
            )
            answer = self.asking.ask(question)
            if answer not in (None, PARK):
                found[cell.text] = str(answer)

    # ---- payments -----------------------------------------------------------------------------------------------

    def _receipts(self) -> None:
        """Say what payments without a purpose are: investments in the open round, others, or none of our business."""
        listed = ("investment", "grant", "loan", "revenue")
        question = Question(
            "receipts",
            told("reading.ask.receipts"),
            tuple(Option(one, told("reading.code.purpose", code=one)) for one in listed),
            "investment",
            told("reading.receipts.why"),
        )
        self.found.values["receipts"] = self.asking.ask(question) or "investment"

    def _purposes(self) -> None:
        """Propose the purpose of a payment from its summary, for each summary that the statement holds."""
        for side, slots in (("in", ("money_in", "money")), ("out", ("money_out", "money"))):
            slot = next((slot for slot in slots if self._has(slot)), None)
            if slot is not None:
                self.found.codes[f"purpose_{side}"] = self._purposes_of(side, slot)

    def _purposes_of(self, side: str, slot: str) -> dict[str, str]:
        codes = dict.fromkeys([*lexicon.words(f"purpose_{side}"), "operating", "fee", "revenue"])
        listed = (
            *(Option(code, told("reading.code.purpose", code=code)) for code in codes),
            Option(PARK, told("reading.park")),
        )
        found: dict[str, str] = {}
        rest = 0
        for cell in self._summaries(slot):
            proposed = _purpose(cell.text, side)
            if len(found) >= ASKED_AT_MOST and proposed is None:
                rest += 1
                continue
            question = Question(
                f"purpose.{side}.{cell.text}",
                told(f"reading.ask.purpose_{side}", cell=cell.text or "—"),
                listed,
                proposed or PARK,
                told("reading.purpose.why" if proposed else "reading.word.unknown"),
                None,
                (cell,),
            )
            answer = self.asking.ask(question)
            if answer not in (None, PARK):
                found[cell.text] = str(answer)
        return found

    def _summaries(self, slot: str) -> list[Seen]:
        """Return the different summaries of the lines on one side."""
        column = self.taken.columns.get("summary")
        if column is None:
            return [Seen(0, "")]
        lines = self.table.rows.filter(pl.col(self.taken.columns[slot].name).is_not_null())
        texts = lines.with_columns(pl.col(column.name).fill_null(""))
        return cells_of(texts, column.name)

    # ---- events, surveys, papers --------------------------------------------------------------------------------

    def _attendances(self) -> None:
        if self._has("attendance"):
            codes = tuple(lexicon.words("attendance"))
            self._coded("attendance", "attendance", _looked_up("attendance"), codes, None)
        self.found.values["attendance"] = "attended" if self._has("checked_in_on") else "registered"

    def _event(self) -> None:
        """Name the event that an attendance list is about, where no column does."""
        if self._has("event") and self._has("event_on"):
            return
        title = next(iter(self.table.preamble), PurePath(self.table.grid.file).stem)
        day = self._last_day(("event_on", "checked_in_on", "registered_on"))
        asked = Question(
            "event",
            told("reading.ask.event"),
            (Option(title, told("reading.event.title", title=title)),),
            title,
            told("reading.event.why"),
            open=True,
        )
        self.found.values["event"] = self.asking.ask(asked) or title
        when = Question(
            "event_on",
            told("reading.ask.event_on"),
            (Option(day, told("reading.event.day", day=day)),),
            day,
            told("reading.event.why_day"),
            open=True,
        )
        self.found.values["event_on"] = self.asking.ask(when) or day

    def _last_day(self, slots: Sequence[str]) -> str:
        """Return the latest day in the first of these columns that has one; today where none has."""
        for slot in slots:
            order = self.styles.dates[slot].order if slot in self.styles.dates else "ymd"
            days = (dates.read(cell.text, order) for cell in self._cells(slot))
            known = [day[:10] for day in days if isinstance(day, str)]
            if known:
                return max(known)
        return self.around.today

    def _survey(self) -> None:
        surveys = dict.fromkeys([*self.around.charter.culture.surveys.by_id, *SURVEYS])
        question = Question(
            "survey",
            told("reading.ask.survey"),
            tuple(Option(one, told("reading.survey.one", survey=one)) for one in surveys),
            next(iter(surveys)),
            told("reading.survey.why"),
        )
        self.found.values["survey"] = self.asking.ask(question) or ""
        wave = self._last_day(("submitted_on",))[:7]
        asked = Question(
            "wave",
            told("reading.ask.wave"),
            (Option(wave, told("reading.survey.wave", wave=wave)),),
            wave,
            told("reading.survey.why_wave"),
            open=True,
        )
        self.found.values["wave"] = self.asking.ask(asked) or wave

    def _security(self) -> None:
        if self._has("units") and not self._has("security"):
            asked = Question(
                "security",
                told("reading.ask.security"),
                (Option("common", told("reading.security.common")),),
                "common",
                told("reading.security.why"),
                open=True,
            )
            self.found.values["security"] = self.asking.ask(asked) or "common"

    def _issued(self) -> None:
        """A register states who holds what on a day: since when they do, it may not say."""

    def _agreements(self) -> None:
        codes = tuple(lexicon.words("agreement"))
        if self._has("state"):
            self._coded("state", "agreement", _looked_up("agreement"), codes, None)
            return
        question = Question(
            "agreements",
            told("reading.ask.agreements"),
            tuple(Option(code, told("reading.code.agreement", code=code)) for code in codes),
            "in_force",
            told("reading.agreements.why"),
        )
        self.found.values["state"] = self.asking.ask(question) or "in_force"

    def _promises(self) -> None:
        """Say what the rows of a task list are: our own tasks, what a due diligence asks for, milestones."""
        self.found.kinds["to"] = ORGANISATION
        if self._has("state"):
            self._coded("state", "task", _looked_up("task"), tuple(lexicon.words("task")), "open")
        about = lexicon.plain(" ".join([*self.table.names, *self.table.preamble, self.table.grid.file]))
        kinds = {"diligence": ("尽调", "diligence", "资料"), "milestone": ("里程碑", "milestone")}
        proposed = next((kind for kind, words in kinds.items() if any(word in about for word in words)), "own")
        question = Question(
            "promise_kind",
            told("reading.ask.promises"),
            tuple(Option(one, told(f"reading.promise.{one}")) for one in ("own", "diligence", "milestone")),
            proposed,
            told("reading.promise.why"),
        )
        self.found.values["promise_kind"] = self.asking.ask(question) or proposed


def _looked_up(name: str) -> Callable[[str], str | None]:
    def meaning(text: str) -> str | None:
        return next(iter(lexicon.by_word(name).get(lexicon.plain(text), ())), None)

    return meaning


def _purpose(text: str, side: str) -> str | None:
    """Return the purpose that a summary names: a known word, or the longest one inside it."""
    known = lexicon.by_word(f"purpose_{side}")
    plain = lexicon.plain(text)
    if plain in known:
        return known[plain][0]
    latin = bool(re.search(r"[a-z]", plain))
    inside = [word for word in known if (f" {word} " in f" {plain} " if latin else len(word) > 1 and word in plain)]
    return known[max(inside, key=len)][0] if inside else None


def says_codes(codes: Mapping[str, str], name: str, of: str) -> tuple[Reason, ...]:
    """Return what the words of a column are taken for, in one sentence; `of` is what they are codes of."""
    pairs = " · ".join(f"{cell} → {code}" for cell, code in list(codes.items())[:ASKED_AT_MOST] if cell)
    return (told("reading.codes", name=name, pairs=pairs, of=of),) if pairs else ()
