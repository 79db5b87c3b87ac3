"""The run on one machine: answers are looked up for a stream of people."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kokunen.batch import bits
from kokunen.batch.answers import NOT_OF_AGE, Answer, BirthClass, Situations, birth_classes, key_of
from kokunen.batch.engine import Progress, Summary
from kokunen.batch.register import Basis, Register, basis, every, scan
from kokunen.batch.tables import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kokunen.batch.output import Stop
    from kokunen.dates.month import Month

_SLICE: Final = 1_000_000
_NOT_YET: Final = 0xFFFF
_OUT_SCHEMA: Final = {"person_id": pl.Int64, **dict.fromkeys(OUTPUT[1:], pl.String)}
_FORM: Final[Any] = {"compression": "zstd", "compression_level": 1, "statistics": False}
"""Of few different words, so a harder compression or the bounds of each page would gain nothing."""
_ASIDE: Final = {
    "table": pl.String,
    "person_id": pl.Int64,
    "income_year": pl.Int32,
    "reason": pl.String,
}


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
    """Assess with Polars; see `kokunen.batch.assess.assess`."""
    register = Register(scan(people, table="people"), scan(incomes, table="incomes"), stop, tell)
    wanted: dict[Basis, Month] = {}
    for month in months:
        for student in (False, True):
            wanted.setdefault(basis(month, student=student), month)
        birth_classes(month)  # a month outside the law is refused before the files are read
    register.read_people(may_set_aside=aside is not None)
    register.read_incomes(wanted, may_set_aside=aside is not None)
    if aside is not None:
        pl.DataFrame(register.aside, schema=_ASIDE, orient="row").write_parquet(aside)
    written = _write(register, months, part=part, tell=tell)
    return Summary(register.rows, written, len(register.aside), register.nobody)


def _write(register: Register, months: Sequence[Month], *, part: Path, tell: Progress) -> int:
    done = 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        tell("assess", done)

    if len(months) == 1:
        Judge(register, months[0], count=count).rows().sink_parquet(part, **_FORM)
        return done
    # Month after month, so that what is kept of each person does not grow with the months.
    with TemporaryDirectory(dir=part.parent, prefix=part.name) as folder:
        each = [Path(folder) / f"{month}.parquet" for month in months]
        for month, path in zip(months, each, strict=True):
            Judge(register, month, count=count).rows().sink_parquet(path, **_FORM)
        pl.scan_parquet(each).sink_parquet(part, **_FORM)
    return done


class Judge:
    """Answers a stream of rows for one month; may be called from several threads."""

    def __init__(self, register: Register, month: Month, *, count: Callable[[int], None]) -> None:
        self._register = register
        self._month = month
        self._count = count
        self._lock = threading.Lock()
        self._situations = Situations(month)
        self._answers = [NOT_OF_AGE]
        self._places = {NOT_OF_AGE: 0}
        self._prepare()

    def rows(self) -> pl.LazyFrame:
        """Return the output rows of the month."""
        assessed = self._register.people.filter(pl.col("insured"))
        if self._register.aside:
            number, left_out = pl.col("person_id"), self._register.left_out
            assessed = assessed.filter(number.is_not_null() & ~number.is_in(left_out.implode()))
        classes = birth_classes(self._month)
        age: Any = pl.lit(_age(classes[0]), dtype=pl.UInt8)
        for one in classes[1:]:
            age = pl.when(pl.col("birth_date") >= one.born_from).then(_age(one)).otherwise(age)
        wanted = assessed.select(
            "person_id",
            "spouse_id",
            "head_id",
            "student",
            "separated_by_violence",
            age.cast(pl.UInt8).alias("age"),
        )
        return wanted.map_batches(self._answer, schema=_OUT_SCHEMA, streamable=True)

    def _prepare(self) -> None:
        """Give everyone the number of what they pass in the month."""
        month, register = self._month, self._register
        self._own: dict[bool, pl.Series] = {}
        ordinary, of_students = basis(month, student=False), basis(month, student=True)
        for key in dict.fromkeys((ordinary, of_students)):
            person = register.person_bits(month, income_year=key[0])
            own, other = self._classes(register.income[key], person)
            if key == ordinary:
                self._own[False], self._other = own, other
            if key == of_students:
                self._own[True] = own
        self._lut = every(self._situations.keys, _NOT_YET)
        self._look_up()

    def _classes(self, income: pl.Series, person: pl.Series) -> tuple[pl.Series, pl.Series]:
        own: list[pl.Series] = []
        other: list[pl.Series] = []
        size = bits.PERSON_CODES << bits.PERSON_SHIFT
        for start in range(0, len(person), _SLICE):
            self._register.stop.look()
            code = person.slice(start, _SLICE).cast(pl.UInt32) * (1 << bits.PERSON_SHIFT)
            code = code + income.slice(start, _SLICE)
            seen = pl.repeat(value=False, n=size, eager=True).scatter(code, [True])
            found = seen.arg_true()
            pairs = self._situations.classes(found.to_list())
            for side, kept in ((0, own), (1, other)):
                table = pl.repeat(0, size, dtype=pl.UInt16, eager=True)
                numbers = pl.Series([pair[side] for pair in pairs], dtype=pl.UInt16)
                kept.append(table.scatter(found, numbers).gather(code))
        empty = pl.Series([], dtype=pl.UInt16)
        return (
            pl.concat(own, rechunk=True) if own else empty,
            pl.concat(other, rechunk=True) if other else empty,
        )

    def _answer(self, frame: pl.DataFrame) -> pl.DataFrame:
        self._register.stop.look()
        slot = self._register.slots.of(frame["person_id"])
        student = frame["student"]
        own = self._own[False].gather(slot)
        if self._own[True] is not self._own[False] and student.any():
            own = self._own[True].gather(slot).zip_with(student, own)
        spouse = self._of_others(frame["spouse_id"], student | frame["separated_by_violence"])
        head = self._of_others(frame["head_id"], student)
        key = key_of(
            own=own.cast(pl.UInt32),
            spouse=spouse,
            head=head,
            others=self._situations.others,
            student=student.cast(pl.UInt32),
            deferral=(frame["age"] & 1).cast(pl.UInt32),
        )
        at = self._decided(key).zip_with(frame["age"] >= 2, every(1, 0))  # noqa: PLR2004 - the bit of age
        with self._lock:
            self._count(frame.height)
        return pl.DataFrame(
            {
                "person_id": frame["person_id"],
                "month": pl.repeat(str(self._month), frame.height, eager=True),
                **{name: table.gather(at) for name, table in self._tables.items()},
            }
        )

    def _of_others(self, ids: pl.Series, untested: pl.Series) -> pl.Series:
        found = self._other.gather(self._register.slots.of(ids)).fill_null(0).cast(pl.UInt32)
        return found * (~untested).cast(pl.UInt32)

    def _decided(self, key: pl.Series) -> pl.Series:
        """Return the place of each key's answer, asking the one-person rule for new keys."""
        at = self._lut.gather(key)
        if (at != _NOT_YET).all():
            return at
        with self._lock:
            new = [one for one in key.unique().to_list() if self._lut[one] == _NOT_YET]
            places = [self._place(self._situations.answer(one)) for one in new]
            self._look_up()  # before the table that refers to it, for the other threads
            if new:
                table = self._lut.clone()
                self._lut = table.scatter(new, pl.Series(places, dtype=pl.UInt16))
            return self._lut.gather(key)

    def _place(self, answer: Answer) -> int:
        if answer not in self._places:
            self._places[answer] = len(self._answers)
            self._answers.append(answer)
        return self._places[answer]

    def _look_up(self) -> None:
        self._tables = {
            name: pl.Series([one[place] for one in self._answers], dtype=pl.String)
            for place, name in enumerate(OUTPUT[2:])
        }


def _age(one: BirthClass) -> int:
    return one.deferral_open + 2 * one.of_age
