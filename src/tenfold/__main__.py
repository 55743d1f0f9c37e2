"""`python -m tenfold` is the `tenfold` command."""

from tenfold.cli import run

if __name__ == "__main__":
    run()
