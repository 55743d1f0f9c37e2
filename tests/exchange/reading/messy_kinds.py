"""Bank statements and lists of people, made at random from a seed as `messy` makes lists of investors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.exchange.reading.messy import DAYS, FIRMS, PEOPLE, TODAY, Cells, Maker, Messy

STATEMENT: dict[str, dict[str, list[str]]] = {
    "zh": {
        "paid_on": ["交易日期", "记账日期", "日期", "交易日", "入账日期"],
        "clock": ["交易时间"],
        "in": ["收入金额", "贷方发生额", "收入", "贷方金额", "存入"],
        "out": ["支出金额", "借方发生额", "支出", "借方金额", "支取"],
        "money": ["交易金额", "发生额", "金额"],
        "sign": ["借贷标志", "收支", "借/贷"],
        "balance": ["账户余额", "余额", "本次余额"],
        "summary": ["摘要", "用途", "交易摘要", "附言"],
        "party": ["对方户名", "对方名称", "对方账户名称", "交易对方", "对方单位"],
        "account": ["对方账号", "对方账户"],
        "bank": ["对方开户行", "对方银行"],
        "reference": ["流水号", "交易流水号", "凭证号"],
    },
    "en": {
        "paid_on": ["Transaction Date", "Date", "Posting Date", "Value Date", "Booking Date"],
        "clock": ["Time"],
        "in": ["Credit", "Money In", "Deposits", "Paid In Amount", "Credit Amount"],
        "out": ["Debit", "Money Out", "Withdrawals", "Paid Out", "Debit Amount"],
        "money": ["Amount", "Transaction Amount"],
        "sign": ["Debit/Credit", "D/C", "CR/DR"],
        "balance": ["Balance", "Running Balance", "Account Balance"],
        "summary": ["Description", "Details", "Narrative", "Memo"],
        "party": ["Counterparty", "Payee", "Beneficiary", "Counterparty Name"],
        "account": ["Counterparty account", "Account number of counterparty"],
        "bank": ["Counterparty bank"],
        "reference": ["Reference", "Transaction ID"],
    },
}
SIDES = {"zh": [("贷", "借"), ("收入", "支出"), ("收", "付")], "en": [("C", "D"), ("CR", "DR"), ("Credit", "Debit")]}
SUMMARIES = {
    "zh": {"in": ["投资款", "A轮投资款", "货款", "服务费"], "out": ["房租", "工资", "服务费", "货款"]},
    "en": {"in": ["investment", "capital contribution", "invoice 1043"], "out": ["rent", "salary", "consulting fee"]},
}
ABOVE = {
    "zh": ["账号：6222 0000 1234 5678", "户名：某某科技有限公司", "起止日期：2026-01-01 至 2026-11-30", "币种：人民币"],
    "en": ["Account: 12345678", "Account holder: Some Tech Ltd", "Period: 2026-01-01 to 2026-11-30", "Currency: CNY"],
}


@dataclass(frozen=True)
class Line:
    """What one line of a statement says: who, when, how much came (or went, if negative); no party: nobody's."""

    party: str
    day: date
    amount: Decimal


class StatementMaker(Maker):
    """Makes one bank statement."""

    def make(self, folder: Path) -> Messy:
        """Write the statement into a folder."""
        dice = self.dice
        self.currency, self.times, self.unit_row, self.groups = "CNY", 1, "", None
        self.in_workbook = dice.random() < 0.4
        european = not self.in_workbook and self.language == "en" and self._maybe(0.3, "decimal commas")
        self.mark = "," if european else "."
        written = ["iso", "slash", "dots", "compact", "clock", "chinese"]
        written = written if self.language == "zh" else ["iso", "words", "dmy", "mdy", "german"]
        self.days = "german" if european else dice.choice(written)
        self.shape = dice.choice(("two", "two", "signed", "marked"))
        self.sides = dice.choice(SIDES[self.language])
        self.nothing = dice.choice(("", "0.00", "-"))
        self.habits += [f"days {self.days}", f"shape {self.shape}", f"nothing {self.nothing!r}"]
        held = ["paid_on", "party", "summary", *self._amounts(), "balance"]
        held += [name for name in ("clock", "account", "bank", "reference") if dice.random() < 0.4]
        tail = held[1:]
        dice.shuffle(tail)
        held = ["paid_on", *tail]
        lines = [self._line() for _ in range(dice.randint(3, 12))]
        return self._statement(folder, held, {name: self._head(name) for name in held}, lines)

    def _amounts(self) -> list[str]:
        shapes = {"two": ["in", "out"], "signed": ["money"], "marked": ["money", "sign"]}
        return shapes[self.shape]

    def _head(self, name: str) -> str:
        return self.dice.choice(STATEMENT[self.language][name])

    def _line(self) -> Line:
        dice = self.dice
        cores, ends = FIRMS[self.language]
        gap = "" if self.language == "zh" else " "
        place = dice.randrange(min(6, len(cores)))
        party = f"{cores[place]}{gap}{ends[place % len(ends)]}"
        cents = Decimal(dice.choice((0, 0, 50, 99))) / 100
        amount = Decimal(dice.choice((800, 1500, 20_000, 125_000, 5_000_000, 14_000_000))) + cents
        sign = 1 if dice.random() < 0.55 else -1
        nobody = dice.random() < 0.05
        return Line("" if nobody else party, TODAY - timedelta(dice.randint(1, 300)), sign * amount)

    def _row(self, held: Sequence[str], one: Any, number: int) -> Cells:
        side = "in" if one.amount > 0 else "out"
        cells: dict[str, Any] = {
            "paid_on": self._day(one.day),
            "clock": "10:12:30",
            "party": one.party,
            "summary": self.dice.choice(SUMMARIES[self.language][side]),
            "balance": self._money(Decimal(90_000_000) + number),
            "account": f"62220{number:011}",
            "bank": "招商银行" if self.language == "zh" else "First Bank",
            "reference": f"T{number:06}",
            "in": self._money(one.amount) if side == "in" else self.nothing,
            "out": self._money(-one.amount) if side == "out" else self.nothing,
            "money": self._money(one.amount if self.shape == "signed" else abs(one.amount)),
            "sign": self.sides[side == "out"],
        }
        return [cells[name] for name in held]

    def _day(self, day: date | None) -> Any:
        assert day is not None
        return DAYS[self.days](day)

    def _money(self, value: Decimal) -> Any:
        if self.in_workbook and self.dice.random() < 0.6:
            return float(value)
        text = f"{value:,.2f}" if self.dice.random() < 0.7 else f"{value:.2f}"
        return text.translate(str.maketrans(",.", ".,")) if self.mark == "," else text

    def _statement(self, folder: Path, held: Sequence[str], columns: dict[str, str], lines: list[Line]) -> Messy:
        rows: list[Cells] = []
        if self._maybe(0.5, "preamble"):
            rows += [[text] for text in self.dice.sample(ABOVE[self.language], self.dice.randint(1, 4))]
        head = [columns[name] for name in held]
        rows.append(head)
        truth: dict[int, Any] = {}
        for number, one in enumerate(lines, 1):
            rows.append(self._row(held, one, number))
            truth[len(rows)] = one
            if self._maybe(0.04, "repeated header"):
                rows.append(list(head))
        if self._maybe(0.35, "total"):
            rows.append(self._sums(held, lines))
        if self._maybe(0.2, "trailer"):
            rows += [[], ["打印时间：2026-11-30 10:00" if self.language == "zh" else "Printed 30 Nov 2026"]]
        write = self._workbook if self.in_workbook else self._text
        return Messy(write(folder, rows, held), truth, columns, self.habits)

    def _sums(self, held: Sequence[str], lines: Sequence[Line]) -> Cells:
        label = "合计" if self.language == "zh" else "Total"
        came = sum((one.amount for one in lines if one.amount > 0), Decimal(0))
        went = -sum((one.amount for one in lines if one.amount < 0), Decimal(0))
        sums = {"in": came, "out": went, "money": came - went if self.shape == "signed" else came + went}
        cells: Cells = [self._money(sums[name]) if name in sums else "" for name in held]
        cells[0] = label
        return cells


ADDRESSES: dict[str, dict[str, list[str]]] = {
    "zh": {
        "name": ["姓名", "联系人", "名字", "联系人姓名"],
        "organisation": ["公司", "单位", "公司名称", "所在单位", "机构"],
        "title": ["职务", "职位", "头衔"],
        "phone": ["手机", "电话", "手机号码", "联系电话"],
        "email": ["邮箱", "电子邮箱", "Email"],
        "city": ["城市"],
        "note": ["备注"],
        "number": ["序号"],
    },
    "en": {
        "name": ["Name", "Full name", "Contact name", "Contact"],
        "first": ["First name", "Given name"],
        "last": ["Last name", "Surname", "Family name"],
        "organisation": ["Company", "Organisation", "Firm", "Employer", "Company name"],
        "title": ["Title", "Job title", "Position", "Role"],
        "phone": ["Phone", "Mobile", "Phone number"],
        "email": ["Email", "E-mail", "Email address"],
        "city": ["City"],
        "note": ["Notes"],
        "number": ["#"],
    },
}
TITLES = {
    "zh": ["合伙人", "投资经理", "董事长", "财务总监"],
    "en": ["Partner", "CEO", "Investment Manager", "Director"],
}
CHINESE: tuple[Callable[[str], str], ...] = (
    lambda digits: digits,
    lambda digits: f"+86 {digits}",
    lambda digits: f"{digits[:3]} {digits[3:7]} {digits[7:]}",
    lambda digits: f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
    lambda digits: f"0086{digits}",
)


@dataclass(frozen=True)
class Person:
    """What one record of a list of people says; empty where it says nothing."""

    name: str
    organisation: str
    title: str
    phone: str  # E.164
    email: str


class PeopleMaker(Maker):
    """Makes one list of people."""

    def make(self, folder: Path) -> Messy:
        """Write the list into a folder."""
        dice = self.dice
        self.unit_row, self.groups = "", None
        self.in_workbook = dice.random() < 0.45
        apart = self.language == "en" and self._maybe(0.3, "names apart")
        self.in_brackets = not apart and self._maybe(0.15, "mail in brackets")
        self.phone = dice.choice(CHINESE)
        held = ["first", "last"] if apart else ["name"]
        held += [name for name in ("organisation", "title", "phone", "city", "note", "number") if dice.random() < 0.6]
        held += [] if self.in_brackets or dice.random() < 0.3 else ["email"]
        held += [] if {"phone", "email", "organisation"} & {*held} else ["phone"]
        dice.shuffle(held)
        columns = {name: dice.choice(ADDRESSES[self.language][name]) for name in held}
        names = dice.sample(PEOPLE[self.language], dice.randint(2, 4))
        people = [self._person(name, number, held) for number, name in enumerate(names)]
        return self._list(folder, held, columns, people)

    def _person(self, name: str, number: int, held: Sequence[str]) -> Person:
        dice = self.dice
        cores, ends = FIRMS[self.language]
        gap = "" if self.language == "zh" else " "
        place = dice.randrange(4)
        firm = f"{cores[place]}{gap}{ends[place]}" if "organisation" in held and dice.random() > 0.15 else ""
        title = dice.choice(TITLES[self.language]) if "title" in held and firm else ""
        phone = f"+861{dice.randint(3_000_000_000, 9_999_999_999)}" if "phone" in held and dice.random() > 0.15 else ""
        mailed = self.in_brackets or ("email" in held and dice.random() > 0.15)
        return Person(name, firm, title, phone, f"p{number}@mail{self.seed}.example" if mailed else "")

    def _cells(self, held: Sequence[str], one: Person, number: int) -> Cells:
        first, _, last = one.name.partition(" ")
        cells: dict[str, Any] = {
            "name": f"{one.name} ({one.email})" if self.in_brackets else one.name,
            "first": first,
            "last": last,
            "organisation": one.organisation,
            "title": one.title,
            "phone": self.phone(one.phone.removeprefix("+86")) if one.phone else self.dice.choice(("", "-")),
            "email": one.email,
            "city": "杭州" if self.language == "zh" else "Boston",
            "note": "",
            "number": str(number),
        }
        return [cells[name] for name in held]

    def _list(self, folder: Path, held: Sequence[str], columns: dict[str, str], people: list[Person]) -> Messy:
        rows: list[Cells] = []
        if self._maybe(0.3, "title"):
            rows.append(["通讯录" if self.language == "zh" else "Contacts"])
        head = [columns[name] for name in held]
        rows.append(head)
        truth: dict[int, Any] = {}
        for number, one in enumerate(people, 1):
            rows.append(self._cells(held, one, number))
            truth[len(rows)] = one
            if self._maybe(0.08, "duplicate"):
                rows.append(list(rows[-1]))
            if self._maybe(0.04, "repeated header"):
                rows.append(list(head))
        if self._maybe(0.2, "count"):
            rows.append([f"合计：{len(people)}人" if self.language == "zh" else f"Total: {len(people)}"])
        if self._maybe(0.15, "trailer"):
            rows += [[], ["制表人：王会计" if self.language == "zh" else "Prepared by the finance team"]]
        write = self._workbook if self.in_workbook else self._text
        return Messy(write(folder, rows, held), truth, columns, self.habits)
