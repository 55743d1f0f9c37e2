"""What is done once a browser has its answer, so that how long it takes tells nobody anything."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponseRedirect

Step = Callable[[], object]


class AnsweredFirst(HttpResponseRedirect):
    """Goes on to another page; the server does these steps when the answer has left it."""

    def __init__(self, to: str, steps: Sequence[Step]) -> None:
        super().__init__(to)
        self._steps = steps

    def close(self) -> None:
        """Do what waited: the server calls this after it has answered."""
        super().close()
        for step in self._steps:
            step()


def wait(request: HttpRequest, step: Step) -> None:
    """Let a step wait until the request is answered."""
    cast(Any, request).steps = [*waiting(request), step]


def waiting(request: HttpRequest) -> list[Step]:
    """Return the steps that wait for the answer of a request."""
    found: list[Step] = getattr(request, "steps", [])
    return found
