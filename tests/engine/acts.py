"""Random acts on a community: what people do to it in a day, and what they had forgotten to tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import polars as pl

from tenfold.charter.document import Charter, Rulebook
from tenfold.engine.community import Moment
from tenfold.engine.warm import Engine
from tenfold.facts.declaration import TABLES

ENDED = ("alumni", "exiting", "suspended")
EVERY = 4  # acts, of which one approves a pool
FLAGS = ("decision", "question_asked", "question_answered", "complaint", "new_information")
RULES = {  # places of a charter, and what a new version may say there
    ("interaction", "half_life"): ("20d", "90d"),
    ("incentives", "commitment_rules", "default_grace"): ("0d", "21d"),
    ("goals", "funnel", "stale_after"): ("7d", "60d"),
    ("distribution", "caps", "member_share"): ("0.15", "0.40"),
}


@dataclass
class Acts:
    """Acts of one seed, one after the other; each changes an engine and says what it did."""

    seed: int
    done: int = 0

    def act(self, engine: Engine) -> str:
        """Do the next act."""
        self.done += 1
        self.random = Random(f"{self.seed}/{self.done}")
        kind = self.approve if self.done % EVERY == 0 else self._turn()
        return f"{self.done}: {kind.__name__} {kind(engine)}"

    def _turn(self) -> Callable[[Engine], str]:
        """The next kind beside approvals: all in turn, in an order of the seed's own, then all again in another."""
        kinds = [self.add, self.correct, self.withdraw, self.merge, self.leave, self.remember, self.wait, self.change]
        begun, place = divmod(self.done - 1 - self.done // EVERY, len(kinds))
        Random(f"{self.seed} in turn {begun}").shuffle(kinds)
        return kinds[place]

    def add(self, engine: Engine) -> str:
        """A fact like one that is there, of now."""
        table, row = self._some(engine)
        now = engine.moment.as_of
        return self._record(engine, table, row | self._varied(row) | {"occurred_at": now, "recorded_at": now})

    def remember(self, engine: Engine) -> str:
        """A fact of long ago; every other time the community had known it then, and no file had said so."""
        table, row = self._some(engine)
        then = engine.moment.as_of - timedelta(days=self.random.randint(20, 300))
        known = then if self.random.random() < 0.5 else engine.moment.as_of
        return self._record(engine, table, row | self._varied(row) | {"occurred_at": then, "recorded_at": known})

    def correct(self, engine: Engine) -> str:
        """What was recorded was wrong in one cell."""
        table, row = self._some(engine)
        other = {"corrects": row["fact"], "recorded_at": engine.moment.as_of}
        return self._record(engine, table, row | self._varied(row) | other)

    def withdraw(self, engine: Engine) -> str:
        """What was recorded never was."""
        table, row = self._some(engine)
        gone = {"corrects": row["fact"], "void": True, "recorded_at": engine.moment.as_of}
        return self._record(engine, table, row | gone)

    def merge(self, engine: Engine) -> str:
        """Two records are one party."""
        rows = engine.community.facts.tables["parties"]
        one, other = (rows.row(place, named=True) for place in self.random.sample(range(rows.height), 2))
        now = engine.moment.as_of
        again = {"merged_into": other["party"], "occurred_at": now, "recorded_at": now, "corrects": None}
        return self._record(engine, "parties", one | again)

    def leave(self, engine: Engine) -> str:
        """A member goes."""
        rows = engine.community.facts.tables["memberships"]
        row = rows.row(self.random.randrange(rows.height), named=True)
        now = engine.moment.as_of
        gone = {"state": self.random.choice(ENDED), "occurred_at": now, "recorded_at": now, "corrects": None}
        return self._record(engine, "memberships", row | gone)

    def approve(self, engine: Engine) -> str:
        """A pool is signed over its preview; every other time with a payout on record."""
        pool = self.random.choice([one for one in engine.decide() if one.kind == "pool"])
        now = {"occurred_at": engine.moment.as_of, "recorded_at": engine.moment.as_of, "corrects": None}
        rows = engine.community.facts.tables["pools"].filter(pool=pool.subject)
        named = {"decision": pool.id, "act": "confirm", "by": "p000002", "proposal_sha256": pool.proposal_sha256}
        self._record(engine, "decision_acts", named | {"recorded_by": "p000002"} | now)
        last = rows.row(-1, named=True) | {"state": "approved", "by": "p000002"}
        self._record(engine, "pools", last | now)
        if self.random.random() < 0.5:
            payouts = engine.community.facts.tables["payouts"]
            paid = payouts.row(0, named=True) | {"pool": pool.subject, "state": "approved"}
            self._record(engine, "payouts", paid | now)
        return pool.subject

    def wait(self, engine: Engine) -> str:
        """Time passes: minutes, a night, some weeks."""
        passed = self.random.choice((timedelta(minutes=7), timedelta(days=1), timedelta(days=45)))
        engine.advance(Moment(engine.moment.as_of + passed, engine.moment.known_at))
        return str(passed)

    def change(self, engine: Engine) -> str:
        """A new version of the charter is in force from tomorrow."""
        newest = engine.community.rulebook.newest
        plain = newest.model_dump(by_alias=True, exclude_unset=True)
        path = self.random.choice([path for path in RULES if _at(plain, path[:-1]) is not None])
        _at(plain, path[:-1])[path[-1]] = self.random.choice(RULES[path])
        day = engine.moment.as_of.date() + timedelta(days=1)
        plain["charter"] |= {"version": newest.version + 1, "effective_from": day, "supersedes": newest.version}
        engine.adopt(Rulebook([*engine.community.rulebook.charters, Charter.model_validate(plain)]))
        return "/".join(path)

    def _some(self, engine: Engine) -> tuple[str, dict[str, Any]]:
        """A row that nothing corrects, and its table; tables come up alike, however many rows they have."""
        tables = {name: rows for name, rows in engine.community.facts.tables.items() if rows.height}
        table = self.random.choice(sorted(tables))
        rows = tables[table]
        corrected = rows["corrects"].drop_nulls().implode()
        free = rows.filter(~pl.col("fact").is_in(corrected), ~pl.col("void").fill_null(value=False))
        return table, free.row(self.random.randrange(free.height), named=True)

    def _varied(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Another value in one of the cells that have one."""
        changes: dict[str, Any] = {}
        for name, cell in row.items():
            if name.endswith("_minor") and cell:
                changes[name] = cell + self.random.randint(1, 100_000)
            if name == "flags":
                changes[name] = [self.random.choice(FLAGS)]
            if name == "minutes":
                changes[name] = self.random.randint(1, 90)
        return changes

    def _record(self, engine: Engine, table: str, row: Mapping[str, Any]) -> str:
        cells = {
            **row,
            "fact": f"act-{self.seed}-{self.done}-{table}",
            "because": None,
            "origin": None,
            "origin_key": None,
        }
        frame = pl.DataFrame([cells], schema=TABLES[table].schema)
        engine.add({table: frame})
        return f"{table} {row.get('fact')}"


def _at(plain: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        plain = plain.get(key) if isinstance(plain, dict) else None
    return plain
