"""The grammar of a line in English."""

import re
from datetime import date, time

from tenfold.exchange.line.days import Days

COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
COUNTS |= {"nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90}
COUNT = rf"(?:\d+(?:\.\d+)?|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
MONTH += r"|nov(?:ember)?|dec(?:ember)?)"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = r"(?:mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?)?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
RELATIVE = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0, "this morning": 0}
RELATIVE |= {"this afternoon": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2}
WEEKS = {"last": -1, "this": 0, "next": 1}

DAY = re.compile(
    r"\b(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{MONTH})(?: (?P<y1>\d{{4}}))?"
    rf"|(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: (?P<y2>\d{{4}}))?"
    rf"|(?P<relative>{'|'.join(sorted(RELATIVE, key=len, reverse=True))})"
    rf"|(?P<ago>{COUNT}) (?P<unit>day|week)s? ago"
    rf"|(?:in|within) (?P<ahead>{COUNT}) (?P<of>working day|day|week)s?"
    rf"|(?:(?P<week>last|this|next) )?(?P<weekday>{WEEKDAY})"
    r"|(?P<month>(?:the )?(?:end of (?:the |this )?month|month end))"
    r"|(?P<year>(?:the )?(?:end of (?:the |this )?year|year end))"
    r"|(?:the )?(?P<end>end of (?:the |this )?week|this week|next week))\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(?:at )?(?:(?P<hour>\d{1,2})(?::(?P<min>\d{2}))? ?(?P<part>[ap]m)|(?P<hh>\d{1,2}):(?P<mm>\d{2}))\b",
    re.IGNORECASE,
)
MINUTES = re.compile(
    r"(?:\bfor )?(?:(?P<half>\bhalf an hour)|(?P<quarter>\b(?:a )?quarter of an hour)"
    rf"|\b(?P<hours>{COUNT}) ?h(?:ours?|rs?)?(?: ?(?P<more>\d+)(?: ?m(?:in(?:ute)?s?)?)?)?\b"
    rf"|\b(?P<minutes>{COUNT})(?: ?m(?:in(?:ute)?s?)?\b|'))",
    re.IGNORECASE,
)
CHANNELS = (
    ("broadcast", re.compile(r"\b(?:newsletter|broadcast)\b", re.IGNORECASE)),
    ("interview", re.compile(r"\binterview(?:ed)?\b", re.IGNORECASE)),
    ("event", re.compile(r"\b(?:event|open day|conference|fair)\b", re.IGNORECASE)),
    ("call", re.compile(r"\b(?:call(?:ed)?|phoned?|rang|zoom|teams|video)\b", re.IGNORECASE)),
    ("message", re.compile(r"\b(?:e-?mail(?:ed)?|message|wechat|text(?:ed)?|wrote|letter)\b", re.IGNORECASE)),
    ("meeting", re.compile(r"\b(?:met|meet|meeting|lunch|dinner|coffee|visit(?:ed)?)\b", re.IGNORECASE)),
)
INWARD = re.compile(
    "(?:call|e-?mail|message|letter|text) from \ue000|\ue001 (?:called|rang|wrote|visited|phoned|emailed|texted)",
    re.IGNORECASE,
)

THEY, WE = r"\b(?:he|she|they)(?P<will>'ll| will)?", r"\b(?:we|i)(?P<will>'ll| will)?"
ASKS = r"(?:asks?|asked|wants? to know|wonders?|wondered)"
SAYS = r"(?:says?|said|told|informed|complain\w*|confirm\w*|gave|gives|answered|replied|agreed on|decided|settled)"
DID = r"(?:met|called|phoned|spoke|visited|emailed|wrote|talked)"
PROMISES = r"(?P<promise>promise[sd]? (?:to )?|owes? |agree[sd]? to )?"
OUR_QUESTION = re.compile(
    r"\b(?:we|i) ask(?:ed)?(?: (?:him|her|them))? (?P<what>.+)|\basked (?:him|her|them) (?P<bare>.+)", re.IGNORECASE
)
THEIR_QUESTION = re.compile(rf"\b(?:(?:he|she|they) )?{ASKS}(?: us)? (?P<what>.+)", re.IGNORECASE)
OUR_PROMISE = re.compile(rf"{WE} (?!{SAYS}\b|{DID}\b){PROMISES}(?P<what>.+)", re.IGNORECASE)
THEIR_PROMISE = re.compile(
    rf"{THEY} (?!{SAYS}\b|{ASKS}\b|{DID}\b){PROMISES}(?P<what>.+)|^promise[sd]? (?:to )?(?P<bare>.+)", re.IGNORECASE
)
FLAGS = (
    ("question_answered", re.compile(r"\b(?:answered|replied)\b", re.IGNORECASE)),
    ("decision", re.compile(r"\b(?:agreed on|decided|confirm(?:s|ed)|settled)\b", re.IGNORECASE)),
    ("complaint", re.compile(r"\bcomplain(?:s|ed|t)?\b", re.IGNORECASE)),
    ("feedback_recorded", re.compile(r"\bfeedback\b", re.IGNORECASE)),
    ("new_information", re.compile(r"\b(?:says|said|told|informed|learned)\b", re.IGNORECASE)),
)
SILENT_PROMISES = True  # “he sends the quote” promises, though no day is said
JOINS = re.compile(r"\band\b", re.IGNORECASE)
LEADS = re.compile(r"(?:\b(?:by|before|until|on|no later than)\s+(?:the\s+)?)$", re.IGNORECASE)
TRAILS = BEFORE = re.compile(r"(?!)")
FOR_WHOM = re.compile(" ?\\b(?:to )?\ue000\\d+\ue001")
ENDS = re.compile(r"[?]$")
PIECES = re.compile(r"[,;·|，；。\n]+|\.(?=\s|$)|\s-\s")
GLUE = " "
_YEAR_COMMA = re.compile(rf"\b({MONTH} \d{{1,2}}(?:st|nd|rd|th)?), (\d{{4}})", re.IGNORECASE)


def tidied(text: str) -> str:
    """Return a line as the expressions expect it: no comma within a date."""
    return _YEAR_COMMA.sub(r"\1 \2", text)


def number(text: str) -> float:
    """Return a count written in digits or as a word."""
    return float(COUNTS.get(text.casefold(), 0) or text)


def day_of(found: re.Match[str], days: Days) -> date | None:
    """Return the day that an expression of DAY says."""
    match {name: value.casefold() for name, value in found.groupdict().items() if value is not None}:
        case {"y": year, "m": month, "d": day}:
            return days.dated(int(day), int(month), int(year))
        case {"d1": day, "m1": month, **rest} | {"d2": day, "m2": month, **rest}:
            year = rest.get("y1") or rest.get("y2")
            return days.dated(int(day), MONTHS.index(month[:3]) + 1, int(year) if year else None)
        case {"relative": word}:
            return days.after(RELATIVE[word])
        case {"ago": count, "unit": unit}:
            return days.after(-int(number(count)) * (7 if unit == "week" else 1))
        case {"ahead": count, "of": "working day"}:
            return days.working(int(number(count)))
        case {"ahead": count, "of": unit}:
            return days.after(int(number(count)) * (7 if unit == "week" else 1))
        case {"weekday": weekday, **rest}:
            return days.weekday(WEEKDAYS.index(weekday[:3]), WEEKS.get(rest.get("week", "")))
        case {"month": _}:
            return days.month_end()
        case {"year": _}:
            return days.year_end()
        case {"end": word}:
            return days.week_end(1 if word == "next week" else 0)
    return None


def time_of(found: re.Match[str]) -> time | None:
    """Return the time of day that an expression of TIME says."""
    hour, minute = int(found["hour"] or found["hh"]), int(found["min"] or found["mm"] or 0)
    part = (found["part"] or "").casefold()
    if part == "pm" and hour < 12:
        hour += 12
    if part == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def minutes_of(found: re.Match[str]) -> int:
    """Return the minutes that an expression of MINUTES says."""
    if found["half"]:
        return 30
    if found["quarter"]:
        return 15
    if found["hours"]:
        return round(60 * number(found["hours"]) + (int(found["more"]) if found["more"] else 0))
    return round(number(found["minutes"]))
