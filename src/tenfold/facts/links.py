"""Which links between parties count: those that somebody in the compliance role recorded or confirmed (DOMAIN §14, 4).

A link joins parties into one voice: it caps pay, merges votes and shows dependence. So an operator's record is a
proposal until compliance stands behind it, and who is both compliance and operator confirms nothing.
"""

from collections.abc import Sequence

import polars as pl

from tenfold.facts.as_of import LATEST
from tenfold.terms.days import local_days

COMPLIANCE, OPERATOR = "compliance", "operator"
ROLES = (COMPLIANCE, OPERATOR)
CONFIRM = "confirm"
OWNERSHIP = "0.25"  # share from which `owns` connects [C]
CONNECTING = ("controls", "acts_in_concert", "economic_dependence", "nominee_for")
PAIR = ("party", "other", "relation")


def connecting() -> pl.Expr:
    """Return whether a link makes its two parties one group."""
    owns = pl.col("share") >= pl.lit(OWNERSHIP).cast(pl.Decimal(38, 18))
    return pl.col("relation").is_in(CONNECTING) | ((pl.col("relation") == "owns") & owns).fill_null(value=False)


def current_links(
    links: pl.DataFrame, terms: pl.DataFrame, acts: pl.DataFrame, zone: str, key: Sequence[str]
) -> pl.DataFrame:
    """Return of each pair and relation the newest row that counts, and the newest of all where that is another.

    links, terms, acts   rows of group_links, role_terms and decision_acts as known at one moment; `key` names the
                         columns that tell moments apart
    returns              the columns of `links`, and `office` (the term of who stands behind the row; null: nobody),
                         `act` (the confirmation; null where the row itself was recorded by compliance)
    """
    vouched = _vouched(links, terms, acts, zone, key)
    rows = links.join(vouched, on=[*key, "fact"], how="left", maintain_order="left").sort(*key, *LATEST)
    newest = rows.unique([*key, *PAIR], keep="last", maintain_order=True)
    counted = rows.filter(pl.col("office").is_not_null()).unique([*key, *PAIR], keep="last", maintain_order=True)
    waiting = newest.filter(pl.col("office").is_null())
    return pl.concat([counted, waiting]).sort(*key, *PAIR, "fact")


def _vouched(
    links: pl.DataFrame, terms: pl.DataFrame, acts: pl.DataFrame, zone: str, key: Sequence[str]
) -> pl.DataFrame:
    """Return key, fact, office, act of the links that somebody in the compliance role stands behind."""
    day = local_days("recorded_at", zone)
    signed = acts.filter(pl.col("act") == CONFIRM).select(*key, "decision", "because", who="by", day=day, act="fact")
    named = [
        links.select(*key, "fact", decision=name).drop_nulls().join(signed.drop("because"), on=[*key, "decision"])
        for name in ("fact", "because")
    ]
    caused = links.select(*key, "fact").join(signed, left_on=[*key, "fact"], right_on=[*key, "because"])
    own = links.select(*key, "fact", who="recorded_by", day=day, act=pl.lit(None, dtype=pl.String))
    columns = [*key, "fact", "who", "day", "act"]
    signers = pl.concat([own, *(part.select(columns) for part in named), caused.select(columns)])
    held = _in_office(signers, terms, COMPLIANCE, key)
    both = _in_office(signers, terms, OPERATOR, key).select(*key, "who", "day")
    alone = held.join(both, on=[*key, "who", "day"], how="anti")
    first = alone.sort(*key, "fact", "day", "act").unique([*key, "fact"], keep="first", maintain_order=True)
    return first.select(*key, "fact", "office", "act")


def _in_office(signers: pl.DataFrame, terms: pl.DataFrame, role: str, key: Sequence[str]) -> pl.DataFrame:
    """Return the signers who held a role on their day, with `office`, the term by which they did."""
    own = terms.filter(pl.col("role") == role)
    own = own.select(*key, "until", "occurred_at", "recorded_at", who="party", begun="on", office="fact")
    begun = signers.join(own, on=[*key, "who"]).filter(pl.col("begun") <= pl.col("day"))
    newest = begun.sort("occurred_at", "recorded_at", "office").unique(
        [*key, "fact", "who", "day", "act"], keep="last", maintain_order=True
    )
    return newest.filter(pl.col("until") >= pl.col("day"))
