"""A fictional company with three rounds and fifty-eight members, told in facts that show every mechanism at work."""

from tenfold.demo.generate import CHANGED, NAME, write_demo
from tenfold.demo.telling import tell

__all__ = ["CHANGED", "NAME", "tell", "write_demo"]
