"""Texts: both languages say the same things, and say them with the parameters they get."""

from decimal import Decimal
from pathlib import Path

import pytest

from frontend.texts import LOCALES, Texts, best_locale, catalogue, read_folder
from schemas.elements import Translated


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_language_has_the_same_codes() -> None:
    first, *others = (catalogue(name) for name in LOCALES)

    for other in others:
        assert set(first) ^ set(other) == set()


def test_every_language_uses_the_same_placeholders() -> None:
    first, *others = (catalogue(name) for name in LOCALES)

    for other in others:
        assert {c: m.placeholders for c, m in first.items()} == {c: m.placeholders for c, m in other.items()}


def test_no_text_is_blank_or_left_with_loose_braces(locale: str) -> None:
    for code, message in catalogue(locale).items():
        for text in (message.one, message.other):
            rest = text.replace("{{", "").replace("}}", "")  # what people write around a formula in a text
            for name in message.placeholders:
                rest = rest.replace("{" + name + "}", "")
            assert text.strip(), code
            assert not {"{", "}"} & set(rest), code


def test_english_texts_hold_no_chinese_but_the_name_of_the_language() -> None:
    for code, message in catalogue("en").items():
        if code != "ui.language.zh-CN":
            assert not any("\u4e00" <= char <= "\u9fff" for char in message.other), code


def test_chooses_singular_and_plural() -> None:
    english = Texts("en")

    assert english.t("ui.time.hours_ago", count=1) == "1 hour ago"
    assert english.t("ui.time.hours_ago", count=2) == "2 hours ago"
    assert Texts("zh-CN").t("ui.time.hours_ago", count=1) == "1 小时前"


def test_writes_numbers_with_thousands_separators() -> None:
    assert Texts("en").t("limit.reached", limit=12_000) == "The limit of 12,000 is exceeded."
    assert Texts("en").t("limit.reached", limit=Decimal("1234.5")) == "The limit of 1,234.5 is exceeded."


def test_says_an_unknown_code_as_it_is(locale: str) -> None:
    texts = Texts(locale)

    assert texts.t("no.such.code", name="x") == "no.such.code"
    assert not texts.has("no.such.code")


def test_leaves_a_placeholder_without_a_parameter_visible() -> None:
    assert Texts("en").t("limit.reached") == "The limit of {limit} is exceeded."


def test_a_parameter_with_braces_is_not_expanded_again() -> None:
    assert "{max}" in Texts("en").t("field.above_max", max=3, value="{max}")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        pytest.param("Title", "Title", id="plain"),
        pytest.param({"zh-CN": "标题", "en": "Title"}, "Title", id="both"),
        pytest.param({"zh-CN": "标题"}, "标题", id="only the other language"),
        pytest.param(Translated(zh="标题", en="Title"), "Title", id="from the grammar"),
        pytest.param(None, "", id="absent"),
    ],
)
def test_label_chooses_the_language(label: object, expected: str) -> None:
    assert Texts("en").label(label) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-TW", "zh-CN"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        (None, "zh-CN"),
    ],
)
def test_best_locale(wanted: str | None, expected: str) -> None:
    assert best_locale(wanted) == expected


def test_refuses_a_code_that_is_written_twice(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[ui]\nx = "1"\n', "utf-8")
    (tmp_path / "b.toml").write_text('[ui]\nx = "2"\n', "utf-8")

    with pytest.raises(ValueError, match="written twice"):
        read_folder(tmp_path)
