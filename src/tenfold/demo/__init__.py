"""A fictional company with three rounds and fifty-eight members, told in facts that show every mechanism at work."""

from tenfold.demo.generate import CHANGED, NAME, write_demo
from tenfold.demo.telling import tell

# Whom the demo may be looked at as: finance lead, operator, founder, compliance, an investor, an expert, the auditor.
PEOPLE = ("p000002", "p000003", "p000001", "p000005", "beichen", "p000017", "mulan-law")

__all__ = ["CHANGED", "NAME", "PEOPLE", "tell", "write_demo"]
