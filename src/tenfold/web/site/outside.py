"""What an installation reaches outside itself, from the environment: a mail server, and who else vouches for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

OUTBOX = "tenfold.web.store.outbox.Outbox"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
SENDER = "tenfold@localhost"
PROVIDER = "oidc"  # what stands in the addresses of the one provider


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail leaves: by a server, or not at all, and then an outbox on this machine shows it.

    tls   whether the connection is encrypted once it stands (STARTTLS); `ssl` from its first byte
    """

    backend: str = OUTBOX
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    ssl: bool = False
    tls: bool = False
    sender: str = SENDER


def mail_of(given: Mapping[str, str]) -> Mail:
    """Return how mail leaves, by TENFOLD_SMTP and TENFOLD_MAIL_FROM.

    `smtp://` asks for STARTTLS, `smtps://` speaks TLS at once, `smtp+plain://` encrypts nothing (for a relay here).

    Raises
    ------
    ValueError   the address is of another kind, or names no host
    """
    sender = given.get("TENFOLD_MAIL_FROM") or SENDER
    address = given.get("TENFOLD_SMTP", "")
    if not address:
        return Mail(sender=sender)
    server = urlsplit(address)
    if server.scheme not in PORTS or not server.hostname:
        raise ValueError("TENFOLD_SMTP is smtp://user:password@host:port, smtps:// or smtp+plain://")
    return Mail(
        backend=SMTP,
        host=server.hostname,
        port=server.port or PORTS[server.scheme],
        user=unquote(server.username or ""),
        password=unquote(server.password or ""),
        ssl=server.scheme == "smtps",
        tls=server.scheme == "smtp",
        sender=sender,
    )


def oidc_of(given: Mapping[str, str]) -> dict[str, Any]:
    """Return who else signs people in (OpenID Connect), by TENFOLD_OIDC and TENFOLD_OIDC_NAME; nobody where left out.

    Raises
    ------
    ValueError   the address has no client, no secret or no host
    """
    address = given.get("TENFOLD_OIDC", "")
    if not address:
        return {}
    issuer = urlsplit(address)
    if not (issuer.hostname and issuer.username and issuer.password):
        raise ValueError("TENFOLD_OIDC is https://client:secret@issuer")
    place = f"{issuer.hostname}:{issuer.port}" if issuer.port else issuer.hostname
    app = {
        "provider_id": PROVIDER,
        "name": given.get("TENFOLD_OIDC_NAME") or issuer.hostname,
        "client_id": unquote(issuer.username),
        "secret": unquote(issuer.password),
        "settings": {"server_url": f"{issuer.scheme}://{place}{issuer.path}", "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def origins_of(providers: Mapping[str, Any]) -> list[str]:
    """Return the origins of providers: the form that goes to one is let through to it."""
    apps = providers["openid_connect"]["APPS"] if providers else ()
    servers = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return [f"{server.scheme}://{server.netloc}" for server in servers]
