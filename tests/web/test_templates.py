"""Templates: every screen renders in both languages, shows what it is given and escapes it."""

import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from frontend.environment import ROOT, Renderer
from frontend.pages import ErrorPage
from frontend.texts import LOCALES
from frontend.views import Cell, FieldView, Item
from tests.web.samples.screens import Samples, samples

NAMES = sorted(samples("en").screens())
ATTACK = "<script>alert('x')</script>\"'><img src=x onerror=y>"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


class Page(HTMLParser):
    """The elements of a page, with a check that they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.broken: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.broken += [f"{tag} {name} twice" for name in set(names) if names.count(name) > 1]
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(f"</{tag}> at {self.getpos()}")

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture(params=LOCALES)
def sample(request: pytest.FixtureRequest) -> Samples:
    return samples(request.param)


def render(renderer: Renderer, sample: Samples, name: str) -> str:
    template, context = sample.screen(name)
    return renderer.render(template, sample.texts.locale, "light", "nonce", **context)


@pytest.mark.parametrize("name", NAMES)
def test_every_screen_is_well_formed(renderer: Renderer, sample: Samples, name: str) -> None:
    page = Page(render(renderer, sample, name))

    assert page.broken == []
    assert page.open == []
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("html")[0]["lang"] == sample.texts.locale


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_references_lead_to_them(renderer: Renderer, sample: Samples, name: str) -> None:
    html = re.sub(r"<template.*?</template>", "", render(renderer, sample, name), flags=re.DOTALL)
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    named = [
        part
        for _, attributes in page.elements
        for key in ("for", "aria-labelledby", "aria-describedby")
        for part in attributes.get(key, "").split()
    ]
    anchors = [link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")]

    assert sorted(set(ids)) == sorted(ids)
    assert set(named) | set(anchors) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_that_posts_carries_the_token(renderer: Renderer, sample: Samples, name: str) -> None:
    html = render(renderer, sample, name)

    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL):
        assert 'name="csrf"' in form


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_a_translation(renderer: Renderer, sample: Samples, name: str) -> None:
    visible = re.sub(r"<script.*?</script>|<[^>]*>", " ", render(renderer, sample, name), flags=re.DOTALL)

    assert re.findall(r"\bui\.[a-z_]+\.[a-z_]+", visible) == []
    assert re.findall(r"\{[a-z_]+\}", re.sub(r"\{count\}", "", visible)) == []


@pytest.mark.parametrize("name", NAMES)
def test_scripts_come_from_us_with_the_nonce(renderer: Renderer, sample: Samples, name: str) -> None:
    page = Page(render(renderer, sample, name))

    for script in page.all("script"):
        assert script["nonce"] == "nonce"
        assert script.get("src", "/static/").startswith("/static/")
    for link in page.all("link"):
        assert link["href"].startswith("/static/")


def poison(value: Any) -> Any:
    """The same view model with markup in every text that is not an address or a name of ours."""
    if isinstance(value, str):
        return value + ATTACK
    if isinstance(value, tuple):
        return tuple(poison(each) for each in value)
    if isinstance(value, dict):
        return {
            key: poison(each) if key in ("label", "unit", "text") else each for key, each in value.items()
        }
    if is_dataclass(value) and not isinstance(value, type):
        # Keys, types, icons and addresses are checked where they are made.
        texts = (
            "title",
            "text",
            "label",
            "help",
            "name",
            "note",
            "placeholder",
            "errors",
            "search",
            "notice",
            "site",
        )
        nested = [field.name for field in fields(value) if not isinstance(getattr(value, field.name), str)]
        names = {field.name for field in fields(value)} & {*texts, *nested}
        return replace(value, **{name: poison(getattr(value, name)) for name in names})
    return value


@pytest.mark.parametrize("name", NAMES)
def test_markup_in_a_value_is_never_markup_in_a_page(renderer: Renderer, sample: Samples, name: str) -> None:
    template, context = sample.screen(name)
    clean = Page(render(renderer, sample, name))

    hostile = {key: poison(value) for key, value in context.items()}

    html = renderer.render(template, sample.texts.locale, "light", "nonce", **hostile)
    page = Page(html)

    assert "<script>alert" not in html
    assert "onerror" not in {name for _, attributes in page.elements for name in attributes}
    assert len(page.all("script")) == len(clean.all("script"))
    assert page.broken == []


@pytest.mark.parametrize("kind", sorted(path.stem for path in (ROOT / "templates/fields").glob("*.html")))
def test_every_field_type_has_an_input_and_a_display(renderer: Renderer, sample: Samples, kind: str) -> None:
    look = renderer.environment(sample.texts.locale).globals["look"](kind)  # type: ignore[operator]
    field = next(field for field in sample.every_field() if field.type == kind)
    hostile = poison(field)

    for each in (field, hostile, replace(field, value=None, text="", items=(), rows=())):
        written = str(look.input(each, "items.0.x"))
        assert Page(written).broken == []
        assert "<script>" not in written
    assert "<script>" not in str(look.display(hostile, hostile))


def test_a_page_links_to_the_styles_of_its_values_once(renderer: Renderer) -> None:
    """They are shown in every row of a list."""
    html = render(renderer, samples("en"), "record")

    assert html.count("weft-signed") + html.count('class="weft-rich"') > 1
    assert html.count("styles/filling.css") == 1


def test_a_line_that_is_checked_can_be_scanned_too(renderer: Renderer) -> None:
    look = renderer.environment("en").globals["look"]("text")  # type: ignore[operator]
    field = FieldView("code", "text", "Code", options={"format": "postcode", "scan": True})

    page = Page(str(look.input(field, "code")))

    assert [tag for tag, _ in page.elements if tag.startswith("weft-")] == ["weft-format", "weft-scan"]
    assert [each["inputmode"] for each in page.all("input")] == ["numeric"]


def test_every_field_type_is_in_the_samples() -> None:
    shown = {field.type for field in samples("en").every_field()}

    assert shown == {path.stem for path in (ROOT / "templates/fields").glob("*.html")}


def test_an_address_that_runs_code_does_not_become_a_link(renderer: Renderer) -> None:
    look = renderer.environment("en").globals["look"]("url")  # type: ignore[operator]

    shown = str(look.display(FieldView("x", "url", "X"), Cell("javascript:alert(1)", "javascript:alert(1)")))

    assert "<a" not in shown


def test_a_blank_cell_is_a_dash_and_a_masked_one_its_outline_without_a_link(renderer: Renderer) -> None:
    module: Any = renderer.environment("en").get_template("ui/field.html").module
    field = FieldView("phone", "phone", "Phone")

    blank, masked = (
        str(module.value(field, each)) for each in (Cell(), Cell("139****02", "139****02", masked=True))
    )

    assert "–" in blank
    assert "139****02" in masked
    assert "#lock" in masked
    assert "<a" not in masked


def test_zero_and_false_are_not_blank(renderer: Renderer) -> None:
    module: Any = renderer.environment("en").get_template("ui/field.html").module

    assert "0.00" in module.value(FieldView("a", "money", "A"), Cell("0", "0.00"))
    assert "No" in module.value(FieldView("b", "checkbox", "B"), Cell(value=False, text=""))


def test_input_of_a_subform_row_is_named_by_its_place(renderer: Renderer) -> None:
    html = render(renderer, samples("en"), "form")
    names = [attributes["name"] for attributes in Page(html).all("input", "select") if "name" in attributes]

    assert {"items.0._id", "items.0.qty", "items.1.qty", "items.__i__.qty"} <= set(names)


def test_clearing_everything_is_sent_too(renderer: Renderer) -> None:
    html = render(renderer, samples("en"), "form")

    for name in ("paid", "channels", "tags", "files", "items", "score"):
        assert re.search(rf'<input type="hidden" name="{name}" value="(false)?">', html), name


def test_errors_stand_beside_their_input_and_in_the_summary(renderer: Renderer) -> None:
    page = Page(render(renderer, samples("en"), "form_refused"))
    name = next(attributes for attributes in page.all("input") if attributes.get("name") == "name")

    assert name["aria-invalid"] == "true"
    assert "f-name-error" in name["aria-describedby"].split()
    assert "#f-name" in [link.get("href") for link in page.all("a")]


def test_an_error_page_needs_nobody_signed_in(renderer: Renderer) -> None:
    html = renderer.render(
        "pages/error.html", "en", "auto", "", page=ErrorPage(404, text="It was not found.")
    )

    assert "Page not found" in html
    assert "It was not found." in html


def test_an_unknown_theme_follows_the_system(renderer: Renderer) -> None:
    html = renderer.render("pages/error.html", "en", 'x" onload="y', "", page=ErrorPage(404))

    assert 'data-bs-theme="auto"' in html


def test_the_address_of_a_static_file_changes_with_its_content(renderer: Renderer) -> None:
    assert re.fullmatch(r"/static/weft\.css\?v=[0-9a-f]{12}", renderer.asset("weft.css"))


def test_chosen_options_are_selected_and_offered_once(renderer: Renderer) -> None:
    look = renderer.environment("en").globals["look"]("member")  # type: ignore[operator]
    choices = [{"id": "2", "text": "Leo"}, {"id": "3", "text": "May"}]
    field = FieldView(
        "owner", "member", "Owner", value="2", items=(Item("2", "Leo"),), options={"choices": choices}
    )

    options = Page(str(look.input(field, "owner"))).all("option")

    assert [(option["value"], "selected" in option) for option in options] == [
        ("", False),
        ("2", True),
        ("3", False),
    ]
