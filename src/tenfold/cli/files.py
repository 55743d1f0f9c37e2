"""Commands on files that people already have: import by map, export to a workbook."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from tenfold.cli.options import Folder, output_of
