"""How alike two strings are: Jaro, Jaro–Winkler, Levenshtein, Damerau, Soundex."""

from tenfold.methods.latin import to_latin

PREFIX_WEIGHT, PREFIX_MAX = 0.1, 4

_SOUNDEX = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}


def _matches(one: str, two: str) -> tuple[int, int]:
    """Return common characters within half the longer length, and half the transpositions among them."""
    reach = max(0, max(len(one), len(two)) // 2 - 1)
    taken = [False] * len(two)
    first = []
    for index, letter in enumerate(one):
        for at in range(max(0, index - reach), min(len(two), index + reach + 1)):
            if not taken[at] and two[at] == letter:
                taken[at] = True
                first.append(letter)
                break
    second = [letter for letter, used in zip(two, taken, strict=True) if used]
    return len(first), sum(a != b for a, b in zip(first, second, strict=True)) // 2


def jaro(one: str, two: str) -> float:
    """Mean of the matched shares of both strings and of the matched that are in order, 0 … 1.

    >>> round(jaro("martha", "marhta"), 3)
    0.944

    Source: Jaro 1989.
    """
    if one == two:
        return 1.0
    matched, swapped = _matches(one, two)
    if not matched:
        return 0.0
    return (matched / len(one) + matched / len(two) + (matched - swapped) / matched) / 3


def jaro_winkler(one: str, two: str, *, long_tolerance: bool = False) -> float:
    """Jaro raised by 0.1 of what is missing for each of up to four equal first letters.

    `long_tolerance` is the option of the original C code that raises long strings further; a threshold belongs to one
    variant.

    >>> round(jaro_winkler("dixon", "dicksonx"), 3), round(jaro_winkler("dixon", "dicksonx", long_tolerance=True), 3)
    (0.813, 0.83)

    Source: Winkler 1990.
    """
    value = jaro(one, two)
    prefix = 0
    while prefix < min(len(one), len(two), PREFIX_MAX) and one[prefix] == two[prefix]:
        prefix += 1
    value += prefix * PREFIX_WEIGHT * (1 - value)
    shorter, longer = sorted((len(one), len(two)))
    matched = _matches(one, two)[0]
    if long_tolerance and shorter > 4 and matched > prefix + 1 and 2 * matched >= shorter + prefix:
        value += (1 - value) * (matched - prefix - 1) / (longer + shorter - 2 * prefix + 2)
    return value


def levenshtein(one: str, two: str) -> int:
    """Fewest insertions, deletions and replacements that turn one string into the other.

    >>> levenshtein("kitten", "sitting")
    3
    """
    row = list(range(len(two) + 1))
    for index, letter in enumerate(one, start=1):
        before, row[0] = row[0], index
        for at, other in enumerate(two, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row[-1]


def damerau_levenshtein(one: str, two: str) -> int:
    """Levenshtein in which swapping two neighbours counts once, even with letters between put in or taken out.

    >>> damerau_levenshtein("abcd", "acb")
    2
    """
    far = len(one) + len(two)
    last: dict[str, int] = {}
    cost = {(-1, at): far for at in range(-1, len(two) + 1)} | {(at, -1): far for at in range(-1, len(one) + 1)}
    cost |= {(0, at): at for at in range(len(two) + 1)} | {(at, 0): at for at in range(len(one) + 1)}
    for i, letter in enumerate(one, start=1):
        swap_with = 0
        for j, other in enumerate(two, start=1):
            k, m = last.get(other, 0), swap_with
            same = letter == other
            if same:
                swap_with = j
            cost[i, j] = min(
                cost[i - 1, j - 1] + (not same),
                cost[i, j - 1] + 1,
                cost[i - 1, j] + 1,
                cost[k - 1, m - 1] + (i - k - 1) + 1 + (j - m - 1),
            )
        last[letter] = i
    return cost[len(one), len(two)]


def soundex(name: str) -> str:
    """American Soundex by the rule of the US National Archives: H and W do not part equal codes. '' without letters.

    >>> soundex("Ashcroft"), soundex("Tymczak")
    ('A261', 'T522')
    """
    letters = [letter for letter in to_latin(name).upper() if letter.isascii() and letter.isalpha()]
    if not letters:
        return ""
    code, before = letters[0], _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != before:
            code += digit
        if letter not in "HW":
            before = digit
    return (code + "000")[:4]
