"""What leaves a page: files to be saved, never shown within it, kept by no cache; addresses that letters name."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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


def address(request: HttpRequest, path: str) -> str:
    """Return a path as a letter names it: below the origin of the installation, whatever name a request came under."""
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else str(request.build_absolute_uri(path))
