"""The guide through building an application: its marks come from the draft, whoever made the change."""

import re

import pytest

from builder.designer.guides.checking import Look
from builder.designer.guides.reading import Asked, guides
from tests.web.designer.test_form_designer import Desk, revision_in
from tests.web.designer.test_shelf import post


def marks(page):
    """Return the marks of the single checks."""
    return [
        "is-done" in each
        for part in re.findall(r'weft-guide-checks">(.*?)</ul>', page, re.DOTALL)
        for each in re.findall(r'class="weft-step-mark[^"]*"', part)
    ]


def test_every_guide_is_in_both_languages_and_asks_for_what_can_be_told():
    found = guides()

    assert [len(each.steps) for each in found.values()] == [3]
    for guide in found.values():
        for step in guide.steps:
            assert all(
                not isinstance(each.text, str) and each.text.en and each.text.zh for each in step.checks
            )
            assert not any(Look({}, published=False).has(each) for each in step.checks)


def test_three_steps_are_ticked_off_as_the_draft_grows(rest):
    admin = Desk(rest, rest.add("tang", admin=True))
    where = post(admin, "/design/new", label="营销项目").headers["Location"]
    key = where.rpartition("/")[2]
    assert marks(admin.get(f"{where}/guide")) == [False] * 12

    door = rest.key(rest.add("tool", admin=True))
    address = f"/api/builder/{key}/draft"

    def command(**said):
        draft = door.get(address)
        door.post(address, {"revision": draft["revision"], "commands": [said]}, 200)

    text = {"key": "name", "type": "text", "label": "客户名称", "required": True}
    source = {"key": "source", "type": "select", "label": "客户来源", "options": [
        {"key": each, "label": each} for each in ("a", "b", "c")]}  # fmt: skip
    command(do="add", to="forms", value={"key": "customer", "label": "客户信息表", "fields": [
        text, {"key": "phone", "type": "phone", "label": "电话"}, source]})  # fmt: skip
    assert marks(admin.get(f"{where}/guide")) == [True] * 4 + [False] * 8

    stage = {"key": "stage", "type": "select", "label": "阶段", "default": "new", "options": [
        {"key": each, "label": each} for each in ("new", "offer", "won", "lost")]}  # fmt: skip
    command(do="add", to="forms", value={"key": "project", "label": "项目信息表", "fields": [
        {"key": "name", "type": "text", "label": "项目"}, {"key": "budget", "type": "money", "label": "预算"},
        {"key": "customer", "type": "relation", "label": "客户", "form": "customer"}, stage]})  # fmt: skip
    assert marks(admin.get(f"{where}/guide")) == [True] * 8 + [False] * 4
    assert "is-current" in admin.get(f"{where}/guide")

    move = {"key": "next", "label": "Next", "to": "offer"}
    command(do="add", to="flows", value={"key": "line", "label": "Line", "form": "project", "field": "stage",
        "nodes": [{"key": "start", "type": "start", "next": "new"},
                  {"key": "new", "type": "stage", "moves": [move]},
                  *({"key": each, "type": "stage"} for each in ("offer", "won", "lost"))]})  # fmt: skip
    command(do="add", to="rules", value={"key": "told", "label": "Told",
        "on": {"type": "created", "form": "project"},
        "then": [{"type": "set_fields", "set": {"name": "x"}}]})  # fmt: skip
    assert marks(admin.get(f"{where}/guide")) == [True] * 10 + [False] * 2
    command(do="add", to="dashboards", value={"key": "board", "label": "Board", "widgets": [
        {"key": f"w{number}", "type": "number", "label": "How many", "form": "project"}
        for number in range(4)]})  # fmt: skip
    assert marks(admin.get(f"{where}/guide")) == [True] * 11 + [False]
    page = admin.get(f"{where}/publish")
    publish = {"csrf": admin.csrf, "revision": revision_in(page)}
    admin.client.post(f"{where}/publish", data=publish)
    assert marks(admin.get(f"{where}/guide")) == [True] * 12


@pytest.mark.parametrize("name", ["nothing", "../up"])
def test_a_guide_that_is_not_there(rest, name):
    desk = Desk(rest, rest.add("shen", "designer"))

    assert desk.client.get("/design/shop/guide", params={"guide": name}).status_code == 404


def test_labels_are_found_in_either_language():
    asked = Asked.model_validate({"text": "x", "form": {"zh-CN": "客户", "en": "Customer"}})
    document = {"forms": [{"key": "a", "label": {"zh-CN": "会员", "en": "Customers"}}]}

    assert Look(document, published=False).has(asked)
