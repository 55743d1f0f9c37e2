"""Start: a command from the shell on a small folder, imports and all, each time in a new process."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bench.data import AS_OF, BEGIN, DAYS, SEED
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial, of_children
from tenfold.engine.community import Community, Moment
from tenfold.engine.start import start
from tenfold.engine.today import run_today

EACH, DEALS = 5, 3
ROUND = "fact,occurred_at,round,stage,state,instrument,currency\nround-seed,{begun},seed,seed,open,equity,CNY\n"
COMPUTED = "tenfold, without the cycle of the day"
LIBRARIES = "import duckdb, jinja2, numpy, polars, pydantic"
MOMENT = ("--as-of", AS_OF.isoformat())


def prepare(folder: Path, size: int) -> None:
    """Write a community from the template, on its own clock: `size` investors, five calls with each, three deals."""
    folder.mkdir(parents=True, exist_ok=True)
    start(folder, "venture", "small", date(2024, 1, 1))
    (folder / "clock.txt").write_text(f"{AS_OF.isoformat()}\n", encoding="utf-8")
    rng = np.random.default_rng(SEED)
    people = [f"p{number:06d}" for number in range(size)]
    begun = BEGIN.date().isoformat()
    called = [(one, BEGIN.date() + timedelta(days=int(rng.integers(1, DAYS)))) for one in people for _ in range(EACH)]
    _append(folder, "parties", ((one, begun, {"party": one, "type": "person", "name": one}) for one in people))
    joined = {"class": "investor", "state": "active"}
    _append(folder, "memberships", ((one, begun, {"party": one, **joined}) for one in people))
    call = {"direction": "in", "channel": "call", "minutes": "30"}
    _append(folder, "interactions", ((one, day.isoformat(), {"member": one, **call}) for one, day in called))
    (folder / "facts" / "rounds.csv").write_text(ROUND.format(begun=begun), encoding="utf-8")
    deal = {"round": "seed", "stage": "committed", "amount": "1000000", "currency": "CNY"}
    deals = ((one, begun, {"opportunity": f"deal-{one}", "party": one, **deal}) for one in people[:DEALS])
    _append(folder, "opportunities", deals)


def _append(folder: Path, table: str, facts: Iterable[tuple[str, str, Mapping[str, str]]]) -> None:
    """Add rows to a table that has its header: whose, when, and the cells."""
    path = folder / "facts" / f"{table}.csv"
    header = path.read_text("utf-8").splitlines()[0].split(",")
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        for number, (whose, day, cells) in enumerate(facts):
            writer.writerow({"fact": f"{table}-{whose}-{number}", "occurred_at": day, **cells})


def shell(*arguments: str) -> str:
    """Run Python in a new process; return what it prints."""
    return subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def alone(folder: Path) -> None:
    """Compute the acts of today and nothing more."""
    run_today(Community.load(folder), Moment(AS_OF, AS_OF))


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; the limit imports the five libraries that an engine of this kind stands on.

    The product lists what the day's cycle kept; beside it the same list, computed because another moment may be meant.
    """
    shell("-m", "tenfold", "cycle", str(folder))

    def check(answers: Mapping[str, object]) -> None:
        """Today lists something, kept or computed the same, and nothing but what the whole cycle decided."""
        listed = json.loads(str(answers[PRODUCT]))
        assert answers[PRODUCT] == answers[COMPUTED]
        lines = (folder / "out" / "decisions.jsonl").read_text("utf-8").splitlines()
        decided = {line["id"]: line for line in map(json.loads, lines)}
        assert listed
        assert all(decided[one["id"]] == one for one in listed)

    contenders = [
        Contender(PRODUCT, lambda: shell("-m", "tenfold", "today", str(folder), "--json"), of_children),
        Contender(COMPUTED, lambda: shell("-m", "tenfold", "today", str(folder), *MOMENT, "--json"), of_children),
        Contender(f"{LIMIT}: import five libraries", lambda: shell("-c", LIBRARIES), of_children),
        Contender("tenfold cycle", lambda: shell("-m", "tenfold", "cycle", str(folder)), of_children),
        Contender("tenfold --help", lambda: shell("-m", "tenfold", "--help"), of_children),
    ]
    return Trial(contenders, check, f"{EACH} calls with each, {DEALS} deals; `tenfold today` in a new process")


SUBJECT = Subject(
    "Start",
    "people",
    {"smallest": (12,), "quick": (12, 120, 1_200), "full": (12, 120, 1_200)},
    prepare,
    trial,
    "bench.start:alone",
)
