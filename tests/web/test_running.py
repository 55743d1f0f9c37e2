"""Running it: what the doctor finds, what machines are told, and what the logs never say."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings
from ruamel.yaml import YAML
from tests.web.acting import caught_up, refused
from tests.web.servers import point_at, sqlite_at

from tenfold.cli.app import main
from tenfold.web.pages import health
from tenfold.web.rights.viewers import Viewer
from tenfold.web.site.doctor import examined
from tenfold.web.site.logs import Lines
from tenfold.web.site.serving import Wanted, serve_at
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.keeping import keep_failure

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-monitoring"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home as an installation leaves it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with override_settings(HOME=home, ALLOWED_HOSTS=["127.0.0.1"]):
        yield home


def problems() -> set[str]:
    return {one.problem.id for one in examined() if one.problem is not None}


def test_a_sound_installation_has_nothing_wrong(community: Community, home: Path) -> None:
    caught_up(community)
    # Tests run PostgreSQL without fsync, and that is what the doctor has to say of it.
    assert problems() <= ({"doctor.durable.none"} if connection.vendor == "postgresql" else set())
    assert (connection.vendor == "postgresql") == bool(problems())


@on_sqlite
def test_each_fault_is_found_and_only_it(community: Community, home: Path, tmp_path: Path) -> None:
    assert problems() == {"doctor.numbers.behind"}
    caught_up(community)
    home.chmod(0o755)
    assert problems() == {"doctor.home.open"}
    home.chmod(0o700)
    (home / "secret.key").write_text("x" * 64, "utf-8")
    (home / "secret.key").chmod(0o644)
    assert problems() == {"doctor.secret.open"}
    (home / "secret.key").chmod(0o600)
    with override_settings(SECRET_KEY="x" * 31):
        assert problems() == {"doctor.secret.weak"}
    with override_settings(SECRET_KEY="x" * 32, DEBUG=True):
        assert problems() == {"doctor.debug.on"}
    with override_settings(ALLOWED_HOSTS=["tenfold.example.org"]):
        assert problems() == {"doctor.tls.none"}
    with override_settings(ALLOWED_HOSTS=["tenfold.example.org"], SESSION_COOKIE_SECURE=True, DEMO=True):
        assert problems() == {"doctor.demo.open"}
    with override_settings(STATICFILES_DIRS=[tmp_path]):
        assert problems() == {"doctor.assets.none"}
    with override_settings(HOME=tmp_path / "nowhere"):
        assert problems() == {"doctor.home.none"}
    assert problems() == set()


@on_sqlite
def test_a_journal_that_was_changed_is_found(community: Community, home: Path) -> None:
    caught_up(community)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_entry_no_update")
        cursor.execute("UPDATE journal_entry SET body = replace(body, '765432109', '965432109')")
    assert problems() == {"doctor.journal.broken"}


@on_sqlite
def test_a_fact_without_an_entry_is_found(community: Community, home: Path) -> None:
    caught_up(community)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER facts_interactions_no_delete")
        cursor.execute("DELETE FROM facts_interactions WHERE id = (SELECT max(id) FROM facts_interactions)")
    assert problems() == {"doctor.journal.broken"}


@on_sqlite
def test_a_failed_cycle_and_a_clock_that_went_back_are_found(community: Community, home: Path) -> None:
    run = caught_up(community)
    keep_failure(community, run.sequence, run.as_of, [{"id": "engine.broken", "place": "", "params": {}}])
    assert problems() == {"doctor.numbers.failed"}
    caught_up(community)
    Community.objects.filter(pk=community.pk).update(clock=None)
    Chain.objects.filter(pk=community.pk).update(recorded_at="2999-01-01T00:00:00+00:00")
    assert problems() == {"doctor.clock.back"}


@on_sqlite
def test_tables_that_are_not_made_are_found(database: str, home: Path, tmp_path: Path) -> None:
    point_at(sqlite_at(tmp_path / "fresh.sqlite3"))
    assert problems() == {"site.older"}


@on_sqlite
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_commands_say_what_they_did(
    community: Community, home: Path, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENFOLD_HOME", str(home))
    caught_up(community)
    file = home.parent / "made.zip"
    assert main(language, ["doctor", "--home", str(home)]) == 0
    assert main(language, ["backup", str(file), "--home", str(home)]) == 0
    assert main(language, ["backup", str(file), "--home", str(home)]) == 1
    assert main(language, ["restore", str(file), "--home", str(home)]) == 1
    home.chmod(0o700)
    (home / "secret.key").chmod(0o644) if (home / "secret.key").exists() else None
    said = capsys.readouterr()
    assert Chain.objects.get(pk=community.pk).hash in said.out.replace("\n", "")
    for raw in ("backup.", "doctor.", "cli."):
        assert raw not in (said.out + said.err).replace(str(file), "").replace("tenfold backup", "")
    point_at(sqlite_at(home / "other.sqlite3"))
    assert main(language, ["restore", str(file), "--home", str(home)]) == 0
    assert main(language, ["doctor", "--home", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.partition("{")[2].join(["{", ""]))["problems"] == []


@on_sqlite
def test_health_says_how_it_is(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    run = caught_up(community)
    assert (client.get("/health").status_code, client.get("/health").json()) == (200, {"status": "ok"})
    keep_failure(community, run.sequence, run.as_of, [{"id": "engine.broken", "place": "", "params": {}}])
    assert client.get("/health").json() == {"status": "degraded"}

    def gone(community: Community) -> None:
        raise OperationalError

    monkeypatch.setattr(health, "freshness", gone)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})
    assert "no-store" in answer.headers["Cache-Control"]


@on_sqlite
def test_metrics_are_for_whoever_holds_the_token_and_name_nobody(community: Community) -> None:
    caught_up(community)
    with writing(community, Author("op")) as writer:
        writer.add("interactions", member="lin", direction="out", channel="call")
    client = Client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    with override_settings(METRICS_TOKEN=TOKEN):
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    figures = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    assert figures["tenfold_communities"] == "1"
    assert figures["tenfold_entries_not_computed"] == "1"
    assert figures["tenfold_journal_entries"] == str(Chain.objects.get(pk=community.pk).sequence)
    assert "small" not in text
    assert all(f"# TYPE {name} gauge" in text for name in figures)


CANARY = "金丝雀-canary"


@on_sqlite
def test_logs_tell_nothing_personal(
    community: Community, client_of: Callable[[str], Client], viewer_of: Callable[[str], Viewer]
) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(Lines().format(record))

    handler, root = Kept(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        client = client_of("op")
        client.get(f"/c/small/people/{CANARY}?q={CANARY}")
        client.get(f"/nothing/{CANARY}", headers={"User-Agent": f"{CANARY}\r\n{CANARY}"})
        answer = client.generic(CANARY, "/health")
        client.post("/c/small/line", {"line": f"call lin, he sends {CANARY} by Fri", "once": "x"})
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger("tenfold.test").exception("a cycle of community %s failed for %s", 7, CANARY)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    ours = [line for line in lines if '"logger": "tenfold.' in line]
    requests = [json.loads(line) for line in ours if '"route"' in line]
    assert [one["route"] for one in requests][:2] == ["c/<slug:community>/people/<str:party>", None]
    assert requests[2]["request"] == answer.headers["X-Request-ID"]
    assert requests[2]["method"] == "other"
    assert json.loads(ours[-1])["error"] == "ValueError"
    assert json.loads(ours[-1])["figures"] == [7]
    assert json.loads(ours[-1])["message"] == "a cycle of community 7 failed for …"
    assert "Not Found" in {json.loads(line)["message"] for line in lines if '"django.request"' in line}
    assert not any("canary" in line or "\n" in line for line in lines)


IMPORTED = """
import os, sys
from pathlib import Path
import polars
def threads():
    return len(os.listdir("/proc/self/task"))
before = threads()
from tenfold.web.site.serving import at_home
at_home(Path(sys.argv[1]))
import tenfold.web.jobs.engine, tenfold.web.site.urls
print(threads() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted where Linux lists them")
def test_importing_the_application_starts_no_threads(tmp_path: Path) -> None:
    """A server forks what it has imported, and a pool of threads whose threads stayed behind never answers."""
    command = [sys.executable, "-c", IMPORTED, str(tmp_path / "home")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout == "0\n"


@on_sqlite
def test_the_demo_answers_this_machine_alone(database: str, tmp_path: Path) -> None:
    with refused("site.demo_open"):
        serve_at(tmp_path / "home", Wanted(host="0.0.0.0", demo=tmp_path))
    assert not (tmp_path / "home").exists()


@on_sqlite
def test_the_demo_begins_anew_where_it_began_and_nowhere_else(database: str, tmp_path: Path) -> None:
    home = tmp_path / "server"
    home.mkdir()
    (home / "tenfold.sqlite3").write_text("somebody's")
    with refused("site.demo_taken"):
        serve_at(home, Wanted(demo=tmp_path))
    assert [path.read_text() for path in home.iterdir()] == ["somebody's"]


def test_what_is_served_ends_as_a_whole(tmp_path: Path) -> None:
    """The command in processes of its own: it answers, and when told to end nothing of it is left."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENFOLD_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(ROOT / "src")
    command = [sys.executable, "-c", "from tenfold.cli import run; run()", "serve"]
    command += ["--home", str(tmp_path / "home"), "--port", str(port)]
    serving = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        assert _answers(f"http://127.0.0.1:{port}/health") == {"status": "ok"}
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(90) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(serving.pid, 0)
    finally:
        if serving.poll() is None:
            os.killpg(serving.pid, signal.SIGKILL)
            serving.wait()
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o077 == 0


def _answers(address: str) -> object:
    until = monotonic() + 120
    while monotonic() < until:
        try:
            with urlopen(address, timeout=20) as answer:
                return json.load(answer)
        except OSError:
            sleep(0.2)
    return None


def test_behind_a_proxy_browsers_are_kept_to_tls() -> None:
    """Django's own examination of a server that others reach; what is left is the proxy's, or a list of browsers."""
    command = [sys.executable, "-m", "tenfold.web", "check", "--deploy"]
    environment = os.environ | {"TENFOLD_ORIGIN": "https://tenfold.example.org", "PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr
    assert set(re.findall(r"security\.W\d+", said)) == {"security.W008", "security.W021"}


def test_the_container_is_nobodys_root_and_the_settings_exist() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    kinds = [line.split(" ", 1)[0] for line in lines if line and line[0].isupper()]
    assert set(kinds) <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert kinds.index("USER") < kinds.index("CMD")
    assert not any(line.startswith("FROM") and line.split(" AS ")[0].endswith((":latest", "python")) for line in lines)
    sources = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    assert all((ROOT / source).exists() for some in sources for source in some)
    services = YAML(typ="safe").load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert {name for name, one in services.items() if "ports" in one} == {"proxy"}
    given = {name for one in services.values() for name in one.get("environment", {}) if name.startswith("TENFOLD_")}
    documented = (ROOT / "docs" / "guide" / "serve.md").read_text("utf-8")
    assert all(f"`{name}`" in documented for name in given)


@pytest.mark.parametrize("page", ["serve.md", "serve.zh.md"])
def test_every_setting_is_in_the_guide(page: str) -> None:
    from tenfold.web.site import settings

    named = [word for line in (settings.__doc__ or "").splitlines() for word in line.split()[:1]]
    text = (ROOT / "docs" / "guide" / page).read_text("utf-8")
    assert [name for name in named if name.startswith("TENFOLD_") and f"`{name}`" not in text] == []
