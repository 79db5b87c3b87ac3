"""Beside the invented city: the same bytes each time, and everything that may come."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO
from typing import Any, cast

import pytest

from kokunen.demo import partners_agency as agency
from kokunen.demo import partners_rooms as rooms
from kokunen.demo.city import City
from kokunen.demo.partners import UNDISTURBED, Disturbed, Partners, Told
from kokunen.demo.partners_agency import Fit
from kokunen.demo.partners_files import Dropped, written
from kokunen.demo.places import MUNICIPALITY_CODE
from kokunen.interchange.codec import reading
from kokunen.interchange.codec.reading import Bad, Good
from kokunen.interchange.domain import UnableToReceiveFile
from kokunen.interchange.layout import layout as layout_on

DAY = date(2026, 11, 24)
CITY = City(day=DAY, scale=Fraction("0.002"), seed=1)
NIGHTS = 12
KINDS = {
    "birth", "death", "move_in", "move_out", "move_within", "move_abroad", "from_abroad", "name",
    "naturalised", "residence_status", "household", "correction", "cancellation", "protection_on",
}  # fmt: skip
PAPER = {
    "case": 7,
    "filing": "exemption",
    "basic_number": "1234567890",
    "name": "高橋　花子",
    "kana": "タカハシ　ハナコ",
    "birth_date": date(1990, 4, 1),
    "sex": "female",
    "received_on": DAY,
}


def lived(disturbed: Disturbed = UNDISTURBED, nights: int = NIGHTS) -> list[tuple[Dropped, ...]]:
    partners = Partners(CITY, DAY, disturbed)
    return [
        partners.night(number, day=DAY + timedelta(days=number), told=Told())
        for number in range(1, nights + 1)
    ]


def details(file: Dropped, day: date) -> list[Good | Bad]:
    of = layout_on(file.layout, day)
    return list(reading.read(BytesIO(file.content), layout=of, city=MUNICIPALITY_CODE))


def notices(nights: list[tuple[Dropped, ...]]) -> list[list[dict[str, Any]]]:
    """The notices of the register of each night, without the records that cannot be read."""
    return [
        [
            dict(each.values)
            for file in night
            if file.name.startswith("resident_changes")
            for each in details(file, DAY + timedelta(days=number))
            if isinstance(each, Good)
        ]
        for number, night in enumerate(nights, start=1)
    ]


def test_the_same_nights_are_the_same_bytes() -> None:
    assert lived(nights=4) == lived(nights=4)


def test_the_register_tells_of_every_kind_of_change() -> None:
    told = [each for night in notices(lived(nights=60)) for each in night]
    # Who loses the nationality of Japan is too rare to be met, and no measure ends here.
    assert {each["kind"] for each in told} == KINDS
    assert any(each["group"] for each in told)
    assert len({each["notice"] for each in told}) == len(told)
    assert all(each["refers_to"] is None or each["refers_to"] < each["notice"] for each in told
               if each["kind"] == "cancellation")  # fmt: skip


def test_corrections_come_after_their_notice_and_now_and_then_before() -> None:
    nights = notices(lived(nights=40))
    came = {each["notice"]: at for at, night in enumerate(nights) for each in night}
    apart = Counter(
        at - came[each["refers_to"]]
        for at, night in enumerate(nights)
        for each in night
        if each["refers_to"] in came
    )
    assert apart[-1] >= 3
    assert sum(many for nights_later, many in apart.items() if nights_later > 0) >= 20


def test_late_corrections_are_the_same_ones_and_all_come() -> None:
    in_time = notices(lived())
    late = notices(lived(Disturbed(late=0.7, last=NIGHTS)))

    def keyed(nights: list[list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
        return {each["notice"]: each for night in nights for each in night}

    assert keyed(in_time) == keyed(late)
    assert in_time != late


def test_of_one_person_corrections_stay_in_their_order() -> None:
    late = notices(lived(Disturbed(late=0.7, last=40), nights=40))
    seen: dict[int, str] = {}
    for each in (each for night in late for each in night if each["refers_to"]):
        assert seen.get(each["person"], "") < each["notice"]
        seen[each["person"]] = each["notice"]


def test_a_household_never_has_two_heads_or_none() -> None:
    """What the register tells is consistent: it is a register that makes no mistakes of its own."""
    partners = Partners(CITY, DAY)
    for number in range(1, 41):
        partners.night(number, day=DAY + timedelta(days=number), told=Told())
        heads: Counter[int] = Counter()
        homes: set[int] = set()
        for one in partners._register._people.values():
            if one.here:
                homes.add(one.household)
                heads[one.household] += one.head
        assert {heads[home] for home in homes} == {1}


def refused(file: Dropped, day: date) -> str:
    try:
        details(file, day)
    except UnableToReceiveFile as refusal:
        return refusal.code
    return ""


def test_a_disturbed_line_sends_every_kind_of_bad_file() -> None:
    nights = lived(Disturbed(bad=True, repeated=0.3))
    names = [each.name for night in nights for each in night]
    assert any(name.startswith("again-") for name in names)
    assert any(name.startswith("cut-") for name in names)
    found = Counter(
        refused(each, DAY + timedelta(days=number))
        for number, night in enumerate(nights, start=1)
        for each in night
    )
    assert found["wrong_city"] == NIGHTS / 4
    assert sum(many for code, many in found.items() if code not in ("", "wrong_city")) == NIGHTS / 4
    past = [each for night in nights[2::4] for each in night if each.name.endswith("-000001.dat")]
    assert [each.layout for each in past if each.layout == "resident_changes"]


def test_one_record_among_good_ones_cannot_be_read() -> None:
    bad = [
        each
        for number, night in enumerate(lived(), start=1)
        for file in night
        for each in details(file, DAY + timedelta(days=number))
        if isinstance(each, Bad)
    ]
    assert 3 <= len(bad) <= NIGHTS
    assert {each.faults[0].field for each in bad} == {"kind"}


def test_the_tax_office_answers_what_it_is_asked() -> None:
    asked = [
        {"case": case, "person": 10_000_000 + case, "fiscal_year": 2026, "role": "insured"}
        for case in range(1, 60)
    ]
    request = written("tax_request", asked, day=DAY, sequence=1, occasion="case")
    answers = rooms.tax_answers(rooms.asked(request.content, day=DAY), seed=1)
    in_year = [each for each in answers if each["fiscal_year"] == 2026]
    assert [each["case"] for each in in_year] == [each["case"] for each in asked]
    assert len(in_year) < len(answers) < len(in_year) + 20
    assert {each["declared"] for each in in_year} == {True, False}
    file = written("tax_answer", answers, day=DAY, sequence=1)
    assert all(isinstance(each, Good) for each in details(file, DAY))


@pytest.mark.parametrize(
    ("fit", "differs"),
    [
        (Fit.EXACT, set()),
        (Fit.NAME, {"name"}),
        (Fit.NO_NUMBER, {"basic_number"}),
        (Fit.OTHER_DAY, {"received_on"}),
    ],
)
def test_an_answer_fits_as_it_is_asked_to(fit: Fit, differs: set[str]) -> None:
    made = agency.answer(PAPER, day=DAY, fit=fit)
    said = {name for name in PAPER if name != "case" and made[name] != PAPER[name]}
    assert said == differs


def test_the_agency_answers_a_paper_once_and_by_no_number_of_a_case() -> None:
    def answered(case: int) -> list[dict[str, Any]]:
        desk = agency.Agency(1)
        desk.take([PAPER | {"case": case, "name": f"架空　{one}"} for one in range(40)], night=1)
        desk.take([PAPER | {"case": case, "name": "架空　1"}], night=2)
        found = []
        for number in range(2, 14):
            results = desk.results(number, DAY + timedelta(days=number))
            written("agency_results", results, day=DAY + timedelta(days=number), sequence=number)
            found += [each for each in results if each["kana"] == PAPER["kana"]]
        return found

    one, other = answered(7), answered(70)
    assert 34 <= len(one) <= 40
    assert len({each["name"] for each in one}) == len(one)
    assert [each | {"case": None} for each in one] == [each | {"case": None} for each in other]
    assert {each["outcome"] for each in one} >= {"granted", "refused"}


@pytest.mark.parametrize("made", [agency.insured, agency.pensioners])
def test_the_periodic_lists_can_be_written(made: Callable[..., list[dict[str, Any]]]) -> None:
    partners = Partners(CITY, DAY)
    records = made(partners._people, partners._numbers)
    more = {"scope": "changed"} if made is agency.insured else {}
    file = written(f"agency_{made.__name__}", records, day=DAY, sequence=1, **cast("Any", more))
    assert len(details(file, DAY)) == len(records) > 20
