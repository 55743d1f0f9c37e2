"""Every address of the application, from Django's own resolver, with what it declares and how to call it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tenfold.web.pages.viewing import Policy, policy_of

# What an address's parts may be, in the community of tests; an address with a part that is not here fails the build.
SAMPLES: Mapping[str, str] = {
    "community": "small",
    "document": "document-1",
    "fact": "deal-1",
    "decision": "insight.next_best_action:zhou/deal:x",
    "number": "fund.committed:a",
    "party": "zhou",
    "thing": "deal-1",
    "pool": "h1",
    "proposal": "sample",
    "question": "1",
    "version": "1",
    "upload": "sample",
    "form": "csv",
    "token": "nobodys",
    "uidb36": "1",
    "key": "nobodys",
    "provider_id": "oidc",
    "pk": "1",
    "step": "needs",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its pattern as Django writes it, the names of its parts, and what its view declares."""

    pattern: str
    parts: tuple[str, ...]
    policy: Policy | None

    def at(self, **given: str) -> str:
        """Return the address with some parts, the others as in the community of tests."""
        path = f"/{self.pattern}"
        for converted in self.pattern.split("<")[1:]:
            whole = converted.partition(">")[0]
            name = whole.rpartition(":")[2]
            path = path.replace(f"<{whole}>", given.get(name, SAMPLES[name]))
        return path


def routes() -> list[Route]:
    """Return every address."""
    return list(_below(get_resolver(), ""))


def _below(resolver: Any, before: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = before + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            yield from _below(one, pattern)
        elif isinstance(one, URLPattern):
            parts = tuple(part.partition(">")[0].rpartition(":")[2] for part in pattern.split("<")[1:])
            yield Route(pattern, parts, policy_of(one.callback))
