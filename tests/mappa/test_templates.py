"""Rules for every template, walked over every file."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import render_to_string

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")])
# Attributes whose words a person reads or hears.
SPOKEN = {"aria-label", "title", "placeholder", "alt"}
FORBIDDEN_BY_CSP = {
    "hx-on": r"\shx-on",
    "js: values": r"""["'\s]js:""",
    "a trigger filter": r"""hx-trigger=["'][^"'{]*\[""",
    "an inline style": r"\sstyle=|<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline handler": r"\son[a-z]+=",
}


NOT_ESCAPED = r"\|\s*safe(seq)?\b|\bautoescape\s+off\b"
MADE_BY_HAND = r"\b(mark_safe|SafeString|SafeText|html_safe|format_html|autoescape)\b"
# Line ends of an answer become breaks, each line escaped.
BY_HAND = {"assurance/asking.py"}
OUR_APPS = [app.path for app in apps.get_app_configs() if Path(app.path).parent == ROOT]


def without_tags(source):
    """The template with everything that is not literal text taken out."""
    source = re.sub(r"{#.*?#}", "", source)
    source = re.sub(r"{% comment.*?endcomment %}", "", source, flags=re.S)
    source = re.sub(r"{% blocktrans(late)?\b.*?{% endblocktrans(late)? %}", "", source, flags=re.S)
    return re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.S)


class Words(HTMLParser):
    """Collects literal words between tags and in attributes that are read out."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _tag, attrs):
        self.found += [value for name, value in attrs if name in SPOKEN and re.search(r"[^\W\d_]", value or "")]

    def handle_data(self, data):
        self.found += re.findall(r"[^\W\d_]+", data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_can_be_translated(path):
    words = Words()

    words.feed(without_tags(path.read_text()))
    words.close()

    assert words.found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_asks_for_more_than_the_security_policy_allows(path):
    source = re.sub(r"{#.*?#}", "", path.read_text())

    assert [name for name, pattern in FORBIDDEN_BY_CSP.items() if re.search(pattern, source, re.I)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_is_escaped(path):
    assert not re.search(NOT_ESCAPED, path.read_text())


def test_only_listed_files_make_html_by_hand():
    ours = [path for app in OUR_APPS for path in Path(app).rglob("*.py")]

    assert {str(path.relative_to(ROOT)) for path in ours if re.search(MADE_BY_HAND, path.read_text())} == BY_HAND


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_says_what_it_needs(path):
    assert re.match(r"{# Blocks: .* Context: .* #}\n", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_radio_reveals_a_question(path):
    assert "data-aria-controls" not in path.read_text()


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_a_page_about_a_fault_needs_nothing_and_gives_its_reference(name):
    assert "<h1" in render_to_string(name)
    assert "4f1c0a" in render_to_string(name, {"request_id": "4f1c0a"})
