"""Assessing a whole register for some months, with the rules of one person."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from kokunen.batch.engine import UnableToAssess
from kokunen.batch.output import check_paths, stoppable, whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kokunen.batch.engine import Progress, Summary
    from kokunen.batch.output import Stop
    from kokunen.dates.month import Month

ENGINES: Final = ("polars", "spark")


def assess(
    people: Path,
    incomes: Path,
    *,
    months: Sequence[Month],
    out: Path,
    engine: str = "polars",
    quarantine: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Assess everyone marked ``insured`` for every month, as if applied for in time.

    Reads two Parquet files and writes one, sorted by month and then as the people are (on Spark:
    by ``person_id``). The limit of retroactive applications, other exemptions and months already
    paid are not looked at: the batch says what the law would grant. Raises a `Refusal` before
    anything is written if the tables cannot be used; with ``quarantine`` bad rows are listed in
    that file instead (``table``, ``person_id``, ``income_year``, ``reason``): their people are not
    assessed, and where they are a spouse or head, or an income is missing for it, it counts as
    unknown. Raises `NoValueInForce` for a month outside the figures of the law. However the run
    ends, ``out`` is complete or as it was before.
    """
    if engine not in ENGINES:
        raise UnableToAssess(
            f"「{engine}」というエンジンはありません。",
            fix=f"{' か '.join(ENGINES)} を指定してください。",
            field="engine",
        )
    if not months:
        raise UnableToAssess(
            "対象の月がありません。", fix="月を一つ以上指定してください。", field="month"
        )
    outputs = [out] if quarantine is None else [out, quarantine]
    check_paths(inputs=[people, incomes], outputs=outputs)
    wanted = tuple(sorted(set(months)))

    def work(stop: Stop) -> Summary:
        with ExitStack() as files:
            part = files.enter_context(whole_file(out))
            aside = None if quarantine is None else files.enter_context(whole_file(quarantine))
            tell = progress or (lambda _stage, _done, /: None)
            if engine == "polars":
                from kokunen.batch.with_polars import run
            else:
                from kokunen.batch.with_spark import run
            return run(people, incomes, months=wanted, part=part, aside=aside, stop=stop, tell=tell)

    return stoppable(work)
