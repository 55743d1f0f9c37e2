"""Who is who: the fifty-eight ever admitted, the candidates, when each came, through whom, and who left."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from tenfold.demo.book import NOW, Book, at

PROJECT = "qinglan"
ASKED_BEFORE, RATED_BEFORE, PROBATION = 45, 20, 90  # days before and after admission
FIRST_SEEN = {"zhuoan": "2026-07-24"}  # known some time before they applied
# Who went quiet and was asked, and the decision that proposed it.
ASKED_TO_LEAVE = {"p000014": "adjustment.exit:p000014:last-p000014"}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody admitted: key, class, both names, kind, when, by what way, who brought them, and when they left."""

    key: str
    of: str
    zh: str
    en: str
    since: str
    source: str
    sponsor: str | None = None
    left: str | None = None
    kind: str = "person"
    region: str = "east"
    size: str | None = None

    @property
    def admitted(self) -> date:
        """The day of admission."""
        return date.fromisoformat(self.since)

    @property
    def until(self) -> date:
        """The last day as a member, the demo's own day if still inside."""
        return date.fromisoformat(self.left) if self.left else NOW.date()


_organisation = partial(Member, kind="organisation")


FOUNDERS = (
    Member("p000001", "founder", "顾青岚", "Gu Qinglan", "2024-03-01", "other"),
    Member("p000002", "founder", "陈予安", "Chen Yuan", "2024-03-01", "other"),
    Member("p000003", "founder", "林知遥", "Lin Zhiyao", "2024-03-01", "other"),
    Member("p000004", "founder", "贺砚", "He Yan", "2024-03-01", "other"),
    Member("p000005", "founder", "苏芮", "Su Rui", "2024-03-01", "other"),
)
INVESTORS = (
    _organisation(
        "beichen",
        "investor",
        "北辰湾种子基金",
        "Beichen Bay Seed Fund",
        "2024-06-20",
        "outbound",
        sponsor="p000002",
        size="medium",
    ),
    _organisation(
        "luyu",
        "investor",
        "鹭屿创投",
        "Luyu Ventures",
        "2024-06-20",
        "outbound",
        sponsor="p000002",
        region="south",
        size="small",
    ),
    _organisation(
        "lanyou",
        "investor",
        "岚友持股平台",
        "Lanyou Holding Platform",
        "2024-06-21",
        "referral",
        sponsor="p000001",
        size="micro",
    ),
    _organisation(
        "yuanqiao",
        "investor",
        "远桥资本",
        "Yuanqiao Capital",
        "2024-06-24",
        "referral",
        sponsor="beichen",
        region="north",
        size="small",
    ),
    _organisation(
        "yunshan",
        "investor",
        "云杉谷天使",
        "Yunshan Valley Angels",
        "2024-08-12",
        "referral",
        sponsor="beichen",
        region="south",
        size="small",
    ),
    _organisation(
        "hengli", "investor", "恒砺资本", "Hengli Capital", "2025-04-14", "outbound", sponsor="p000002", size="large"
    ),
    _organisation(
        "wangshu", "investor", "望舒创投", "Wangshu Ventures", "2025-04-14", "referral", sponsor="hengli", size="medium"
    ),
    _organisation(
        "duchuan",
        "investor",
        "渡川产业基金",
        "Duchuan Industry Fund",
        "2025-07-14",
        "referral",
        sponsor="huixian",
        region="west",
        size="large",
    ),
)
PARTNERS = (
    _organisation(
        "huixian",
        "partner",
        "晖纤光电",
        "Huixian Photonics",
        "2024-05-20",
        "outbound",
        sponsor="p000004",
        region="central",
        size="medium",
    ),
    _organisation(
        "chuanping",
        "partner",
        "川坪电力服务",
        "Chuanping Power Services",
        "2025-03-17",
        "outbound",
        sponsor="p000001",
        region="west",
        size="large",
    ),
    _organisation(
        "cp-grid",
        "partner",
        "川坪配网",
        "Chuanping Distribution",
        "2025-03-24",
        "referral",
        sponsor="chuanping",
        region="west",
        size="medium",
    ),
    _organisation(
        "wangchuan", "partner", "望川检测", "Wangchuan Testing", "2025-05-12", "event", sponsor="p000004", size="small"
    ),
    _organisation(
        "qiheng",
        "partner",
        "启衡系统集成",
        "Qiheng Systems",
        "2025-05-26",
        "outbound",
        sponsor="p000004",
        region="south",
        size="medium",
    ),
    _organisation(
        "mulan-law", "partner", "木岚律所", "Mulan Law", "2025-06-16", "referral", sponsor="p000005", size="small"
    ),
    _organisation(
        "cp-site",
        "partner",
        "川坪储能场站",
        "Chuanping Storage Sites",
        "2025-11-24",
        "referral",
        sponsor="chuanping",
        region="west",
        size="medium",
    ),
    _organisation(
        "languang",
        "partner",
        "澜光纤业",
        "Languang Fibre",
        "2025-12-08",
        "inbound",
        sponsor="p000004",
        region="central",
        size="medium",
    ),
    _organisation(
        "anbao",
        "partner",
        "安堡保险经纪",
        "Anbao Insurance Brokers",
        "2026-01-12",
        "event",
        sponsor="p000002",
        left="2026-03-16",
        size="small",
    ),
    _organisation(
        "yunce", "partner", "云策数据", "Yunce Data", "2026-05-18", "outbound", sponsor="p000004", size="small"
    ),
    _organisation(
        "shuoyuan",
        "partner",
        "朔原新能源",
        "Shuoyuan Renewables",
        "2026-06-15",
        "inbound",
        sponsor="p000001",
        region="north",
        size="large",
    ),
    _organisation(
        "haitong",
        "partner",
        "海桐出口服务",
        "Haitong Export Services",
        "2026-07-13",
        "referral",
        sponsor="qiheng",
        region="south",
        left="2026-09-28",
        size="small",
    ),
    _organisation(
        "zhuoan",
        "partner",
        "卓安运维",
        "Zhuoan Operations",
        "2026-10-12",
        "inbound",
        sponsor="cp-site",
        region="west",
        size="small",
    ),
)
EXPERTS = (
    Member("p000011", "expert", "专家01 · 戚闻远", "Expert 01 · Qi Wenyuan", "2024-06-03", "outbound", "p000004"),
    Member("p000012", "expert", "专家02 · 安遥", "Expert 02 · An Yao", "2025-04-07", "referral", "p000011"),
    Member("p000013", "expert", "专家03 · 庄若川", "Expert 03 · Zhuang Ruochuan", "2025-05-19", "event", "p000004"),
    Member("p000014", "expert", "专家04 · 柏舟", "Expert 04 · Bai Zhou", "2025-06-09", "outbound", "p000003", left="2026-03-02"),
    Member("p000015", "expert", "专家05 · 尹溪", "Expert 05 · Yin Xi", "2025-12-15", "referral", "p000012"),
    Member("p000016", "expert", "专家06 · 罗衡", "Expert 06 · Luo Heng", "2026-02-09", "event", "p000004", left="2026-07-27"),
    Member("p000017", "expert", "专家07 · 霍青野", "Expert 07 · Huo Qingye", "2026-02-02", "referral", "p000011"),
    Member("p000018", "expert", "专家08 · 叶知秋", "Expert 08 · Ye Zhiqiu", "2026-06-22", "inbound", "p000003", left="2026-10-19"),
    Member("p000019", "expert", "专家09 · 申屠朗", "Expert 09 · Shentu Lang", "2026-10-19", "referral", "p000017"),
)  # fmt: skip
# Supporters: a given name each, joined to a family name, so that nobody real is meant.
_SUPPORTERS = (
    ("2024-07-08", None), ("2024-07-15", "2025-06-30"),
    ("2025-03-03", "2026-01-31"), ("2025-03-10", None), ("2025-04-21", None), ("2025-05-06", "2025-07-07"), ("2025-05-12", "2026-02-28"),
    ("2025-06-03", None), ("2025-06-23", None), ("2025-07-07", None),
    ("2025-09-15", None),
    ("2025-11-10", None), ("2025-11-17", None), ("2026-02-16", None),
    ("2026-05-11", None), ("2026-05-25", None), ("2026-06-08", None), ("2026-06-29", None), ("2026-07-06", None),
    ("2026-07-20", None), ("2026-07-27", None),
    ("2026-08-24", None), ("2026-09-21", None),
)  # fmt: skip
_FAMILY = (
    ("顾", "Gu"),
    ("沈", "Shen"),
    ("宋", "Song"),
    ("温", "Wen"),
    ("梁", "Liang"),
    ("祝", "Zhu"),
    ("纪", "Ji"),
    ("施", "Shi"),
)
_GIVEN = (
    ("听澜", "Tinglan"),
    ("砚秋", "Yanqiu"),
    ("云岫", "Yunxiu"),
    ("长宁", "Changning"),
    ("雨眠", "Yumian"),
    ("之恒", "Zhiheng"),
)


def _supporter(number: int, since: str, left: str | None) -> Member:
    family, given = _FAMILY[number % len(_FAMILY)], _GIVEN[number % len(_GIVEN)]
    way = ("event", "inbound", "outbound", "referral")[number % 4]
    key = f"p{21 + number:06d}"
    return Member(key, "supporter", family[0] + given[0], f"{family[1]} {given[1]}", since, way, "p000003", left)


SUPPORTERS = tuple(_supporter(number, since, left) for number, (since, left) in enumerate(_SUPPORTERS))
MEMBERS = (*FOUNDERS, *INVESTORS, *PARTNERS, *EXPERTS, *SUPPORTERS)
BY_KEY = {one.key: one for one in MEMBERS}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may enter: when applied and rated, current state, what raters gave, what they can do."""

    key: str
    of: str
    zh: str
    en: str
    kind: str
    applied: str
    rated: str
    state: str
    source: str
    marks: tuple[tuple[int, ...], ...] = ()
    able: tuple[tuple[str, str], ...] = ()


CANDIDATES = (
    Candidate("chenghu", "expert", "澄湖储能安全研究所", "Chenghu Storage Safety Institute", "organisation", "2026-09-07", "2026-09-28", "proposed", "inbound",
              ((76, 80, 66, 78), (72, 84, 60, 80)), (("fire_std", "0.90"), ("grid_access", "0.30"))),
    Candidate("p000061", "expert", "薛怀谨", "Xue Huaijin", "person", "2026-09-10", "2026-09-29", "proposed", "referral",
              ((92, 84, 80, 82), (90, 80, 84, 86)), (("cell_chem", "0.95"), ("fire_std", "0.10"))),
    Candidate("jianglan", "partner", "江澜电网服务", "Jianglan Grid Services", "public_body", "2026-03-09", "2026-09-15", "rated", "referral",
              ((70, 66, 72, 74),), ()),
    Candidate("shahu", "partner", "沙湖配电", "Shahu Distribution", "public_body", "2026-03-16", "2026-09-16", "waiting", "referral",
              ((68, 36, 70, 72), (66, 34, 74, 70)), (("grid_access", "0.20"),)),
    Candidate("p000062", "expert", "蒋未然", "Jiang Weiran", "person", "2026-09-14", "2026-10-06", "rated", "inbound",
              ((58, 62, 50, 60), (56, 60, 54, 58)), (("cell_chem", "0.20"),)),
    Candidate("xuchuan", "partner", "煦川认证", "Xuchuan Certification", "organisation", "2026-09-11", "2026-10-07", "rated", "referral",
              ((66, 70, 64, 72), (70, 68, 66, 70)), (("fire_std", "0.40"),)),
    Candidate("tanzhou", "partner", "檀洲碳资产", "Tanzhou Carbon", "organisation", "2026-09-18", "2026-10-09", "gating", "inbound", (), ()),
)  # fmt: skip
_CARD = {
    "expert": ("capability", "independence", "availability", "values"),
    "partner": ("capability", "delivery_record", "commitment", "values"),
}
RATERS = ("p000001", "p000011", "beichen")


# Cards taken in at a fair that are very likely somebody known.
CARDS = (
    ("card-1", "北辰湾种子基金有限公司", "Beichen Bay Seed Fund", "2026-09-05 15:10"),
    ("card-2", "渡川产业基金有限公司", "Duchuan Industry Fund", "2026-09-05 15:40"),
)


def tell(book: Book) -> None:
    """Write parties, memberships, roles and consents."""
    book.add(
        "parties",
        "2024-03-01 09:00",
        party=PROJECT,
        type="organisation",
        name="青岚感知",
        name_other="Qinglan Sensing",
        country="CN",
        language="zh-Hans",
        timezone="Asia/Shanghai",
    )
    for member in MEMBERS:
        _party(book, member.key, member.kind, member.zh, member.en, member.since, member.region, member.size)
        _membership(book, member)
    for one in CANDIDATES:
        size = "medium" if one.kind != "person" else None
        _party(
            book, one.key, one.kind, one.zh, one.en, one.applied, "west" if one.kind == "public_body" else "east", size
        )
        _candidate(book, one)
    for key, zh, en, when in CARDS:
        book.add(
            "parties", when, party=key, type="organisation", name=zh, name_other=en, country="CN", language="zh-Hans"
        )
    _second_class(book)
    _roles(book)


def _party(book: Book, key: str, kind: str, zh: str, en: str, since: str, region: str, size: str | None) -> None:
    first = at(FIRST_SEEN.get(key, str(at(since).date() - timedelta(days=ASKED_BEFORE + 5))))
    book.add(
        "parties",
        max(first, at("2024-03-01 09:05")),
        party=key,
        type=kind,
        name=zh,
        name_other=en,
        country="CN",
        region=region,
        size=size,
        email=f"{key}@example.org",
        language="zh-Hans",
        timezone="Asia/Shanghai",
    )


def _membership(book: Book, member: Member) -> None:
    day = at(member.since)
    own = {"party": member.key, "class": member.of, "source": member.source, "sponsor": member.sponsor}
    if member.of == "founder":
        book.add("memberships", day, state="active", **own)
        return
    book.add("memberships", day - timedelta(days=ASKED_BEFORE), state="applied", **own)
    if member.of in _CARD:  # investors are qualified by their deals, supporters are not rated
        book.add("memberships", day - timedelta(days=RATED_BEFORE), state="rated", **own)
    book.add("memberships", day, fact=f"admitted-{member.key}", state="probation", **own)
    settled = day + timedelta(days=PROBATION)
    if settled.date() <= member.until:
        book.add("memberships", settled, state="active", **own)
    if member.left:
        leaving = at(member.left)
        asked = ASKED_TO_LEAVE.get(member.key)
        book.add("memberships", leaving - timedelta(days=14), state="exiting", because=asked, **own)
        book.add("memberships", leaving, fact=f"left-{member.key}", state="alumni", leaver="good", **own)


def _candidate(book: Book, one: Candidate) -> None:
    own = {"party": one.key, "class": one.of, "source": one.source, "sponsor": "p000003"}
    book.add("memberships", one.applied, state="applied", **own)
    if one.state == "gating":
        book.add("memberships", one.rated, state="gating", **own)
        return
    book.add("memberships", one.rated, state="rated", **own)
    if one.state != "rated":
        book.add("memberships", at(one.rated) + timedelta(days=3), state=one.state, **own)
    for rater, marks in zip(RATERS, one.marks, strict=False):
        for criterion, mark in zip(_CARD[one.of], marks, strict=True):
            book.add("ratings", one.rated, party=one.key, rater=rater, criterion=criterion, score=mark, round="2026")


def _second_class(book: Book) -> None:
    """川坪电力服务 came as a partner and invested a year later."""
    own = {"party": "chuanping", "class": "investor", "source": "other", "sponsor": "p000002"}
    book.add("memberships", "2026-06-08", state="active", **own)


ROLES = (
    ("p000003", "operator", "2026-03-01", "2027-02-28"),
    ("p000002", "finance", "2026-03-01", "2027-02-28"),
    ("p000005", "compliance", "2026-03-01", "2027-02-28"),
    ("beichen", "council", "2026-02-01", "2027-01-31"),
    ("hengli", "council", "2026-02-01", "2027-01-31"),
    ("huixian", "council", "2026-02-01", "2027-01-31"),
    ("chuanping", "council", "2026-02-01", "2027-01-31"),
    ("p000011", "council", "2026-02-01", "2027-01-31"),
    ("p000001", "council", "2026-02-01", "2027-01-31"),
    ("yunshan", "council", "2025-10-10", "2026-10-09"),  # nobody followed yet
    ("mulan-law", "panel", "2026-02-01", "2027-01-31"),
    ("p000012", "panel", "2026-02-01", "2027-01-31"),
    ("wangchuan", "panel", "2026-02-01", "2027-01-31"),
    ("p000013", "panel", "2026-02-20", "2027-02-19"),
    ("lanyou", "panel", "2026-03-15", "2027-03-14"),
    ("mulan-law", "auditor", "2026-03-01", "2027-02-28"),
)
OLDER_ROLES = (
    ("p000003", "operator", "2024-03-01", "2025-02-28"),
    ("p000003", "operator", "2025-03-01", "2026-02-28"),
    ("p000002", "finance", "2024-03-01", "2025-02-28"),
    ("p000002", "finance", "2025-03-01", "2026-02-28"),
    ("p000005", "compliance", "2024-03-01", "2025-02-28"),
    ("p000005", "compliance", "2025-03-01", "2026-02-28"),
    ("luyu", "council", "2025-02-01", "2026-01-31"),
    ("p000014", "panel", "2025-02-01", "2026-01-31"),
    ("qiheng", "panel", "2025-07-01", "2026-01-31"),
)


def _roles(book: Book) -> None:
    for party, role, start, until in (*OLDER_ROLES, *ROLES):
        book.add("role_terms", start, party=party, role=role, until=until)
