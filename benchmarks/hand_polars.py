"""The same whole rule written by hand for Polars alone, for July 2026; nothing is validated.

Each person's result is one small number per test (0 fails, 1 is not known, 2 passes); then two
joins look up spouse and head. As someone would write it who needs this month and its speed only.
"""

from __future__ import annotations

from datetime import date

import polars as pl
from measured import measured

COUNTS = ("general", "elderly", "specified")
DEDUCTED = (
    "casualty",
    "medical",
    "social_insurance",
    "small_enterprise_mutual_aid",
    "spouse_special",
    "specified_relative_special",
)
FLAT_FLAGS = pl.col("widow") | pl.col("single_parent") | (pl.col("disabled") != "none")
SPECIAL = ("other_assistance", "special_disability_benefit", "disaster_loss")
# Lost in 2025 or later (to June of the second year after) and, a month ahead, by August 2026.
JOB_LOSS = pl.col("left_job_on").is_between(date(2024, 12, 31), date(2026, 8, 30))
BANDS = ("full", "three_quarters", "half", "one_quarter", "student")
TESTED_IN = (("full", 0), ("deferral", 0), ("three_quarters", 1), ("half", 2), ("one_quarter", 3))


def standing(people: pl.LazyFrame, incomes: pl.LazyFrame) -> pl.LazyFrame:
    """Return per person one digit (base 3) for each of the five tests, and the route."""
    total = pl.col("total")
    heads = pl.sum_horizontal(COUNTS).cast(pl.Int64)
    deductions = pl.sum_horizontal(DEDUCTED)
    for flag, yen in (("widow", 270_000), ("single_parent", 350_000), ("working_student", 270_000)):
        deductions += pl.col(flag) * yen
    deductions += (pl.col("disabled") == "ordinary") * 270_000
    deductions += (pl.col("disabled") == "special") * 400_000
    dependants = sum(
        pl.col(name).cast(pl.Int64) * yen
        for name, yen in zip(COUNTS, (380_000, 480_000, 630_000), strict=True)
    )
    net = total - deductions - dependants
    within = {
        "full": total <= (heads + 1) * 350_000 + 320_000,
        "three_quarters": net <= 880_000,
        "half": net <= 1_280_000,
        "one_quarter": net <= 1_680_000,
        "student": net <= 1_280_000,
    }
    flat = (total <= 1_350_000) & FLAT_FLAGS
    digits = sum(
        pl.when(total.is_null()).then(1).when(test | flat).then(2).otherwise(0).cast(pl.Int32)
        * 3**place
        for place, test in enumerate(within.values())
    )
    income = incomes.filter(pl.col("income_year") == 2025).select(
        "person_id",
        digits.cast(pl.Int32).alias("digits"),
        (within["full"].fill_null(value=False)).alias("in_full"),
        (within["student"].fill_null(value=False)).alias("in_student"),
        flat.fill_null(value=False).alias("flat"),
    )
    special = pl.any_horizontal(SPECIAL) | JOB_LOSS.fill_null(value=False)
    unknown, passing = sum(3**place for place in range(5)), 3**5 - 1
    return people.join(income, on="person_id", how="left").with_columns(
        digits=pl.when(special)
        .then(passing)
        .otherwise(pl.col("digits").fill_null(unknown))
        .cast(pl.Int16)
    )


def write(people: pl.LazyFrame, incomes: pl.LazyFrame) -> pl.LazyFrame:
    """Return the output rows."""
    everyone = standing(people, incomes)
    digits = everyone.select("person_id", "digits")
    route = (
        pl.when(pl.when("student").then("in_student").otherwise("in_full"))
        .then(pl.lit("income_within_limit"))
        .when("other_assistance")
        .then(pl.lit("other_assistance"))
        .when("flat")
        .then(pl.lit("flat_limit"))
        .when("special_disability_benefit")
        .then(pl.lit("special_disability_benefit"))
        .when("disaster_loss")
        .then(pl.lit("disaster_loss"))
        .otherwise(pl.lit("job_loss"))
    )
    nobody = 3**5 - 1
    untested = {"spouse": pl.col("student") | pl.col("separated_by_violence"), "head": "student"}
    rows = (
        everyone.filter("insured")
        .join(
            digits.rename({"person_id": "spouse_id", "digits": "spouse"}),
            on="spouse_id",
            how="left",
        )
        .join(digits.rename({"person_id": "head_id", "digits": "head"}), on="head_id", how="left")
        .select(
            "person_id",
            "student",
            pl.col("digits").alias("own"),
            *(
                pl.when(no).then(nobody).otherwise(pl.col(role).fill_null(nobody)).alias(role)
                for role, no in untested.items()
            ),
            of_age=pl.col("birth_date").is_between(date(1966, 8, 2), date(2006, 8, 1)),
            deferral=pl.col("birth_date") >= date(1976, 8, 2),
            route=route,
        )
    )
    return rows.select("person_id", pl.lit("2026-07").alias("month"), *answers())


def _of(role: str, test: int) -> pl.Expr:
    return pl.col(role) // 3**test % 3


def answers() -> list[pl.Expr]:
    """Return band, decider and reason from the digits of the three."""
    band: pl.Expr = pl.lit("none")
    by: pl.Expr = _first(3, ("insured", "spouse", "head"), 0)
    why: pl.Expr = pl.lit("over_one_quarter_limit")
    better = {"three_quarters": "deferral", "half": "three_quarters", "one_quarter": "half"}
    for name, test in reversed(TESTED_IN):
        roles = ("own", "spouse") if name == "deferral" else ("own", "spouse", "head")
        status = pl.min_horizontal(_of(role, test) for role in roles)
        if name == "deferral":
            status = pl.when("deferral").then(status).otherwise(0)
        if name == "full":
            granted_by, reason = pl.lit("insured"), pl.col("route")
        else:
            of = better.get(name, "full")
            before = dict(TESTED_IN)[of]
            granted_by = _first(before, ("insured", "spouse", "head"), 0)
            reason = pl.lit(f"over_{of}_limit")
            if of == "deferral":
                granted_by = (
                    pl.when("deferral")
                    .then(_first(0, ("insured", "spouse"), 0))
                    .otherwise(granted_by)
                )
                reason = pl.when("deferral").then(reason).otherwise(pl.lit("over_full_limit"))
        unknown = _first(test, ("insured", "spouse", "head"), 1)
        yes, maybe = status == 2, status == 1
        band = (
            pl.when(yes).then(pl.lit(name)).when(maybe).then(pl.lit("undecidable")).otherwise(band)
        )
        by = pl.when(yes).then(granted_by).when(maybe).then(unknown).otherwise(by)
        why = pl.when(yes).then(reason).when(maybe).then(pl.lit("unknown_fact")).otherwise(why)
    student = _of("own", 4)
    band = (
        pl.when("student")
        .then(
            pl.when(student == 2)
            .then(pl.lit("student"))
            .when(student == 1)
            .then(pl.lit("undecidable"))
            .otherwise(pl.lit("none"))
        )
        .otherwise(band)
    )
    by = pl.when("student").then(pl.lit("insured")).otherwise(by)
    why = (
        pl.when("student")
        .then(
            pl.when(student == 2)
            .then(pl.col("route"))
            .when(student == 1)
            .then(pl.lit("unknown_fact"))
            .otherwise(pl.lit("over_student_limit"))
        )
        .otherwise(why)
    )
    return [
        pl.when("of_age").then(band).alias("band"),
        pl.when("of_age").then(by).alias("decided_by"),
        pl.when("of_age").then(why).otherwise(pl.lit("not_aged_20_to_59")).alias("reason"),
    ]


def _first(test: int, roles: tuple[str, ...], status: int) -> pl.Expr:
    """Return the first of the roles whose digit is so; the last needs no test."""
    columns = {"insured": "own", "spouse": "spouse", "head": "head"}
    found: pl.Expr = pl.lit(roles[-1])
    for role in reversed(roles[:-1]):
        found = pl.when(_of(columns[role], test) == status).then(pl.lit(role)).otherwise(found)
    return found


if __name__ == "__main__":
    with measured() as (people_path, incomes_path, out_path):
        write(pl.scan_parquet(people_path), pl.scan_parquet(incomes_path)).sink_parquet(out_path)
