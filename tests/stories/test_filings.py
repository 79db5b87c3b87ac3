"""Every paper of the desk, from the counter to its end: one clerk receives, another examines."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from kokunen.access.domain import Role
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, Item, ItemKind
from kokunen.cases.domain import StepKind
from kokunen.dates.month import Month
from kokunen.dates.tokyo import day_of
from kokunen.web import duties
from kokunen.web.templatetags.office import short
from tests.site import NEXT_COUNTER, program
from tests.stories.papers import papers, register
from tests.stories.test_search import when_searching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.site import Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.hands import Hands
    from tests.stories.papers import Paper

K = StepKind
AS_BUTTONS: Final = 5
"""So many choices stand side by side; more of them in a list."""
MOST_KEYS, MOST_PAGES = 60, 3
"""What an application of a couple may cost beyond typing the name (issue 4, Speed)."""
_numbers = itertools.count(810_001)


@pytest.mark.parametrize("duty", list(Duty), ids=str)
def test_every_filing_of_a_duty_goes_from_the_counter_to_its_end(
    the_site: Site, sit: Sit, hands: type[Hands], duty: Duty
) -> None:
    """A clerk and an examiner work through a pile; by mouse, one paper for each task."""
    counter, office = sit(), sit(NEXT_COUNTER)
    counter.sign_in(the_site.hire(Role.COUNTER, name="受付 一郎"))
    office.sign_in(the_site.hire(Role.EXAMINER, name="審査 二葉"))
    pile = [filing.code for filing in FILINGS.values() if filing.duty is duty]
    if hands.kind == "mouse":
        first = {FILINGS[code].task: code for code in reversed(pile)}
        pile = list(first.values())
    for code in pile:
        then_it_goes_its_whole_way(the_site, counter, office, code)


def then_it_goes_its_whole_way(the_site: Site, counter: Desk, office: Desk, code: str) -> None:
    paper = given_a_person(the_site, code)
    case = when_receiving(counter, the_site, code, paper)
    counter.reads("審査待ち")
    counter.look(f"case-{FILINGS[code].duty}")
    when_finding_the_case(office, case)
    when_taking(office, K.EXAMINED)
    office.reads("進達待ち")
    when_taking(office, K.FORWARDED)
    office.reads("結果待ち")
    when_taking(office, K.GRANTED, paper.granted, code)
    office.reads("通知待ち")
    when_taking(office, K.NOTIFIED)
    when_taking(office, K.CLOSED)
    office.reads("完結")
    office.look(f"case-closed-{FILINGS[code].duty}")


def test_a_returned_application_is_corrected_and_goes_again(the_site: Site, sit: Sit) -> None:
    counter, office = sit(), sit(NEXT_COUNTER)
    paper = given_a_person(the_site, "exemption")
    lacking = replace(
        paper, says={name: said for name, said in paper.says.items() if name != "identity"}
    )
    counter.sign_in(the_site.hire(Role.COUNTER))
    case = when_receiving(counter, the_site, "exemption", lacking)
    when_taking(counter, K.ASKED, reason="本人確認の書類が見られなかった")
    counter.reads("補正待ち")
    counter.look("case-incomplete")
    when_taking(counter, K.COMPLETED, {"identity": "card"}, "exemption")
    counter.reads("審査待ち")
    office.sign_in(the_site.hire(Role.EXAMINER))
    when_finding_the_case(office, case)
    when_taking(office, K.SENT_BACK, reason="継続の希望を聞き直してください")
    counter.goto(f"/cases/{case}/")
    counter.reads("差戻し")
    when_taking(
        counter, K.CORRECTED, {"continuation": False}, "exemption", reason="希望しないとのこと"
    )
    for answer in (K.RETURNED, K.GRANTED):
        office.goto(f"/cases/{case}/")
        when_taking(office, K.EXAMINED)
        when_taking(office, K.FORWARDED)
        if answer is K.RETURNED:
            when_taking(office, K.RETURNED, reason="申請の年度に書き間違いがある")
            office.reads("返戻")
            counter.goto(f"/cases/{case}/")
            counter.look("case-returned")
            when_taking(counter, K.CORRECTED, {}, "exemption", reason="年度を本人に確かめた")
        else:
            when_taking(office, K.GRANTED, paper.granted, "exemption")
    office.reads("通知待ち")
    when_taking(office, K.NOTIFIED)
    when_taking(office, K.CLOSED)
    office.reads("完結")


def test_a_case_that_changed_under_an_open_form_says_so(the_site: Site, sit: Sit) -> None:
    counter, office = sit(), sit(NEXT_COUNTER)
    paper = given_a_person(the_site, "number_notice")
    counter.sign_in(the_site.hire(Role.COUNTER))
    case = when_receiving(counter, the_site, "number_notice", paper)
    office.sign_in(the_site.hire(Role.EXAMINER))
    office.goto(f"/cases/{case}/examined/")
    counter.goto(f"/cases/{case}/")
    when_taking(counter, K.CORRECTED, {"reason": "damaged"}, "number_notice", reason="聞き違い")
    office.hands.press(office.page.locator("#take").inner_text().strip())
    office.reads("別の職員が処理しました")
    office.reads("聞き違い")
    office.look("case-meanwhile")
    counter.goto(f"/cases/{case}/")
    assert not counter.page.locator("#do_examined").count(), "who wrote it may not examine it"


def given_a_person(site: Site, code: str, *, spouse: bool = False) -> Paper:
    """Let the person of a paper be registered, with a spouse who heads the household."""
    today = day_of(site.started_at)
    paper = papers(today)[code]
    number = next(_numbers)
    with site.desk():
        register(
            number,
            paper,
            database=site.database,
            occasion=program(site.started_at - timedelta(days=60)),
            today=today,
            spouse=next(_numbers) if spouse else None,
        )
    found = site.rows("SELECT key FROM people_person WHERE id = %s", number)
    return replace(paper, key=str(found[0][0]), number=number)


def when_receiving(desk: Desk, site: Site, code: str, paper: Paper) -> int:
    """Fill the form in, look at what the law says, receive it; return the number of the case."""
    desk.goto(f"/people/{paper.key}/receive/{code}/")
    filing = FILINGS[code]
    if paper.ago is not None:
        happened = day_of(site.started_at) - timedelta(days=paper.ago)
        desk.hands.write(filing.event or "", short(happened))
    when_filling(desk, filing.items, paper.says)
    desk.look(f"receive-{code}")
    desk.hands.push("確認")
    desk.page.locator("#receive").wait_for()
    desk.look(f"receive-advice-{filing.duty}")
    desk.hands.push("受け付ける")
    desk.reads("受け付けました")
    return int(_place(desk).rstrip("/").rpartition("/")[2])


def when_finding_the_case(desk: Desk, case: int) -> None:
    """Type the number that stands on the paper, or let the scanner type it."""
    desk.goto("/cases/find/")
    desk.hands.write("案件番号", str(case))
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(rf"/cases/{case}/(#.*)?$"))


def when_taking(
    desk: Desk,
    kind: StepKind,
    says: Mapping[str, Any] | None = None,
    code: str = "",
    *,
    reason: str = "",
) -> None:
    """Take a step from the page of the case."""
    here = _place(desk)
    action = desk.page.locator(f"#do_{kind}")
    name = action.inner_text().strip()
    if action.evaluate("one => one.tagName") == "BUTTON":
        desk.hands.push(name)
        return
    desk.hands.follow(name)
    if says:
        filing = FILINGS[code]
        granted = duties.of(filing).queries.result_items(code)
        when_filling(desk, granted if kind is K.GRANTED else filing.items, says)
    if reason:
        desk.hands.write(desk.page.locator("label[for=id_reason]").inner_text().split()[0], reason)
    desk.look(f"step-{kind}")
    desk.hands.push(desk.page.locator("#take").inner_text().strip())
    desk.page.wait_for_url(re.compile(re.escape(here) + "(#.*)?$"))


def _place(desk: Desk) -> str:
    """Where a page is: who came by the skip link has its name at the end of the address."""
    return desk.page.url.partition("#")[0]


def when_filling(desk: Desk, items: tuple[Item, ...], says: Mapping[str, Any]) -> None:
    """Fill in items as they are said, in the order of the form."""
    for item in items:
        if item.name not in says:
            continue
        said, words = says[item.name], dict(item.choices)
        match item.kind:
            case ItemKind.CHOICE if len(item.choices) <= AS_BUTTONS:
                desk.hands.choose(words[said], item.label)
            case ItemKind.CHOICE:
                desk.hands.select(item.label, words[said])
            case ItemKind.CHOICES:
                for one in said:
                    desk.hands.tick(words[one], item.label)
            case ItemKind.YES_NO:
                desk.hands.choose("はい" if said else "いいえ", item.label)
            case ItemKind.DATE:
                desk.hands.write(item.label, short(date.fromisoformat(said)))
            case ItemKind.MONTH:
                month = Month.parse(said).last_day
                desk.hands.write(item.label, short(month).rpartition(".")[0])
            case _:
                desk.hands.write(item.label, str(said))


def test_a_couple_applies_for_exemption_in_sixty_keys_and_three_pages(
    the_site: Site, sit: Sit, hands: type[Hands]
) -> None:
    """Beyond the name: the filing, its form with what the law says, the case."""
    desk = sit()
    paper = given_a_person(the_site, "exemption", spouse=True)
    desk.sign_in(the_site.hire(Role.COUNTER))
    when_searching(desk, str(paper.number))
    before, pages = desk.strokes, []
    desk.page.on("framenavigated", lambda frame: pages.append(frame.url))
    desk.hands.follow("届を受け付ける")
    desk.hands.write("届の名前や条番号", "猶予申請")
    with desk.page.expect_navigation():
        desk.hands.enter()
    for name in ("student", "continuation", "identity"):
        item = FILINGS["exemption"].item(name)
        when_filling(desk, (item,), {name: paper.says[name]})
    desk.hands.push("確認")
    desk.page.locator("#receive").wait_for()
    desk.reads("全額免除")
    desk.hands.push("受け付ける")
    desk.reads("審査待ち")
    keys = desk.strokes - before
    print(f"beyond the name: {keys} keys, {len(set(pages))} pages")  # noqa: T201 - with -rP
    if hands.kind == "keys":
        assert keys <= MOST_KEYS
    assert len(set(pages)) <= MOST_PAGES, pages


def test_a_pile_is_forwarded_and_answered_at_once(the_site: Site, sit: Sit) -> None:
    """Tasks 6 and 7: what was examined goes under one cover, and the answers come back together."""
    counter, office = sit(), sit(NEXT_COUNTER)
    counter.sign_in(the_site.hire(Role.COUNTER))
    office.sign_in(the_site.hire(Role.EXAMINER))
    cases = []
    for code in ("number_notice", "bank_change"):
        cases.append(when_receiving(counter, the_site, code, given_a_person(the_site, code)))
        when_finding_the_case(office, cases[-1])
        when_taking(office, K.EXAMINED)
    office.goto("/forwarding/")
    when_ticking(office, cases)
    office.look("forwarding")
    office.hands.push(office.page.locator("#take").inner_text().strip())
    office.reads("2件を記録しました")
    office.look("forwarded")
    office.goto("/results/")
    when_ticking(office, cases)
    office.look("results")
    office.hands.push(office.page.locator("#take").inner_text().strip())
    office.reads("2件を記録しました")
    for case in cases:
        office.goto(f"/cases/{case}/")
        office.reads("通知待ち")
    office.goto("/ledger/")
    office.look("ledger")


def when_ticking(desk: Desk, cases: list[int]) -> None:
    """Tick just these cases of a list."""
    for box in desk.page.locator("main input[type=checkbox][name=cases]").all():
        if box.is_checked() != (int(box.input_value()) in cases):
            desk.hands.toggle(box)
