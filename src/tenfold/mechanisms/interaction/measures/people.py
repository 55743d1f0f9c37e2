"""Whom a measure is about: members, and the parties of open deals beside them (MEASURES.md, rule 2)."""

import polars as pl

from tenfold.terms.measure import Facts


def members(facts: Facts) -> pl.DataFrame:
    """Return end, subject: every member once, whatever classes it is in."""
    return facts.read("view.member").select("end", subject="party").unique().sort("end", "subject")


def subjects(facts: Facts) -> pl.DataFrame:
    """Return end, subject: members, and parties with an open deal."""
    deals = facts.read("view.deal").filter("open").select("end", subject="party")
    return pl.concat([members(facts), deals]).unique().sort("end", "subject")
