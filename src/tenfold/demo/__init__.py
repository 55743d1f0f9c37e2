"""A fictional company with three rounds and fifty-eight members, told in facts on which every mechanism shows itself."""

from tenfold.demo.generate import write_demo

__all__ = ["write_demo"]
