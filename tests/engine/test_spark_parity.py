"""Every reduction gives the same rows on DuckDB in the process and on Spark: one expression, two engines."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from tests.engine import spark_sample

from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment
from tenfold.engine.reduce import BigTables, build, parameters_of, schemas_of, tables_of
from tenfold.engine.registry import registry
from tenfold.facts.relations import narrow
from tenfold.terms.measure import Spec

SPECS = registry().specs
REDUCTIONS = sorted(id for id, spec in SPECS.items() if spec.kind == "reduction")
AT = datetime(2026, 9, 30, tzinfo=UTC)
ENDS = (12, 24)  # instants of the grid beside the cycle's own end
CONFIG = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # compiling Java takes longer than a few hundred rows
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    community = Community.load(spark_sample.write(tmp_path_factory.mktemp("spark")))
    return community.board(Moment(AT, AT))


@pytest.fixture(scope="module")
def big_tables() -> Iterator[BigTables]:
    opened = BigTables(SPECS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def spark(board: Board) -> Iterator[Any]:
    """The Ibis connection to a local Spark that holds the facts."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("no java: Spark needs Java 17")
    import ibis
    from pyspark.sql import SparkSession

    # The interpreter that pyspark starts must be this one, and no other machine is asked anything.
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]").appName("tenfold")
    for name, value in CONFIG.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    wanted = {name for id in REDUCTIONS for name in tables_of(SPECS[id], SPECS)}
    for name in sorted(wanted):
        hold(session, name, narrow(name, board.prepared[name]))
    yield ibis.pyspark.connect(session)
    session.stop()


def hold(session: Any, name: str, frame: pl.DataFrame) -> None:
    """Give a frame to Spark under a name."""
    session.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest())).createOrReplaceTempView(name)


def frames_of(board: Board, spec: Spec) -> list[Mapping[str, pl.DataFrame]]:
    """Return the parameter tables of a reduction, per charter version."""
    found = []
    for rules, ends in board.by_version({*ENDS, board.ends.main}):
        frames = {"ends": ends}
        for reducer in parameters_of(spec, SPECS):
            frames |= reducer.frames(rules, ends)
        found.append(frames)
    return found


def in_order(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(frame.select(sorted(frame.columns)).iter_rows(), key=repr)


@pytest.mark.parametrize("id", REDUCTIONS)
def test_a_reduction_finds_something_in_the_sample(id: str, board: Board, big_tables: BigTables) -> None:
    assert any(big_tables.run(SPECS[id], board.prepared, frames).height for frames in frames_of(board, SPECS[id]))


@pytest.mark.parametrize("id", REDUCTIONS)
def test_a_reduction_gives_equal_rows_on_spark(id: str, board: Board, big_tables: BigTables, spark: Any) -> None:
    spec = SPECS[id]
    expression = build(spec, SPECS, schemas_of(board.prepared))
    for frames in frames_of(board, spec):
        here = big_tables.run(spec, board.prepared, frames)
        for name, frame in frames.items():
            hold(spark._session, name, frame)
        there = pl.DataFrame(spark.to_pyarrow(expression)).select(here.columns).cast(dict(here.schema))
        assert in_order(there) == in_order(here)
