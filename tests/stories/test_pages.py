"""Pages that no story passes, and the proof that the eyes of the stories see what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Role
from tests.stories import looks, townsfolk
from tests.stories.hands import Keys, Mouse
from tests.stories.test_person import when_finding, when_opening

if TYPE_CHECKING:
    from tests.site import Site
    from tests.stories.conftest import Sit

BY_MOUSE = pytest.mark.parametrize("hands", [Mouse], ids=["mouse"])


@BY_MOUSE
def test_the_pages_around_a_person(the_site: Site, sit: Sit) -> None:
    desk = sit()
    supervisor = the_site.hire(Role.SUPERVISOR)
    colleague = the_site.hire(Role.EXAMINER)
    resident, _ = townsfolk.couple_parted(the_site, protector=colleague.id)
    desk.sign_in(supervisor)
    for name, path in (
        ("keys", "/keys/"),
        ("protection", "/protection/"),
        ("review", "/record/review/"),
        ("stale", "/staff/stale/"),
        ("not-found", "/nowhere/"),
    ):
        desk.goto(path)
        desk.look(name)
    foreign = townsfolk.foreign(the_site)
    desk.goto("/")
    when_finding(desk, foreign)
    when_opening(desk, foreign)
    desk.heading(foreign.name)
    desk.look("person-foreign")
    here = desk.page.url
    for name, path in (("my-number", "my-number/"), ("protect", "protection/")):
        desk.goto(here + path)
        desk.look(name)
    for kind in ("name", "identity", "address", "phone", "membership"):
        desk.goto(f"{here}enter/{kind}/")
        desk.look(f"enter-{kind}")
    desk.goto("/protection/")
    desk.reads(str(resident.number))
    desk.hands.follow(re.compile(f"確認する.*{resident.number}"))
    desk.look("protection-check")


@BY_MOUSE
def test_the_pages_of_the_administrator(the_site: Site, sit: Sit) -> None:
    desk = sit()
    clerk = the_site.hire(Role.COUNTER, name="異動 四郎")
    desk.sign_in(the_site.hire(Role.ADMINISTRATOR, name="管理 五月"))
    desk.heading("ホーム")
    desk.look("home-administrator")
    for name, path in (
        ("staff", "/staff/"),
        ("staff-one", f"/staff/{clerk.id}/"),
        ("staff-upload", "/staff/upload/"),
    ):
        desk.goto(path)
        desk.look(name)


@BY_MOUSE
def test_the_list_for_a_resident(the_site: Site, sit: Sit) -> None:
    desk = sit()
    resident = townsfolk.corrected(the_site)
    desk.sign_in(the_site.hire(Role.AUDITOR))
    desk.goto("/record/disclosure/")
    desk.hands.write("宛名番号", resident.number_typed)
    desk.hands.write("開示の請求", "保有個人情報開示請求 第3号")
    desk.hands.push("一覧を作る")
    desk.reads("国民年金の記録を見た・変えた履歴")
    desk.look("disclosure")


PLANTED = {
    "axe: image-alt": "<img src='/static/web/icon.svg'>",
    "axe: color-contrast": "<p style='color:#999'>薄い字</p>",
    "axe: label": "<input type='text'>",
    "axe: target-size": "<a href='#' style='font:4px a'>一</a><a href='#'>二</a>",
    "wider than 320 px": "<p style='width:50rem'>広い</p>",
    "no border in forced colours": "<button style='border:0'>枠なし</button>",
    "clipped or overlapping on paper": "<p style='height:1ex;overflow:hidden'>切れる</p>",
}


@BY_MOUSE
def test_what_is_wrong_with_a_page_is_seen(sit: Sit) -> None:
    desk = sit()
    desk.goto("/sign-in/")
    desk.page.evaluate(
        # Styles set by script are no inline styles: the policy of the site stands in nobody's way.
        """(html) => {
            const main = document.querySelector('main');
            for (const node of new DOMParser().parseFromString(html, 'text/html').body.children) {
                const made = document.importNode(node, true), style = node.getAttribute('style');
                made.removeAttribute('style');
                made.style.cssText = style ?? '';
                main.append(made);
            }
        }""",
        "".join(PLANTED.values()),
    )
    found = "\n".join(looks.examine(desk.page, name="planted", screens=None))
    assert [problem for problem in PLANTED if problem not in found] == []
    desk.problems.clear()


@BY_MOUSE
def test_a_page_as_it_should_be_is_found_so(sit: Sit) -> None:
    desk = sit()
    desk.goto("/sign-in/")
    assert looks.examine(desk.page, name="sign-in", screens=None) == []


@pytest.mark.parametrize("hands", [Keys], ids=["keys"])
@pytest.mark.parametrize(
    ("style", "problem"),
    [
        ("display: none", "Timeout"),
        ("outline: none", "no outline"),
        ("position: fixed; left: -9000px", "off the screen"),
    ],
)
def test_the_keyboard_does_not_reach_what_nobody_could(sit: Sit, style: str, problem: str) -> None:
    desk = sit()
    desk.goto("/sign-in/")
    desk.page.set_default_timeout(1000)
    desk.page.locator("main button").first.evaluate(
        "(el, style) => { el.style.cssText = style; }", style
    )
    with pytest.raises(Exception, match=problem):
        desk.hands.push("次へ")


@pytest.mark.parametrize("hands", [Keys], ids=["keys"])
def test_the_keys_of_the_sheet_lead_where_it_says(the_site: Site, sit: Sit) -> None:
    desk = sit()
    desk.sign_in(the_site.hire(Role.EXAMINER))
    for digit, heading in (
        ("2", "探す"),
        ("3", "確認待ち"),
        ("5", "支援措置"),
        ("1", "ホーム"),
        ("0", "キー操作の一覧"),
        ("9", "終わりますか"),
    ):
        assert isinstance(desk.hands, Keys)
        desk.hands.shortcut(digit)
        desk.heading(heading)


@BY_MOUSE
def test_a_script_a_style_or_an_address_from_elsewhere_is_seen(sit: Sit) -> None:
    desk = sit()
    desk.goto("/sign-in/")
    desk.page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.bad = 1';
            document.head.append(script);
            const image = document.createElement('img');
            image.src = 'http://192.0.2.1/pixel.png';
            document.body.append(image);
            setTimeout(() => { throw new Error('planted'); });
        }"""
    )
    desk.page.wait_for_timeout(300)
    seen = "\n".join(desk.problems)
    assert "script: planted" in seen
    assert "Content Security Policy" in seen
    assert "192.0.2.1" in seen
    assert desk.property("window.bad") is None
    desk.problems.clear()
