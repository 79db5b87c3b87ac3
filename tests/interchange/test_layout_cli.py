"""``kokunen layout``: the layouts shown, and files held against them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml

from kokunen.cli import OK, UNUSABLE, WRONG, main
from kokunen.interchange.layout import FOLDER, codes
from tests.interchange.drawn import CITY

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--on", "2026-11-21")
CODE = "agency_recipients"


def test_every_layout_is_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "list"]) == OK
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(codes())
    assert main(["layout", "show", CODE, *DAY]) == OK
    shown = capsys.readouterr().out
    assert "固定長500バイト" in shown
    assert "公式の様式は未確認" in shown
    assert "trailer record_kind=3" in shown
    assert "city「市町村」" in shown


@pytest.mark.parametrize("code", codes())
def test_an_example_of_every_layout_is_valid(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "example.dat"
    city = ("--city", CITY)
    assert main(["layout", "example", code, "--out", str(path), *city, *DAY]) == OK
    assert main(["layout", "validate", str(path), "--layout", code, *city, *DAY]) == OK
    assert "不備はありません" in capsys.readouterr().out


def test_every_fault_of_a_file_is_printed(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["layout", "example", CODE, "--city", CITY, *DAY]) == OK
    raw = capsysbinary.readouterr().out
    path = tmp_path / "damaged.dat"
    path.write_bytes(raw[:521] + b"x" + raw[522:1043] + b"9" + raw[1044:])
    given = ["layout", "validate", str(path), "--layout", CODE, "--city", CITY, *DAY]
    assert main(given) == WRONG
    first, second = capsysbinary.readouterr().out.decode().splitlines()
    assert first.startswith("2件目 「pension_number」 22バイト目: 数字以外の文字があります。")
    assert first.endswith("[78 30 30 30 30 30 30 30 30 31]")
    assert second.startswith("3件目 「sex」 44バイト目: コード表にない値です。")
    assert second.endswith("[39]")
    assert main([*given[:-3], "131041", *DAY]) == WRONG
    assert b"prefecture" in capsysbinary.readouterr().out


def test_what_a_new_version_changes_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = yaml.safe_load((FOLDER / f"{CODE}.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "new.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    assert main(["layout", "diff", CODE, str(path)]) == OK
    assert "違いはありません" in capsys.readouterr().out
    version = given["versions"][0]
    fields = version["records"]["detail"]["fields"]
    moved = next(each for each in fields if each.get("name") == "amount_3")
    moved |= {"type": "digits", "length": 10}
    fields[-1] = {"name": "note", "title": "備考", "type": "text", "at": 352, "length": 149}
    version["checks"]["sums"].pop("trailer.total_3")
    total = next(
        each for each in version["records"]["trailer"]["fields"] if each.get("name") == "total_3"
    )
    total["optional"] = True
    version["newline"] = "crlf"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    assert main(["layout", "diff", CODE, str(path)]) == OK
    told = capsys.readouterr().out.splitlines()
    assert "改行: none → crlf" in told
    assert "detail.note「備考」: 加わった(352から、text)" in told
    assert any(
        line.startswith("detail.amount_3「金額3」: 型 integer → digits、長さ 11 → 10")
        for line in told
    )
    assert "trailer.total_3「金額3の合計」: 任意 False → True" in told
    assert any(line.startswith("検査 sums: ") for line in told)
    version["from"] = date(2030, 1, 1)
    fields[0]["at"] = 2
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    assert main(["layout", "diff", CODE, str(path)]) == UNUSABLE


@pytest.mark.parametrize(
    "given",
    [
        ["show", "no_such_layout"],
        ["show", CODE, "--on", "1999-01-01"],
        ["validate", "no-such-file", "--layout", CODE, "--city", CITY],
        ["example", CODE, "--city", CITY, "--out", "/no/such/folder/file"],
        ["diff", CODE, "1", "9"],
        ["diff", CODE, "no-such-file.yaml"],
    ],
)
def test_what_cannot_be_done_is_told(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", *given]) == UNUSABLE
    assert capsys.readouterr().err.startswith("kokunen: ")
