"""What a run says, as a page."""

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = """# Mutants

`make mutants` draws mutants by a seed from `methods`, `mechanisms`, `facts/as_of` and `charter/load`: one comparison,
number or condition is changed, and tests that run its line are run until one fails: those first that run most of its
function in a second, for five minutes together. A mutant that none of them notices counts as survived; it is a gap,
unless nobody could see what it changes.
"""
EARLIER = "tried with earlier tests, and not yet with those of now"


def page(tried: Sequence[Mapping[str, Any]], asked: int, seed: int, reasons: Mapping[str, str], tests: str) -> str:
    """Return how many of the mutants that ran were noticed, and those that were not with the reason.

    tried     rows with `where`, `changed`, `noticed` (null for a survivor) and `tests` (the digest of those that ran)
    reasons   `where: changed` → why nobody could see it
    tests     the digest of the tests of now
    """
    survivors = {_key(row): row["tests"] for row in tried if row["noticed"] is None}
    known = {key: reasons.get(key, "" if ran == tests else EARLIER) for key, ran in sorted(survivors.items())}
    told = sum(key in reasons for key in known)
    open_ones = sum(why == EARLIER for why in known.values())
    said = f"Of the survivors {told} have a reason; {open_ones} were {EARLIER}."
    return "\n".join([HEAD, figure(tried, asked, seed), *([said] if known else []), "", *_table(known)]) + "\n"


def figure(tried: Sequence[Mapping[str, Any]], asked: int, seed: int) -> str:
    """Return how many of the mutants that ran were noticed, in one sentence."""
    killed = sum(row["noticed"] is not None for row in tried)
    ran = f"{len(tried)} mutants" if len(tried) == asked else f"{len(tried)} of {asked} mutants ran so far"
    share = f" ({100 * killed / len(tried):.1f} %)" if tried else ""
    return f"Seed {seed}, {ran}: {killed} noticed{share}, {len(tried) - killed} survived."


def _table(survivors: Mapping[str, str]) -> list[str]:
    if not survivors:
        return []
    rows = [f"| `{key.replace('|', chr(92) + '|')}` | {why} |" for key, why in survivors.items()]
    return ["| Survived | Why |", "|---|---|", *rows]


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['where']}: {row['changed']}"
