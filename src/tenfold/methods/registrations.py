"""Registration numbers of organisations and persons: one form, and the check digits of those that have some.

Source: GB 32100-2015 (unified social credit code, weights 3^i mod 31), GB 11643-1999 (resident identity number), both
as python-stdnum computes them.
"""

import re

_CODE = re.compile(r"^[0-9A-Z]{18}$")


def registration(text: str) -> str:
    """Return a number without its blanks, in capitals, as two writings of it are compared.

    >>> registration("91 110000 600037341l")
    '91110000600037341L'
    """
    return "".join(text.split()).upper()


def is_wrong(text: str) -> bool:
    """Whether a number of 18 places has a check digit that does not fit: neither a code nor an identity number.

    >>> is_wrong("91110000600037341L"), is_wrong("91110000600037341N"), is_wrong("HRB 12345")
    (False, True, False)
    """
    from stdnum.cn import ric, uscc

    number = registration(text)
    return bool(_CODE.match(number)) and not (uscc.is_valid(number) or ric.is_valid(number))
