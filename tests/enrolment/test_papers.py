"""What is to be brought, and what the register answers already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, Filer
from kokunen.cases.domain import Channel
from kokunen.cases.particulars import check
from kokunen.demo.paper import fill
from kokunen.enrolment import domain, prefilling
from kokunen.enrolment.life import Held
from kokunen.people.codes import Arrival, Removal, Residency
from kokunen.people.domain import AddressValue, NameValue, RegisterValue
from kokunen.people.periods import ALWAYS
from tests.enrolment.lives import (
    ONE,
    THREE,
    TODAY,
    TWO,
    at_home,
    d,
    enrolled,
    foreign,
    gone,
    life,
    numbered,
    receipt,
    span,
)

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

INSURED = enrolled(ONE, "2010-04-01..")
CAME = Held(
    value=RegisterValue(
        residency=Residency.FOREIGN, arrival=Arrival.FROM_ABROAD, arrived_on=d("2026-11-10")
    ),
    valid=span("2026-11-10.."),
)
CODES = sorted(code for code, each in FILINGS.items() if each.duty is Duty.ENROLMENT)


def needed(filed: Receipt, facts: Facts) -> dict[str, bool]:
    return {each.name: each.needed for each in domain.attachments(filed, facts)}


@pytest.mark.parametrize(
    ("filed", "facts", "name", "is_needed"),
    [
        (
            receipt("acquisition", cause="left_category_2"),
            life(),
            "健康保険・厚生年金の資格喪失証明書",
            True,
        ),
        (
            receipt("category_change", cause="left_category_3"),
            life(),
            "扶養から外れた日の分かる書類",
            True,
        ),
        (receipt("acquisition", cause="arrival"), life(), "パスポート", True),
        (
            receipt("acquisition", cause="arrival"),
            life(CAME, foreign()),
            "在留カードとパスポート",
            False,
        ),
        (receipt("loss", cause="death"), life(INSURED), "死亡診断書の写しか戸籍", True),
        (
            receipt("loss", cause="death"),
            life(INSURED, gone("2026-11-01", Removal.DEATH)),
            "死亡診断書の写しか戸籍",
            False,
        ),
        (receipt("loss", cause="abroad"), life(INSURED), "国外転出届の控え", True),
        (
            receipt("departure", wish="refund", prepaid="none"),
            life(INSURED, at_home(), gone("2026-09-30")),
            "国外転出届の控え",
            False,
        ),
        (receipt("loss", cause="category_2"), life(INSURED), "健康保険の資格情報のお知らせ", True),
        (
            receipt("departure", wish="voluntary", prepaid="cash"),
            life(INSURED),
            "前納の領収書か口座振替の通知",
            True,
        ),
        (receipt("voluntary", lives="abroad"), life(), "戸籍の附票か日本国旅券", False),
        (
            receipt("voluntary", lives="japan", payment="exception"),
            life(),
            "預貯金通帳と届出印",
            False,
        ),
        (receipt("special_voluntary", lives="japan"), life(), "年金加入記録", True),
        (receipt("sex_correction", sex="male"), life(), "戸籍", True),
        (
            receipt("birth_date_correction", evidence="在留カード"),
            life(foreign()),
            "在留カードかパスポート",
            False,
        ),
        (receipt("name_change", name="想定　花子"), life(), "戸籍", True),
        (receipt("number_notice"), life(numbered()), "基礎年金番号通知書か年金手帳", False),
        (receipt("number_notice"), life(), "基礎年金番号通知書か年金手帳", True),
    ],
)
def test_what_is_to_be_brought(filed: Receipt, facts: Facts, name: str, is_needed: bool) -> None:  # noqa: FBT001 - the table's last column
    assert needed(filed, facts)[name] is is_needed


def test_a_proxy_brings_a_power_of_attorney_and_an_identity_of_their_own() -> None:
    filed = receipt("number_notice", filer=Filer.PROXY)
    names = needed(filed, life())
    assert names["委任状"]
    assert names["本人確認書類"]
    assert "委任状" not in needed(receipt("number_notice", filer=Filer.HEAD), life())


def test_by_post_a_copy_and_online_nothing() -> None:
    assert "本人確認書類の写し" in needed(receipt("number_notice", channel=Channel.POST), life())
    online = needed(receipt("number_notice", channel=Channel.ONLINE), life())
    assert list(online) == ["基礎年金番号通知書か年金手帳"]


def test_a_survivor_shows_the_relation() -> None:
    filed = receipt("loss", cause="death", filer=Filer.SURVIVOR)
    assert "続柄の分かる戸籍" in needed(filed, life(INSURED))


@pytest.mark.parametrize(
    ("filing", "facts", "expected"),
    [
        ("acquisition", life(born=d("2006-11-20")), {"cause": "age_20"}),
        ("acquisition", life(CAME, foreign()), {"cause": "arrival"}),
        ("acquisition", life(enrolled(TWO, "2010-04-01..")), {"cause": "left_category_2"}),
        ("category_change", life(enrolled(THREE, "2010-04-01..")), {"cause": "left_category_3"}),
        ("category_change", life(INSURED), {}),
        ("loss", life(INSURED, gone("2026-11-01", Removal.DEATH)), {"cause": "death"}),
        ("loss", life(INSURED, at_home(), gone("2026-11-01")), {"cause": "abroad"}),
        ("loss", life(INSURED, born=d("1966-11-20")), {"cause": "age_60"}),
        ("loss", life(INSURED), {}),
        ("voluntary", life(), {"lives": "japan"}),
        (
            "voluntary",
            life(at_home("1990-04-02..2020-01-01"), gone("2020-01-01")),
            {"lives": "abroad"},
        ),
        ("sex_correction", life(), {"sex": "female"}),
        ("birth_date_correction", life(), {"birth_date": "1990-04-02"}),
        ("birth_date_correction", life(born=None), {}),
        ("additional_on", life(numbered()), {"basic_number": "1234567890"}),
    ],
)
def test_what_the_register_answers(filing: str, facts: Facts, expected: dict[str, str]) -> None:
    assert prefilling.answers(filing, facts, on=TODAY) == expected


def test_a_name_and_a_home_are_typed_over() -> None:
    name = Held(value=NameValue(name="架空　花子", kana="カクウ"), valid=ALWAYS)
    home = Held(
        value=AddressValue(city="想定市", postal_code="9990001"), valid=span("2015-04-01..")
    )
    facts = {**life(), "name": [name], "address": [home]}
    assert prefilling.answers("name_change", facts, on=TODAY) == {
        "name": "架空　花子",
        "kana": "カクウ",
    }
    assert prefilling.answers("address_change", facts, on=TODAY) == {
        "kind": "residence",
        "city": "想定市",
        "postal_code": "9990001",
    }


@pytest.mark.parametrize("code", CODES)
def test_what_is_filled_in_beforehand_fits_the_filing(code: str) -> None:
    facts = life(CAME, foreign(), numbered(), enrolled(TWO, "2010-04-01.."))
    found = prefilling.answers(code, facts, on=TODAY)
    filled = fill(FILINGS[code].items, found, on=TODAY)
    kept = check(filing=FILINGS[code], particulars=filled).data
    asked = [item.name for item in FILINGS[code].items if item.name in filled]
    assert {name: kept[name] for name in asked if name in found} == {
        name: found[name] for name in asked if name in found
    }
    assert set(found) <= {item.name for item in FILINGS[code].items}


def test_the_fourteen_filings_of_the_duty() -> None:
    assert len(CODES) == 14
    for code in CODES:
        filing = FILINGS[code]
        assert Filer.OFFICE in filing.filers
        assert filing.deadline is None or filing.event is not None
        assert filing.article.startswith(("法", "平6"))
        assert filing.task in (1, 2)
