"""Pages read as a browser reads them: their forms, and what in them would run or lead away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

TYPED = frozenset({"", "text", "search", "email", "tel", "url"})  # types of inputs that take any text
PLAIN = {"date": "2027-03-01", "datetime-local": "2027-03-01T09:00", "number": "1", "time": "09:00", "month": "2027-03"}
PASSIVE = frozenset({"hidden", "password", "submit", "button", "file", "image", "reset", "checkbox", "radio"})
ALIEN = frozenset(
    ("applet", "audio", "base", "bgsound", "body2", "embed", "frame", "frameset", "iframe", "isindex", "layer", "link2")
) | frozenset(("marquee", "object", "style", "template", "video", "xml", "xss", "math", "foreignobject", "animate"))
LEADING = frozenset({"href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"})
ASKING = frozenset({"hx-get", "hx-post", "hx-delete", "hx-put", "hx-patch"})
RUNNING = ("javascript:", "vbscript:", "data:", "livescript:", "mocha:")
"""Schemes of addresses that run what they hold."""


@dataclass(slots=True)
class Form:
    """A form of a page: where it is sent, its fields that take any text, and what the others hold."""

    method: str
    action: str
    typed: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> tuple[str, ...]:
        """What makes it the form that it is: where it goes, what its buttons say, its fields."""
        return (self.method, self.action, self.others.get("do", ""), *sorted(self.typed))


class Page(HTMLParser):
    """One page: its forms, and in `live` all that would run in it, or that no page of ours is made of."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.live: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field or a form, and whether the element is alive."""
        given = {name: value or "" for name, value in attrs}
        self.live += _live(tag, given)
        match tag:
            case "form":
                self._form = Form(given.get("method", "get").upper(), given.get("action", ""))
                self.forms.append(self._form)
            case "input" | "textarea" | "button" | "select" if self._form is not None and given.get("name"):
                self._field(tag, given)
            case "option" if self._form is not None and self._select:
                if "selected" in given or not self._form.others.get(self._select):
                    self._form.others[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a list of choices."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, kind, value = given["name"], given.get("type", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "textarea" or (tag == "input" and kind in TYPED):
            self._form.typed[name] = value
        elif kind in PLAIN:
            self._form.others[name] = value or PLAIN[kind]
        elif kind not in ("checkbox", "file"):
            self._form.others.setdefault(name, value)


def _live(tag: str, given: dict[str, str]) -> Iterator[str]:
    """Yield what of an element would run, or is none of ours."""
    source = given.get("src", "")
    if tag in ALIEN or (tag == "script" and not _ours(source) and given.get("type") != "application/json"):
        yield tag
    if tag == "img" and not _ours(source) and not source.startswith("data:image/svg+xml"):
        yield f"{tag} {source}"
    if tag == "meta" and "http-equiv" in given:
        yield f"{tag} http-equiv"
    for name, value in given.items():
        address = "".join(value.split()).lower()
        if name.startswith("on") or name in ("style", "srcdoc"):
            yield f"{tag} {name}"
        if name in ASKING and not _ours(value):
            yield f"{tag} {name} {value}"
        if name in LEADING and address.startswith(RUNNING) and not address.startswith("data:image/svg+xml"):
            yield f"{tag} {name} {value}"


def _ours(address: str) -> bool:
    """Whether an address leads to this site."""
    return bool(address) and not urlsplit(address).netloc
