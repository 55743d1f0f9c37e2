"""Sheets as people keep them, made at random from a seed, with the truth of what they say."""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from opencc import OpenCC
from xlsxwriter import Workbook

from tenfold.exchange.reading import lexicon

Cells = list[Any]
_OPENCC = OpenCC("s2t")
TODAY = date(2026, 11, 30)

HEADERS: dict[str, dict[str, list[str]]] = {
    "zh": {
        "party": ["投资人", "投资方", "投资机构", "机构名称", "客户名称", "基金名称", "潜在投资人", "公司名称"],
        "contact": ["联系人", "对接人", "联系人姓名"],
        "phone": ["手机", "电话", "联系电话", "手机号码"],
        "stage": ["阶段", "进展", "当前阶段", "跟进状态", "项目进展"],
        "amount": ["意向金额", "金额", "拟投金额", "投资金额", "认购金额"],
        "talked_on": ["最近沟通", "最近联系日期", "上次沟通", "最近跟进时间", "最后联系时间"],
        "next_on": ["下次跟进", "下次联系时间", "下次沟通日期"],
        "note": ["备注", "说明"],
        "number": ["序号", "编号"],
    },
    "en": {
        "party": ["Investor", "Investor name", "Company", "Firm", "Fund", "Organisation", "Account Name"],
        "contact": ["Contact", "Contact name", "Contact person"],
        "phone": ["Phone", "Mobile", "Phone number", "Tel"],
        "stage": ["Stage", "Status", "Deal stage", "Pipeline stage"],
        "amount": ["Amount", "Commitment", "Deal size", "Ticket size", "Investment amount"],
        "talked_on": ["Last contact", "Last contacted", "Last activity date", "Last touch", "Last meeting"],
        "next_on": ["Next follow-up", "Follow-up date", "Next contact"],
        "note": ["Notes", "Comments", "Remarks"],
        "number": ["No.", "#"],
    },
}
STAGES = {
    "zh": {"diligence": ["尽调", "尽职调查中"], "committed": ["TS已签", "条款谈判"], "signed": ["签约", "已签约"],
           "wired": ["已打款", "到账"], "declined": ["放弃", "已拒绝"], "meeting": ["首次会面"]},
    "en": {"diligence": ["DD", "Due Diligence"], "committed": ["Term sheet", "committed"], "signed": ["Signed"],
           "wired": ["Wired", "Closed Won"], "declined": ["Closed Lost", "declined"], "meeting": ["First meeting"]},
}  # fmt: skip


def _words(text: str) -> list[str]:
    return text.split()


FIRMS = {
    "zh": (_words("川坪 恒砺 松柏 海棠 北辰 云岫 启明湾 东屿 半山 沧浪 澄怀 稻田 峨嵋 枫桥 高岗 寒山 江枫 锦城"),
           ("资本", "基金", "创投", "投资管理有限公司", "股权投资基金（有限合伙）")),
    "en": (_words("Pine Birch Elm Oak Cedar Harbor Granite Quartz Falcon Heron Lantern Meadow Nimbus Orchid Prairie"),
           ("Capital", "Ventures", "Partners LLC", "Fund LP", "Holdings Inc.")),
}  # fmt: skip
PEOPLE = {"zh": _words("李雷 韩梅 王强 赵敏 孙悦 周涛 吴静 郑凯"), "en": ["Ann Lee", "Bob Ray", "Cy Young", "Di Marsh"]}
DAYS: dict[str, Callable[[date], Any]] = {
    "iso": date.isoformat,
    "slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "words": lambda day: f"{day.day} {day:%b %Y}",
    "american words": lambda day: f"{day:%B} {day.day}, {day.year}",
    "dmy": lambda day: f"{day:%d/%m/%Y}",
    "mdy": lambda day: f"{day:%m/%d/%Y}",
    "german": lambda day: f"{day:%d.%m.%Y}",
    "no year": lambda day: f"{day.month}月{day.day}日",
    "clock": lambda day: f"{day.isoformat()} 09:30",
    "date cell": lambda day: day,
}


def _traditional(cell: Any) -> Any:
    return _OPENCC.convert(cell) if isinstance(cell, str) else cell


@dataclass
class Truth:
    """What one record says: name, money, stage, days; None where it says nothing."""

    party: str
    stage: str
    amount: Decimal | None
    currency: str
    talked_on: date | None
    next_on: date | None
    contact: str | None
    phone: str | None


@dataclass
class Messy:
    """A sheet on disk, what its records say by the number of their row, and which habits it has."""

    path: Path
    truth: dict[int, Any]  # of a list of investors: Truth
    columns: dict[str, str]  # what a column holds → its header
    habits: list[str] = field(default_factory=list)


@dataclass
class Maker:
    """Makes one sheet."""

    seed: int

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.language = self.dice.choice(("zh", "en"))
        self.habits: list[str] = []

    def _maybe(self, share: float, habit: str) -> bool:
        if self.dice.random() >= share:
            return False
        self.habits.append(habit)
        return True

    def make(self, folder: Path) -> Messy:
        """Write the sheet into a folder."""
        dice = self.dice
        held = ["party", "stage", "amount"]
        held += [name for name in ("talked_on", "next_on", "contact", "note", "number") if dice.random() < 0.6]
        held += ["phone"] if "contact" in held and dice.random() < 0.7 else []
        dice.shuffle(held)
        self.in_workbook = dice.random() < 0.45
        self._conventions()
        columns = {name: self._header(name) for name in held}
        columns["amount"] += self.unit_in_header
        records = [self._record(firm, held) for firm in self._firms()]
        return self._written(folder, held, columns, records)

    # ---- what the sheet says ------------------------------------------------------------------------------------

    def _header(self, name: str) -> str:
        """Return a header of ours, now and then one of the lexicon's that means nothing else."""
        own = HEADERS[self.language][name]
        language = "zh-Hans" if self.language == "zh" else "en"
        role = {"party": "investor", "contact": "person"}.get(name, name)
        known = lexicon.words("headers")[role][language] if self._maybe(0.15, f"lexicon {name}") else own
        alone = [word for word in known if len(lexicon.roles_by_header()[lexicon.plain(word)]) == 1]
        return self.dice.choice(alone if known is not own and alone else own)

    def _firms(self) -> list[str]:
        cores, ends = FIRMS[self.language]
        gap = "" if self.language == "zh" else " "
        some = self.dice.sample(cores, self.dice.randint(2, min(9, len(cores))))
        chosen = [self.dice.choice(ends) for _ in some]
        return [f"{core}{gap}{end}" for core, end in zip(some, chosen, strict=True)]

    def _record(self, party: str, held: Sequence[str]) -> Truth:
        dice = self.dice
        stages = STAGES[self.language]
        day = TODAY - timedelta(dice.randint(1, 300))
        later = TODAY + timedelta(dice.randint(1, 60))
        amount = Decimal(dice.choice((50, 80, 125, 140, 250, 500, 800, 1400, 2300))) * 10_000
        return Truth(
            party,
            dice.choice(list(stages)),
            None if dice.random() < 0.08 else amount,
            self.currency,
            day if "talked_on" in held and dice.random() > 0.1 else None,
            later if "next_on" in held and dice.random() > 0.4 else None,
            dice.choice(PEOPLE[self.language]) if "contact" in held else None,
            f"1{dice.randint(3_000_000_000, 9_999_999_999)}" if "phone" in held else None,
        )

    def _conventions(self) -> None:
        """Choose how amounts, days and units are written."""
        dice = self.dice
        self.currency = dice.choice(("CNY", "CNY", "USD", "EUR", "HKD"))
        self.times, self.unit_in_header, self.unit_row = 1, "", ""
        where = dice.choice(("none", "none", "header", "row", "cell"))
        units = {"zh": (("万元", 10_000), ("元", 1), ("千元", 1000)), "en": (("k", 1000), ("m", 1_000_000), ("", 1))}
        word, times = dice.choice(units[self.language])
        called = f"{self.currency} {word}".strip() if self.language == "en" else word
        if where == "header":
            self.times = times
            self.unit_in_header = f"（{word}）" if self.language == "zh" else f" ({called})"
            self.currency = "CNY" if self.language == "zh" else self.currency
        elif where == "row" and self.language == "zh":
            self.times, self.unit_row, self.currency = times, f"单位：{word}", "CNY"
        self.habits.append(f"unit {where} {word}")
        self.in_cell = where in ("none", "cell") and (self.currency != "CNY" or self._maybe(0.6, "unit in cells"))
        european = not self.in_workbook and self.language == "en" and self._maybe(0.2, "decimal commas")
        self.mark = "," if european else "."
        written = ["iso", "slash", "dots", "compact", "clock"]
        written += (
            ["chinese", "no year"] if self.language == "zh" else ["words", "american words", "dmy", "mdy", "german"]
        )
        written += ["date cell"] if self.in_workbook else []
        self.days = dice.choice(written)
        self.habits.append(f"days {self.days}")
        self.mixed_days = self.days not in ("dmy", "mdy", "german", "no year") and self._maybe(0.15, "mixed days")

    # ---- cells --------------------------------------------------------------------------------------------------

    def _amount(self, one: Truth) -> Any:
        if one.amount is None:
            return self.dice.choice(("", "-", "待定" if self.language == "zh" else "TBD"))
        if self.in_cell:
            return self._with_unit(one)
        value = one.amount / self.times
        if self.in_workbook and self.dice.random() < 0.7:
            return float(value)
        return self._figure(value)

    def _figure(self, value: Decimal) -> str:
        plain = f"{value.normalize():f}"
        grouped = f"{value:,.2f}" if self.dice.random() < 0.5 else f"{value.normalize():,f}"
        text = grouped if self.dice.random() < 0.5 else plain
        return text.translate(str.maketrans(",.", ".,")) if self.mark == "," else text

    def _with_unit(self, one: Truth) -> str:
        assert one.amount is not None
        wan, million = one.amount / 10_000, one.amount / 1_000_000
        signs = {"USD": "$", "EUR": "€", "CNY": "RMB ", "HKD": "HK$"}
        words = {"USD": "美元", "EUR": "欧元", "CNY": "元", "HKD": "港元"}
        figure = self._figure(one.amount)
        if self.language == "zh":
            forms = [
                f"{wan:f}万{words[one.currency]}",
                f"{wan:,f}万{words[one.currency]}",
                f"{one.amount:,f}{words[one.currency]}",
                f"约{wan:f}万{words[one.currency]}",
            ]
            forms += [f"{wan:f}w"] if one.currency == "CNY" and self._maybe(0.1, "w") else []
        elif self.mark == ",":
            forms = [f"{figure} {one.currency}", f"{one.currency} {figure}"]
        else:
            sign = signs[one.currency]
            forms = [f"~{sign}{million.normalize():f}m", f"{sign}{million.normalize():,f} million"]
            forms += [f"{sign}{million.normalize():f}m", f"{one.currency} {figure}", f"{sign}{one.amount / 1000:f}k"]
        return self.dice.choice(forms)

    def _day(self, day: date | None) -> Any:
        if day is None:
            return ""
        form = self.dice.choice(("iso", "slash", "dots")) if self.mixed_days else self.days
        return DAYS[form](day)

    def _name(self, name: str) -> str:
        if self.dice.random() < 0.1:
            return self.dice.choice((f" {name}", f"{name} ", f"{name}{'　' if self.language == 'zh' else ' '}"))
        return name

    def _row(self, held: Sequence[str], one: Any, number: int) -> Cells:
        cells = {
            "party": self._name(one.party),
            "stage": self.dice.choice(STAGES[self.language][one.stage]),
            "amount": self._amount(one),
            "talked_on": self._day(one.talked_on),
            "next_on": self._day(one.next_on),
            "contact": one.contact,
            "phone": one.phone,
            "note": self.dice.choice(("", "重点" if self.language == "zh" else "key", "")),
            "number": str(number),
        }
        return [cells[name] for name in held]

    # ---- the file -----------------------------------------------------------------------------------------------

    def _written(self, folder: Path, held: Sequence[str], columns: dict[str, str], records: list[Truth]) -> Messy:
        lines: list[Cells] = []
        if self._maybe(0.3, "title"):
            lines.append(["2026年融资跟进表" if self.language == "zh" else "Fundraising pipeline 2026"])
        if self.unit_row:
            lines.append([self.unit_row])
        lines += [[]] if lines and self._maybe(0.3, "blank line") else []
        head = [columns[name] for name in held]
        self.groups = len(lines) if self.in_workbook and self._maybe(0.2, "groups") else None
        if self.groups is not None:
            names = ("基本信息", "跟进情况") if self.language == "zh" else ("General", "Progress")
            lines.append([names[0], *[None] * 1, names[1], *[None] * (len(held) - 3)])
        lines.append(head)
        truth = {}
        for number, one in enumerate(records, 1):
            lines.append(self._row(held, one, number))
            truth[len(lines)] = one
            if self._maybe(0.05, "duplicate"):
                lines.append(list(lines[-1]))
            if self._maybe(0.04, "repeated header"):
                lines.append(list(head))
        if self._maybe(0.35, "total"):
            lines.append(self._total(held, records))
        if self._maybe(0.15, "trailer"):
            lines += [[], ["制表人：王会计" if self.language == "zh" else "Prepared by the finance team"]]
        if self.language == "zh" and self._maybe(0.15, "traditional"):
            lines = [[_traditional(cell) for cell in row] for row in lines]
        write = self._workbook if self.in_workbook else self._text
        return Messy(write(folder, lines, held), truth, columns, self.habits)

    def _total(self, held: Sequence[str], records: Sequence[Truth]) -> Cells:
        total = sum((one.amount or Decimal(0) for one in records), Decimal(0))
        label = self.dice.choice(("合计", "总计") if self.language == "zh" else ("Total", "Grand total"))
        cells: Cells = ["" for _ in held]
        first = next(place for place, name in enumerate(held) if name != "amount")
        cells[first] = label
        cells[list(held).index("amount")] = self._figure(total / self.times)
        return cells

    def _text(self, folder: Path, lines: Sequence[Cells], held: Sequence[str]) -> Path:
        separators = {",": 5, ";": 2, "\t": 2, "|": 1}
        separator = self.dice.choices(list(separators), list(separators.values()))[0]
        encodings = ["utf-8", "utf-8-sig", "utf-16", *(["gb18030"] if self.language == "zh" else ["cp1252"])]
        if "traditional" in self.habits:
            encodings = ["utf-8", "utf-16", "big5hkscs"]
        encoding = self.dice.choice(encodings)
        self.habits += [f"separator {separator!r}", encoding]
        buffer = io.StringIO()
        rows = [[*row, *[""] * (len(held) - len(row))] for row in lines] if self._maybe(0.5, "full rows") else lines
        csv.writer(buffer, delimiter=separator, lineterminator="\r\n").writerows(rows)
        path = folder / f"{self.seed}.csv"
        path.write_bytes(buffer.getvalue().encode(encoding))
        return path

    def _workbook(self, folder: Path, lines: Sequence[Cells], held: Sequence[str]) -> Path:
        path = folder / f"{self.seed}.xlsx"
        with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
            if self._maybe(0.15, "hidden sheet"):
                old = book.add_worksheet("old")
                old.write_row(0, 0, ["投资人", "阶段", "金额"])
                old.write_row(1, 0, ["旧机构", "放弃", 1])
                old.hide()
            page = book.add_worksheet("S")
            page.activate()
            page.set_first_sheet()
            for number, row in enumerate(lines):
                for place, cell in enumerate(row):
                    if cell not in ("", None):
                        page.write(number, place, cell)
            if self.groups is not None:
                page.merge_range(self.groups, 0, self.groups, 1, lines[self.groups][0])
                page.merge_range(self.groups, 2, self.groups, max(len(held) - 1, 3), lines[self.groups][2])
            if self._maybe(0.1, "hidden row"):
                page.set_row(len(lines) - 1, None, None, {"hidden": True})
            if self._maybe(0.15, "hidden column"):
                place = self.dice.randrange(len(held))
                page.set_column(place, place, None, None, {"hidden": True})
        return path
