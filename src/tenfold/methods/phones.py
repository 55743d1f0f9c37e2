"""Telephone numbers in one form, E.164, so that +1 (312) 555-0187 and 0013125550187 are one number."""

import re
import unicodedata

_CHINESE_MOBILE = re.compile(r"^1[3-9][0-9]{9}$")
_EXTENSION = re.compile(r"(?:\s*(?:ext\.?|x|转|#|分机)\s*[0-9]{1,6})$", re.IGNORECASE)
CHINA = "CN"
TAIL = 6  # digits


def e164(text: str, country: str | None = None) -> str | None:
    """Return a number in E.164 (`+8613800138000`); None where the text is no number that can exist.

    Parameters
    ----------
    country
        The two letters of the country in which a number without one is dialled. Without it nothing is guessed, but for
        a number that has the form of a Chinese mobile and of nothing else.

    >>> e164("+1 (312) 555-0187"), e164("138 0013 8000"), e164("030 901820", "DE"), e164("030 901820")
    ('+13125550187', '+8613800138000', '+4930901820', None)
    """
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip())
    digits = re.sub(r"[\s().\-–—/]", "", plain)
    if _CHINESE_MOBILE.match(digits) and country in (None, CHINA):
        return f"+86{digits}"
    return _parsed(f"+{digits[2:]}" if digits.startswith("00") else digits, country)


def tail(text: str) -> str:
    """Return the last digits of a number, which all ways of writing it share; nothing where there are fewer.

    >>> tail("+86 138-0013-8000"), tail("010-12345678 转 801"), tail("12345")
    ('138000', '345678', '')
    """
    digits = re.sub(r"[^0-9]", "", _EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip()))
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def _parsed(digits: str, country: str | None) -> str | None:
    import phonenumbers

    for number, region in ((digits, country), (f"+{digits}", None)):
        # A number written without its plus is tried with it last: 8613800138000.
        try:
            found = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(found):
            return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
    return None
