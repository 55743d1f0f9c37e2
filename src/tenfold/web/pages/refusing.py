"""What was refused is told the log: by which guard, and nothing of what was asked."""

from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse

# rights: not theirs to see or to do; not_here: no seat there; too_often: a limit; password, factor: a wrong one;
# form: without the token of its page
Why = Literal["rights", "not_here", "too_often", "password", "factor", "form"]
BY_STATUS: dict[int, Why] = {403: "form", 429: "too_often"}  # where no guard of ours said why


def mark(request: HttpRequest | None, why: Why) -> None:
    """Let the log say that a request was refused, and why."""
    if request is not None:
        cast(Any, request).was_refused = why


def refused(request: HttpRequest, response: HttpResponse) -> str | None:
    """Return why a request was refused; None where it was not."""
    marked: str | None = getattr(request, "was_refused", None)
    return marked or BY_STATUS.get(response.status_code)
