"""What templates say and draw: words come from the one catalogue, in the language of whoever looks."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any
from uuid import uuid4

from django import template
from django.forms import Form
from django.urls import reverse
from django.utils.translation import get_language
from markupsafe import Markup

from tenfold.report.days import day_said
from tenfold.report.figures import Figure
from tenfold.report.words import catalogue, language_of, marked, say

register = template.Library()

PERCENT = 100
PROBLEM = "entrance.problem"  # of a form, where nothing more exact is known
RAIL = 100  # the width of an effect bar in its own units
THIN = 0.6


@register.simple_tag(name="say")
def say_tag(id: str, **params: object) -> Markup:
    """Return a message of the catalogue in the reader's language, escaped with its parameters."""
    return marked(language_of(get_language()), id, params)


@register.filter
def said(part: str, of: str) -> str:
    """Return the message whose id ends with a part that is known here alone: `accepted|said:"promise.do"`."""
    return say(language_of(get_language()), f"{of}.{part}")


@register.inclusion_tag("pages/_problems.html")
def problems(form: Form) -> Mapping[str, Any]:
    """Say what is wrong with a form, each fault once, by its code: forms of others have words of their own."""
    language = language_of(get_language())
    faults = chain.from_iterable(form.errors.as_data().values())
    ids = dict.fromkeys(f"entrance.problem.{fault.code}" for fault in faults)
    return {"said": list(dict.fromkeys(say(language, id if id in catalogue(language) else PROBLEM) for id in ids))}


@register.simple_tag(takes_context=True)
def day(context: Mapping[str, Any], given: date) -> str:
    """Return a day in words, as far from the viewer's today as it is."""
    return day_said(language_of(get_language()), given, context["viewer"].today)


@register.simple_tag
def once() -> str:
    """Return a key for one form: what is sent twice under it is done once."""
    return uuid4().hex


@register.simple_tag(takes_context=True)
def door(context: Mapping[str, Any], figure: Figure) -> str:
    """Return a number as a link to its why, whose name says the number and what opens; text where there is none."""
    if figure.id is None:
        return figure.value
    address = reverse("pages:number", args=[context["viewer"].community.name, figure.id])
    label = say(language_of(get_language()), "number.opens", {"value": figure.value.striptags(), "name": figure.name})
    link = Markup('<a class="num" data-why href="{}" aria-label="{}">{}</a>')
    return link.format(address, label, figure.value)


@register.inclusion_tag("pages/_effect.html")
def effect_bar(now: float, won: float, lost: float) -> Mapping[str, Any]:
    """Draw a chance now, if won and if lost (0 to 1), as one bar: attributes alone, for no inline style is allowed."""
    at, up, down = (RAIL * value for value in (now, won, lost))
    return {
        "lost": {"x": min(at, down), "width": abs(at - down)},
        "won": {"x": min(at, up), "width": abs(up - at)},
        "now": {"x": at - THIN / 2, "width": THIN},
        "rail": RAIL,
    }


@register.inclusion_tag("pages/_share.html")
def share_bar(shares: Sequence[tuple[float, str]]) -> Mapping[str, Any]:
    """Draw shares of a whole (0 to 1, with the name of their colour) as one bar."""
    parts, at = [], 0.0
    for share, colour in shares:
        parts.append({"x": PERCENT * at, "width": PERCENT * share, "colour": colour})
        at += share
    return {"parts": parts, "rail": PERCENT}
