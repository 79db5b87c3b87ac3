"""The run on Spark: the same expressions, and joins instead of arrays."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

from kokunen.batch import bits, check
from kokunen.batch.answers import NO_ONE, NOT_OF_AGE, Situations, birth_classes, key_of
from kokunen.batch.engine import Summary, UnableToAssess
from kokunen.batch.tables import OUTPUT, UnableToReadTable, check_schema
from kokunen.law.exemption.facts import income_year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kokunen.batch.engine import Progress
    from kokunen.batch.output import Stop
    from kokunen.dates.month import Month

Frame = Any
"""A PySpark frame, or a lazy Narwhals frame of one; PySpark is an extra and has no place here."""

_LOCAL: Final = {
    "spark.master": "local[*]",
    # Nothing of a run on one machine is to be reached from another.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
}
_SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"
"""Set where spark-submit has started Python, with settings of its own."""
_ASIDE: Final = "table string, person_id long, income_year int, reason string"


def run(
    people: Path,
    incomes: Path,
    *,
    months: Sequence[Month],
    part: Path,
    aside: Path | None,
    stop: Stop,
    tell: Progress,
) -> Summary:
    """Assess with Spark; see `kokunen.batch.assess.assess`.

    On a cluster every worker must see the files under the same path.
    """
    for month in months:
        bits.same_figures(month)  # a month outside the law is refused before Spark is started
        birth_classes(month)
    with session() as spark:
        tables = _Tables(spark, people, incomes)
        read, nobody = tables.count()
        stop.look()
        tables.set_aside(may=aside is not None)
        stop.look()
        tell("people", read)
        tell("incomes", nobody)
        rows: list[Frame] = []
        for month in months:
            rows.append(tables.rows(month))
            stop.look()
        every = reduce(lambda one, other: one.unionByName(other), rows)
        _write(every.orderBy("month", "person_id"), part)
        written = pl.scan_parquet(part).select(pl.len()).collect().item()
        tell("assess", written)
        if aside is not None:
            _write(spark.createDataFrame(tables.aside, _ASIDE), aside)
    return Summary(read, written, len(tables.aside), nobody)


@contextmanager
def session() -> Iterator[Any]:
    """Give the Spark session that is there, or a local one, stopped at the end.

    Raises `UnableToAssess` where PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UnableToAssess(
            "Spark が入っていません。",
            fix="pip install 'kokunen[spark]' で入れるか、--engine polars を使ってください。",
            field="engine",
        ) from error
    there = SparkSession.getActiveSession()
    if there is not None:
        yield there
        return
    builder = SparkSession.builder.appName("kokunen")
    if _SUBMITTED not in os.environ:
        for name, value in _LOCAL.items():
            builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _write(frame: Frame, path: Path) -> None:
    """Write a frame as one file, which Spark itself only does inside a folder."""
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        target = Path(folder) / "spark"
        frame.coalesce(1).write.option("compression", "zstd").parquet(target.as_uri())
        (only,) = target.glob("part-*.parquet")
        only.replace(path)


class _Tables:
    """The tables of one run, and what is set aside of them."""

    def __init__(self, spark: Frame, people: Path, incomes: Path) -> None:
        self._spark = spark
        self._people = _scan(spark, people, table="people")
        self._incomes = _scan(spark, incomes, table="incomes")
        self.aside: list[check.BadRow] = []

    def set_aside(self, *, may: bool) -> None:
        """Raise `UnableToUseRows`, or set bad rows aside."""
        self._find(check.bad_people(self._people), "people", may=may)
        left_out = {row.person_id for row in self.aside}
        self._find(check.bad_incomes(self._incomes), "incomes", may=may)
        if not self.aside:
            return
        lost = [row[1:3] for row in self.aside if row.table == "incomes" and None not in row[1:3]]
        keys = self._small(lost, "person_id long, income_year int")
        self._incomes = self._incomes.filter(~check.INCOME_FAULT).join(
            keys, on=["person_id", "income_year"], how="anti"
        )
        unknown = [(one,) for one in left_out if one is not None]
        self._unknown = self._small(unknown, "person_id long")
        known = self._people.filter(~nw.col("person_id").is_null())
        self._people = known.join(self._unknown, on="person_id", how="anti")

    def _find(self, frames: Iterable[Frame], table: str, *, may: bool) -> None:
        found = []
        for frame in frames:
            keys = [name for name in ("person_id", "income_year") if name in frame.columns]
            rows = frame.to_native().orderBy(*keys)
            for row in (rows if may else rows.limit(check.SHOWN + 1)).collect():
                year = row["income_year"] if len(keys) > 1 else None
                found.append(check.BadRow(table, row["person_id"], year, row["reason"]))
        if found and not may:
            raise check.UnableToUseRows(found)
        self.aside += found

    def _small(self, rows: Sequence[tuple[Any, ...]], schema: str) -> Frame:
        return nw.from_native(self._spark.createDataFrame(rows, schema))

    def _look_up(
        self, rows: Frame, *, on: str, table: Sequence[tuple[Any, ...]], schema: str
    ) -> Frame:
        from pyspark.sql.functions import broadcast

        small = broadcast(self._spark.createDataFrame(table, schema))
        return nw.from_native(rows.to_native().join(small, on))

    def count(self) -> tuple[int, int]:
        """Return how many people are read, and how many rows of incomes belong to nobody."""
        people = self._people.to_native().count()
        ids = self._people.select("person_id")
        nobody = self._incomes.join(ids, on="person_id", how="anti").to_native().count()
        return people, nobody

    def rows(self, month: Month) -> Frame:
        """Return the output rows of a month."""
        situations = Situations(month)
        year = income_year_of(month=month, student=False)
        year_of_students = income_year_of(month=month, student=True)
        standing = self._standing(month, situations, income_year=year)
        others = standing.select("person_id", "other")
        age: nw.Expr = nw.lit(0)
        for one in birth_classes(month):
            then = nw.lit(one.deferral_open + 2 * one.of_age)
            age = nw.when(nw.col("birth_date") >= nw.lit(one.born_from)).then(then).otherwise(age)
        rows = self._people.filter("insured").with_columns(age=age)
        rows = rows.join(standing.select("person_id", "own"), on="person_id", how="left")
        for role in ("spouse", "head"):
            found = others.rename({"person_id": f"{role}_id", "other": role})
            rows = rows.join(found, on=f"{role}_id", how="left")
        student = nw.col("student")
        if year_of_students != year:
            own = self._standing(month, situations, income_year=year_of_students)
            own = own.select("person_id", own_as_student="own")
            rows = rows.join(own, on="person_id", how="left").with_columns(
                own=nw.when(student).then(nw.col("own_as_student")).otherwise(nw.col("own"))
            )
        untested = {"spouse": student | nw.col("separated_by_violence"), "head": student}
        tested = {
            role: nw.when(no).then(nw.lit(NO_ONE)).otherwise(nw.col(role).fill_null(NO_ONE))
            for role, no in untested.items()
        }
        key = key_of(
            own=nw.col("own"),
            spouse=tested["spouse"],
            head=tested["head"],
            others=situations.others,
            student=student.cast(nw.Int64),
            deferral=nw.col("age") % 2,
        )
        of_age = nw.col("age") > 1
        rows = rows.select("person_id", key=nw.when(of_age).then(key).otherwise(nw.lit(-1)))
        keys = [row[0] for row in rows.select("key").unique().to_native().collect()]
        answers = [
            (one, str(month), *(NOT_OF_AGE if one < 0 else situations.answer(one))) for one in keys
        ]
        schema = "key long, " + ", ".join(f"{name} string" for name in OUTPUT[1:])
        rows = rows.with_columns(key=nw.col("key").cast(nw.Int64))
        answered = self._look_up(rows, on="key", table=answers, schema=schema)
        return answered.select(*OUTPUT).to_native()

    def _standing(self, month: Month, situations: Situations, *, income_year: int) -> Frame:
        """Return the class of every person, as the insured and as spouse or head."""
        of_year = self._incomes.filter(nw.col("income_year") == income_year)
        income = bits.with_income_facts(of_year).select("person_id", income=bits.income_bits(month))
        person = bits.with_person_facts(self._people, month=month, income_year=income_year)
        person = person.select("person_id", person=bits.person_bits(month))
        joined = person.join(income, on="person_id", how="left").select(
            "person_id",
            code=nw.col("person").cast(nw.Int64) * (1 << bits.PERSON_SHIFT)
            + nw.col("income").cast(nw.Int64).fill_null(bits.ABSENT),
        )
        if self.aside:
            nothing = nw.lit(bits.UNKNOWN_PERSON << bits.PERSON_SHIFT, dtype=nw.Int64)
            joined = nw.concat([joined, self._unknown.select("person_id", code=nothing)])
        codes = [row[0] for row in joined.select("code").unique().to_native().collect()]
        classes = zip(codes, situations.classes(codes), strict=True)
        table = [(code, own, other) for code, (own, other) in classes]
        schema = "code long, own long, other long"
        return self._look_up(joined, on="code", table=table, schema=schema)


def _scan(spark: Frame, path: Path, *, table: str) -> Frame:
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it has no types
    from pyspark.errors import PySparkException

    try:
        frame = nw.from_native(spark.read.parquet(path.absolute().as_uri()))
        schema = frame.collect_schema()
    except (PySparkException, Py4JError) as error:
        raise UnableToReadTable(
            f"{table} のファイル {path} を Parquet として読めません。",
            fix="ファイルの場所と形式を確かめてください。",
            field=table,
        ) from error
    check_schema(schema, table=table)
    return frame
