"""Drafts and packages at the terminal."""

import json

from tests.fixtures.publishing import app, field, form
from tests.unit.test_cli import shop, weft

__all__ = ["shop", "weft"]


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
