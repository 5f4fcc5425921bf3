"""Drafts and packages at the terminal."""

import json
from pathlib import Path

import pytest

from tests.fixtures.publishing import app, field, form
from tests.unit.test_cli import shop, weft

__all__ = ["shop", "weft"]
ROOT = Path(__file__).resolve().parents[3]


def newer(tmp_path, note="Remark"):
    """Return the file of a newer shop: a field more, and another label."""
    path = tmp_path / "newer.json"
    fields = [field("title", required=True), field("note", label=note), field("due", "date")]
    fields.append(field("amount", "number", decimals=2))
    path.write_bytes(app(form("order", *fields), roles=[{"key": "clerk", "label": "Clerk"}]))
    return path


def test_an_upgrade_is_told_and_lands_in_the_draft(weft, shop, tmp_path):
    package = newer(tmp_path)
    told = weft("app", "upgrade", package, "--dry-run", "--json")
    assert told.exit_code == 0, told.output
    items = json.loads(told.stdout)["items"]
    assert [each["path"] for each in items] == ["forms/order/fields/note/label", "forms/order/fields/due"]
    assert all(each["taken"] for each in items)

    done = weft("app", "upgrade", package, "--decline", "forms/order/fields/due")
    assert done.exit_code == 0, done.output
    assert "✓ Changed ORDER · NOTE · Name: NOTE → Remark  [forms/order/fields/note/label]" in done.output
    assert "It is in the draft" in done.output
    again = json.loads(weft("app", "upgrade", package, "--dry-run", "--json").stdout)["items"]
    assert [each["path"] for each in again] == ["forms/order/fields/due"]


def test_what_both_sides_changed_is_undecided_until_told(weft, shop, tmp_path):
    weft("app", "upgrade", newer(tmp_path, "Mine"))

    done = weft("app", "upgrade", newer(tmp_path, "Theirs"))
    assert done.exit_code == 1
    assert "1 thing changed on both sides" in done.stderr
    assert (
        weft("app", "upgrade", newer(tmp_path, "Theirs"), "--take", "forms/order/fields/note/label").exit_code
        == 0
    )
    assert weft("app", "upgrade", newer(tmp_path), "--take", "nothing").exit_code == 1


def test_a_folder_is_the_same_as_the_file(weft, shop, tmp_path):
    folder, back = tmp_path / "laid out", tmp_path / "back.json"
    crm = ROOT / "examples/crm_template.json"

    assert weft("app", "convert", crm, folder).exit_code == 0
    assert (folder / "forms/customer.json").is_file()
    assert weft("app", "convert", folder, back).exit_code == 0
    assert back.read_bytes() == crm.read_bytes()
    assert weft("app", "validate", folder).exit_code == 0
    assert weft("app", "diff", crm, folder).exit_code == 0


def test_an_app_goes_out_into_a_folder_is_changed_by_hand_and_comes_back(weft, shop, tmp_path):
    folder = tmp_path / "shop"
    assert weft("app", "export", "shop", folder).exit_code == 0
    order = folder / "forms/order.json"
    order.write_text(order.read_text("utf-8").replace('"NOTE"', '"Remark"'), "utf-8")

    plan = json.loads(weft("app", "plan", folder, "--json").stdout)
    assert [each["path"] for each in plan["lines"]] == ["order.note"]
    told = weft("app", "diff", "shop", folder)
    assert told.exit_code == 1
    assert "ORDER · Remark · Name: NOTE → Remark  [forms/order/fields/note/label]" in told.output
    same = json.loads(weft("app", "diff", "shop", folder, "--json").stdout)["differences"]
    assert [(each["where"], each["old"], each["new"]) for each in same] == [
        ("ORDER · Remark", "NOTE", "Remark")
    ]
    done = json.loads(weft("app", "apply", folder, "--json").stdout)
    assert (done["version"], done["changed"]) == (2, True)
    assert weft("app", "export", "shop", folder).exit_code == 0
    assert "Remark" in order.read_text("utf-8")


def broken(folder, name, text):
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("forms/order.json", "{", "forms/order.json  "),
        ("forms/order.json", '{"key": "order", "label": "O", "fields": [{"key": "a", "type": "texd"}]}',
         "forms/order.json#/fields/0/type  "),
        ("forms/order.json", '{"key": "other", "label": "O"}', "[layout.other_key]"),
        ("roles/clerk.json", '{"key": "clerk", "label": "C", "label": "D"}', "roles/clerk.json#/label  "),
        ("rules/more.json", '{"key": "more"}', "rules/more.json  "),
        ("app.json", '{"weft": 1, "key": "shop", "label": "S", "forms": ["gone"]}', "forms/gone.json  "),
        ("app.json", '{"weft": 1, "key": "shop", "label": "S", "forms": ["../etc"]}', "app.json#/forms/0  "),
        ("app.json", '{"weft": 7, "forms": ["order"], "roles": ["clerk"]}', "[definition.unknown_format]"),
    ],
)  # fmt: skip
def test_a_folder_edited_by_hand_says_in_which_file_and_where_it_is_wrong(
    weft, shop, tmp_path, name, text, told
):
    folder = tmp_path / "shop"
    weft("app", "export", "shop", folder)
    broken(folder, name, text)

    done = weft("app", "validate", folder)

    assert done.exit_code == 1
    assert told in done.stderr
    assert weft("app", "apply", folder).exit_code == 1
    listed = json.loads(weft("app", "validate", folder, "--json").stdout)
    assert listed[0]["problems"]


def test_what_left_the_app_leaves_the_folder_and_nothing_else_does(weft, shop, tmp_path):
    folder = tmp_path / "shop"
    weft("app", "export", "shop", folder)
    broken(folder, "forms/stale.json", "{}")
    broken(folder, "README.md", "mine")

    weft("app", "export", "shop", folder)

    assert not (folder / "forms/stale.json").exists()
    assert (folder / "README.md").read_text("utf-8") == "mine"
    other = tmp_path / "other"
    other.mkdir()
    broken(other, "notes.txt", "mine")
    assert weft("app", "export", "shop", other).exit_code == 1


def test_a_package_is_written_and_installed(weft, shop, tmp_path):
    package = tmp_path / "shop.zip"
    assert weft("app", "export", "shop", package, "--records").exit_code == 0
    assert weft("app", "validate", package).exit_code == 0
    assert json.loads(weft("app", "apply", package, "--json").stdout)["changed"] is False
    elsewhere = str(tmp_path / "elsewhere")
    done = weft("app", "apply", package, "--json", "--test", WEFT_DATA=elsewhere)
    assert done.exit_code == 0, done.output
    (tmp_path / "broken.zip").write_bytes(package.read_bytes()[:-30])
    assert weft("app", "validate", tmp_path / "broken.zip").exit_code == 1
