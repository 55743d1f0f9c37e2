"""What people said about being contacted, shown and shared: every list says which purpose it needs, and asks here.

No row for a purpose means that nobody asked yet. Contact about the relationship is allowed until somebody says no;
publication and sharing only after a yes. A consent that has run out is as one that was never given.
"""

from collections.abc import Collection

import polars as pl

from tenfold.terms.measure import Facts

# Purposes of a charter (`/insight/purposes`) that are the relationship itself: contact is one of these.
RELATIONSHIP = ("relationship_management", "community_management")


def said_no(facts: Facts, purposes: Collection[str] = RELATIONSHIP) -> frozenset[str]:
    """Return who said no to one of the purposes and has not taken it back."""
    rows = facts.read("view.consent").filter(~pl.col("granted"), pl.col("purpose").is_in(purposes))
    return frozenset(rows["party"])
