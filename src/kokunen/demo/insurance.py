"""What the pension office knows of the people: enrolment, exemptions, claims, incomes.

The figures bind who is in which category, has which exemption and draws which pension on the day
of the city; the histories before that day are assumed. Codes of pensions (年金コード) are those in
common use as far as the author knows; no document at hand prints them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kokunen.demo.sheet import at, period

if TYPE_CHECKING:
    from random import Random

    from kokunen.demo.figures import Kind
    from kokunen.demo.residents import Resident
    from kokunen.demo.sheet import Sheet

_TESTED: Final = frozenset({"full", "three_quarters", "half", "one_quarter", "deferral", "student"})
_BASIC_NUMBERS_BEGIN: Final = date(1997, 1, 1)
_PENSION_LAW: Final = date(1961, 4, 1)
_MODULUS: Final = 1_000_000
_MULTIPLIER: Final = 387_421  # has no factor in common with the modulus
_SCHOOLS: Final = (
    "澄野大学", "架空県立大学", "夢見工業大学", "架空看護専門学校", "澄野日本語学院",
)  # fmt: skip


class _Claim(NamedTuple):
    kind: str
    code: str
    words: str
    form: str = ""


CLAIMS: Final = {
    "old_age_basic": _Claim("old_age", "1150", "老齢基礎年金"),
    "old_age_employee": _Claim("old_age", "1150", "老齢基礎年金・老齢厚生年金"),
    "disability_contributory": _Claim("disability", "5350", "障害基礎年金", "国民年金用診断書"),
    "disability_before_20": _Claim(
        "disability", "6350", "障害基礎年金(20歳前傷病)", "国民年金用診断書"
    ),
    "disability_employee": _Claim(
        "disability", "1350", "障害基礎年金・障害厚生年金", "国民年金・厚生年金用診断書"
    ),
    "survivor_contributory": _Claim("survivor", "5450", "遺族基礎年金"),
    "survivor_employee": _Claim("survivor", "1450", "遺族基礎年金・遺族厚生年金"),
}
"""How the receipts of the pensioners counted in the printed figures are written."""

_INCOME: Final = {
    # Yen of total income: from, to. The shares of exemption follow the published limits roughly.
    "full": (0, 570_000),
    "three_quarters": (680_000, 1_100_000),
    "half": (1_000_000, 1_500_000),
    "one_quarter": (1_400_000, 1_900_000),
    "deferral": (0, 600_000),
    "student": (0, 1_200_000),
}


def scattered(serial: int, seed: int) -> int:
    """Return six digits that belong to one serial number alone."""
    return (serial * _MULTIPLIER + seed) % _MODULUS


def basic_number(serial: int, seed: int) -> str:
    """Return an invented basic pension number: the office part 0000 belongs to no office."""
    return f"0000{scattered(serial, seed):06}"


def protected_number(serial: int, seed: int) -> str:
    """Return an invented number with the prefix 97, given to people to be protected."""
    return f"9700{scattered(serial, seed + 77):06}"


def my_number(serial: int, seed: int) -> str:
    """Return an invented individual number (個人番号): five zeros, six digits, the check digit.

    The check digit is right (総務省令85号 5条), the five zeros show that nobody was given it.
    """
    body = f"00000{scattered(serial, seed + 991):06}"
    weighted = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)  # noqa: PLR2004 - the ordinance's weights
        for n, digit in enumerate(reversed(body), start=1)
    )
    rest = weighted % 11
    return f"{body}{0 if rest <= 1 else 11 - rest}"


def birthday(birth: date, years: int) -> date:
    """Return the birthday at an age; the 1 March for those born on 29 February."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


class Office:
    """Writes what the office knows of a person into a sheet."""

    def __init__(self, sheet: Sheet, *, day: date, seed: int) -> None:
        self._sheet = sheet
        self._random: Random = sheet.random
        self._day = day
        self._seed = seed

    def write(self, one: Resident) -> tuple[str, tuple[str, ...]]:
        """Write all but incomes; return the current basic pension number and the old ones."""
        if one.draft.kind.ages == "child":
            return "", ()
        started = self._enrol(one)
        self._exempt(one, started)
        self._claim(one)
        return self._number(one, started)

    def income(self, one: Resident, *, kind: str, dependants: int) -> None:
        """Write the income by which an application is judged: of the year before the cycle's."""
        random, sheet = self._random, self._sheet
        levy = self._day.year if self._day.month >= 7 else self._day.year - 1  # noqa: PLR2004 - the cycle begins in July
        low, high = _INCOME.get(kind, (0, 6_000_000))
        total: int | None = low + int(random.random() * (high - low) / 1000) * 1000
        if total is not None and random.random() < 0.02:  # noqa: PLR2004 - assumed: undeclared
            total = None
        disabled = "ordinary" if one.draft.kind.pension.startswith("disability") else "none"
        pension = 780_000 if one.draft.kind.pension else 0
        own = (
            levy, levy, dependants, 0, 0, "none", 0, 0, 0, disabled, "none",
            "yes" if kind == "student" and random.random() < 0.3 else "no",  # noqa: PLR2004 - assumed
            pension, 0, total, 0, 0, 0,
            None if total is None else total // 10_000 * 1000, 0,
        )  # fmt: skip
        valid = period(date(levy, 4, 1), date(levy + 1, 4, 1))
        since = date(levy, 6, 15)
        sheet.fact("people_income", one.number, valid, own, source="tax", since=since)

    def _enrol(self, one: Resident) -> date:
        """Write the history of enrolment; return the first day of the present one (or the last)."""
        random, kind = self._random, one.draft.kind
        adult = max(birthday(one.birth, 20) - timedelta(days=1), _PENSION_LAW)
        first = max(adult, one.here)
        cause = "20歳到達" if first == adult else "国内居住"
        spans = self._spans(one, first, cause)
        rows = [span for span in spans if span[1] is None or span[0] < span[1]]
        for since, until, category, acquired, lost in rows:
            own = (category, acquired, lost if until else "", "")
            valid = period(since, until)
            source = "agency" if category in ("category_2", "category_3") else "application"
            self._sheet.fact(
                "people_enrolment", one.number, valid, own, source=source, since=until or since
            )
        joined = rows[-1][0] if rows else first
        chance = {"1": 0.05, "voluntary": 0.5}.get(kind.category, 0.0)
        if rows and not kind.exemption and random.random() < chance:
            self._sheet.fact(
                "people_additional",
                one.number,
                period(joined),
                (joined, None, ""),
                source="application",
                since=joined,
            )
        return joined

    def _spans(
        self, one: Resident, first: date, cause: str
    ) -> list[tuple[date, date | None, str, str, str]]:
        random, kind, day = self._random, one.draft.kind, self._day
        category = f"category_{kind.category}"
        end = day if kind.ages == "20_59" else birthday(one.birth, 60) - timedelta(days=1)
        lived = max(0, (end - first).days)
        work = first + timedelta(days=min(int(lived * 0.5), int(random.random() * 1600)))
        change = work + timedelta(days=int((end - work).days * (0.2 + random.random() * 0.75)))
        if kind.ages != "20_59":
            spans: list[tuple[date, date | None, str, str, str]] = []
            if first < end:
                basic = kind.pension == "old_age_basic"
                if basic or random.random() < 0.3:  # noqa: PLR2004 - assumed
                    spans.append((first, end, "category_1", cause, "60歳到達"))
                else:
                    spans.append((first, work, "category_1", cause, "厚生年金加入"))
                    spans.append((work, end, "category_2", "厚生年金加入", "退職"))
            if kind.category == "voluntary":
                asked = end + timedelta(days=int(random.random() * min(300, (day - end).days)))
                spans.append((max(asked, one.here), None, "voluntary", "任意加入の申出", ""))
            return spans
        if kind.category == "1":
            if one.draft.age < 24 or random.random() < 0.45:  # noqa: PLR2004 - assumed
                return [(first, None, category, cause, "")]
            return [
                (first, work, "category_1", cause, "厚生年金加入"),
                (work, change, "category_2", "厚生年金加入", "退職"),
                (change, None, category, "退職", ""),
            ]
        if kind.category == "2":
            return [
                (first, work, "category_1", cause, "厚生年金加入"),
                (work, None, category, "厚生年金加入", ""),
            ]
        return [
            (first, work, "category_1", cause, "厚生年金加入"),
            (work, change, "category_2", "厚生年金加入", "配偶者の扶養"),
            (change, None, category, "配偶者の扶養", ""),
        ]

    def _exempt(self, one: Resident, started: date) -> None:
        random, kind, day = self._random, one.draft.kind, self._day
        if kind.category != "1":
            return
        month = started.replace(day=1)
        july = date(day.year - (day.month < 7), 7, 1)  # noqa: PLR2004 - the cycle begins in July
        cycle = july, july.replace(year=july.year + 1)
        if not kind.exemption:
            draw = random.random()
            if draw < 0.03:  # noqa: PLR2004 - assumed: refused, or still with the agency
                asked = max(started, day - timedelta(days=int(random.random() * 90) + 1))
                outcome = "rejected" if draw < 0.02 and asked < day - timedelta(days=60) else ""  # noqa: PLR2004 - as above
                self._exemption(
                    one, "full", max(month, cycle[0]), cycle[1], asked=asked, outcome=outcome
                )
            return
        if kind.exemption == "statutory":
            cause = "障害基礎年金受給" if kind.pension.startswith("disability") else "生活扶助"
            self._exemption(one, "statutory", month, None, asked=started, cause=cause)
            return
        if kind.exemption == "student":
            april = date(day.year - (day.month < 4), 4, 1)  # noqa: PLR2004 - the school year
            cycle = april, april.replace(year=april.year + 1)
        since = max(month, cycle[0])
        asked = max(started, min(since + timedelta(days=int(random.random() * 60)), day))
        self._exemption(one, kind.exemption, since, cycle[1], asked=asked)
        before = cycle[0].replace(year=cycle[0].year - 1), cycle[0]
        if month <= before[0] and random.random() < 0.5:  # noqa: PLR2004 - assumed
            asked = before[0] + timedelta(days=int(random.random() * 60))
            self._exemption(one, kind.exemption, *before, asked=asked)

    def _exemption(
        self,
        one: Resident,
        kind: str,
        since: date,
        until: date | None,
        *,
        asked: date,
        cause: str = "",
        outcome: str = "approved",
    ) -> None:
        random = self._random
        forwarded: date | None = asked + timedelta(days=1 + int(random.random() * 5))
        answered = asked + timedelta(days=40 + int(random.random() * 40)) if outcome else None
        # What lies in the future has not come back yet; the figures count it as it will be.
        if answered is not None and answered > self._day:
            answered = self._day
        if forwarded is not None and forwarded > self._day:
            forwarded = None if not outcome else self._day
        student = kind == "student"
        school = random.choice(_SCHOOLS) if student else ""
        graduates = date(self._day.year + int(random.random() * 3) + 1, 3, 31) if student else None
        ended = "期間満了" if until is not None and until <= self._day else ""
        own = (
            kind, asked, cause, outcome, answered, ended, None, "", forwarded, school,
            "大学・専修学校" if student else "", graduates,
        )  # fmt: skip
        self._sheet.fact(
            "people_exemption",
            one.number,
            period(since, until),
            own,
            source="application",
            since=answered or asked,
        )

    def _claim(self, one: Resident) -> None:
        random, kind, day = self._random, one.draft.kind, self._day
        if not kind.pension:
            return
        claim = CLAIMS[kind.pension]
        first_seen = diagnosed = died = None
        if claim.kind == "old_age":
            asked = birthday(one.birth, 65) + timedelta(days=int(random.random() * 90))
        elif claim.kind == "disability":
            onset = birthday(one.birth, 20) if claim.code == "6350" else one.birth
            span = max(1, (day - max(onset, birthday(one.birth, 20))).days)
            asked = day - timedelta(days=1 + int(random.random() * span))
            diagnosed = asked - timedelta(days=20)
            first_seen = (
                birthday(one.birth, 5 + int(random.random() * 14))
                if claim.code == "6350"
                else diagnosed - timedelta(days=550)
            )
        else:
            asked = day - timedelta(days=1 + int(random.random() * 2500))
            died = asked - timedelta(days=20)
        asked = min(asked, day - timedelta(days=1))
        answered = min(asked + timedelta(days=80), day)
        own = (
            claim.kind, claim.code, "", asked, claim.words, min(asked + timedelta(days=3), day),
            "approved", answered, one.name if died else "", "配偶者" if died else "", died,
            died, claim.form, diagnosed, first_seen,
        )  # fmt: skip
        self._sheet.fact(
            "people_claim", one.number, period(asked), own, source="application", since=asked
        )

    def _number(self, one: Resident, started: date) -> tuple[str, tuple[str, ...]]:
        """Write the basic pension number, changed where the person is protected."""
        random, serial = self._random, one.draft.serial
        since = max(_BASIC_NUMBERS_BEGIN, birthday(one.birth, 20), one.here)
        since = min(since, max(started, _BASIC_NUMBERS_BEGIN))
        number = basic_number(serial, self._seed)
        old: list[str] = []
        # Every second protected person has asked for another number; the link to the first one
        # stands in the sealed table alone.
        if one.draft.protected >= 0 and one.draft.protected % 2 == 0:
            before, number = number, protected_number(serial, self._seed)
            since = self._day - timedelta(days=1)
            sheet = self._sheet
            sheet.add(
                "protection_number_link", sheet.uuid(), one.number, before, number, since,
                f"架空第{one.draft.protected}号", at(self._day, 0), 0,
            )  # fmt: skip
        self._write_number(one, "current", number, period(since), since)
        if one.draft.age >= 65 and random.random() < 0.3:  # noqa: PLR2004 - assumed
            handbook = f"9999{scattered(serial, self._seed + 5):06}"
            self._write_number(one, "old", handbook, period(None, _BASIC_NUMBERS_BEGIN), since)
            old.append(handbook)
        return number, tuple(old)

    def _write_number(self, one: Resident, kind: str, number: str, valid: str, since: date) -> None:
        self._sheet.fact(
            "people_basic_number", one.number, valid, (kind, number), source="agency", since=since
        )


def tested(kind: Kind) -> bool:
    """Tell whether the person's exemption was judged by income."""
    return kind.exemption in _TESTED
