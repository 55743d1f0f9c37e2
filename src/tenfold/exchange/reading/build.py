"""A recipe and the answers become a map: the exact form, in the words of the map language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenfold.exchange.reading import lexicon, owned
from tenfold.exchange.reading.asked import CLOSED_OF, NONE, Asked
from tenfold.exchange.reading.community import CLOSED, Around
from tenfold.exchange.reading.conventions import AmountStyle, cells_of
from tenfold.exchange.reading.days import Days
from tenfold.exchange.reading.forms import is_no_question
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.parts import Parts
from tenfold.exchange.reading.party_kinds import EACH, ORGANISATION, PERSON, REST
from tenfold.exchange.reading.styles import Styles
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import currency_of, is_nothing, is_zero, profile, spoken_minutes
from tenfold.report.words import say

SOURCE = "sheet"  # what the map calls the table of the file
ALL = "$all"  # a made column that is the same in every record
PAPER = "$file"  # a made column: what the file is known by

Cell = dict[str, Any]


@dataclass
class Builder:
    """Builds the content of a map file for one table."""

    table: Table
    taken: Taken
    styles: Styles
    asked: Asked
    parts: Parts
    around: Around
    columns: dict[str, Cell] = field(default_factory=dict)

    def content(self, origin: str, answers: Mapping[str, str], same: Mapping[str, str]) -> dict[str, Any]:
        """Return the map file, as YAML can hold it."""
        who = list(self._who())
        maps = [one for recipe in self.taken.kind.facts for one in self._maps(recipe)]
        reading = {"kind": self.taken.kind.name, "columns": list(self.table.names), "answers": dict(answers)}
        content = {
            "origin": origin,
            "country": self.around.country,
            "columns": {**self.parts.columns, **self.columns},
            "who": who,
            "same": dict(same),
            "reading": reading,
            "maps": maps,
        }
        return {word: value for word, value in content.items() if value not in (None, {}, [])}

    # ---- who ----------------------------------------------------------------------------------------------------

    def _who(self) -> Iterator[Cell]:
        for entry in self.taken.kind.who:
            name = self._column(entry["slot"])
            if name is None:
                continue
            alone = "alone" in entry and self._column(entry["alone"]) is not None
            one: Cell = {"name": name, "kind": self._kind(entry["kind"])}
            for field_ in ("organisation", "registration", "phone", "email", "account"):
                own = field_ in ("organisation", "registration", "account")
                column = self._column(entry[field_]) if field_ in entry and (own or not alone) else None
                if column is not None:
                    one[field_] = column
            yield one

    def _kind(self, name: str) -> str | Cell:
        found = self.asked.kinds.get(name, name if name in (PERSON, ORGANISATION) else ORGANISATION)
        return found if isinstance(found, str) else {"column": self._column(name), "map": found}

    def _column(self, slot: str) -> str | None:
        """Return the column of a slot: its own, or one that was made of several."""
        made = self.parts.slots.get(slot)
        if made is not None:
            return made
        column = self.taken.columns.get(slot)
        return None if column is None else column.name

    def _texts(self, column: str) -> list[str]:
        """Return the different cells of a column of the sheet; none of a column that was made."""
        return [cell.text for cell in cells_of(self.table.rows, column)] if column in self.table.names else []

    def applied(self) -> list[Mapping[str, Any]]:
        """Return the entries of the recipe for which the sheet has what they need."""
        return [recipe for recipe in self.taken.kind.facts if self._applies(recipe)]

    # ---- maps ---------------------------------------------------------------------------------------------------

    def _maps(self, recipe: Mapping[str, Any]) -> Iterator[Cell]:
        """Yield the map of one entry of a recipe; none where the sheet lacks what it needs."""
        if not self._applies(recipe):
            return
        conditions = self._conditions(recipe)
        if conditions is None:
            return
        if recipe.get("each_question"):
            yield from self._questions(recipe, conditions)
            return
        yield self._map(recipe, conditions, self._set(recipe))

    def _map(self, recipe: Mapping[str, Any], conditions: Sequence[Cell], cells: Mapping[str, Cell]) -> Cell:
        one: Cell = {"table": recipe["table"], "from": SOURCE, "id": ["$row"]}
        if "distinct" in recipe:
            one["distinct"] = [self._distinct(recipe["distinct"])]
        if conditions:
            one["only"] = list(conditions)
        one["match"] = self._match(recipe["match"], cells)
        one["set"] = dict(cells)
        return one

    def _match(self, spec: Mapping[str, Any], cells: Mapping[str, Cell]) -> Cell:
        """Return how rows are known again: by `lots`, and by no total, where each row is a lot of its own."""
        in_lots = "lots" in spec and self._is_in_lots()
        by = spec["lots"] if in_lots else spec["by"]
        own = ("by", "lots", "total") if in_lots else ("by", "lots")
        match = {word: said for word, said in spec.items() if word not in own}
        return match | {"by": [name for name in by if name in cells]}

    def _distinct(self, slot: str) -> str:
        if slot != "all":
            return self._column(slot) or ALL
        self.columns[ALL] = {"value": "one"}
        return ALL

    def _applies(self, recipe: Mapping[str, Any]) -> bool:
        if not all(self._column(slot) for slot in recipe.get("needs", ())):
            return False
        if any(self._column(slot) for slot in recipe.get("unless", ())):
            return False
        answers = recipe.get("when_asked", {})
        if any(self.asked.values.get(name) != value for name, value in answers.items()):
            return False
        if "side" in recipe and self._side(recipe["side"]) is None:
            return False
        has_class = self.asked.values.get("class", NONE) != NONE
        return has_class or not (recipe.get("class_asked") or recipe.get("class_ended"))

    def _is_in_lots(self) -> bool:
        """Whether several rows of one party add up: certificates of a holder, payments of an investor."""
        if self.taken.kind.name == "pipeline":
            return self.asked.values.get("received") == EACH
        if self._column("certificate") is not None:
            return True
        columns = [column for slot in ("holder", "security") if (column := self._column(slot)) in self.table.names]
        return bool(columns) and bool(self.table.rows.select(columns).is_duplicated().any())

    def _conditions(self, recipe: Mapping[str, Any]) -> list[Cell] | None:
        """Return which records a map is about; None where no record can be one of them."""
        found = [self._is_filled(slot) for slot in recipe.get("filled", ()) if self._column(slot)]
        found += [self._is_empty(slot) for slot in recipe.get("empty", ()) if self._column(slot)]
        for slot, codes in recipe.get("when", {}).items():
            words = [cell for cell, code in self.asked.codes.get(slot, {}).items() if code in codes]
            if not words:
                return None
            found.append({"column": self._column(slot), "is": words})
        if "side" in recipe:
            found += self._side(recipe["side"]) or []
        found += self._owned(recipe)
        if recipe.get("open"):
            found += self._is_open()
        if recipe.get("class_asked") and self.asked.values["class"].startswith(CLOSED_OF):
            closed = self._is_closed()
            if closed is None:
                return None
            found.append(closed)
        return found

    def _owned(self, recipe: Mapping[str, Any]) -> Iterator[Cell]:
        """Yield what a record of a register must say for an entry: whose shares it tells of, whom it joins to whom."""
        company = self._column("company")
        if "of" in recipe and company is not None:
            yield owned.whose(recipe["of"], self._texts(company), company, self.around.project_names)
        if "links" in recipe:
            made, joining = owned.apart(self.table, *(self._column(slot) or "" for slot in recipe["links"]))
            self.columns |= made
            yield from joining

    def _is_filled(self, slot: str) -> Cell:
        """The cell says something; of money received, more than nothing."""
        return {"column": self._column(slot), "is_not": self._nothing(slot)}

    def _is_empty(self, slot: str) -> Cell:
        """The cell says nothing."""
        return {"column": self._column(slot), "is": self._nothing(slot)}

    def _nothing(self, slot: str) -> list[str]:
        """Return the cells of a slot's column that say nothing."""
        column = self._column(slot) or ""
        empty = ["", *self.parts.blank.get(column, ())]
        listed = self._texts(column)
        empty += [text for text in listed if is_nothing(text) or (slot == "received" and is_zero(text))]
        return list(dict.fromkeys(empty))

    def _is_open(self) -> list[Cell]:
        """A deal that is over leaves nothing to do."""
        over = [cell for cell, code in self.asked.codes.get("stage", {}).items() if code in ("declined", "lapsed")]
        column = self._column("stage")
        return [{"column": column, "is_not": over}] if column and over else []

    def _is_closed(self) -> Cell | None:
        column = self._column("stage")
        words = [cell for cell, code in self.asked.codes.get("stage", {}).items() if code in CLOSED]
        if column and words:
            return {"column": column, "is": words}
        return self._is_filled("received") if not column and self._column("received") else None

    def _side(self, side: str) -> list[Cell] | None:
        """The lines of a statement on one side: by their own column, by a mark, or by the sign of the amount."""
        own = self._column(f"money_{side}")
        if own is not None:
            zeros = [
                cell.text for cell in cells_of(self.table.rows, own) if is_nothing(cell.text) or is_zero(cell.text)
            ]
            return [{"column": own, "is_not": ["", *zeros]}]
        column, sign = self._column("money"), self._column("sign")
        if column is None:
            return None
        if sign is not None:
            known = lexicon.by_word("money_direction")
            cells = cells_of(self.table.rows, sign)
            words = [cell.text for cell in cells if side in known.get(lexicon.plain(cell.text), ())]
            return [{"column": sign, "is": words}] if words else None
        limit = "above" if side == "in" else "below"
        mark = self.styles.amounts["money"].mark
        return [{"column": column, limit: "0", **({"mark": mark} if mark != "." else {})}]

    def _questions(self, recipe: Mapping[str, Any], conditions: Sequence[Cell]) -> Iterator[Cell]:
        """Yield a map for each column of a survey that is a question."""
        used = {column.name for column in self.taken.columns.values()}
        asked = {self.taken.columns[slot].name for slot in ("score", "question") if slot in self.taken.columns}
        for name in self.table.names:
            if name in used - asked or is_no_question(self.table, name):
                continue
            cells = self._set(recipe, question=name)
            yield self._map(recipe, [*conditions, {"column": name, "is_not": [""]}], cells)

    # ---- cells --------------------------------------------------------------------------------------------------

    def _set(self, recipe: Mapping[str, Any], question: str | None = None) -> dict[str, Cell]:
        made = ((target, self._cell(spec, question)) for target, spec in recipe["set"].items())
        cells = {target: cell for target, cell in made if cell is not None}
        if "amount_to" in cells and "amount" not in cells:
            del cells["amount_to"]
        return cells

    def _cell(self, spec: Mapping[str, Any], question: str | None) -> Cell | None:
        """Return a cell of the map language for a cell of a recipe; None where the sheet has nothing for it."""
        makers: Mapping[str, Callable[[Mapping[str, Any]], Cell | None]] = {
            "who": self._who_cell,
            "money": self._money_cell,
            "currency": self._currency_cell,
            "day": Days(self.styles, self.asked, self.around, self._column).cell,
            "code": self._code_cell,
            "slot": self._slot_cell,
            "answer": self._answer_cell,
            "value": self._value_cell,
            "charter": self._charter_cell,
            "of": lambda one: {"of": one["of"]},
            "deal": lambda one: {"of": one["deal"]},
            "key": self._key_cell,
            "kind": self._kind_cell,
            "class": self._class_cell,
            "purpose": self._purpose_cell,
            "paper": self._paper_cell,
            "share": self._share_cell,
            "round_of": self._round_of_cell,
            "respondent": lambda one: {"column": self._column("respondent") or "$row"},
            "question": lambda one: self._question_cell(one["question"], question or ""),
        }
        name = next(word for word in spec if word in makers)
        return makers[name](spec)

    def _who_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        column = self._column(spec["who"])
        listed = [entry["slot"] for entry in self.taken.kind.who]
        return {"who": column} if column is not None and spec["who"] in listed else None

    def _kind_cell(self, spec: Mapping[str, Any]) -> Cell:
        kind = self._kind(spec["kind"])
        return {"value": kind} if isinstance(kind, str) else kind

    def _slot_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        column = self._column(spec["slot"])
        if column is None and "slot_else" in spec:
            column = self._column(spec["slot_else"])
        if "unless" in spec and self._column(spec["unless"]):
            return None
        if column is None:
            return self._fallback(spec)
        cell: Cell = {"column": column}
        if spec.get("phone"):
            cell |= {"phone": "true", "loose": "true"}
        if spec["slot"] == "registration":
            cell |= {"registration": "true", "loose": "true"}
        if spec["slot"] == "country":
            cell |= {"country": "true", "loose": "true"}
        if spec["slot"] == "email":
            cell |= {"email": "true", "loose": "true"}
        if spec["slot"] == "minutes" and (spoken := spoken_minutes(self._texts(column))):
            return cell | {"map": spoken}
        if spec.get("whole") or spec.get("decimal"):
            style = self.styles.amounts.get(spec["slot"], AmountStyle())
            cell |= {"money": self._written(style)}
        if "default" in spec:
            cell["default"] = say(self.around.language, f"reading.what.{spec['default']}")
        return cell

    def _fallback(self, spec: Mapping[str, Any]) -> Cell | None:
        if "default" in spec:
            return {"value": say(self.around.language, f"reading.what.{spec['default']}")}
        return self._answer_cell(spec) if "answer" in spec else None

    def _answer_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        name = spec["answer"]
        match name:
            case "ended_class" | "class":
                value = self.asked.values.get("class", NONE).removeprefix(CLOSED_OF)
            case "event_key":
                return {"key": [self._all()]} if self.asked.values.get("event") else None
            case "receipts_round":
                is_investment = self.asked.values.get("receipts") == "investment"
                value = self.asked.values.get("round_key", "") if is_investment else ""
            case _:
                value = self.asked.values.get(name, "")
        return {"value": value} if value else None

    def _all(self) -> str:
        """Return a made column that names the one event of an attendance list."""
        self.columns["$event"] = {"value": f"{self.asked.values['event']} {self.asked.values['event_on']}"}
        return "$event"

    def _paper_cell(self, _: Mapping[str, Any]) -> Cell:
        """Return the key of the file itself, as the document that proves what it says."""
        self.columns[PAPER] = {"value": self.asked.values["sha256"]}
        return {"key": [PAPER]}

    def _share_cell(self, _: Mapping[str, Any]) -> Cell | None:
        """Return the parts of one that a column of shares says."""
        column = self.taken.columns.get("share")
        return None if column is None else {"column": column.name, "map": owned.parts_of_one(column, self.table)}

    def _value_cell(self, spec: Mapping[str, Any]) -> Cell:
        match spec["value"]:
            case "today":
                return {"value": self.around.today}
            case "first_day":
                return {"value": f"<{self.around.today}"}
            case value:
                return {"value": value}

    def _charter_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        match spec["charter"]:
            case "project":
                value = self.around.project
            case "currency":
                value = self.around.currency
            case "current_stage":
                value = str(self.around.charter.community.current_stage)
            case _:
                value = self.around.instrument
        return None if value is None else {"value": value}

    def _key_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        columns = [column for slot in spec["key"] if (column := self._column(slot))]
        return {"key": columns} if columns else None

    def _class_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        answer = self.asked.values.get("class", NONE)
        if answer == EACH:
            return {"column": self._column("class"), "map": self.asked.codes["class"]}
        return {"value": answer}

    def _question_cell(self, what: str, name: str) -> Cell | None:
        numeric = profile(self.table.rows[name]).of("amount") == 1
        match what:
            case "name":
                return {"value": name}
            case "score":
                return {"column": name} if numeric else None
            case _:
                return None if numeric else {"column": name}

    # ---- money and purposes -------------------------------------------------------------------------------------

    def _money_slot(self, slot: str) -> tuple[str, bool] | None:
        """Return the slot whose column holds an amount, and whether its sign is turned: out of one signed column."""
        if self._column(slot) is not None:
            return slot, False
        if slot in ("money_in", "money_out") and self._column("money") is not None:
            return "money", slot == "money_out" and self._column("sign") is None
        return None

    def _money_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        found = self._money_slot(spec["money"])
        if found is None or found[0] in self.styles.parked:
            return None if found is None else {"column": self._column(found[0]), "map": {"": ""}}
        slot, turned = found
        words = {word: str(spec[word]) for word in ("take", "above", "exact") if word in spec}
        money = {**self._written(self.styles.amounts[slot]), **words, **({"flip": "true"} if turned else {})}
        digits = self.styles.amounts[slot].round
        rounded = {"round": str(digits)} if digits is not None and spec.get("take") in (None, "upper") else {}
        return {"column": self._column(slot), "money": money, **rounded}

    def _written(self, style: AmountStyle) -> Cell:
        """Return how a column is written, without what goes without saying."""
        money: Cell = {}
        if style.mark != ".":
            money["mark"] = style.mark
        if style.times != "1":
            money["times"] = style.times
        if style.currency is not None:
            money["currency"] = style.currency
        elif self._column("currency") is not None:
            money["currency"] = self._currency_column()
        if style.signs:
            money["signs"] = dict(style.signs)
        if style.scales:
            money["scales"] = list(style.scales)
        return money

    def _currency_column(self) -> Cell:
        column = self._column("currency") or ""
        cells = cells_of(self.table.rows, column)
        codes = {cell.text: code for cell in cells if (code := currency_of(cell.text))}
        codes |= {cell.text: "" for cell in cells if is_nothing(cell.text)}
        return {"column": column, "map": codes}

    def _currency_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        found = self._money_slot(spec["currency"])
        if found is None:
            return None
        style = self.styles.amounts[found[0]]
        money = {**self._written(style), "take": "currency", **({"flip": "true"} if found[1] else {})}
        return {
            "column": self._column(found[0]),
            "money": money,
            "loose": "true",  # what is wrong with the amount is said of the amount
            "default": style.currency or self.styles.currency or self.around.currency,
        }

    def _purpose_cell(self, spec: Mapping[str, Any]) -> Cell:
        codes = self.asked.codes.get(f"purpose_{spec['purpose']}", {})
        column = self._column("summary")
        if column is None:
            return {"value": next(iter(codes.values()), "operating")}
        return {"column": column, "map": codes, **({"default": codes[""]} if "" in codes else {})}

    def _round_of_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        """The round of a payment whose purpose is an investment."""
        codes = self.asked.codes.get("purpose_in", {})
        key, column = self.asked.values.get("round_key"), self._column("summary")
        invested = {cell: key for cell, code in codes.items() if code == "investment" and cell}
        if column is None or not key or not invested:
            return {"value": key} if key and column is None and "investment" in codes.values() else None
        return {"column": column, "map": {**invested, REST: ""}}

    # ---- codes --------------------------------------------------------------------------------------------------

    def _code_cell(self, spec: Mapping[str, Any]) -> Cell | None:
        slot = spec["code"]
        column = self._column(slot)
        codes = dict(self.asked.codes.get(slot, {}))
        if column is None:
            if slot == "stage":
                return {"value": CLOSED[-1]} if self._column("received") else None
            value = self.asked.values.get(slot)
            return {"value": value} if value else None
        blank = codes.pop("", None)
        cell: Cell = {"column": column, "map": codes or {"": ""}}
        default = blank or self.asked.values.get(slot)
        return cell | ({"default": default} if default else {})
