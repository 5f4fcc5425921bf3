"""A form of the draft is looked at as a role fills it in, in a frame that sends nothing."""

import re
from html import unescape

import pytest

from tests.fixtures.rest import ROLES, shop_bytes
from tests.web.designer.test_form_designer import FORM, Desk

LIMITED = {
    "key": "limited", "label": "Limited",
    "grants": [
        {"form": "order", "actions": ["view", "create"], "others": "read", "fields": {"title": "edit"}},
        {"form": "order", "actions": ["view"]},
    ],
}  # fmt: skip


@pytest.fixture
def desk(rest):
    rest.publish(shop_bytes(roles=[*ROLES, LIMITED]))
    return Desk(rest, rest.add("shen", "designer"))


def fields(page):
    return re.findall(r'data-field="preview\.(\w+)"', page)


def test_the_frame_is_as_wide_as_what_people_hold(desk):
    for device, width in (("desktop", 1280), ("tablet", 768), ("phone", 390)):
        page = unescape(desk.get(f"{FORM}/preview?device={device}&role=limited"))
        assert f'width="{width}"' in page
        assert "/sheet?role=limited" in page
        assert '<option value="limited" selected>' in page
    assert f'href="{FORM}/preview"' in desk.get(FORM)


def test_a_role_fills_in_what_it_may(desk):
    assert fields(desk.get(f"{FORM}/sheet?role=limited"))[:1] == ["title"]
    assert "word" not in fields(desk.get(f"{FORM}/sheet?role=limited"))
    assert {"title", "word"} <= set(fields(desk.get(f"{FORM}/sheet")))
    assert "cannot make such records" in desk.get(f"{FORM}/sheet?role=reader")


def test_what_is_new_in_the_draft_is_there_and_nothing_can_be_sent(desk):
    desk.act(do="add_field", place="forms/order", type="rating")

    answer = desk.client.get(f"{FORM}/sheet")

    assert "rating" in fields(answer.text)
    assert '<form method="post"' not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert desk.client.get(FORM).headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("query", ["role=nobody", "device=watch"])
def test_a_role_or_width_that_is_none_is_not_found(desk, query):
    desk.get(f"{FORM}/preview?{query}", 404)
