from datetime import date

from kokunen.dates.month import Month
from kokunen.law.figures import FIGURES
from kokunen.rulekit.figures import Dated, Table
from kokunen.wording.figures import due, due_among, in_words, next_review


def table(review: str, *, last: Month | None, checked: date, status: str = "verified") -> Table:
    value = Dated(Month(2025, 4), last, "yen", 100, "法87条", "https://example.jp", checked,
                  status, "")  # fmt: skip
    return Table("premium.example", "例の額", review, (value,))


ON = date(2026, 11, 21)
LATELY = date(2026, 11, 1)


def why(one: Table, on: date = ON) -> list[tuple[str, str]]:
    return [(str(found.before), found.why) for found in due_among([one], on)]


def test_the_next_review_is_the_first_such_month_after_the_day() -> None:
    assert next_review("april", date(2027, 3, 31)) == Month(2027, 4)
    assert next_review("april", date(2027, 4, 1)) == Month(2028, 4)
    assert next_review("july", date(2027, 4, 1)) == Month(2027, 7)


def test_a_value_that_ends_before_the_next_cycle_is_due() -> None:
    assert why(table("april", last=Month(2027, 3), checked=LATELY)) == [("2027-04", "ended")]
    assert why(table("april", last=Month(2027, 4), checked=LATELY)) == []


def test_a_value_that_ended_long_ago_is_still_due_where_it_is_reviewed_yearly() -> None:
    assert why(table("july", last=Month(2025, 6), checked=LATELY)) == [("2027-07", "ended")]
    assert why(table("never", last=Month(2025, 6), checked=LATELY)) == []


def test_a_value_checked_before_the_running_cycle_is_due() -> None:
    assert why(table("july", last=None, checked=date(2026, 6, 30))) == [("2027-07", "old")]
    assert why(table("july", last=None, checked=date(2026, 7, 1))) == []
    assert why(table("never", last=None, checked=date(2020, 1, 1))) == []


def test_a_value_that_is_not_confirmed_is_due_while_it_is_in_force() -> None:
    open_end = table("never", last=None, checked=LATELY, status="unverified")
    over = table("never", last=Month(2026, 10), checked=LATELY, status="unverified")
    assert why(open_end) == [("2027-04", "unverified")]
    assert why(over) == []


def test_the_real_figures_are_listed_by_month_with_label_and_address() -> None:
    found = due(ON)
    text = in_words(found)
    assert "令和9年4月(2027-04)までに確かめる数値" in text
    assert "pension.full" in text
    assert FIGURES.table("pension.full").values[-1].url in text
    assert [one.before for one in found] == sorted(one.before for one in found)


def test_nothing_due_has_its_own_words() -> None:
    assert in_words([]) == "確かめる期限の来る数値はありません。"
