"""The crowd: members beyond the story's own, made by columns, so that a hundred thousand take seconds.

Every draw is arithmetic on the row's number and the seed: no order of rows, no library's random state decides it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl

from tenfold.demo.book import LOCAL, NOW, OPERATOR
from tenfold.demo.story.people import PROJECT
from tenfold.demo.story.standing import GATES, NOTICES, REQUIRED, gates_of
from tenfold.facts.declaration import TABLES
from tenfold.terms.draws import seeded

FIRST_DAY, LAST_DAY = date(2024, 9, 2), date(2026, 10, 23)
DAYS = (LAST_DAY - FIRST_DAY).days
SHARES = (("supporter", 50), ("partner", 25), ("expert", 15), ("investor", 10))  # of a hundred
TALKS, CONTRIBUTIONS, PROMISES = 58, 7, 2  # a member, as in the story
LEFT_PERCENT, KEPT_PERCENT, TIES_PERCENT = 12, 86, 15
PRIME, STEP, MODULUS = 2_654_435_761, 48_271, 2_147_483_647
BEGIN = datetime(2024, 9, 2, 9, tzinfo=LOCAL)
MINUTES_A_DAY = 9 * 60
DAY = 24 * 60


class Dice:
    """Draws by row number; each question asked of it gets its own salt."""

    def __init__(self, seed: int) -> None:
        self._salts = seeded(seed)

    def below(self, limit: int | pl.Expr, row: str = "row") -> pl.Expr:
        """Return a whole number from 0 up to and without `limit` for each row."""
        salt = self._salts.randrange(1, 1_000_000)
        mixed = (pl.col(row).cast(pl.Int64) * PRIME + salt * 97_003) % MODULUS
        return ((mixed * STEP + salt) % MODULUS * STEP % MODULUS) % limit

    def pick(self, choices: tuple[str, ...]) -> pl.Expr:
        """Return one of the choices for each row."""
        return self.below(len(choices)).replace_strict(dict(enumerate(choices)), return_dtype=pl.String)


def crowd(members: int, seed: int) -> Mapping[str, pl.DataFrame]:
    """Return typed tables of so many members: people, papers, talks, promises, contributions."""
    dice = Dice(seed)
    people = _people(members, dice)
    tables = {
        "parties": _parties(people),
        "memberships": _memberships(people),
        "gate_checks": _gates(people),
        "agreements": _agreements(people),
        "interactions": _talks(people, dice),
        **_promises(people, dice),
        **_contributions(people, dice),
    }
    return {name: _typed(name, rows) for name, rows in tables.items()}


def _typed(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with fact ids, recording and every declared column in its type."""
    table = TABLES[name]
    made = rows.with_columns(
        fact=pl.concat_str(pl.lit(f"crowd-{name.replace('_', '-')}-"), pl.int_range(pl.len()).cast(pl.String)),
        recorded_by=pl.lit(OPERATOR),
        occurred_at=pl.col("occurred_at").dt.convert_time_zone("UTC").dt.cast_time_unit("us"),
    ).with_columns(recorded_at="occurred_at")
    columns = [
        pl.col(column).cast(dtype) if column in made.columns else pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in table.schema.items()
    ]
    return made.select(columns)


def _people(members: int, dice: Dice) -> pl.DataFrame:
    """Return row, key, class, admitted (days after the first), left (days after the first, null if inside)."""
    chosen, bound = pl.lit(SHARES[-1][0]), 100 - SHARES[-1][1]
    for name, share in reversed(SHARES[:-1]):
        chosen = pl.when(pl.col("turn") < bound).then(pl.lit(name)).otherwise(chosen)
        bound -= share
    rows = pl.DataFrame({"row": pl.int_range(members, eager=True)}).with_columns(
        key=pl.concat_str(pl.lit("c"), pl.col("row").cast(pl.String).str.zfill(7)),
        turn=dice.below(100),
        admitted=dice.below(DAYS - 10),
        stays=dice.below(100) >= LEFT_PERCENT,
        months=dice.below(400) + 60,
    )
    gone = pl.col("admitted") + pl.col("months")
    return rows.with_columns(chosen.alias("class"), left=pl.when(~pl.col("stays") & (gone < DAYS)).then(gone))


def _at(days: pl.Expr, minutes: pl.Expr | int = 0) -> pl.Expr:
    """Return the instant so many days after the first, at nine in the morning plus minutes."""
    return pl.lit(BEGIN) + pl.duration(minutes=days * DAY + minutes)


def _parties(people: pl.DataFrame) -> pl.DataFrame:
    person = pl.col("class").is_in(["expert", "supporter"])
    return people.select(
        occurred_at=_at(pl.col("admitted")),
        party="key",
        type=pl.when(person).then(pl.lit("person")).otherwise(pl.lit("organisation")),
        name=pl.concat_str(pl.lit("成员"), "key"),
        name_other=pl.concat_str(pl.lit("Member "), "key"),
        country=pl.lit("CN"),
        region=pl.lit("east"),
        size=pl.when(~person).then(pl.lit("small")),
        email=pl.concat_str("key", pl.lit("@example.org")),
        language=pl.lit("zh-Hans"),
        timezone=pl.lit("Asia/Shanghai"),
    )


def _memberships(people: pl.DataFrame) -> pl.DataFrame:
    own = {"party": pl.col("key"), "class": pl.col("class"), "source": pl.lit("outbound"), "sponsor": pl.lit("p000003")}
    settled = pl.col("admitted") + 90
    inside = pl.coalesce("left", pl.lit(DAYS))
    frames = [
        people.select(occurred_at=_at(pl.col("admitted"), 10), state=pl.lit("probation"), **own),
        people.filter(settled < inside).select(occurred_at=_at(settled), state=pl.lit("active"), **own),
        people.filter(pl.col("left").is_not_null()).select(
            occurred_at=_at(pl.col("left")), state=pl.lit("alumni"), leaver=pl.lit("neutral"), **own
        ),
    ]
    return pl.concat(frames, how="diagonal")


def _gates(people: pl.DataFrame) -> pl.DataFrame:
    frames = []
    for of, _ in SHARES:
        kind = "person" if of in ("expert", "supporter") else "organisation"
        for gate in gates_of(of, kind):
            rows = people.filter(pl.col("class") == of)
            first = pl.int_ranges("admitted", pl.coalesce("left", pl.lit(DAYS)), GATES[gate])
            for number, verifier in enumerate(("p000005", "p000002") if gate == "references" else ("p000005",)):
                checks = rows.with_columns(day=first).explode("day").filter(pl.col("day").is_not_null())
                frames.append(
                    checks.select(
                        occurred_at=_at(pl.col("day"), 20 + number),
                        party="key",
                        gate=pl.lit(gate),
                        result=pl.lit("pass"),
                        verifier=pl.lit(verifier),
                    )
                )
    return pl.concat(frames)


def _agreements(people: pl.DataFrame) -> pl.DataFrame:
    frames = []
    for of, types in REQUIRED.items():
        rows = people.filter(pl.col("class") == of)
        for kind in types:
            own = {
                "agreement": pl.concat_str(pl.lit("agr-"), "key", pl.lit(f"-{kind.replace('_', '-')}")),
                "type": pl.lit(kind),
                "party": pl.col("key"),
            }
            frames.append(rows.select(occurred_at=_at(pl.col("admitted"), 60), state=pl.lit("in_force"), **own))
            ended = rows.filter(pl.col("left").is_not_null())
            if kind not in NOTICES:
                frames.append(ended.select(occurred_at=_at(pl.col("left")), state=pl.lit("terminated"), **own))
    return pl.concat(frames)


def _times(people: pl.DataFrame, count: int, dice: Dice) -> pl.DataFrame:
    """Return `count` rows a person with `day` while it was a member; `row` counts them all."""
    every = people.select("key", "class", "admitted", "left", person="row").join(
        pl.DataFrame({"turn": range(count)}), how="cross"
    )
    rows = every.with_columns(row=pl.int_range(pl.len()))
    span = pl.max_horizontal(pl.coalesce("left", pl.lit(DAYS)) - pl.col("admitted") - 1, 1)
    return rows.with_columns(day=pl.col("admitted") + dice.below(span))


def _talks(people: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    rows = _times(people, TALKS, dice)
    other = pl.concat_str(pl.lit("c"), dice.below(people.height).cast(pl.String).str.zfill(7))
    flag = dice.pick(("new_information", "feedback_recorded", "decision", "", "", "commitment_made"))
    made = rows.with_columns(other=other, flag=flag, tied=dice.below(100) < TIES_PERCENT)
    own = pl.col("tied") & (pl.col("other") != pl.col("key"))
    return made.select(
        occurred_at=_at(pl.col("day"), dice.below(MINUTES_A_DAY)),
        member="key",
        other=pl.when(own).then("other"),
        direction=dice.pick(("out", "in")),
        channel=dice.pick(("call", "meeting", "event", "broadcast", "interview")),
        flags=pl.when(pl.col("flag") != "")
        .then(pl.concat_list("flag"))
        .otherwise(pl.lit([], dtype=pl.List(pl.String))),
        minutes=dice.below(60) + 5,
    )


def _promises(people: pl.DataFrame, dice: Dice) -> Mapping[str, pl.DataFrame]:
    working = people.filter(pl.col("class") != "supporter", pl.col("admitted") < DAYS - 80)
    rows = _times(working, PROMISES, dice).with_columns(
        commitment=pl.concat_str(pl.lit("c-"), pl.col("row").cast(pl.String)),
        made=pl.min_horizontal("day", pl.lit(DAYS - 75)),
        kept=dice.below(100) < KEPT_PERCENT,
    )
    due = pl.col("made") + 40
    commitments = rows.select(
        occurred_at=_at(pl.col("made")),
        commitment="commitment",
        party="key",
        to_party=pl.lit(PROJECT),
        source_kind=pl.lit("milestone"),
        what=pl.lit("交付资料 · deliver papers"),
        due_at=_at(due, MINUTES_A_DAY).dt.convert_time_zone("UTC"),
        verifier=pl.lit("p000004"),
    )
    late = pl.when("kept").then(-2).otherwise(25)
    steps = [
        rows.select(
            "commitment",
            occurred_at=_at(day, minutes),
            step=pl.lit(step),
            by=pl.lit(by) if by else pl.col("key"),
        )
        for step, day, minutes, by in (
            ("accepted", pl.col("made"), 60, PROJECT),
            ("delivered", due + late, 0, ""),
            ("verified", due + late + 2, 0, "p000004"),
        )
    ]  # fmt: skip
    return {"commitments": commitments, "commitment_steps": pl.concat(steps)}


def _contributions(people: pl.DataFrame, dice: Dice) -> Mapping[str, pl.DataFrame]:
    working = people.filter(pl.col("class").is_in(["partner", "expert"]))
    rows = _times(working, CONTRIBUTIONS, dice)
    made = rows.select(
        occurred_at=_at(pl.col("day"), dice.below(MINUTES_A_DAY)),
        party="key",
        type=dice.pick(("work_unpaid", "milestone", "equipment_or_site")),
        quantity=pl.lit(1),
        fair_value_minor=(dice.below(40) + 1) * 50_000,
        currency=pl.lit("CNY"),
        row="row",
    )
    said = made.select(
        occurred_at=pl.min_horizontal(pl.col("occurred_at") + timedelta(days=3), pl.lit(NOW)),
        contribution=pl.concat_str(pl.lit("crowd-contributions-"), pl.col("row").cast(pl.String)),
        by=dice.pick(("p000001", "p000003", "p000004", "huixian", "wangchuan", "qiheng", "mulan-law")),
        verdict=pl.lit("accept"),
    )
    return {"contributions": made, "attestations": said}
