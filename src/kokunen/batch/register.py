"""What is known of each person after a stream over each file: a few bytes, by slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from kokunen.batch import bits, check
from kokunen.batch.slots import Slots
from kokunen.batch.tables import UnableToReadTable, check_schema
from kokunen.law.exemption.facts import income_year_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kokunen.batch.output import Stop
    from kokunen.dates.month import Month

Basis = tuple[int, tuple[object, ...]]
"""What income bits depend on: the income year, and the figures of the month."""


def scan(path: Path, *, table: str) -> pl.LazyFrame:
    """Open a table; raise `UnableToReadTable` if it is none or has not the columns wanted."""
    try:
        frame = pl.scan_parquet(path)
        frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UnableToReadTable(
            f"{table} のファイル {path} を Parquet として読めません。",
            fix="ファイルの場所と形式を確かめてください。",
            field=table,
        ) from error
    check_schema(nw.from_native(frame).collect_schema(), table=table)
    return frame


def basis(month: Month, *, student: bool) -> Basis:
    """Return what the income bits of a month depend on."""
    return income_year_of(month=month, student=student), bits.same_figures(month)


def every(size: int, value: int) -> pl.Series:
    """Return a column of one small number."""
    return pl.repeat(value, size, dtype=pl.UInt16, eager=True)


@dataclass(slots=True)
class Register:
    """The tables of one run, what is set aside, and what is known of each person."""

    people: pl.LazyFrame
    incomes: pl.LazyFrame
    stop: Stop
    tell: Callable[[str, int], None]
    aside: list[check.BadRow] = field(default_factory=list)
    nobody: int = 0
    slots: Slots = field(default_factory=lambda: Slots(first=0, size=0))
    rows: int = 0
    in_order: bool = False
    left_out: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    income: dict[Basis, pl.Series] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------- people

    def read_people(self, *, may_set_aside: bool) -> None:
        """Give every person a slot; raise `UnableToUseRows`, or set bad rows aside."""
        number, row = pl.col("person_id"), pl.col("row").cast(pl.Int64)
        marked = nw.from_native(self.people).with_columns(fault=check.PERSON_FAULT).to_native()
        seen = (
            marked.with_row_index("row")
            .select(
                pl.len().alias("rows"),
                pl.col("fault").any(),
                number.min().alias("first"),
                number.max().alias("last"),
                (number - row).min().alias("low"),
                (number - row).max().alias("high"),
                pl.min_horizontal(pl.col("spouse_id", "head_id").min()).alias("least"),
                pl.max_horizontal(pl.col("spouse_id", "head_id").max()).alias("most"),
            )
            .collect(engine="streaming")
            .row(0, named=True)
        )
        self.stop.look()
        self.rows = seen["rows"]
        self.in_order = self.rows > 0 and not seen["fault"] and seen["low"] == seen["high"]
        if self.in_order:
            self.slots = Slots(first=seen["first"], size=self.rows)
            least, most = seen["least"], seen["most"]
            clean = least is None or (least >= seen["first"] and most <= seen["last"])
        else:
            ids = self.people.select("person_id").collect(engine="streaming").to_series()
            self.slots = Slots.among(ids.drop_nulls())
            clean = not seen["fault"] and self.slots.persons == self.rows and not self._lost()
        if not clean:
            self._find(check.bad_people(nw.from_native(self.people)), "people", may_set_aside)
            left_out = {row.person_id for row in self.aside if row.person_id is not None}
            self.left_out = pl.Series(sorted(left_out), dtype=pl.Int64)
        self.tell("people", self.rows)

    def _lost(self) -> bool:
        def look(frame: pl.DataFrame) -> pl.DataFrame:
            self.stop.look()
            lost = sum(self.slots.of(column).null_count() - column.null_count() for column in frame)
            return pl.DataFrame({"lost": [lost]})

        pointing = self.people.select("spouse_id", "head_id")
        counted = pointing.map_batches(look, schema={"lost": pl.Int64}, streamable=True)
        return bool(counted.collect(engine="streaming")["lost"].sum())

    def _find(self, frames: list[check.Frame], table: str, may_set_aside: bool) -> None:  # noqa: FBT001 - private
        """Collect the bad rows; raise `UnableToUseRows` unless they may be set aside."""
        found = []
        for frame in frames:
            native: pl.LazyFrame = frame.to_native()
            keys = [name for name in ("person_id", "income_year") if name in frame.columns]
            query = native.sort(keys) if may_set_aside else native.sort(keys).head(check.SHOWN + 1)
            for row in query.collect(engine="streaming").iter_rows(named=True):
                year = row.get("income_year")
                found.append(check.BadRow(table, row["person_id"], year, row["reason"]))
            self.stop.look()
        if found and not may_set_aside:
            raise check.UnableToUseRows(found)
        self.aside += found

    def person_bits(self, month: Month, *, income_year: int) -> pl.Series:
        """Return the person's bits of every slot in a month."""
        frame = bits.with_person_facts(
            nw.from_native(self.people), month=month, income_year=income_year
        )
        wanted = frame.select("person_id", bits=bits.person_bits(month)).to_native()
        code = pl.col("bits").fill_null(0).cast(pl.UInt8)
        if self.in_order:
            found: pl.Series = wanted.select(code).collect(engine="streaming").to_series()
        else:
            rows = wanted.select("person_id", code).drop_nulls().collect(engine="streaming")
            found = pl.repeat(0, self.slots.size, dtype=pl.UInt8, eager=True)
            found = found.scatter(self.slots.of(rows["person_id"]), rows["bits"])
        if not self.left_out.is_empty():
            unknown = pl.repeat(bits.UNKNOWN_PERSON, len(self.left_out), dtype=pl.UInt8, eager=True)
            found = found.scatter(self.slots.of(self.left_out), unknown)
        return found

    # ------------------------------------------------------------------------------------ incomes

    def read_incomes(self, wanted: dict[Basis, Month], *, may_set_aside: bool) -> None:
        """Keep the income bits of every slot; raise `UnableToUseRows`, or set bad rows aside."""
        given, clean = self._years()
        counted = 0
        for year in sorted(given | {year for year, _ in wanted}):
            keys = [key for key in wanted if key[0] == year]
            of_year = self.incomes
            if not clean or given != {year}:
                of_year = of_year.filter(pl.col("income_year") == year)
            rows, of_nobody = self._year(of_year, months=[wanted[key] for key in keys])
            columns = rows.get_columns()[1:]
            filled = [self._filled(rows["slot"], column) for column in columns]
            held = rows.height - len(of_nobody)
            twice = (filled[0] != bits.ABSENT).sum() != held or of_nobody.is_duplicated().any()
            clean = clean and not twice and not (columns[0] == bits.UNUSABLE).any()
            self.nobody += len(of_nobody)
            self.income |= dict(zip(keys, filled, strict=False))
            counted += rows.height
            self.tell("incomes", counted)
            del rows, columns
        if not clean:
            self._find(check.bad_incomes(nw.from_native(self.incomes)), "incomes", may_set_aside)
            for year in {year for year, _ in wanted}:
                self._forget(year)

    def _years(self) -> tuple[set[int], bool]:
        """Return the income years given, and whether every row has one."""
        year = pl.col("income_year")
        least, most, lacking = (
            self.incomes.select(year.min(), year.max().alias("most"), lacking=year.null_count())
            .collect(engine="streaming")
            .row(0)
        )
        if least == most:
            return ({least} if least is not None else set()), lacking == 0
        found = self.incomes.select(year.unique()).collect(engine="streaming").to_series()
        return set(found.drop_nulls()), lacking == 0

    def _year(
        self, of_year: pl.LazyFrame, *, months: list[Month]
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Return the slot and the bits (for the figures of each month) of a year's rows.

        Also the persons of those rows that belong to nobody.
        """
        rows = bits.with_income_facts(nw.from_native(of_year))
        sound = [bits.income_bits(month) for month in months]
        unusable = nw.lit(bits.UNUSABLE, dtype=nw.UInt16)
        marked = {
            f"bits{number}": nw.when(check.INCOME_FAULT)
            .then(unusable)
            .otherwise(one.cast(nw.UInt16))
            for number, one in enumerate(sound or [nw.lit(0, dtype=nw.UInt16)])
        }
        native: pl.LazyFrame = rows.select("person_id", **marked).to_native()
        if self.in_order:
            # Where every number is a person's, the slot is plain arithmetic.
            slot = (pl.col("person_id") - self.slots.first).cast(pl.UInt32, strict=False)
            placed = native.select(slot.alias("slot"), *marked).collect(engine="streaming")
            self.stop.look()
            if placed["slot"].null_count() == 0 and (placed["slot"] < self.slots.size).all():
                return placed, pl.Series([], dtype=pl.Int64)
        return self._placed(native, tuple(marked))

    def _placed(
        self, native: pl.LazyFrame, marked: tuple[str, ...]
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Return the rows by slot, and the persons of those that belong to nobody."""
        lost: list[pl.Series] = [pl.Series([], dtype=pl.Int64)]

        def place(frame: pl.DataFrame) -> pl.DataFrame:
            self.stop.look()
            ids = self.slots.of(frame["person_id"]).alias("slot")
            if ids.null_count():
                lost.append(frame["person_id"].filter(ids.is_null()))
            return frame.drop("person_id").insert_column(0, ids)

        schema = {"slot": pl.UInt32, **dict.fromkeys(marked, pl.UInt16)}
        placed = native.map_batches(place, schema=schema, streamable=True)
        return placed.collect(engine="streaming"), pl.concat(lost)

    def _filled(self, slot: pl.Series, found: pl.Series) -> pl.Series:
        if slot.null_count():
            found, slot = found.filter(slot.is_not_null()), slot.drop_nulls()
        return every(self.slots.size, bits.ABSENT).scatter(slot, found)

    def _forget(self, year: int) -> None:
        """Make the incomes of a year that are set aside unknown."""
        bad = {row.person_id for row in self.aside if row.income_year == year}
        ids = pl.Series(sorted(one for one in bad if one is not None), dtype=pl.Int64)
        slot = self.slots.of(ids).drop_nulls()
        for key in self.income:
            if key[0] == year:
                self.income[key] = self.income[key].scatter(slot, every(len(slot), bits.ABSENT))
