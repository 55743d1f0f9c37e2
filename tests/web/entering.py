"""What tests of the entrance share: a mail server on this machine, its letters, and who showed who they are."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client

from tenfold.web.site.outside import mail_of
from tenfold.web.store.accounts import Account

LINK = re.compile(r"https?://\S+")
PASSWORD = "a heron stands in the reeds"
RECORDS = "account_authentication_methods"  # where allauth keeps who showed what, and whose that is


def showed(client: Client, account: Account, ago: float = 0) -> None:
    """Let somebody have shown who they are, with a password and a second factor, so many seconds ago."""
    session = client.session
    session[RECORDS] = [{"method": method, "at": time.time() - ago} for method in ("password", "mfa")]
    session[f"{RECORDS}_user"] = str(account.pk)
    session.save()


class Letters:
    """The letters that a mail server took."""

    def __init__(self) -> None:
        self.all: list[EmailMessage] = []

    @property
    def text(self) -> str:
        """What the newest letter says."""
        return str(self.all[-1].get_content())

    @property
    def path(self) -> str:
        """Where the newest letter's link leads on this site."""
        found = LINK.search(self.text)
        assert found is not None, self.text
        return urlsplit(found[0]).path


class Taking:
    """What the mail server does with a letter."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep it."""
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.letters.all.append(message)
        return "250 taken"


class Server(Controller):
    """A mail server on whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[Letters]:
    """Run a mail server on a free port of this machine; mail leaves by it meanwhile."""
    letters = Letters()
    controller = Server(Taking(letters), hostname="127.0.0.1", port=0)
    controller.start()
    address = f"smtp+plain://127.0.0.1:{controller.port}"
    mail = mail_of({"TENFOLD_SMTP": address, "TENFOLD_MAIL_FROM": "tenfold@example.org"})
    changed = {
        "EMAIL_BACKEND": mail.backend,
        "EMAIL_HOST": mail.host,
        "EMAIL_PORT": mail.port,
        "DEFAULT_FROM_EMAIL": mail.sender,
    }
    before = {name: getattr(settings, name) for name in changed}
    try:
        for name, value in changed.items():
            setattr(settings, name, value)
        yield letters
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        controller.stop()
