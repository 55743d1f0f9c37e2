"""The ten beats of the story as data: at which moments to look, and which numbers and decisions to look at.

The sentences around the numbers are in `report/words/*/beats.json`: `beat.4` the heading, `beat.4.2` the second moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Number = tuple[str, str]  # a measure and its subject


@dataclass(frozen=True, slots=True)
class Look:
    """One moment with the numbers that its sentence names, and the decisions that are quoted below it.

    numbers   name in the sentence → (measure, subject)
    said      prefixes of decision ids: `adjustment.vote:charter-v3`
    without   a pool, and the older charter version under which it is shared again beside the one in force
    """

    as_of: str
    numbers: Mapping[str, Number] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    without: tuple[str, str] | None = None


COMMUNITY = "community"
TOP1 = ("fund.top1_group", COMMUNITY)
HHI = ("fund.hhi_group", COMMUNITY)
INBOUND = ("brand.inbound_share", COMMUNITY)
COVERAGE = ("scr.coverage", COMMUNITY)
PILOT = ("val.ontime", "pilot_site")
CUT = ("risk.cut_vertex", COMMUNITY)
NOW = "2026-11-02T08:30"


def _quiet(as_of: str) -> Look:
    """松岩资本 in round A: how fast it answers, whether its silence is ordinary, what the round will bring."""
    numbers = {
        "reply": ("rel.response_km", "songyan"),
        "active": ("rel.p_active", "songyan"),
        "median": ("fund.forecast", "series-a"),
    }
    return Look(as_of, numbers)


BEATS: Mapping[int, tuple[Look, ...]] = {
    1: (
        Look("2024-07-08T08:30", {"share": TOP1, "wired": ("fund.wired", "seed")}),
        Look(
            "2024-09-02T08:30",
            {"share": TOP1, "hhi": HHI, "sources": ("fund.n_eff", COMMUNITY)},
            ("risk.alert:kri_top1",),
        ),
    ),
    2: (
        Look(
            NOW,
            {
                "coverage": COVERAGE,
                "institute": ("scr.coverage_gain", "chenghu"),
                "institute_score": ("scr.score", "chenghu"),
                "expert": ("scr.coverage_gain", "p000061"),
                "expert_score": ("scr.score", "p000061"),
            },
            ("screening.admit:chenghu", "screening.set_gain:chenghu", "screening.set_gain:p000061"),
        ),
    ),
    3: (Look("2026-05-04T08:30", {"ontime": PILOT}), Look(NOW, {"ontime": PILOT})),
    4: (
        _quiet("2025-04-07T08:30"),
        Look(
            "2025-05-05T08:30",
            dict(_quiet("").numbers),
            ("interaction.cooling:songyan",),
        ),
        _quiet("2025-05-26T08:30"),
        Look("2025-07-18T08:30", {"wired": ("fund.wired", "series-a")}),
    ),
    5: (
        Look("2026-04-20T08:30", {"kept": ("inc.kept_rate", "huixian")}, ("incentives.ladder_step:",)),
        Look("2026-05-18T08:30", {"kept": ("inc.kept_rate", "huixian")}, ("incentives.ladder_step:",)),
        Look("2026-05-20T08:30", {"points": ("dis.points", "huixian@options")}, ("distribution.reduction:huixian",)),
        Look(NOW, {"points": ("dis.points", "huixian@h1-2026")}),
    ),
    6: (
        Look(
            NOW,
            {
                "first": ("dis.entitlement", "huixian@h1-2026"),
                "second": ("dis.entitlement", "cp-site@h1-2026"),
                "third": ("dis.entitlement", "p000011@h1-2026"),
                "gini": ("dis.gini", "h1-2026"),
            },
            ("distribution.pool:h1-2026", "distribution.payout:huixian@h1-2026"),
        ),
    ),
    7: (
        Look("2026-09-07T08:30", {"share": TOP1, "hhi": HHI}),
        Look(NOW, {"share": TOP1, "hhi": HHI}, ("risk.alert:kri_top1", "goals.key_result:kr2")),
    ),
    8: (
        Look("2026-07-06T08:30", {"bridges": CUT}, ("risk.alert:kri_bridge",)),
        Look(NOW, {"bridges": CUT}, ("risk.indicator:kri_bridge",)),
    ),
    9: (
        Look("2026-04-24T19:00", {}, ("adjustment.vote",)),
        Look("2026-05-04T08:30", {"coverage": COVERAGE}, ()),
        Look(NOW, without=("h1-2026", "a-project-v2")),
    ),
    10: (
        Look("2026-08-31T08:30", {"inbound": INBOUND}),
        Look(NOW, {"inbound": INBOUND, "spread": ("cul.r_referral", COMMUNITY)}, ("culture.spread",)),
    ),
}  # fmt: skip
