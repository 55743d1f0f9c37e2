"""Control through others, as a register and what is known already show it: links that are proposed with the rest.

Shares are multiplied along each chain of holdings and chains are added up; who comes to more than half so controls the
company (DOMAIN §2.7). `owns` stays what one party holds itself: what is reckoned is never reckoned with again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.model import told
from tenfold.exchange.reading.party_kinds import ORGANISATION, PERSON, REST
from tenfold.exchange.reading.preview import percent
from tenfold.facts.links import PAIR
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.match import living, newest, renamed
from tenfold.facts.maps.result import Import
from tenfold.methods.ownership import Held, Pair, held_through
from tenfold.terms.reason import Reason

LINKS, OWNS, CONTROLS = "group_links", "owns", "controls"
THROUGH = "through others"  # what the maps of these links are called
MAJORITY = Fraction(1, 2)  # more than this is control
DIGITS = Decimal(1).scaleb(-18)  # of a share of the facts
NAMED = 10  # links whose arithmetic is told


@dataclass(frozen=True, slots=True)
class Chained:
    """Somebody controls a company through others.

    row     the record of the file that shows a part of it
    listed  whether the holder is that record's own
    """

    pair: Pair
    held: Held
    row: int
    listed: bool


def chained(found: Import, around: Around, kinds: Mapping[str, str]) -> list[Chained]:
    """Return who controls what, by the holdings of a file and those that the community knows, if not by one holding.

    Parameters
    ----------
    kinds
        Party → type. A person whom only the community knows is no holder here: a name alone would not find them again.
    """
    rows = _shown(found)
    edges = _known(around) | {pair: share for pair, (share, _) in rows.items()}
    links = []
    for pair, held in held_through(edges).items():
        if held.total <= MAJORITY or edges.get(pair, Fraction(0)) > MAJORITY:
            continue
        row = next((rows[step][1] for step in pairwise(held.chain) if step in rows), None)
        listed = held.chain[:2] in rows
        if row is not None and (listed or kinds.get(pair[0]) != PERSON):
            whole = replace(held, total=min(held.total, Fraction(1)))  # a register may list more than there is
            links.append(Chained(pair, whole, row, listed))
    return links


def _shown(found: Import) -> dict[Pair, tuple[Fraction, int]]:
    """Return the holdings that the file shows: the part of one, and the record that says it last."""
    assert found.run is not None
    shown = {}
    for outcome in found.run.outcomes:
        if outcome.made.table.name != LINKS:
            continue
        rows = renamed(outcome.made.table, outcome.made.rows, found.run.names)
        rows = rows.filter(pl.col("relation") == OWNS).drop_nulls(["party", "other", "share"]).sort("occurred_at", ROW)
        for holder, company, share, row in rows.select("party", "other", "share", ROW).iter_rows():
            shown[holder, company] = (Fraction(share), row)
    return shown


def _known(around: Around) -> dict[Pair, Fraction]:
    """Return the holdings that the community knows."""
    links = newest(living(around.store.tables[LINKS]), PAIR).filter(
        pl.col("relation") == OWNS,
        pl.col("share") > 0,
        pl.col("until").is_null() | (pl.col("until") >= date.fromisoformat(around.today)),
    )
    return {(one, other): Fraction(share) for one, other, share in links.select("party", "other", "share").iter_rows()}


def with_chains(content: Mapping[str, Any], links: Sequence[Chained], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the map file with the links: each beside a record that shows a part of it, one a record and map."""
    owns = next(one for one in content["maps"] if one["set"].get("relation") == {"value": OWNS})
    columns, who, maps = dict(content.get("columns", {})), list(content["who"]), list(content["maps"])
    for number, some in enumerate(_one_a_record(links), 1):
        company = f"$company {number}"
        columns[company] = _named_in(some, names, 1)
        who.append({"name": company, "kind": ORGANISATION})
        holder = str(owns["set"]["party"]["who"])
        if not some[0].listed:
            holder = f"$holder {number}"
            columns[holder] = _named_in(some, names, 0)
            who.append({"name": holder, "kind": ORGANISATION})
        maps.append(_map(f"{THROUGH} {number}", owns, some, holder, company))
    return {**content, "columns": columns, "who": who, "maps": maps}


def _one_a_record(links: Sequence[Chained]) -> Iterator[list[Chained]]:
    """Yield the links in parts that name no record twice, those whose holder a record lists apart from the others."""
    for listed in (True, False):
        by_row: dict[int, list[Chained]] = {}
        for link in links:
            if link.listed is listed:
                by_row.setdefault(link.row, []).append(link)
        for place in range(max(map(len, by_row.values()), default=0)):
            yield [some[place] for some in by_row.values() if place < len(some)]


def _by_record(texts: Mapping[int, str]) -> dict[str, Any]:
    return {"column": ROW, "map": {**{str(row): text for row, text in texts.items()}, REST: ""}}


def _named_in(links: Sequence[Chained], names: Mapping[str, str], side: int) -> dict[str, Any]:
    return _by_record({link.row: names[link.pair[side]] for link in links})


def _map(name: str, owns: Mapping[str, Any], links: Sequence[Chained], holder: str, company: str) -> dict[str, Any]:
    return {
        "table": LINKS,
        "from": owns["from"],
        "name": name,
        "id": [ROW],
        "only": [{"column": ROW, "is": [str(link.row) for link in links]}],
        "match": owns["match"],
        "set": {
            **owns["set"],
            "party": {"who": holder},
            "other": {"who": company},
            "relation": {"value": CONTROLS},
            "share": _by_record({link.row: written(link.held.total) for link in links}),
        },
    }


def written(share: Fraction) -> str:
    """Write a part of one with as many decimals as facts have, never above what it is.

    >>> written(Fraction(9, 25)), written(Fraction(1, 3))
    ('0.36', '0.333333333333333333')
    """
    with localcontext(prec=50, rounding=ROUND_FLOOR):
        decimal = (Decimal(share.numerator) / share.denominator).quantize(DIGITS)
    return f"{decimal:f}".rstrip("0").rstrip(".")


def said(links: Sequence[Chained], names: Mapping[str, str]) -> Iterator[Reason]:
    """Yield how each link that is held through others comes about."""
    for link in links[:NAMED]:
        between = " → ".join(names[party] for party in link.held.chain[1:-1])
        holder, company = (names[party] for party in link.pair)
        share = percent(Decimal(written(link.held.total)))
        yield told("reading.note.chain", holder=holder, company=company, share=share, through=between)
    if len(links) > NAMED:
        yield told("reading.note.chains", count=len(links) - NAMED)
