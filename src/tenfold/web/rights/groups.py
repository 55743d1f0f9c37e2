"""Groups of parties that are one voice: what joins them, who said so and who confirmed it (DOMAIN.md R11, §14.4).

Which links count is judged as the engine judges it, over the rows of links, offices and confirmations alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.facts.links import COMPLIANCE, CONFIRM, PAIR, ROLES, connecting, current_links
from tenfold.facts.views import components
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.days import local_days
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import rules_of, today_of
from tenfold.web.rights.papers import Shown, papers_of
from tenfold.web.rights.roles import Role
from tenfold.web.rights.rows import allowed, current_rows
from tenfold.web.rights.signing import office_said
from tenfold.web.rights.viewers import Viewer, holders
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting

LINKS, TERMS, ACTS = "group_links", "role_terms", "decision_acts"
# The columns that say whether a link counts, beside those that each row begins with.
COLUMNS = {
    LINKS: (*PAIR, "share", "until", "because"),
    TERMS: ("party", "role", "until"),
    ACTS: ("decision", "act", "by", "because"),
}
BEGIN = ("fact", "occurred_at", "recorded_at", "recorded_by")
RELATIONS = ("controls", "owns", "acts_in_concert", "economic_dependence", "nominee_for")
REGISTER = "shareholder_table"  # the kind of paper that shows a link
HUNDRED = 100
Party = tuple[str, str]  # key and name


@dataclass(frozen=True, slots=True)
class Link:
    """What joins two parties.

    share       in percent, where it says one and the viewer sees it
    proposed    who recorded it, and when, in words; `confirmed` who stands behind it; nothing while it waits
    joins       whether it makes the two one group: a small share of ownership alone does not
    waits       whose confirmation it waits for; empty where it counts
    mine        whether the viewer may confirm it now
    """

    fact: str
    party: Party
    other: Party
    relation: str
    share: str
    proposed: tuple[str, str]
    confirmed: tuple[str, str] | None
    joins: bool
    waits: str
    mine: bool
    papers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Parties that are one voice, by name, with what joins them."""

    members: tuple[Party, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """What waits to be confirmed, the groups that count, and links that join nobody."""

    waiting: tuple[Link, ...]
    groups: tuple[Group, ...]
    loose: tuple[Link, ...]


def groups(viewer: Viewer) -> Groups:
    """Return the groups that the viewer may see."""
    judged = standing(viewer.community).to_dicts()
    rows = {row["fact"]: row for row in allowed(viewer, LINKS, _rows(viewer, LINKS, [one["fact"] for one in judged]))}
    seen = [one for one in judged if one["fact"] in rows]
    acts = {row["fact"]: row for row in _rows(viewer, ACTS, [one["act"] for one in seen if one["act"]])}
    merged = _merged(viewer)
    said = [*rows.values(), *acts.values(), {"parties": [*chain.from_iterable(merged)]}]
    speech = viewer.phrases(said, parties=holders(viewer.community, COMPLIANCE))
    telling = _Telling(viewer, speech, rows, acts)
    links = [telling.told(one) for one in seen]
    return Groups(
        waiting=tuple(one for one in links if one.waits),
        groups=tuple(_grouped(speech, links, merged)),
        loose=tuple(one for one in links if not one.waits and not one.joins),
    )


def _rows(viewer: Viewer, table: str, facts: Collection[str]) -> list[Row]:
    return list(counting(viewer.community, table).filter(fact__in=facts).order_by("fact").values())


def standing(community: Community) -> pl.DataFrame:
    """Return the links that count now and those that wait, as `facts.links.current_links` gives them.

    Beside its columns `lasts`, whether the link has not ended, and `joins`, whether it makes one group.
    """
    zone = rules_of(community).charter.timezone
    links = _frame(community, LINKS)
    terms = _frame(community, TERMS, role__in=ROLES).with_columns(on=local_days("occurred_at", zone))
    acts = _frame(community, ACTS, act=CONFIRM)
    found = current_links(links, terms, acts, zone, ["end"])
    today = pl.lit(today_of(community))
    lasts = pl.col("until").is_null() | (pl.col("until") >= today)
    return found.with_columns(lasts=lasts, joins=connecting() & lasts)


def _frame(community: Community, table: str, **wanted: object) -> pl.DataFrame:
    """Return rows that count now as the engine reads them, all at one end."""
    names = [*BEGIN, *COLUMNS[table]]
    schema = {name: TABLES[table].schema[name] for name in names}
    # Databases keep decimals as texts.
    texts = {name: pl.String() if kind.is_decimal() else kind for name, kind in schema.items()}
    rows = counting(community, table).filter(**wanted).values_list(*names)
    read = pl.DataFrame([*rows], texts, orient="row").cast(pl.Schema(schema))
    return read.with_columns(end=pl.lit(0, dtype=pl.Int32))


class _Telling:
    """Puts links into words for one viewer."""

    def __init__(self, viewer: Viewer, speech: Phrases, rows: Mapping[str, Row], acts: Mapping[str, Row]) -> None:
        self.viewer, self.speech, self.rows, self.acts = viewer, speech, rows, acts
        self.papers = papers_of(viewer, speech, [(LINKS, row) for row in rows.values()])
        self.today = local_day(viewer)
        self.confirms = may(viewer, Act.CONFIRM_LINK) and Role.OPERATOR not in viewer.roles
        self.office = office_said(speech, COMPLIANCE, holders(viewer.community, COMPLIANCE))

    def told(self, judged: Mapping[str, Any]) -> Link:
        """Return a link in words."""
        speech, row = self.speech, self.rows[judged["fact"]]
        waits = judged["office"] is None
        share = row.get("share")
        return Link(
            fact=row["fact"],
            party=(row["party"], speech.named(row["party"])),
            other=(row["other"], speech.named(row["other"])),
            relation=speech.word("relation", row["relation"]),
            share="" if share is None else f"{(Decimal(share) * HUNDRED).normalize():f} %",
            proposed=self._by(row),
            confirmed=None if waits else self._by(self.acts.get(judged["act"] or "", row)),
            joins=bool(judged["joins"]),
            waits=self.office if waits else "",
            mine=waits and self.confirms and row["recorded_by"] not in self.viewer.own,
            papers=self.papers.get(row["fact"], ()),
        )

    def _by(self, row: Row) -> tuple[str, str]:
        """Return who recorded a row, and on which day."""
        day = day_of(row["recorded_at"], self.speech.zone)
        return self.speech.named(row["recorded_by"]), day_said(self.speech.language, day, self.today)


def _merged(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the records that are one party: two that were merged share a group."""
    rows = current_rows(viewer, "parties", party=_ever_merged(viewer))
    return [(row["party"], row["merged_into"]) for row in rows if row["merged_into"] is not None]


def _ever_merged(viewer: Viewer) -> list[str]:
    rows = counting(viewer.community, "parties").filter(merged_into__isnull=False)
    return sorted({*rows.values_list("party", flat=True)})


def _grouped(speech: Phrases, links: Sequence[Link], merged: Iterable[tuple[str, str]]) -> Iterator[Group]:
    """Yield the groups, the largest first."""
    joining = [one for one in links if one.joins and not one.waits]
    of = components([*((one.party[0], one.other[0]) for one in joining), *merged])
    members: dict[str, list[str]] = {}
    for party, group in of.items():
        members.setdefault(group, []).append(party)
    for group, parties in sorted(members.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        own = tuple(one for one in joining if of[one.party[0]] == group)
        yield Group(tuple((party, speech.named(party)) for party in parties), own)
