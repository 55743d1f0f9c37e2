"""People as somebody pastes them, one a line, into a sheet as the reading knows it: name, organisation, class."""

import csv
import io
import re
from collections.abc import Iterable

from tenfold.methods.pinyin import is_chinese

HEADS = {"en": ("name", "organisation", "class"), "zh-Hans": ("姓名", "公司", "身份")}  # as whoever pasted reads them
# What a first line says that is the head of a sheet: then the text is one already.
HEAD = re.compile(r"(?i)姓名|名称|名字|公司|机构|单位|\bname\b|\borgani[sz]ation\b|\bcompany\b|\bclass\b")
APART = re.compile(r"[\t,，;；、|]")
MARKS = " \u3000•·*-–—.．)）"  # what lists put before a name, beside its number
NUMBERED = re.compile(r"^\s*\(?（?\d{1,3}[.、)）．]\s*")


def people_sheet(text: str, member_class: str, language: str) -> bytes:
    """Return a sheet of pasted people: a text that has a head already as it is, any other one line a person.

    member_class   what stands in the last column where a line says nothing; nothing for nobody
    language       of whoever pasted: `en` or `zh-Hans`; the heads are shown to them
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and HEAD.search(lines[0]) and APART.search(lines[0]):
        return "\n".join(lines).encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADS[language])
    writer.writerows(_row(line, member_class) for line in lines)
    return buffer.getvalue().encode()


def _row(line: str, member_class: str) -> Iterable[str]:
    plain = NUMBERED.sub("", line).strip(MARKS)
    parts = [part.strip() for part in APART.split(plain)]
    if len(parts) == 1 and is_chinese(plain):  # Chinese names have no blanks in them: these part the columns
        parts = plain.split()
    name, organisation, said = (*parts, "", "", "")[:3]
    return name, organisation, said or member_class
