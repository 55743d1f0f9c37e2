"""Chinese names in Latin letters: surname readings first, then the common ones; keys that find a name however typed.

ü, v and yu are the same after l and n; a surname with two readings is found by either. pypinyin reads the given name.
"""

from functools import cache

# Surnames whose reading differs from the common word, or that have two; the usual one first.
SURNAME_READINGS: dict[str, tuple[str, ...]] = {
    "单": ("shan",), "曾": ("zeng",), "仇": ("qiu",), "解": ("xie",), "查": ("zha",), "任": ("ren",), "区": ("ou",),
    "盖": ("ge", "gai"), "翟": ("zhai", "di"), "朴": ("piao",), "尉迟": ("yuchi",), "万俟": ("moqi",), "华": ("hua",),
    "缪": ("miao", "mou"), "乐": ("yue", "le"), "宓": ("mi", "fu"), "覃": ("qin", "tan"), "逄": ("pang",),
    "员": ("yun",), "黑": ("he",), "秘": ("bi",), "冼": ("xian",), "召": ("shao",), "种": ("chong",), "繁": ("po",),
    "折": ("she",), "能": ("nai",), "祭": ("zhai",), "尹": ("yin",), "晁": ("chao",), "令狐": ("linghu",),
    "单于": ("chanyu",), "澹台": ("tantai",), "长孙": ("zhangsun",), "宿": ("su",), "都": ("du",), "适": ("kuo",),
    "车": ("che",), "石": ("shi",), "洗": ("xian",), "厘": ("xi",), "隗": ("wei", "kui"), "那": ("na",), "哈": ("ha",),
    "费": ("fei", "bi"), "柏": ("bai", "bo"), "牟": ("mou", "mu"), "葛": ("ge",), "燕": ("yan",), "应": ("ying",),
    "纪": ("ji",), "过": ("guo",), "相": ("xiang",), "教": ("jiao",), "谌": ("chen", "shen"), "褚": ("chu",),
    "参": ("shen",), "贾": ("jia",), "干": ("gan",), "卜": ("bu",), "句": ("gou",), "郗": ("xi", "chi"), "郇": ("xun",),
    "沈": ("shen",), "佴": ("nai",), "亓官": ("qiguan",), "亓": ("qi",), "叶": ("ye",), "不": ("fou",),
    "重": ("chong",),
    "曲": ("qu",), "藏": ("zang",), "臧": ("zang",), "瞿": ("qu",), "钭": ("tou",), "昝": ("zan",), "郄": ("qie", "xi"),
}  # fmt: skip
_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政"
    "濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马"
    "公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌"
    "微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙"
    "南荣东里东宫仲长子书子桑即墨达奚褚师单于"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[index : index + 2] for index in range(0, len(_PAIRS), 2))
# Words that begin like a surname and are none: read as words.
NO_SURNAMES = ("乐山", "乐东", "乐陵", "乐活", "解放", "区块", "单元", "教育", "重点", "适应", "参考", "车联")
_DOUBLING = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁沈任"
)


def is_chinese(text: str) -> bool:
    """Whether the text holds at least one Han character."""
    return any("㐀" <= sign <= "鿿" for sign in text)


def split_name(name: str) -> tuple[str, str]:
    """Split a Chinese personal name into surname and given name; two joined surnames (four characters) stay together.

    >>> split_name("诸葛孔明"), split_name("王芳"), split_name("郑李淑芳")
    (('诸葛', '孔明'), ('王', '芳'), ('郑李', '淑芳'))
    """
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2], name[2:]
    if len(name) == 4 and name[0] in _DOUBLING and name[1] in _DOUBLING:
        return name[:2], name[2:]
    return name[:1], name[1:]


@cache
def _syllables(text: str) -> tuple[str, ...]:
    """Read text syllable by syllable without tones, ü as v."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


def surname_readings(surname: str) -> tuple[str, ...]:
    """Return the readings of a surname, the usual one first; of two joined surnames one after the other.

    >>> surname_readings("单"), surname_readings("翟"), surname_readings("尉迟")
    (('shan',), ('zhai', 'di'), ('yuchi',))
    """
    if surname in SURNAME_READINGS:
        return SURNAME_READINGS[surname]
    if len(surname) == 2 and surname not in COMPOUND_SURNAMES:
        first, second = surname_readings(surname[0]), surname_readings(surname[1])
        return tuple(one + two for one in first for two in second)
    return ("".join(_syllables(surname)),)


def _read(name: str) -> tuple[str, str, tuple[str, ...]]:
    """Return surname, given name and the readings of the surname; a word that is no surname is read in its context.

    长 alone is read zhang, and in 长沙 chang.
    """
    surname, given = split_name(name)
    known = surname in SURNAME_READINGS or len(surname) > 1
    if name.startswith(NO_SURNAMES) or not known:
        return surname, given, _syllables(name)[:1]
    return surname, given, surname_readings(surname)


def latin(text: str) -> str:
    """Write any text in Latin letters: Han characters syllable by syllable without tones, everything else as it is.

    >>> latin("青岚 2")
    'qinglan 2'
    """
    return "".join(_syllables(text))


def romanise(name: str) -> str:
    """Write a Chinese personal name by the national standard: surname first, given name joined, tone marks left out.

    An apostrophe parts a syllable that begins with a, e or o; two joined surnames get a hyphen; ü is written ü.

    >>> romanise("赵平安"), romanise("郑李淑芳")
    ("Zhao Ping'an", 'Zheng-Li Shufang')

    Source: GB/T 28039-2011.
    """
    surname, given, readings = _read(name)
    joined = len(surname) == 2 and surname not in COMPOUND_SURNAMES
    parts = [surname_readings(part)[0] for part in surname] if joined else readings[:1]
    family = "-".join(map(_capital, parts))
    own = ""
    for syllable in _syllables(given):
        own += f"'{syllable}" if own and syllable[0] in "aeo" else syllable
    return f"{family} {_capital(own)}".strip()


def _capital(syllables: str) -> str:
    return (syllables[:1].upper() + syllables[1:]).replace("v", "ü")


def fold_umlaut(text: str) -> str:
    """Make lü, lv, lyu (and nü, nv, nyu) one: written lv, nv. Lower case.

    >>> [fold_umlaut(word) for word in ("LÜ", "LYU", "lv", "NYU", "Lu")]
    ['lv', 'lv', 'lv', 'nv', 'lu']
    """
    folded = text.casefold().replace("u\u0308", "ü").replace("ü", "v").replace("u:", "v")
    for start in "ln":
        folded = folded.replace(f"{start}yu", f"{start}v")
    return folded


def name_keys(name: str) -> frozenset[str]:
    """Return the keys under which a Chinese name is found: every reading of the surname with the given name, joined.

    Latin text is folded and joined, in the order given and with the last word first (Western order), so that a name
    typed in Latin letters meets the same key.

    >>> sorted(name_keys("曾丽")), "zengli" in name_keys("Li ZENG")
    (['zengli'], True)
    """
    if is_chinese(name):
        _, given, readings = _read(name)
        own = fold_umlaut("".join(_syllables(given)))
        return frozenset(fold_umlaut(reading) + own for reading in readings)
    words = [word.replace("'", "").replace("-", "") for word in fold_umlaut(name).replace(",", " ").split()]
    orders = {"".join(words), "".join(words[-1:] + words[:-1]), "".join(words[1:] + words[:1])}
    return frozenset(orders)


def initials(name: str) -> str:
    """Return the first letters of surname and given syllables, as typed to find a name: 曾丽华 → zlh.

    >>> initials("曾丽华"), initials("尉迟恭")
    ('zlh', 'ycg')
    """
    surname, given, readings = _read(name)
    reading = readings[0]
    family = reading[0] if len(surname) == 1 else reading[0] + _second_initial(surname)
    return family + "".join(syllable[0] for syllable in _syllables(given))


def _second_initial(surname: str) -> str:
    known = {"尉迟": "c", "万俟": "q", "单于": "y"}
    return known.get(surname) or _syllables(surname[1])[0][0]


def sort_key(name: str) -> tuple[int, tuple[str, ...], str]:
    """Order names by surname-aware pinyin, then by the characters; names without Chinese come first, case ignored.

    >>> sorted(["王", "陈", "曾"], key=sort_key)
    ['陈', '王', '曾']
    """
    if not is_chinese(name):
        return 0, (name.casefold(),), name
    _, given, readings = _read(name)
    return 1, (readings[0], *_syllables(given)), name
