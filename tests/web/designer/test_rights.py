"""Who may do what at a glance, from the draft; each cell leads to where it is changed."""

import re

import pytest

from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE

PAGE = f"{BASE}/rights"


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def cells(page, role):
    """Return the cells of a role as text, without the marks."""
    (row,) = re.findall(rf">{role}</a>.*?</tr>", page, re.DOTALL)
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split())
        for each in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    ]


def test_a_cell_says_what_and_on_which_records(desk):
    page = desk.get(PAGE)

    assert cells(page, "Own") == ["– Nothing", "– Nothing", "View Create Edit Their own"]
    assert cells(page, "Chief")[0] == "View Create Edit Delete Import Export Everything"
    assert cells(page, "Sender")[2] == "Create All"
    assert 'href="/design/shop/element?at=roles/own/grants/0"' in page
    assert "May design the app" in page


def test_it_shows_the_draft_and_what_is_apart(desk):
    desk.do(
        "roles/own/grants/0",
        {"set.others": "read", "set.where": "amount > 5"},
        do="panel",
        place="roles/own/grants/0",
    )
    desk.do(
        "roles/own/grants/0", {"set.fields": "", "add.fields": "note"}, do="panel", place="roles/own/grants/0"
    )

    said = cells(desk.get(PAGE), "Own")[2]

    assert said == "View Create Edit Their own, on a condition, 1 field apart, other fields: Read only"


def test_only_designers_see_it(rest):
    clerk, _ = rest.session(rest.add("may", "clerk"))

    assert clerk.get(PAGE).status_code in {403, 404}
