"""No page holds a script, a style or an address of elsewhere; every template compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

import kokunen.web

WEB = Path(kokunen.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
TEXTS = [*TEMPLATES, *sorted((WEB / "static").rglob("*.*"))]
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
HANDLER = re.compile(r"""<[a-z][^>{}]*\s(on[a-z]+|hx-on[a-z:-]*)\s*=""", re.IGNORECASE)
ELSEWHERE = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/2000/svg"


def name_of(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path: Path) -> None:
    get_template(path.relative_to(WEB / "templates").as_posix())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert SCRIPT.search(text) is None
    assert HANDLER.search(text) is None
    assert not re.search(r"<style\b|\sstyle\s*=", text, re.IGNORECASE)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_nothing_leads_elsewhere(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8").replace(NAMESPACE, "")) == []


def test_the_faults_would_be_found() -> None:
    assert SCRIPT.search('<script type="module">x()</script>')
    assert HANDLER.search('<a href="/" onclick="x()">')
    assert HANDLER.search('<form hx-on::after-request="x()">')
    assert ELSEWHERE.search('<img src="//cdn.example.com/x.png">')


def test_marks_of_safe_text_stand_only_where_the_text_is_our_own() -> None:
    marked = {
        name_of(path)
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text(encoding="utf-8"))
    }
    # The picture of the second factor's key, drawn by the library from the key alone.
    assert marked == {"templates/mfa/totp/activate_form.html"}


def test_the_pinned_htmx_is_of_the_second_generation() -> None:
    import django_htmx

    source = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    found = re.search(r'version:"([0-9.]+)"', source.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1].startswith("2.")
    base = (WEB / "templates/web/base.html").read_text(encoding="utf-8")
    assert "django_htmx/htmx-2.min.js" in base
    assert '"allowEval":false' in base
    assert '"includeIndicatorStyles":false' in base
