"""The importer: map files say which cell of a source fills which column of a fact table; no code of its own per set."""

from tenfold.facts.maps.language import MapFile, read_maps
from tenfold.facts.maps.result import Import, Report, run_map

__all__ = ["Import", "MapFile", "Report", "read_maps", "run_map"]
