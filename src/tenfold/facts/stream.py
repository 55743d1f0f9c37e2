"""Frames handed to an engine and back as Arrow streams, without pyarrow, whose import costs more than most queries."""

from typing import Any


class Stream:
    """A frame, or an engine's result, seen as a stream of Arrow batches and nothing else."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.source.__arrow_c_stream__(requested_schema)
