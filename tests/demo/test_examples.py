import re
from pathlib import Path

import pytest

from kokunen.demo import examples
from kokunen.wording.explain import page

CASES = examples.households()


def said(name: str, lang: str = "ja") -> str:
    """The page of a household, as one line: where it is wrapped does not matter."""
    return re.sub(r"\n *", "", page(CASES[name], lang=lang))


def test_every_household_says_that_it_is_invented() -> None:
    assert len(CASES) >= 8
    assert [name for name, case in CASES.items() if "架空の世帯" not in case["title"]] == []


def test_someone_alone_below_the_limit_is_fully_exempt() -> None:
    text = said("1-alone")
    assert "本人の所得450,000円は「全額免除」の基準額670,000円以下で、220,000円の余裕" in text
    assert "結果が変わる最も小さな違い" not in text


def test_a_head_with_a_high_income_leaves_only_deferral() -> None:
    text = said("2-head-earns")
    assert (
        "世帯主の所得4,100,000円が「全額免除」の基準額1,020,000円を3,080,000円超えるため、納付猶予です"
        in text
    )
    assert "世帯主の所得があと3,080,000円少なければ、全額免除になります" in text


def test_a_family_reaches_half_exemption_by_its_deductions() -> None:
    text = said("3-family")
    assert (
        "本人の控除後の所得1,970,000円が「4分の3免除」の基準額1,640,000円を330,000円超える" in text
    )
    assert "控除があと330,000円多ければ、4分の3免除になります" in text
    assert "8,960円" in text
    assert "9,150円" in text
    assert "半額免除で残りを納めない" in text
    assert "扶養親族が障害者である場合の控除" in text


def test_an_undeclared_spouse_leaves_it_open_and_the_page_says_what_to_ask_for() -> None:
    text = said("4-undeclared")
    assert "要確認(まだ決められません)" in text
    assert "配偶者の2025年(令和7年)分の所得。市町村民税の申告か、所得の申立て" in text
    assert "本人の2025年" not in text


def test_the_loss_of_a_job_takes_out_one_person_and_the_spouse_decides() -> None:
    text = said("5-job-loss")
    assert "失業・廃業の特例の期間にある" in text
    assert (
        "配偶者の控除後の所得890,000円が「4分の3免除」の基準額880,000円を10,000円超えるため、半額免除です"
        in text
    )
    assert text.count("決め手") == 1


def test_a_student_is_tested_alone() -> None:
    text = said("6-student")
    assert "審査した人: 本人。" in text
    assert "「学生納付特例」の基準額1,280,000円以下" in text
    assert "5,200,000円" not in text


def test_a_separated_spouse_is_not_tested_and_the_paper_is_to_be_kept_safe() -> None:
    text = said("7-separated")
    assert "配偶者の所得は審査しません" in text
    assert "6,400,000円" not in text
    assert "配偶者の目に触れないよう" in text


def test_a_single_parent_passes_by_the_flat_limit() -> None:
    text = said("8-single-parent")
    assert "本人が「障害者・寡婦・ひとり親で所得が定額以下」に当たる" in text
    assert "全額免除" in text


def test_a_year_in_which_50_is_reached_has_a_part_with_and_a_part_without_deferral() -> None:
    text = said("9-turning-50")
    assert "すでに保険料を納めた月" in text
    assert "2026年5月〜2026年6月(令和8年5月〜令和8年6月)の決め手" in text
    assert "2026年7月〜2026年10月(令和8年7月〜令和8年10月)の決め手" in text
    assert "2026年11月〜2027年6月(令和8年11月〜令和9年6月)の決め手" in text
    assert "過去の年度の配偶者・世帯主は" in text


@pytest.mark.parametrize("name", CASES)
def test_every_page_ends_with_what_it_is_and_is_not(name: str) -> None:
    assert "これは市の試算です" in said(name)
    assert "estimate by the city" in said(name, "en")


def test_the_command_prints_every_page_and_writes_the_html(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examples.run(tmp_path / "pages") == 0
    printed = capsys.readouterr().out
    for name, case in CASES.items():
        assert case["title"] in printed
        for lang in ("ja", "en", "plain-ja"):
            text = (tmp_path / "pages" / f"{name}.{lang}.html").read_text(encoding="utf-8")
            assert text.endswith("</html>\n")
    assert str(tmp_path / "pages" / "1-alone.ja.html") in printed
