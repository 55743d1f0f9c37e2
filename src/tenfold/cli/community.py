"""Commands on a community folder: init, check, cycle, today, demo."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenfold.cli.options import OUT, AsOf, CharterFile, Folder, KnownAt, kept_today, loaded, output_of
from tenfold.cli.output import Output

if TYPE_CHECKING:
    from tenfold.engine.community import Community
    from tenfold.engine.cycle import Cycle
    from tenfold.engine.trial import Trial
    from tenfold.report.kept_today import Today


class Template(StrEnum):
    """The kinds of community that a template knows."""

    VENTURE = "venture"
    INFRASTRUCTURE = "infrastructure"
    OPEN_COMMUNITY = "open-community"
    BLANK = "blank"


class Size(StrEnum):
    """How many members a template is made for."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    template: Annotated[Template, typer.Option("--template")] = Template.VENTURE,
    size: Annotated[Size, typer.Option("--size")] = Size.SMALL,
) -> None:
    """Make a new community folder."""
    from tenfold.charter.templates import timezone_of
    from tenfold.engine.start import start
    from tenfold.terms.days import local_day

    today = local_day(datetime.now(UTC), timezone_of(template.value))
    written = start(folder, template.value, size.value, today)
    output = output_of(context)
    output.result({"folder": str(folder), "files": written})
    output.line("cli.init.done", folder=folder, files=len(written))


def check(context: typer.Context, folder: Folder) -> None:
    """Read charters and facts and point out errors and oddities."""
    from tenfold.charter.lint import lint
    from tenfold.charter.pointers import plain
    from tenfold.engine.community import Community
    from tenfold.engine.odd import odd
    from tenfold.engine.registry import registry
    from tenfold.facts.alike import alike
    from tenfold.report.called import Called
    from tenfold.terms.days import local_day

    community = Community.load(folder)
    output = output_of(context)
    known = {spec.id: spec for spec in registry().measures}
    today = local_day(community.moment().as_of, community.rulebook.newest.charter.timezone)
    warnings = [*lint(community.rulebook, today, known=known), *alike(community.facts.tables), *odd(community)]
    newest = community.rulebook.newest
    if warnings:
        output.complaints(warnings, Called.by(output.language, plain(newest)))
    else:
        output.result({"complaints": []})
    output.line(
        "cli.check.done",
        charter=newest.charter.title.label(output.language),
        version=newest.charter.version,
        facts=community.facts.count,
        warnings=len(warnings),
    )


def cycle(
    context: typer.Context,
    folder: Folder,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    charter: CharterFile = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="OUT", file_okay=False)] = None,
) -> None:
    """Compute every measure and decision and write the files."""
    from tenfold.engine.cycle import run
    from tenfold.engine.files import put_cycle
    from tenfold.facts.commit import changing
    from tenfold.facts.files import must_be_folder
    from tenfold.report.kept_today import NAME as KEPT
    from tenfold.report.kept_today import fingerprint, keep
    from tenfold.report.page import put_report
    from tenfold.report.terminal import Spoken, unproven

    output, inputs = output_of(context), fingerprint(folder)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    must_be_folder(out or folder / OUT, str(out or folder / OUT))  # said before it is waited for
    with output.working("cli.working.cycle") as watch:
        own, moment = loaded(folder, as_of, known_at)
        community = own if charter is None else own.trying(charter)
        result = run(community, moment, watch=watch)
    target = out or folder / (OUT if community.tried is None else f"{OUT}-{Path(community.tried).stem}")
    with output.working("cli.working.write"), changing(target, "cycle") as change:
        summary = put_cycle(result, change)
        put_report(result, change)
        ours = target == folder / OUT  # nothing is kept elsewhere, and nothing there is ours to remove
        if ours and not (as_of or known_at or charter):
            keep(result, change, inputs)
        elif ours:
            change.remove(KEPT)  # of another moment than what lies there now
    compared = None if community.tried is None else _compared(output, result, own)
    output.result(summary if compared is None else summary | {"trial": compared.as_dict()})
    speech = Spoken(result.board, output.language)
    moments = {"as_of": speech.minute(moment.as_of), "known_at": speech.minute(moment.known_at)}
    output.line("cli.cycle.done", out=target, **summary["counts"], **moments)
    if summary["charter"]["judges_older_facts"]:
        output.line("cli.cycle.older", version=community.rulebook.oldest.version)
    _unproven(output, unproven(speech))
    if compared is not None:
        _tried(output, result, compared)


def _unproven(output: Output, found: Mapping[str, str] | None) -> None:
    """Say what stands on word alone: without it an own pipeline of 0.0 % is a riddle."""
    if found is None:
        return
    match found["known"]:
        case "0":
            output.hint("cli.unproven.none", **found)
        case known:
            output.hint("cli.unproven" if known == found["n"] else "cli.unproven.some", **found)


def _compared(output: Output, tried: "Cycle", own: "Community") -> "Trial":
    """Compare a tried charter with the one in force."""
    from tenfold.engine.cycle import run
    from tenfold.engine.trial import trial

    with output.working("cli.working.cycle") as watch:
        return trial(run(own, tried.moment, watch=watch), tried)


def _tried(output: Output, cycle: "Cycle", found: "Trial") -> None:
    """Say what the tried charter changes, and for whom."""
    from tenfold.report.terminal import Spoken, changed

    counts = {name: len(getattr(found, name)) for name in ("gone", "come", "other")}
    output.line("cli.cycle.tried", file=cycle.community.tried, **counts)
    speech = Spoken(cycle.board, output.language)
    columns = ("cli.subject", "cli.trial.before", "cli.trial.after", "cli.trial.moved")
    for pool, moved in found.pools.items():
        output.table("cli.trial.title", columns, changed(speech, moved), pool=pool)
    if found.pools:
        output.hint("cli.trial.held_fixed")


def today(context: typer.Context, folder: Folder, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """Say whom to talk to today, and why."""
    output, found = output_of(context), kept_today(context, folder, as_of, known_at)
    told = found or _today(output, folder, as_of, known_at)
    output.result(told.decisions)
    if told.rows:
        columns = ("cli.number", "cli.today.whom", "cli.today.what", "cli.today.why", "cli.today.minutes")
        output.table("cli.today.title", columns, told.rows)
        given = {"--as-of": as_of, "--known-at": known_at}
        again = "".join(f" {option} {quote(value)}" for option, value in given.items() if value)
        output.hint("cli.today.hint", folder=quote(str(folder)), at=again)
        _unproven(output, told.unproven)
    else:
        output.line("cli.today.empty", as_of=told.at)
    for note in told.notes:
        output.text(note)
    if found is not None:
        output.hint("cli.today.kept", as_of=found.at)


def _today(output: Output, folder: Path, as_of: str | None, known_at: str | None) -> "Today":
    """Return the day's list, computed now."""
    from tenfold.engine.today import run_today
    from tenfold.report.kept_today import today

    with output.working("cli.working.cycle") as watch:
        return today(run_today(*loaded(folder, as_of, known_at), watch=watch), output.language)


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    members: Annotated[int, typer.Option("--members", min=58, max=1_000_000)] = 58,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 20260501,
    beat: Annotated[int | None, typer.Option("--beat", min=1, max=10)] = None,
) -> None:
    """Write the demo community and show it on one screen, or tell one of its ten beats."""
    from tenfold.demo import CHANGED, NAME, tell, write_demo
    from tenfold.engine.cycle import run
    from tenfold.engine.files import put_cycle
    from tenfold.facts.commit import changing
    from tenfold.report.kept_today import fingerprint, keep
    from tenfold.report.page import NAME as REPORT
    from tenfold.report.page import put_report
    from tenfold.report.screen import compose

    output = output_of(context)
    if beat is None or not (folder / "charter.yaml").is_file():
        with output.working("cli.working.demo"):
            write_demo(folder, members, seed)
    inputs = fingerprint(folder)
    community, moment = loaded(folder, None, None)
    if beat is not None:
        with output.working("cli.working.cycle"):
            told = list(tell(community, beat, output.language))
        output.result(told)
        for line in told:
            output.text(line)
        return
    with output.working("cli.working.cycle") as watch:
        result = run(community, moment, watch=watch)
    with output.working("cli.working.write"):
        with changing(folder / OUT, "demo") as change:
            summary = put_cycle(result, change)
            put_report(result, change)
            keep(result, change, inputs)
        changed = community.trying(folder / CHANGED)
        lines = list(compose(result, output.language, NAME, str(folder), changed))
    output.result(summary)
    for line in lines:
        output.text(line)
    output.line("cli.demo.report", report=folder / OUT / REPORT)


COMMANDS: dict[str, Callable[..., Any]] = {"init": init, "check": check, "cycle": cycle, "today": today, "demo": demo}
