"""Makes `docs/reference/performance.md` of the lines of the last run: ratios first, growth and memory beside them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.harness import LIMIT, PRODUCT, RESULTS, Line, growth, load

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"
TITLES = {
    "S1": "Import contacts to checked Parquet",
    "S2": "As-of view and one reduction",
    "S3": "The whole cycle",
    "S4": "Explain one number",
    "S5": "Write `measures.jsonl`",
    "S6": "Write `report.html`",
    "S7": "From a recorded fact to its numbers",
    "S8": "The state of an indicator",
    "S9": "Read sheets of people's own, without a map",
    "S10": "Chains of groups and of merged records",
    "Start": "Today, from the shell",
    "A1": "Pages of the application",
    "A2": "A sheet of contacts into the application",
    "A3": "One act, durable",
    "A4": "Facts as canonical JSON",
    "A5": "Verify a journal",
    "A7": "Fifty people at once",
    "Kills": "Killed at any moment",
    "Demo": "`make demo`, after set-up",
    "Warm": "A whole cycle, and the same before the redesign of the engine",
    "Night": "The whole cycle of a million members",
}
GOALS = {
    "S1": "≤ 1.3× the same rows by hand · ≥ 10× the loop; b ≤ 1.1; peak ≤ 4× the file",
    "S2": "≤ 2.5× · half of pandas, ≥ 15× the loop; b ≤ 1.05",
    "S3": "≤ 1.5× as-of and five reductions by hand, with lines at S5's rate and 5 s for measures and decisions; "
    "≤ 15 s at 100,000 members, ≤ 8 s with remembered digests; b ≤ 1.05; ≤ 1.2 GB",
    "S4": "≤ 3× on the store; < 200 ms from a folder",
    "S5": "≤ 1.0× Polars and SHA-256 by hand; ≤ 3× the bytes written and hashed; b ≤ 1.05; flat memory",
    "S6": "≤ 4× f-strings, ≤ 1× Jinja2, of the same evidence; b ≤ 1.02; flat memory",
    "S7": "≤ 0.5 s median, ≤ 1.5 s worst at 58 members; ≤ 1 s at 1,000, ≤ 3 s at 10,000, worst 3× that",
    "S8": "b ≤ 1.05",
    "S9": "b ≤ 1.05",
    "S10": "b ≤ 1.05; ≤ 512 MiB at 10,000",
    "A1": "every page ≤ 3×, Today and a member ≤ 2×; no growth from 10,000 to 1,000,000 members",
    "A2": "≤ 2× · ≥ 2.5× the loop; b ≤ 1.05",
    "A3": "≤ 2×; one of a group of 50 ≥ 5× faster",
    "A4": "≤ 1.5× · ≥ 15× rfc8785, the same bytes",
    "A5": "≤ 6× · ≥ 4× the standard library, ≥ 7× rfc8785; b ≤ 1.05; flat memory",
    "A7": "no error; memory ≤ +2 %; ≤ 5× one person alone",
    "Kills": "no acknowledged fact lost in 1,000 kills, every chain whole",
    "Start": "kept ≤ 0.3 s, computed ≤ 1 s, the cycle of twelve people ≤ 1.5 s of processor time, help ≤ 0.25 s",
    "Demo": "≤ 8 s",
    "Warm": "≤ 2 s; ≤ 1/3 of the commit before",
    "Night": "≤ 60 min; ≤ 6 GB",
}
HEAD = """# Performance

Each path is timed beside what the machine must do at least (the limit) and what people would use instead, in one run
and in turn. Ratios count; seconds are those of one machine on one day. `make bench` measures again and writes this
page; `make bench-full` takes the largest sizes too. Answers are checked before the clock starts. Each table has the
day and the machine of its own run: one with a load far above its cores says little of seconds, and something of ratios.

"""


def page(lines: Sequence[Line], day: str, before: str = "") -> str:
    """Return the page of a run; what it did not measure stays as the page of before says it, with its day."""
    told = next((line for line in lines if line.path == "machine"), None)
    stated = f"Measured on {day}: {told.cores} cores, load {told.load}, {told.note}.\n" if told else ""
    sections = _sections(before)
    for name in {line.path for line in lines} & TITLES.keys():
        sections[name] = _section(name, [line for line in lines if line.path == name], stated)
    return HEAD + "\n".join(sections[name] for name in TITLES if name in sections)


def _sections(text: str) -> dict[str, str]:
    """Return path → its section of a page."""
    found = (f"## {part.rstrip()}\n" for part in text.split("\n## ")[1:])
    return {section.split(":")[0].removeprefix("## "): section for section in found}


def _section(name: str, lines: Sequence[Line], stated: str) -> str:
    largest = max(line.size for line in lines)
    last = [line for line in lines if line.size == largest]
    mine = next(line for line in last if line.who == PRODUCT)
    rows = "".join(f"{row}\n" for row in _rows(mine, last))
    points = [(line.size, line.s) for line in lines if line.who == PRODUCT]
    grown = f"Growth b = {growth(points):.2f} over {points[0][0]:,} to {points[-1][0]:,}. " if len(points) > 2 else ""
    memory = f"Peak memory {mine.mib:,.0f} MiB. " if mine.mib is not None else ""
    return (
        f"## {name}: {TITLES[name]}\n\n{largest:,} {mine.unit}; {mine.note}.\n{stated}\n"
        "| | median s | low | high | processor s | rounds | Tenfold takes |\n|---|---|---|---|---|---|---|\n"
        f"{rows}\n{grown}{memory}Goal: {GOALS[name]}.\n"
    )


def _rows(mine: Line, lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        ratio = "1" if line is mine else _compared(line, mine, lines)
        cpu = "–" if line.cpu is None else f"{line.cpu:.4f}"
        yield f"| {line.who} | {line.s:.4f} | {line.lo:.4f} | {line.hi:.4f} | {cpu} | {line.n} | {ratio} |"


def _compared(line: Line, mine: Line, lines: Sequence[Line]) -> str:
    """Compare another line with the product's; another work of the product itself, with the limit."""
    limit = next((one for one in lines if one.who.startswith(LIMIT)), None)
    if line.who.startswith(f"{PRODUCT},") and limit is not None:
        return f"itself {line.s / limit.s:.1f}× the limit"
    return _ratio(mine.s / line.s, line.who)


def _ratio(ratio: float, who: str) -> str:
    """Say how many times the limit the product takes, or how many times longer the other does."""
    if who.startswith(LIMIT) or ratio >= 1:
        return f"{ratio:.1f}× as long"
    return f"1/{1 / ratio:.1f} of it"


def write_page(measured: Collection[str]) -> None:
    """Write the page of the last run, which measured these paths; the others keep what stands there."""
    day = datetime.fromtimestamp(RESULTS.stat().st_mtime, UTC).date().isoformat()
    before = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    lines = [line for line in load() if line.path in {*measured, "machine"}]
    PAGE.write_text(page(lines, day, before), encoding="utf-8")


if __name__ == "__main__":
    write_page(TITLES)
