"""Letters to plain Latin: marks taken off, Cyrillic and Greek spelled out, other scripts kept as they are."""

import unicodedata

# Letters that Unicode does not take apart. German and Nordic bank files may write ue, oe, ae: that is a second key.
_WHOLE = {
    "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l",
    "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z", "и": "i",
    "і": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "u", "я": "a", "ё": "e", "ї": "i", "ў": "u", "ј": "j", "љ": "l", "њ": "n", "ћ": "c", "ђ": "d", "џ": "d",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_SPELLED = {**_CYRILLIC, **_GREEK}
_TABLE = {ord(key): value for key, value in _WHOLE.items()}
_TABLE |= {ord(key): value for key, value in _SPELLED.items()}
_TABLE |= {ord(key.upper()): value.capitalize() for key, value in _SPELLED.items() if key.upper() != key}


def to_latin(text: str) -> str:
    """Take diacritics off and spell Cyrillic and Greek in Latin letters; Chinese and others stay.

    >>> to_latin("Lars Løkke"), to_latin("Zürich"), to_latin("中国")
    ('Lars Lokke', 'Zurich', '中国')
    """
    spelled = unicodedata.normalize("NFC", text).translate(_TABLE)
    plain: list[str] = []
    for sign in spelled:
        base = unicodedata.normalize("NFD", sign)[0]
        loose_mark = unicodedata.category(sign) == "Mn" and plain and plain[-1].isascii()
        if not loose_mark:
            plain.append(base if base.isascii() else sign)
    return "".join(plain)
