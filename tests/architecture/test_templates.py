"""Rules that hold for every template."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import product, text

CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
WORD = re.compile(r"[A-Za-z]{2,}")
SPOKEN = re.compile(
    r"\s(?:title|placeholder|alt|aria-label|aria-description|label|content)\s*=\s*([\"'])(.*?)\1", re.DOTALL
)
NAMES = frozenset({"Weftwright", "csv", "xlsx", "CSV", "XLSX"})  # the same in every language
NOT_SPOKEN = re.compile(
    r"<(script|style|svg|code)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.DOTALL | re.IGNORECASE
)
# Macros that write attributes: ` required aria-required="true"` stands between tags, and nobody reads it.
ATTRIBUTE = re.compile(r"[\w:@-]+\s*=\s*\"[^\"]*\"")
SWITCH = re.compile(r"\b(?:required|disabled|checked|selected|readonly|multiple|hidden|autofocus|open)\b")
META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _without_comments(source: str) -> str:
    return re.sub(r"\{#.*?#\}", _blank, source, flags=re.DOTALL)


def _literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of what a reader would see or hear of a template, without what Jinja computes."""
    html = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", _blank, _without_comments(source), flags=re.DOTALL)
    html = META.sub(_blank, NOT_SPOKEN.sub(_blank, html))
    for match in SPOKEN.finditer(html):
        yield html.count("\n", 0, match.start()) + 1, match[2]
    for number, line in enumerate(re.sub(r"<[^>]*>", _blank, html).splitlines(), 1):
        rest = ATTRIBUTE.sub("", line)
        yield number, re.sub(r"&[a-z]+;|&#\w+;", "", line if rest == line else SWITCH.sub("", rest))


def untranslated(source: str) -> list[tuple[int, str]]:
    """Words of one language in a template that is shown in all of them."""
    found = [
        (number, word)
        for number, literal in _literals(source)
        for word in WORD.findall(literal)
        if word not in NAMES
    ]
    lines = enumerate(_without_comments(source).splitlines(), 1)
    return found + [(number, word) for number, line in lines for word in CHINESE.findall(line)]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("<p>{{ t('x.y') }}</p>", [], id="text-from-the-catalogue"),
        pytest.param("<p>Save now</p>", ["Save", "now"], id="english-between-tags"),
        pytest.param('<input placeholder="Name">', ["Name"], id="english-in-an-attribute"),
        pytest.param("<p>{{ 'x' if a > b else t('z') }}</p>", [], id="comparison-inside-jinja"),
        pytest.param("{{ button('保存') }}", ["保存"], id="chinese-inside-jinja"),
        pytest.param('{% macro a() %} required id="x"{% endmacro %}', [], id="macro-of-attributes"),
        pytest.param("{# 保存 Save #}<a class='btn big'>&nbsp;</a>", [], id="comments-and-classes"),
    ],
)
def test_the_reader_of_templates_sees_what_people_see(source, words):
    assert [word for _, word in untranslated(source)] == words


def test_templates_hold_no_words():
    """A button that says 保存 to an English reader, and that no translator ever finds."""
    found = [
        f"{name}:{number}: {word}" for name in product(".html") for number, word in untranslated(text(name))
    ]

    assert found == []


def test_htmx_stays_in_one_place():
    """A library that is months old is replaced in one folder, not in ninety templates."""
    elsewhere = [
        name
        for name in product(".html")
        if "/templates/ui/" not in name
        and not name.endswith("/base.html")
        and re.search(r"\bhx-[a-z]", _without_comments(text(name)))
    ]

    assert elsewhere == []


def test_templates_hold_no_inline_handlers():
    """`onclick=` is refused by the content security policy, silently, in the user's browser only."""
    handler = re.compile(r"<[^>]*\s(on[a-z]+)\s*=|javascript:", re.IGNORECASE)

    found = [name for name in product(".html") if handler.search(_without_comments(text(name)))]

    assert found == []
