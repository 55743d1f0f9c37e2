"""Papers that people bring to be kept: which kinds of files are taken, and whether a content is what its name says.

A paper is never opened here, let alone run or drawn: it is looked at just so far as its kind shows. Files that carry
programs are not taken: a page, a drawing that is one (SVG), an archive, an office document with macros.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from tenfold.terms.errors import Complaint, Refused

MEGABYTE = 1 << 20
MOST = 20  # megabytes of a paper
LONGEST = 120  # characters of a title
ENTRY, ENTRIES = b"PK\x01\x02", 5_000  # how the index of an archive names each of its parts, and how many it may have
MACROS = "vbaproject.bin"
OFFICE = "application/vnd.openxmlformats-officedocument"

Check = Callable[[bytes], bool]


def _begins(*starts: bytes) -> Check:
    return lambda content: content.startswith(starts)


def _office(part: str) -> Check:
    """Return a check for an office document with this main part and no macros; nothing of it is unpacked."""

    def check(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04") or content.count(ENTRY) > ENTRIES:
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = {name.lower() for name in archive.namelist()}
        # zipfile says only of some spoiled indexes that they are: a name that is no UTF-8 is a ValueError, a
        # format newer than it knows a NotImplementedError. Neither is an office document.
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        macros = any(name.endswith(MACROS) for name in names)
        return {part, "[content_types].xml"} <= names and not macros

    return check


def _text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


# Ending → the media type as which it is handed out, and how its content is known.
TAKEN: Mapping[str, tuple[str, Check]] = MappingProxyType(
    {
        ".pdf": ("application/pdf", _begins(b"%PDF-")),
        ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
        ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
        ".jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
        ".docx": (f"{OFFICE}.wordprocessingml.document", _office("word/document.xml")),
        ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
        ".pptx": (f"{OFFICE}.presentationml.presentation", _office("ppt/presentation.xml")),
        ".txt": ("text/plain; charset=utf-8", _text),
        ".csv": ("text/csv; charset=utf-8", _text),
    }
)


def ending_of(name: str, content: bytes) -> str:
    """Return the ending of a paper's name, once its content is what that says.

    Raises
    ------
    Refused   it is empty, too large, of a kind that is not taken, or not what its name says
    """
    ending = PurePath(name).suffix.lower()
    shown = title_of(name) + ending[:10]
    if not content:
        raise Refused([Complaint("paper.empty", params={"seen": shown})])
    if len(content) > MOST * MEGABYTE:
        raise Refused([Complaint("paper.large", params={"seen": shown, "most": str(MOST)})])
    if ending not in TAKEN:
        raise Refused([Complaint("paper.kind", params={"seen": shown, "expected": " ".join(TAKEN)})])
    _, check = TAKEN[ending]
    if not check(content):
        raise Refused([Complaint("paper.content", params={"seen": shown, "expected": ending})])
    return ending


def title_of(name: str) -> str:
    """Return the stem of a file's name as a title: no folders, no invisible signs that turn a name around."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in bare if sign.isprintable()).strip(". ")
    stem = visible.rpartition(".")[0] or visible
    return stem.strip(". ")[:LONGEST]


def file_name(title: str, ending: str) -> str:
    """Return the name under which a paper is handed out."""
    plain = "".join(sign for sign in title if sign.isprintable() and sign not in '/\\:*?"<>|').strip(". ")
    return f"{plain[:LONGEST] or 'document'}{ending}"
