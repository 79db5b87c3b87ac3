"""Paper in bulk: filled application forms, one file, on one core.

`python benchmarks/paper.py [forms]`: 10,000 by default, as in the July mailing. Each form differs
in every field, so that nothing is laid out once and drawn again.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before Typst starts its threads: one core is what the target speaks of.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

from kokunen.cases.catalogue import FILINGS  # noqa: E402 - after the core was chosen
from kokunen.cases.catalogue.kinds import Filer  # noqa: E402 - as above
from kokunen.forms import filled, typst  # noqa: E402 - as above
from kokunen.forms.domain import Filed, Office, Paper, Person, Stamp, Tested  # noqa: E402 - as above
from kokunen.people.domain import IncomeValue  # noqa: E402 - as above

OFFICE = Office(name="想定市", department="国民年金課")
FAMILY = ("架空", "見本", "想定", "仮名", "試作", "髙﨑", "𠮷例", "葛󠄀西")
GIVEN = "花子太郎一二三四五六美香健翔陽菜結衣蓮悠真凛湊芽依"
DAY = date(2026, 7, 3)
TARGET = 60.0


def main(forms: int) -> int:
    """Print the seconds, the share of each step, the size and the peak memory."""
    draw = random.Random(20260703)
    typst.render("exemption", _form(draw, 0), title="準備", language="ja", made=_made())
    started, used = time.perf_counter(), time.process_time()
    records = [_form(draw, number) for number in range(1, forms + 1)]
    filled_in = time.perf_counter()
    pages = typst.render_many("exemption", records, title="申請書", language="ja", made=_made())
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    total, used = ended - started, time.process_time() - used
    print(f"{forms} forms in one file of {len(pages) / 1e6:.0f} MB: {total:.1f} s on one core")
    print(f"  of the processor {used:.1f} s ({used / total:.0%}: the rest other programs took)")
    print(f"  filled in {filled_in - started:.1f} s, set {ended - filled_in:.1f} s")
    print(f"  {total / forms * 1e3:.2f} ms a form, peak memory {peak:.2f} GB")
    print(f"  target for 10,000: {TARGET:.0f} s; at this rate {total / forms * 10_000:.1f} s")
    return 0


def _made() -> datetime:
    return datetime(2026, 7, 3, tzinfo=UTC)


def _form(draw: random.Random, number: int) -> dict[str, Any]:
    name = f"{draw.choice(FAMILY)}\u3000{''.join(draw.sample(GIVEN, 3))}"
    filing = FILINGS["exemption"]
    form = filled.form(
        filing=filing,
        office=OFFICE,
        person=Person(
            name=name,
            kana="".join(chr(draw.randrange(0x30A2, 0x30F3)) for _ in range(8)),
            birth_date=date(1967, 1, 1) + timedelta(days=draw.randrange(14000)),
            basic_number=f"{draw.randrange(10**10):010d}",
            postal_code=f"{draw.randrange(10**7):07d}",
            address=f"架空県想定市見本町{draw.randrange(1, 99)}丁目{draw.randrange(1, 999)}番地",
            phone=f"090-{draw.randrange(10**4):04d}-{draw.randrange(10**4):04d}",
        ),
        filed=Filed(particulars=dict(_stated(draw)), filer=Filer.SELF, on=DAY),
        stamp=Stamp(case=number, received_on=DAY, department="国民年金課", channel="窓口"),
        papers=[Paper(name=f"離職票の写し(離職日 R8.{draw.randrange(1, 7)}.1)")],
    )
    form["incomes"] = filled.incomes(_tested(draw, name))
    return form


def _stated(draw: random.Random) -> Iterator[tuple[str, Any]]:
    yield "cycles", ["2026"]
    bands = ["full", "deferral", "three_quarters", "half", "one_quarter"]
    yield "wanted", draw.sample(bands, draw.randrange(1, 6))
    yield "student", False
    yield "continuation", draw.random() < 0.5
    if draw.random() < 0.3:
        yield "job_loss", ["insured"]
        yield "left_job_on_insured", f"2026-{draw.randrange(1, 7):02d}-{draw.randrange(1, 28):02d}"
        yield "job_loss_proof", "leaving_slip"
    yield "identity", draw.choice(["card", "photo", "two"])


def _tested(draw: random.Random, name: str) -> Iterator[Tested]:
    for role in ("本人", "配偶者", "世帯主")[: draw.randrange(1, 4)]:
        income = IncomeValue(
            fiscal_year=2026,
            levy_year=2026,
            total=draw.randrange(4_000_000),
            social_insurance=draw.randrange(500_000),
            general=draw.randrange(3),
        )
        yield Tested(
            role=role, name=name, year=2025, income=income if draw.random() < 0.9 else None
        )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
