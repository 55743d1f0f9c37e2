"""Processes to be killed, forked by one that has everything in memory: each says aloud what was acknowledged to it.

    python -m tests.web.writing SETTINGS    the settings of the database, as JSON

At each line `web` or `worker` it forks such a process and says its number; at `reap` it waits for all of them and says
`reaped`. One that ends by itself says `ended`. A web process asks questions by the page's form, with every layer of the
application; a worker keeps numbers.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from time import sleep

import django
from tests.web.servers import point_at

WHO = "op"
ENDED = "ended"
ASK = "/c/small/questions/ask"
FORM = {"member": "lin", "channel": "call", "asked": "us"}


def say(text: str) -> None:
    """Say a line at once, whole, beside what others say."""
    os.write(1, f"{text}\n".encode())


def web() -> None:
    """Ask one question after another as somebody who is signed in; say each fact once the page says that it is kept."""
    from django.test import Client

    from tenfold.web.store.accounts import Account

    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(email=f"{WHO}@example.org"))
    while True:
        answer = client.post(ASK, FORM)
        if answer.status_code == 302:
            say(client.session["told"]["facts"][0])


def worker() -> None:
    """Be the community's engine."""
    from tenfold.web.jobs.engine import Engine, work
    from tenfold.web.store.communities import Community

    engine = Engine(Community.objects.get(name="small"))
    while True:
        if not work(engine):
            sleep(0.01)


KINDS: Mapping[str, Callable[[], None]] = {"web": web, "worker": worker}


def forked(kind: str) -> None:
    """Fork a process of a kind."""
    if number := os.fork():
        say(f"number {number}")
        return
    try:
        KINDS[kind]()
    except Exception:  # the server is killed before its clients
        say(ENDED)
    finally:
        os._exit(1)


def reap() -> None:
    """Wait for every process that was forked."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            say("reaped")
            return


if __name__ == "__main__":  # the settings come with the environment of whoever starts it
    django.setup()
    point_at(json.loads(sys.argv[1]))

    from django.db import connections
    from django.test import Client

    from tenfold.methods.pinyin import name_keys
    from tenfold.web.jobs import engine  # in memory before anything is forked, as the charter and the templates are
    from tenfold.web.store.charters import rulebook_of
    from tenfold.web.store.communities import Community

    assert engine
    name_keys("林")  # its dictionary takes a second to read
    rulebook_of(Community.objects.get(name="small"))
    Client(HTTP_HOST="localhost").get("/login")
    connections.close_all()
    say("ready")
    for line in sys.stdin:
        if line.strip() == "reap":
            reap()
        else:
            forked(line.strip())
