import re
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from kokunen.demo.examples import households
from kokunen.law.contract.fields import UnableToReadInput
from kokunen.rulekit.figures import NoValueInForce
from kokunen.wording.explain import page
from kokunen.wording.layout import WIDTH
from kokunen.wording.words import LANGUAGES

CASES = households()
EVERY_PAGE = [(name, lang) for name in CASES for lang in LANGUAGES]
VOID = {"meta", "br"}


class Checked(HTMLParser):
    """Fails on a tag that is not closed in its order; keeps what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.bare = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"ruby", "style", "title", "h1"} & set(self.open):
            self.bare += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize(("name", "lang"), EVERY_PAGE)
def test_a_text_page_fits_the_terminal(name: str, lang: str) -> None:
    def columns(line: str) -> int:
        return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line)

    wide = [line for line in page(CASES[name], lang=lang).splitlines() if columns(line) > WIDTH]
    assert wide == []


@pytest.mark.parametrize(("name", "lang"), EVERY_PAGE)
def test_an_html_page_is_well_formed_and_needs_nothing_outside_itself(name: str, lang: str) -> None:
    text = page(CASES[name], lang=lang, html=True)
    found = Checked(text)
    assert text.startswith("<!DOCTYPE html>")
    assert found.named("html") == [{"lang": "en" if lang == "en" else "ja"}]
    assert found.named("script") == found.named("link") == found.named("img") == []
    assert re.findall(r"https?:|//|@import|url\(", text) == []


@pytest.mark.parametrize(("name", "lang"), EVERY_PAGE)
def test_headings_and_tables_can_be_found_without_sight(name: str, lang: str) -> None:
    found = Checked(page(CASES[name], lang=lang, html=True))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(found.named("caption")) == len(found.named("table")) > 0
    assert {attrs.get("scope") for attrs in found.named("th")} == {"col", "row"}
    assert all(attrs.get("data-head") for attrs in found.named("td"))


@pytest.mark.parametrize("name", CASES)
def test_plain_japanese_sets_every_kanji_as_ruby(name: str) -> None:
    found = Checked(page(CASES[name], lang="plain-ja", html=True))
    articles = r"(?:平\d+改正)?(?:法|令|規則)(?:附則)?\d+条(?:の\d+)*(?:第?\d+項)?(?:\d+号)?"
    rest = re.sub(rf"{articles}|(?<=\d)[円人歳年月日]|(?<=\dか)月", "", found.bare)
    assert re.findall(r"[々一-鿿]+", rest) == []
    heads = {str(attrs["data-head"]) for attrs in found.named("td")}
    assert "1か月にはらうおかね" in heads
    assert re.findall(r"[々一-鿿]+", re.sub(r"か月", "", "".join(heads))) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_says_who_decides(lang: str) -> None:
    said = {"ja": "市の試算", "en": "estimate by the city", "plain-ja": "決めるのは"}
    text = re.sub(r"（[ぁ-ん]+）", "", page(CASES["1-alone"], lang=lang))
    assert said[lang] in text.replace("\n", "")


def test_what_a_case_says_cannot_become_markup() -> None:
    text = page({**CASES["1-alone"], "title": "<script>alert(1)</script>"}, html=True)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_page_without_a_title_gets_the_usual_one() -> None:
    case = {key: value for key, value in CASES["1-alone"].items() if key != "title"}
    assert "免除・納付猶予の試算" in page(case)
    assert "<ruby>国民年金<rp>" in page(case, lang="plain-ja", html=True)


def changed(**values: object) -> dict[str, Any]:
    return {**CASES["1-alone"], **values}


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(UnableToReadInput, match="colour"):
        page(changed(colour="blue"))


def test_a_title_that_is_no_text_is_refused() -> None:
    with pytest.raises(UnableToReadInput, match="title"):
        page(changed(title=7))


def test_a_month_without_figures_is_refused() -> None:
    with pytest.raises(NoValueInForce):
        page(changed(**{"applied_on": "2028-08-01", "from": "2028-07", "to": "2028-07"}))


def test_months_that_cannot_be_applied_for_say_why() -> None:
    text = page(changed(**{"from": "2024-06", "to": "2027-07"})).replace("\n   ", "")
    assert "納期限から2年を過ぎた月" in text
    assert "その年度の申請はまだ始まっていません" in text


def test_a_band_that_was_not_ticked_is_not_examined() -> None:
    text = page(changed(wanted=["half"])).replace("\n   ", "")
    assert "「半額免除」の基準額1,280,000円以下" in text
    assert "全額免除(所得)" not in text


def test_nothing_examined_has_its_own_words() -> None:
    born = {**CASES["1-alone"]["insured"], "birth_date": "1970-01-15"}
    text = page(changed(wanted=["deferral"], insured=born))
    assert "審査できるものがありません" in text


def before_2021_07(**income: object) -> dict[str, Any]:
    months = {"applied_on": "2021-03-01", "from": "2020-08", "to": "2020-09"}
    person = {"birth_date": "1990-01-02", "incomes": {"2019": {"total": 900000, **income}}}
    return changed(**months, insured=person)


def test_a_figure_that_is_not_confirmed_is_named_where_the_result_rests_on_it() -> None:
    parent = before_2021_07(single_parent=True)
    assert "未確認の数値を使っています: ひとり親の控除" in page(parent)
    assert "A figure that is not confirmed was used: month from which" in page(parent, lang="en")
    assert "未確認の数値" not in page(before_2021_07())


def test_an_old_application_names_the_doubt_about_how_far_it_reaches() -> None:
    person = {"birth_date": "1990-01-02", "incomes": {"2012": {"total": 0}}}
    months = {"applied_on": "2014-03-03", "from": "2014-01", "to": "2014-02"}
    assert "2014年3月までの申請でさかのぼれる月" in page(changed(**months, insured=person))


def test_what_the_sums_are_made_of_is_said() -> None:
    text = page(CASES["3-family"])
    assert "所得2,750,000円から控除の計780,000円を引いた1,970,000円" in text
    assert "本人の扶養親族等は2人です(一般2人、老人0人、特定0人)" in text
    assert "控除の計" not in page(CASES["1-alone"])


def test_a_page_with_the_income_of_others_warns_before_it_is_handed_over() -> None:
    warning = "本人以外の人の所得が載っています"
    assert warning in page(CASES["2-head-earns"])
    assert warning not in page(CASES["1-alone"])


def test_a_paper_that_only_asks_about_violence_is_to_be_kept_safe_too() -> None:
    person = {**CASES["7-separated"]["insured"], "separated_by_violence": None}
    text = page({**CASES["7-separated"], "insured": person})
    assert "配偶者からの暴力により別居しているか" in text
    assert "配偶者の目に触れないよう" in text
