"""Records: which may be one party, and how complete they are.

Personal columns (names, addresses, numbers) are read here for matching alone; nothing of them leaves but keys of
parties and the names of the fields that agree.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from tenfold.methods.linkage import Outcome, match_probability, outcome
from tenfold.methods.places import country_of
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

COMMUNITY = "community"
PRIOR = 1 / 2000  # chance that two records taken at random are one party [C]
NAME_M, ORGANISATION, PHONE, EXACT = 0.95, (0.9, 0.01), (0.8, 0.001), (0.9, 0.00001)
ALIKE = 0.9  # similarity of names from which they count as agreeing [C]
COMMON_PRIOR, COMMON_COUNT = 2000, 0.2  # how common a name is thought to be before any record is counted [C]
SHORT_CHINESE, SHORT_SHARE = 2, 0.001  # names of two characters are shared by many, whoever is listed here [C]
SPELLED_AT_MOST = 5000  # people up to whom names in two scripts are compared [C]
BLOCK_AT_MOST = 40  # a key shared by more records says nothing about two of them
REQUIRED = ("country", "language")
OF_ORGANISATIONS = ("size",)
PERSON = "person"
IDENTITY = (
    "party",
    "type",
    "name",
    "name_other",
    "registration",
    "email",
    "phone",
    "account",
    "merged_into",
    "country",
)
PAIR: dict[str, Any] = {
    "end": pl.Int32,
    "a": pl.String,
    "b": pl.String,
    "p": pl.Float64,
    "agree": pl.List(pl.String),
    "differ": pl.List(pl.String),
    "fact_a": pl.String,
    "fact_b": pl.String,
    "decided": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Record:
    """One party as matching sees it."""

    party: str
    person: bool
    names: tuple[str, ...]
    ids: Mapping[str, str]
    organisation: str | None
    fact: str


def plain_id(field: str, value: str, country: str | None = None) -> str:
    """Return an id in one spelling, that in which an import compares them too.

    Telephone numbers are in E.164 without the plus, addresses in small letters, other numbers without blanks. A
    registration number whose check digits are wrong tells nobody from another: it is empty.

    country   where a number that names none is dialled

    >>> plain_id("phone", "138 0013 8000"), plain_id("phone", "+1 (312) 555-0187"), plain_id("email", " A@B.cn ")
    ('8613800138000', '13125550187', 'a@b.cn')
    """
    if field == "phone":
        from tenfold.methods.phones import e164

        known = e164(value, country)
        if known is not None:
            return known.removeprefix("+")
        digits = re.sub(r"\D", "", value).removeprefix("00")
        is_local = len(digits) == 11 and digits.startswith("1") and not value.strip().startswith("+")
        return f"86{digits}" if is_local else digits
    if field == "email":
        return value.strip().casefold()
    from tenfold.methods.registrations import is_wrong, registration

    return "" if field == "registration" and is_wrong(value) else registration(value)


def _records(rows: pl.DataFrame, employers: Mapping[str, str], country: str | None) -> list[Record]:
    """Return the parties as matching sees them.

    country   where numbers of parties of no known country are dialled: that of the community's time zone
    """
    from tenfold.methods.names import without_form

    found = []
    for row in rows.sort("party").iter_rows(named=True):
        given = {field: row[field] for field in ("registration", "email", "phone", "account") if row[field]}
        spelled = {field: plain_id(field, value, row["country"] or country) for field, value in given.items()}
        ids = {field: value for field, value in spelled.items() if value}
        names = tuple(dict.fromkeys(without_form(name) for name in (row["name"], row["name_other"]) if name))
        person = row["type"] == PERSON
        found.append(Record(row["party"], person, names, ids, employers.get(row["party"]), row["fact"]))
    return found


def _sharing(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parties that share a plain spelling of a name or an id with another, where there are very many.

    Coarser than the keys of matching in nothing but legal forms and scripts, which would take too long.
    """
    if rows.height <= SPELLED_AT_MOST:
        return rows
    signs = r"[^\p{L}\p{N}]"
    words = pl.col("key").str.to_lowercase().str.replace_all(signs, " ").str.split(" ").list.sort().list.join("")
    fields = ("name", "name_other", "registration", "email", "phone", "account")
    keys = rows.unpivot(list(fields), index="party", value_name="key").drop_nulls("key").with_columns(key=words)
    shared = keys.filter(pl.col("key") != "").unique(["party", "key"]).filter(pl.len().over("key") > 1)
    return rows.join(shared.select("party").unique(), on="party", how="semi", maintain_order="left")


def _keys(record: Record, spelled: bool) -> Iterator[tuple[str, str]]:
    """Yield the keys under which a record may meet its double."""
    yield from record.ids.items()
    for name in record.names:
        words = re.findall(r"[^\W_]+", name)
        yield "name", " ".join(sorted(words))
        yield "name", "".join(words)
        if spelled and record.person:
            from tenfold.methods.pinyin import name_keys

            for key in sorted(name_keys(name)):
                yield "spelling", key


def _two_scripts(records: Sequence[Record]) -> bool:
    """Whether some people are written in Chinese and others in Latin letters, and all of them can be compared."""
    names = [name for record in records if record.person for name in record.names]
    latin = [name.isascii() for name in names]
    return len(names) <= SPELLED_AT_MOST and any(latin) and not all(latin)


def candidate_pairs(records: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Return the pairs of one type that share a key, in order; a key of more than 40 records is none."""
    blocks: dict[tuple[str, str], dict[str, Record]] = {}
    spelled = _two_scripts(records)
    for record in records:
        for key in _keys(record, spelled):
            blocks.setdefault(key, {})[record.party] = record
    found = {
        (one.party, two.party): (one, two)
        for block in blocks.values()
        if 1 < len(block) <= BLOCK_AT_MOST
        for one, two in combinations(sorted(block.values(), key=lambda record: record.party), 2)
        if one.person == two.person
    }
    return [found[key] for key in sorted(found)]


def commonness(name: str, others: int, records: int) -> float:
    """Return how often a name is thought to occur: `others` records beside the pair have it too, shrunk to rare.

    >>> commonness("欧阳清岚", 0, 50) < 0.0001, commonness("王伟", 0, 50)
    (True, 0.001)
    """
    from tenfold.methods.pinyin import is_chinese

    share = (COMMON_COUNT + others) / (COMMON_PRIOR + records)
    return max(share, SHORT_SHARE) if is_chinese(name) and len(name) <= SHORT_CHINESE else share


def compare(
    one: Record, two: Record, counts: Mapping[tuple[bool, str], int], records: int, exact: Sequence[str]
) -> tuple[list[Outcome], list[str], list[str]]:
    """Return what was seen of two records: outcomes (m, u), the fields that agree, those that differ.

    A field that either lacks says nothing. The name of a person agrees by its own frequency: the rarer, the more it
    says. Organisations register their names: several under one name are spellings of it, not namesakes.
    """
    from tenfold.methods.names import similar

    seen: list[Outcome] = []
    agree: list[str] = []
    differ: list[str] = []

    def note(field: str, rates: Outcome, same: bool) -> None:
        seen.append(outcome(*rates, agrees=same))
        (agree if same else differ).append(field)

    pairs = [(x, y) for x in one.names for y in two.names]
    if pairs:
        score, name = max((1.0 if x == y else similar(x, y), x) for x, y in pairs)
        others = max(0, counts.get((one.person, name), 1) - 2) if one.person else 0
        note("name", (NAME_M, commonness(name, others, records)), score >= ALIKE)
    if one.organisation and two.organisation:
        note("organisation", ORGANISATION, one.organisation == two.organisation)
    for field in ("registration", "email", "phone", "account"):
        if field in one.ids and field in two.ids:
            same = one.ids[field] == two.ids[field]
            rates = EXACT if field in exact and same else PHONE
            note(field, rates, same)
    return seen, agree, differ


def probability(
    one: Record, two: Record, counts: Mapping[tuple[bool, str], int], records: int, exact: Sequence[str]
) -> tuple[float, list[str], list[str]]:
    """Return P(one party) and the fields that agree and differ.

    An id that the charter calls exact decides where the names do not contradict; the registration of an organisation
    decides always.
    """
    seen, agree, differ = compare(one, two, counts, records, exact)
    certain = "registration" in agree and "registration" in exact and not one.person
    if certain or ("name" not in differ and any(field in exact for field in agree)):
        return 1.0, agree, differ
    return match_probability(PRIOR, seen), agree, differ


@view(
    "insight.pairs",
    subject="community",
    reads=("parties", "affiliations", "decision_acts"),
    facts=(Select("parties"), Select("affiliations"), Select("decision_acts")),
    source="Fellegi & Sunter 1969; rates [C]",
)
def pairs(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of records that may be one party, from `review_above` on.

    a, b (party keys, a < b), p, agree and differ (names of fields), fact_a, fact_b, decided (somebody said yes or no).
    """
    plan, country = rules.insight.dedupe, country_of(rules.charter.timezone)
    parties = facts.now("parties", IDENTITY).filter(pl.col("merged_into").is_null())
    current = pl.col("until").is_null() | (pl.col("until") >= pl.col("today"))
    belongs = facts.now("affiliations").filter(current).group_by("end", "party").agg(pl.col("organisation").min())
    acts = facts.rows("decision_acts", ("decision", "act")).filter(
        pl.col("act").is_in(["confirm", "override", "dismiss"])
    )
    rows: list[tuple[Any, ...]] = []
    for end in ends["end"]:
        here = pl.col("end") == end
        employers = dict(belongs.filter(here).select("party", "organisation").iter_rows())
        known = parties.filter(here)
        records = _records(_sharing(known), employers, country)
        counts = Counter((record.person, name) for record in records for name in set(record.names))
        settled = {decision.split(":")[1] for decision in acts.filter(here)["decision"] if decision.count(":") > 1}
        for one, two in candidate_pairs(records):
            p, agree, differ = probability(one, two, counts, known.height, plan.exact_ids)
            if p >= float(plan.review_above):
                key = f"{one.party}+{two.party}"
                rows.append((end, one.party, two.party, p, agree, differ, one.fact, two.fact, key in settled))
    return pl.DataFrame(rows, schema=PAIR, orient="row")


@measure(
    "ins.duplicates",
    unit="count",
    direction="down",
    reads=("insight.pairs",),
    minimum="0",
    source="Fellegi & Sunter 1969",
    pointer="/insight/dedupe",
    parts={"above": "probability"},
)
def duplicates(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Pairs of records with a probability from `review_above` on that nobody has decided."""
    waiting = facts.read("insight.pairs").filter(~pl.col("decided"))
    counts = waiting.group_by("end", maintain_order=True).agg(
        value=pl.len().cast(pl.Int64), because=pl.concat([pl.col("fact_a"), pl.col("fact_b")]).unique().sort()
    )
    joined = ends.select("end").join(counts, on="end", how="left")
    above = pl.lit(float(rules.insight.dedupe.review_above))
    return joined.with_columns(subject=pl.lit(COMMUNITY), value=pl.col("value").fill_null(0), above=above)


@measure(
    "ins.completeness",
    unit="ratio",
    direction="up",
    subject="class",
    reads=("parties", "scr.gate", "agreements", "view.member"),
    facts=(Select("parties"), Select("agreements")),
    minimum="1 member",
    source="DOMAIN §2.9; required cells [C]",
    pointer="/risk/agreements_required",
    parts={"there": "count", "wanted": "count"},
    quotient=("there", "wanted"),
)
def completeness(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What is there ÷ what is required of the members of a class: cells, gates passed, agreements in force.

    Cells: country and language, of organisations size too; names and numbers are personal and not looked at. `n` =
    members of the class.
    """
    members = facts.read("view.member").select("end", "party", "class").unique()
    parts = pl.concat([_cells(facts, members), _gates(facts, members), _agreements(facts, rules, members)])
    sums = parts.group_by("end", "party", "class").agg(pl.col("there", "wanted").sum())
    there, wanted = pl.col("there").sum(), pl.col("wanted").sum()
    by_class = sums.group_by("end", subject="class").agg(
        n=pl.col("party").n_unique().cast(pl.Int64), value=there / wanted, there=there, wanted=wanted
    )
    return by_class.sort("end", "subject")


def _counted(rows: pl.DataFrame, there: pl.Expr, wanted: pl.Expr) -> pl.DataFrame:
    return rows.select("end", "party", "class", there=there.cast(pl.Int64), wanted=wanted.cast(pl.Int64))


def _cells(facts: Facts, members: pl.DataFrame) -> pl.DataFrame:
    cells = facts.now("parties", ("type", *REQUIRED, *OF_ORGANISATIONS))
    rows = members.join(
        cells.select("end", "party", "type", *REQUIRED, *OF_ORGANISATIONS), on=["end", "party"], how="left"
    )
    organisation = (pl.col("type") == "organisation").fill_null(value=False)
    both = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in REQUIRED)
    own = pl.sum_horizontal((pl.col(name).is_not_null() & organisation).cast(pl.Int64) for name in OF_ORGANISATIONS)
    return _counted(rows, both + own, len(REQUIRED) + organisation.cast(pl.Int64) * len(OF_ORGANISATIONS))


def _gates(facts: Facts, members: pl.DataFrame) -> pl.DataFrame:
    gates = facts.read("scr.gate").select("end", "value", party=pl.col("subject").str.split("@").list.first())
    rows = members.join(gates, on=["end", "party"])
    return _counted(rows, pl.col("value") == "pass", pl.lit(1))


def _agreements(facts: Facts, rules: Rules, members: pl.DataFrame) -> pl.DataFrame:
    wanted = [(class_, type) for class_, types in rules.risk.agreements_required.items() for type in types]
    required = pl.DataFrame(wanted, schema={"class": pl.String, "type": pl.String}, orient="row")
    good = pl.col("expires_at").is_null() | (pl.col("expires_at") >= pl.col("today"))
    signed = facts.now("agreements").filter(pl.col("state") == "in_force", good).select("end", "party", "type").unique()
    rows = members.join(required, on="class").join(
        signed.with_columns(there=pl.lit(value=True)), on=["end", "party", "type"], how="left"
    )
    return _counted(rows, pl.col("there").fill_null(value=False), pl.lit(1))


SPECS = (pairs, duplicates, completeness)
