"""Communities that are hardly any: nobody, one member, a thousand alike, no rate, one record for all, no points."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests import small

from tenfold.charter.lint import lint
from tenfold.charter.templates import render_template
from tenfold.cli.app import main
from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import run
from tenfold.engine.explain import explain
from tenfold.engine.files import write_cycle
from tenfold.engine.today import run_today, today
from tenfold.exchange.workbook import export_workbook
from tenfold.report.page import write_report
from tenfold.report.words import LANGUAGES, complaint, sentence

NOW = "2026-11-02T08:30:00+08:00"
UNKNOWN = None  # what a measure is worth that says `insufficient`
ROUND = {"round": "r1", "stage": "seed", "instrument": "equity", "state": "open", "currency": "CNY"}
PAID = {"payee": "us", "amount": "1000.00", "purpose": "investment", "round": "r1", "occurred_at": "2026-03-01"}


@dataclass(frozen=True)
class Hardly:
    """A community, what its measures are worth (measure, or measure:subject) and what it explains."""

    name: str
    facts: small.Rows
    expected: Mapping[str, Any]
    charter: bytes | None = None
    explained: tuple[str, ...] = ("com.active_members", "fund.wired", "ins.duplicates")
    absent: tuple[str, ...] = ()


def _template(kind: str) -> bytes:
    return render_template(kind, "small", effective_from=date(2026, 1, 1), project="us").encode()


def _members(*keys: str, of: str = "partner") -> small.Rows:
    parties = [
        {"fact": f"party-{key}", "party": key, "type": "organisation", "name": key, "occurred_at": "2026-01-01"}
        for key in ("us", *keys)
    ]
    joined = [
        {"fact": f"member-{key}", "party": key, "class": of, "state": "active", "occurred_at": "2026-01-10"}
        for key in keys
    ]
    return {"parties": parties, "memberships": joined}


def _talks(member: str, count: int) -> list[dict[str, str]]:
    return [
        {
            "fact": f"talk-{n}",
            "member": member,
            "direction": "out" if n % 2 else "in",
            "channel": "call",
            "flags": "decision",
            "occurred_at": f"2026-{1 + n % 10:02}-{1 + n % 28:02}T{n % 24:02}:00:00+08:00",
        }
        for n in range(count)
    ]


def _merged(**into: str) -> list[dict[str, str]]:
    return [
        {
            "fact": f"merge-{party}",
            "party": party,
            "type": "organisation",
            "name": party,
            "merged_into": other,
            "occurred_at": "2026-04-01",
        }
        for party, other in into.items()
    ]


def _answers(survey: str, count: int) -> list[dict[str, str]]:
    return [
        {
            "fact": f"{survey}-{n}",
            "survey": survey,
            "wave": "w1",
            "respondent": f"r{n}",
            "item": survey,
            "score": "5",
            "occurred_at": "2026-10-01",
        }
        for n in range(count)
    ]


NOBODY = {
    "com.active_members": UNKNOWN,
    "com.inactive": UNKNOWN,
    "rel.dormant_share": UNKNOWN,
    "fund.top1_group": UNKNOWN,
}
NOBODY |= {
    "sc.index": UNKNOWN,
    "cul.participation": UNKNOWN,
    "fund.wired": UNKNOWN,
    "fin.runway_months": UNKNOWN,
    "inc.kept_rate:us": UNKNOWN,
}
ABROAD = [
    PAID | {"fact": "cash-1", "payer": "a", "currency": "USD"},
    PAID | {"fact": "cash-2", "payer": "b", "currency": "CNY"},
]
SMALL = small.rows()
ALL_ONE = _merged(**{key: "lin" for key in small.MEMBERS if key != "lin"})
FEW = [row for survey in ("nps", "csat", "ces") for row in _answers(survey, 4)]
HARDLY = [
    *(Hardly(f"nobody, {kind}", {}, NOBODY, _template(kind)) for kind in ("venture", "infrastructure")),
    *(Hardly(f"nobody, {kind}", {}, NOBODY, _template(kind)) for kind in ("open-community", "blank")),
    Hardly(
        "one member and a thousand talks",
        _members("a") | {"interactions": _talks("a", 1000)},
        {"com.active_members": 1, "com.inactive": 0, "rel.dormant_share": UNKNOWN, "risk.cut_vertex": UNKNOWN}
        | {"rel.intensity:a": 1.0, "inc.slip": UNKNOWN, "cul.participation": UNKNOWN},
        explained=("rel.strength:a", "com.active_members"),
    ),
    Hardly(
        "a thousand of one class",
        _members(*(f"m{n:03}" for n in range(1000))),
        dict.fromkeys(("com.inactive", "rel.strength:m000", "rel.dormant_share", "cul.participation"), UNKNOWN)
        | {"val.balance:m000": UNKNOWN, "sc.index": UNKNOWN},
        explained=("com.inactive", "rel.overdue:m999"),
    ),
    Hardly(
        "a payment without a rate",
        _members("a", "b", of="investor")
        | {"rounds": [ROUND | {"fact": "r", "occurred_at": "2026-02-01"}], "cash_movements": ABROAD},
        {"fund.wired:r1": UNKNOWN, "fund.wired_share:r1": UNKNOWN, "fund.top1_group": UNKNOWN}
        | {"fund.forecast:r1": UNKNOWN, "fund.p_target:r1": UNKNOWN, "okr.kr_score:kr1": UNKNOWN},
        _template("venture"),
        explained=("fund.wired:r1", "fund.top1_group", "okr.kr_score:kr1"),
    ),
    Hardly(
        "all records are one, and two are each other's",
        SMALL
        | {"parties": [*SMALL["parties"], *ALL_ONE, *_merged(us="ghost", ghost="us")]}
        | {"pools": SMALL["pools"]},
        {"com.active_members": 1, "dis.points:lin@h1": 30000.0, "dis.entitlement:lin@h1": 30000},
        absent=("rel.strength:zhou", "dis.points:zhou@h1"),
        explained=("dis.entitlement:lin@h1", "rel.overdue:lin"),
    ),
    Hardly(
        "a pool without points and surveys of four",
        SMALL | {"contributions": [], "attestations": [], "survey_answers": FEW},
        {"dis.entitlement:remainder@h1": 100_000, "val.nps:w1": UNKNOWN, "com.active_members": 1},
        absent=("dis.gini:h1", "dis.jain:h1"),
        explained=("dis.entitlement:remainder@h1",),
    ),
]  # fmt: skip


def _written(case: Hardly, folder: Path) -> Path:
    if case.facts:
        return small.write(folder, given=case.facts, charter=case.charter)
    folder.mkdir()
    (folder / "charter.yaml").write_bytes(case.charter or b"")
    return folder


def _key(id: str) -> str:
    return id if ":" in id else f"{id}:community"


@pytest.mark.parametrize("case", HARDLY, ids=lambda case: case.name)
def test_it_is_judged_without_a_crash_or_a_wrong_number(case: Hardly, tmp_path: Path) -> None:
    community = Community.load(_written(case, tmp_path / "folder"))
    cycle = run(community, community.moment(read_moment(NOW, "Asia/Shanghai")))
    rows = pl.concat(
        [
            frame.filter(pl.col("end") == cycle.board.ends.main).select(
                key=pl.concat_str(pl.lit(id), pl.lit(":"), "subject"), value=pl.col("value").cast(pl.String)
            )
            for id, frame in cycle.board.results.items()
            if {"subject", "value"} <= {*frame.columns}
        ]
    )
    seen = dict(rows.iter_rows())
    for id, value in case.expected.items():
        here = seen.get(_key(id))
        assert here == value if value is UNKNOWN else float(here or "nan") == value, id
    assert not {*case.absent} & {*seen}
    for id in case.explained:
        assert (explain(cycle, id)["value"] is None) == (seen[_key(id)] is None)
    write_cycle(cycle, tmp_path / "out")
    assert write_report(cycle, tmp_path / "out").stat().st_size > 0
    assert today(run_today(community, cycle.moment)) == today(cycle)
    said = [sentence(language, one.message) for language in LANGUAGES for one in (*cycle.decisions, *today(cycle))]
    said += [complaint(language, one) for language in LANGUAGES for one in lint(community.rulebook)]
    assert [text for text in said if re.search(r"\{[a-z_]+\}|\bnan\b|\binf\b|None", text)] == []
    for language in LANGUAGES:
        assert export_workbook(community, tmp_path / f"{language}.xlsx", language) == community.facts.count


@pytest.mark.parametrize("language", LANGUAGES)
def test_measures_that_would_read_themselves_are_refused_at_their_place(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = _template("venture").replace(b"metric: scr.coverage, baseline", b"metric: okr.score, baseline")
    (tmp_path / "charter.yaml").write_bytes(text)
    line = text[: text.index(b"metric: okr.score")].count(b"\n") + 1
    assert main(language, ["check", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"charter.yaml:{line}:")
    assert "okr.kr_score → okr.score" in said
