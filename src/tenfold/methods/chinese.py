"""Chinese text in one script: traditional characters as simplified ones, so that 青松資本 and 青松资本 are one name."""

import re
from functools import cache
from typing import Any

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def simplified(text: str) -> str:
    """Return Chinese text in simplified characters; any other text as it is.

    >>> simplified("青松資本"), simplified("Pine")
    ('青松资本', 'Pine')
    """
    return str(_converter().convert(text)) if _CHINESE.search(text) else text


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
