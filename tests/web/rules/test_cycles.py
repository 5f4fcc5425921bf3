"""A circle of rules is shown before it is published: in the plan, on the screen, on the command line."""

from pathlib import Path

import pytest

from builder.commands import apps
from frontend.texts import Texts
from runtime.commands.terminal import Terminal
from tests.web.rules.conftest import Ruled, definition

CIRCLE = [
    {"key": "one", "label": {"zh-CN": "甲", "en": "One"},
     "on": {"type": "updated", "form": "order", "fields": ["word"]},
     "then": [{"type": "set_fields", "set": {"note": "x"}}]},
    {"key": "two", "label": {"zh-CN": "乙", "en": "Two"},
     "on": {"type": "updated", "form": "order", "fields": ["note"]},
     "then": [{"type": "set_fields", "set": {"word": "x"}}]},
]  # fmt: skip


def test_in_the_plan_and_it_does_not_stand_in_the_way(ruled: Ruled):
    maker = ruled.door("di", "maker")

    lines = maker.post("/api/builder/shop/plan", definition(CIRCLE), 200)["lines"]

    (warning,) = [each for each in lines if each["kind"] == "warning"]
    assert (warning["code"], warning["path"], warning["blocking"]) == ("plan.rule.cycle", "rule:one", False)
    assert "One → Two → One" in warning["text"]
    ruled.publish(definition(CIRCLE))


def test_on_the_screen_where_it_is_published(ruled: Ruled):
    maker = ruled.door("di", "maker")
    draft = maker.get("/api/builder/shop/draft")
    commands = [{"do": "add", "to": "rules", "value": each} for each in CIRCLE]
    answer = maker.send(
        "POST", "/api/builder/shop/draft", {"revision": draft["revision"], "commands": commands}
    )
    assert answer.status_code == 200, answer.text

    html = ruled.page(maker.user_id, "/design/shop/publish")

    assert "Please look:" in html
    assert "One → Two → One" in html


@pytest.mark.parametrize(("locale", "chain"), [("zh-CN", "甲 → 乙 → 甲"), ("en", "One → Two → One")])
def test_on_the_command_line(
    ruled: Ruled, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    locale: str, chain: str,
):  # fmt: skip
    file = tmp_path / "shop.json"
    file.write_bytes(definition(CIRCLE))
    monkeypatch.setenv("COLUMNS", "300")
    terminal = Terminal()
    terminal.texts = Texts(locale)

    assert apps.plan(terminal, ruled.installation, file, apps.Wish())
    assert chain in capsys.readouterr().out
    apps.apply(terminal, ruled.installation, file, apps.Wish())
    assert chain in capsys.readouterr().err
