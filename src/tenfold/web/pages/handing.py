"""Files that leave a page: to be saved, never shown within it, kept by no cache."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# What a browser may do with a file should it show one after all: nothing.
NOTHING = "sandbox; default-src 'none'; frame-ancestors 'none'"


def handed(content: bytes, name: str, media: str) -> HttpResponse:
    """Return a file that the browser saves under a name."""
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Content-Security-Policy"] = NOTHING
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
