"""Complaints as a database keeps them until a page says them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tenfold.terms.errors import Complaint
from tenfold.terms.listed import Listed


def kept(complaints: Iterable[Complaint]) -> list[dict[str, Any]]:
    """Return complaints as JSON can hold them: a list stays one."""
    return [{"id": one.id, "place": str(one.place), "params": _plain(one.params)} for one in complaints]


def complaints_of(rows: Sequence[Mapping[str, Any]]) -> list[Complaint]:
    """Return the complaints that were kept, without their places."""
    return [Complaint(one["id"], params=_read(one["params"])) for one in rows]


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {name: list(value.parts) if isinstance(value, Listed) else value for name, value in params.items()}


def _read(params: Mapping[str, object]) -> dict[str, object]:
    return {name: Listed(value) if isinstance(value, list) else value for name, value in params.items()}
