"""A reason is a message id with parameters, put into words at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence to be: `id` names it in `report/words`, `params` fill it."""

    id: str
    params: Mapping[str, str] = field(default_factory=dict)
