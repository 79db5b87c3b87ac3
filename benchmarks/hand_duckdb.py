"""The same whole rule written by hand for DuckDB, for July 2026; nothing is validated.

A test's result is 0 (fails), 1 (not known) or 2 (passes); an absent spouse or head passes all.
"""

from __future__ import annotations

import duckdb
from measured import measured

_SPECIAL = """p.other_assistance or p.special_disability_benefit or p.disaster_loss
    or coalesce(p.left_job_on between date '2024-12-31' and date '2026-08-30', false)"""

_STANDING = """
create temp view standing as
with i as (
    select *,
        general + elderly + specified + 1 as heads,
        total - casualty - medical - social_insurance - small_enterprise_mutual_aid
            - spouse_special - specified_relative_special
            - case disabled when 'ordinary' then 270000 when 'special' then 400000 else 0 end
            - if(widow, 270000, 0) - if(single_parent, 350000, 0) - if(working_student, 270000, 0)
            - 380000 * general - 480000 * elderly - 630000 * specified as net,
        total <= 1350000 and (widow or single_parent or disabled <> 'none') as flat
    from read_parquet($incomes) where income_year = 2025
)
select p.*, coalesce(i.flat, false) as flat,
    coalesce(i.total <= 350000 * i.heads + 320000, false) as in_full,
    coalesce(i.net <= 1280000, false) as in_student,
    {tests}
from read_parquet($people) p left join i using (person_id)
"""
_TESTS = {
    "f": "i.total <= 350000 * i.heads + 320000",
    "t": "i.net <= 880000",
    "h": "i.net <= 1280000",
    "q": "i.net <= 1680000",
}


def _test(name: str, condition: str) -> str:
    return f"""(case when {_SPECIAL} then 2 when i.total is null then 1
        when {condition} or i.flat then 2 else 0 end)::tinyint as {name}"""


_ROWS = """
select o.person_id, o.student,
    o.f as of, o.t as ot, o.h as oh, o.q as oq,
    case when o.student or o.separated_by_violence then 2 else coalesce(s.f, 2) end as sf,
    case when o.student or o.separated_by_violence then 2 else coalesce(s.t, 2) end as st,
    case when o.student or o.separated_by_violence then 2 else coalesce(s.h, 2) end as sh,
    case when o.student or o.separated_by_violence then 2 else coalesce(s.q, 2) end as sq,
    coalesce(h.f, 2) as hf, coalesce(h.t, 2) as ht, coalesce(h.h, 2) as hh, coalesce(h.q, 2) as hq,
    o.birth_date between date '1966-08-02' and date '2006-08-01' as of_age,
    o.birth_date >= date '1976-08-02' as young,
    case when if(o.student, o.in_student, o.in_full) then 'income_within_limit'
        when o.other_assistance then 'other_assistance'
        when o.flat then 'flat_limit'
        when o.special_disability_benefit then 'special_disability_benefit'
        when o.disaster_loss then 'disaster_loss'
        else 'job_loss' end as route
from standing o
left join (select person_id, f, t, h, q from standing) s on s.person_id = o.spouse_id
left join (select person_id, f, t, h, q from standing) h on h.person_id = o.head_id
where o.insured
"""
_STATUS = """
select *, least(of, sf, hf) as f, if(young, least(of, sf), 0) as d,
    least(ot, st, ht) as t, least(oh, sh, hh) as h, least(oq, sq, hq) as q
from rows
"""


def _first(test: str, status: int) -> str:
    return f"""case when o{test} = {status} then 'insured' when s{test} = {status} then 'spouse'
        else 'head' end"""


# Where a band is granted, the last better band examined was failed: by whom, and which.
_BETTER = {"d": "f", "t": "f", "h": "t", "q": "h", "none": "q"}
_NAMES = {"f": "full", "d": "deferral", "t": "three_quarters", "h": "half", "q": "one_quarter"}


def _cases(kind: str) -> str:
    lines = ["when not of_age then " + ("'not_aged_20_to_59'" if kind == "why" else "null")]
    student = {"band": ("'student'", "'undecidable'", "'none'"), "by": ("'insured'",) * 3}
    student["why"] = ("route", "'unknown_fact'", "'over_student_limit'")
    yes, maybe, no = student[kind]
    lines.append(f"when student then case oh when 2 then {yes} when 1 then {maybe} else {no} end")
    for status, name in _NAMES.items():
        test = "f" if status == "d" else status
        better = _BETTER.get(status, "")
        granted = {"band": f"'{name}'", "by": "'insured'", "why": "route"}
        if better:
            granted["by"] = _first(better, 0)
            granted["why"] = f"'over_{_NAMES[better]}_limit'"
        if status == "t":
            granted["by"] = f"case when young and of > 0 then 'spouse' else {_first('f', 0)} end"
            granted["why"] = "if(young, 'over_deferral_limit', 'over_full_limit')"
        unknown = {"band": "'undecidable'", "by": _first(test, 1), "why": "'unknown_fact'"}
        lines.append(f"when {status} = 2 then {granted[kind]}")
        lines.append(f"when {status} = 1 then {unknown[kind]}")
    rest = {"band": "'none'", "by": _first("q", 0), "why": "'over_one_quarter_limit'"}
    return f"case {' '.join(lines)} else {rest[kind]} end"


def query() -> str:
    """Return the query of the output rows; the student's test is the one of the half band."""
    return f"""with rows as ({_ROWS}), decided as ({_STATUS})
        select person_id, '2026-07' as month, {_cases("band")} as band,
            {_cases("by")} as decided_by, {_cases("why")} as reason
        from decided"""


if __name__ == "__main__":
    with measured() as (people, incomes, out):
        tests = ", ".join(_test(name, condition) for name, condition in _TESTS.items())
        standing = _STANDING.format(tests=tests)
        for name, path in (("$people", people), ("$incomes", incomes)):
            standing = standing.replace(name, f"'{path}'")
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute(standing)
            connection.execute(f"copy ({query()}) to '{out}' (format parquet)")
