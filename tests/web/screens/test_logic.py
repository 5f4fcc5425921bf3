"""What a page is told of its form's logic, and that the browser reaches the server's verdicts with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.cells import cell
from runtime.commands.formula_script import bundle
from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import Door, Rest
from tests.web.samples.logic import WON, definition

_RUN = """
const { decide } = modules["logic/deciding"], { typed, decoded } = modules["logic/typed"];
const { decode, encode } = modules.expression;
const mapped = (found, change) => Object.fromEntries(
  Object.entries(found).map(([key, one]) => [key, change(one)]));
function read(fields, raw) {
  const found = {};
  for (const [key, field] of Object.entries(fields)) {
    if (!(key in raw)) continue;
    found[key] = field.fields
      ? raw[key].map((row) => ({ ...mapped(field.fields, () => null), ...read(field.fields, row) }))
      : typed(field.type, [].concat(raw[key]));
  }
  return found;
}
const listed = ({ hidden, required, closed }) => ({
  hidden: [...hidden], required: [...required], closed: [...closed],
});
function run(text) {
  const { config, raw } = JSON.parse(text);
  config.stands = decoded(config.stands);
  const env = {
    user: config.user, offset: config.offset, today: decode(config.today), now: decode(config.now),
    old: decoded(config.old),
  };
  const found = decide(config, read(config.fields, raw), decoded(config.fixed), env);
  return JSON.stringify({
    ...listed(found), rows: mapped(found.rows, (rows) => rows.map(listed)),
    failed: found.failed.map((each) => each.field),
    computed: mapped(found.computed, (one) => encode(one).value),
  });
}
"""


class Page:
    """Somebody at a browser without scripts."""

    def __init__(self, house: Rest, login: str, role: str) -> None:
        self.user_id = house.add(login, role)
        self.client, self.csrf = house.session(self.user_id)

    def open(self, path: str) -> str:
        """Return a page."""
        answer = self.client.get(f"/a/shop/{path}")
        assert answer.status_code == 200, answer.text[:500]
        return unescape(answer.text)

    def logic(self, path: str) -> dict[str, Any]:
        """Return what a form is told."""
        found = re.search(
            r"<weft-logic hidden><script[^>]*>(.*?)</script>", self.client.get(f"/a/shop/{path}").text
        )
        assert found
        return dict(json.loads(found[1]))

    def post(self, path: str, /, status: int = 303, **values: Any) -> Any:
        """Send a form."""
        answer = self.client.post(f"/a/shop/{path}", data={"csrf": self.csrf, **values})
        assert answer.status_code == status, answer.text[:3000]
        return answer


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    folder: Path = tmp_path_factory.mktemp("logic")
    found = Rest(folder, f"sqlite:///{folder / 'weft.db'}", FakeClock(), definition())
    yield found
    found.close()


@pytest.fixture(scope="module")
def clerk(house: Rest) -> Page:
    return Page(house, "clerk", "clerk")


@pytest.fixture(scope="module")
def blind(house: Rest) -> Page:
    return Page(house, "blind", "blind")


@pytest.fixture(scope="module")
def door(house: Rest) -> Door:
    return house.door("door", "clerk")


class Browser:
    """The scripts that decide, outside a browser."""

    def __init__(self) -> None:
        quickjs = pytest.importorskip("quickjs")
        self._context = quickjs.Context()
        self._context.eval(bundle("logic/deciding", "logic/typed") + _RUN)

    def decide(self, config: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the verdicts about what stands in inputs."""
        run = self._context.get("run")
        return dict(json.loads(run(json.dumps({"config": config, "raw": raw}))))


@pytest.fixture(scope="module")
def browser() -> Browser:
    return Browser()


amounts = st.sampled_from(["", "0", "1", "-1", "1,000", "1001", "1001.50", "6000"])
rows = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["", "goods", "work"]),
        "hours": st.sampled_from(["", "3"]),
        "amount": st.sampled_from(["", "5", "20"]),
    },
)
records = st.fixed_dictionaries(
    {
        "name": st.just("d"),
        "amount": amounts,
        "stage": st.sampled_from(["open", "won", "lost"]),
        "reason": st.sampled_from(["", "price", "time"]),
        "note": st.sampled_from(["", "late"]),
        "budget": st.sampled_from(["", "7"]),
        "items": st.lists(rows, max_size=3),
        "plan": st.lists(st.fixed_dictionaries({"amount": amounts}), min_size=1, max_size=2),
        "extra": st.just("e"),
        "bonus": st.sampled_from(["", "much"]),
    },
)


def missing(verdict: Mapping[str, Any], raw: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return what the browser marks as required and finds blank."""
    found = {(key, "field.required") for key in verdict["required"] if not raw[key]}
    return found | {
        (path, "field.required") for path in in_rows("required", verdict, raw) if not at(raw, path)
    }


def refused(verdict: Mapping[str, Any], raw: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return what the browser closes although something new is typed in it."""
    found = {(key, "field.read_only") for key in verdict["closed"] if raw[key]}
    return found | {(path, "field.read_only") for path in in_rows("closed", verdict, raw) if at(raw, path)}


def in_rows(name: str, verdict: Mapping[str, Any], raw: Mapping[str, Any]) -> set[str]:
    shown = ((key, states) for key, states in verdict["rows"].items() if key not in verdict["hidden"])
    return {
        f"{key}.{place}.{each}"
        for key, states in shown
        for place, state in enumerate(states)
        for each in state[name]
        if each in raw[key][place]
    }


def at(raw: Mapping[str, Any], path: str) -> str:
    key, place, name = path.split(".")
    return str(raw[key][int(place)][name])


def reset(raw: Mapping[str, Any], closed: set[tuple[str, str]]) -> dict[str, Any]:
    """Return what inputs hold when those that closed hold again what they began with: nothing."""
    found = json.loads(json.dumps(raw))
    for path, _ in closed:
        key, _, rest = path.partition(".")
        if rest:
            found[key][int(rest.partition(".")[0])][rest.partition(".")[2]] = ""
        else:
            found[key] = ""
    return dict(found)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=records)
def test_browser_and_server_agree(browser: Browser, clerk: Page, door: Door, raw: dict[str, Any]):
    config = told(clerk)
    verdict = browser.decide(config, raw)

    answer = door.send("POST", "deal", raw)
    body = answer.json()
    issues = {(each["path"], each["code"]) for each in body.get("issues", ())}

    closed = refused(verdict, raw)
    left = reset(raw, {each for each in closed if "." not in each[0]})
    final = browser.decide(config, left)
    wrong = closed | missing(final, left)
    assert issues == (wrong or {(key, "record.check_failed") for key in final["failed"]})
    if answer.status_code == 201:
        found = verdict["computed"]["total"]
        assert body["total"] == found or Decimal(body["total"]) == Decimal(found)
        assert {key for key in ("reason", "note", "extra", "bonus") if raw[key] and body[key] is None} <= {
            *verdict["hidden"]
        }
        assert all(body[key] is None for key in verdict["hidden"] if key != "plan")


@cache
def told(clerk: Page) -> dict[str, Any]:
    return clerk.logic("deal/new")


def test_a_page_is_told_only_what_its_reader_may_see(clerk: Page, blind: Page, door: Door):
    firm = door.create("firm", name="told", level="a", secret="x", branch="steel")
    made = door.create("deal", **WON, firm=firm)

    full, part = (each.logic(f"deal/{made}/edit") for each in (clerk, blind))

    assert full["leads"] == {"firm": ["firm.branch", "firm.level", "firm.secret"]}
    assert full["fixed"]["firm.secret"] == cell("x")
    assert part["leads"] == {"firm": ["firm.branch"]}
    assert "firm.level" not in json.dumps(part)
    assert "secret" not in json.dumps(part)
    # What this reader's browser must not decide it is told as decided.
    assert part["fields"]["grade"]["required"] is True
    assert part["fields"]["private"]["visible"] == [True]
    assert [each["field"] for each in part["checks"]] == ["amount", "plan", "bonus"]


def test_a_form_shows_what_is_there_and_marks_what_may_come(clerk: Page, door: Door):
    made = door.create("deal", **WON, stage="lost", reason="price")

    page = clerk.open("deal/new")
    assert re.search(r'data-field="reason"\s+data-depends hidden', page)
    assert re.search(r'<section[^>]* id="section-2"[^>]*>', page)
    page = clerk.open(f"deal/{made}/edit")
    assert re.search(r'data-field="reason"\s+data-depends>', page)
    assert re.search(r'data-field="extra"\s+data-depends hidden', page)


def test_a_record_leaves_out_what_is_hidden(clerk: Page, door: Door):
    made = door.create("deal", **WON, stage="lost", reason="time", note="some note")

    assert "some note" in clerk.open(f"deal/{made}")
    door.patch(f"deal/{made}", {"stage": "open"})
    assert "some note" not in clerk.open(f"deal/{made}")


def test_a_page_without_scripts_reaches_the_same_verdicts(clerk: Page, door: Door):
    values: dict[str, Any] = {
        "name": "n",
        "amount": "2000",
        "stage": "lost",
        "reason": "",
        "plan.0.amount": "1999",
    }

    page = unescape(clerk.post("deal/new", 422, **values).text)
    assert set(re.findall(r'<li><a href="#f-([a-z-]+)"', page)) == {"reason", "budget"}
    values |= {"reason": "price", "budget": "1"}
    assert "The plan does not sum up" in clerk.post("deal/new", 422, **values).text
    clerk.post("deal/new", **values | {"plan.0.amount": "2000"})


def test_s10_a_page_without_scripts_fills_in_what_goes_with_a_choice(clerk: Page, door: Door):
    firm = door.create("firm", name="by post", branch="steel", phone="1")
    blank: dict[str, Any] = {
        "firm": firm,
        "branch": "wood",
        "phone": "",
        "level": "",
        "lines.0.firm": firm,
        "lines.0.phone": "",
    }

    answer = clerk.post("visit/new", name="posted", **blank)

    record = door.get(f"visit/{answer.headers['location'].rpartition('/')[2]}")
    assert (record["branch"], record["phone"], record["lines"][0]["phone"]) == ("steel", "1", "1")
    other = door.create("firm", name="by post 2", phone="2")
    clerk.post(
        f"visit/{record['_id']}/edit", _version="1", name="posted", firm=other, branch="steel", phone="1"
    )
    assert door.get(f"visit/{record['_id']}")["phone"] == "2"
    typed: dict[str, Any] = {"_live": "1", "firm": firm, "phone": ""}
    clerk.post(f"visit/{record['_id']}/edit", _version="2", name="typed", **typed)
    assert door.get(f"visit/{record['_id']}")["phone"] is None


def test_a_page_asks_what_a_choice_brings(clerk: Page, blind: Page, door: Door):
    first = door.create("firm", name="brings", branch="steel", phone="1", level="a")
    second = door.create("firm", name="brings 2", branch="paper", phone="2")
    person = door.create("person", name="p", firm=first)

    def brought(who: Page, form: str, **query: str) -> dict[str, Any]:
        return dict(who.client.get(f"/a/shop/{form}/fill", params=query).json())

    found = brought(clerk, "visit", field="firm", id=first, was=second)
    assert {key: each["value"] for key, each in found["fill"].items()} == {
        "branch": "steel", "phone": "1", "level": "a", "closed": "1",
    }  # fmt: skip
    assert {key: each["value"] for key, each in found["was"].items()} == {
        "phone": "2",
        "level": None,
        "closed": "2",
    }
    assert brought(clerk, "visit", field="person", id=person)["fill"]["home"]["items"] == [
        {"id": first, "text": "brings"}
    ]
    assert brought(clerk, "visit", field="lines.firm", id=first)["fill"]["phone"]["value"] == "1"
    assert brought(clerk, "deal", field="firm", id=first)["leads"]["firm.level"] == cell("a")
    seen = brought(blind, "visit", field="firm", id=first)["fill"]
    assert set(seen) == {"branch", "phone", "closed"}
    assert brought(blind, "visit", field="person", id=person)["fill"] == {}
    assert brought(blind, "deal", field="firm", id=first)["leads"] == {"firm.branch": cell("steel")}
    assert clerk.client.get("/a/shop/visit/fill?field=nothing&id=1").status_code == 404
    assert blind.client.get(f"/a/shop/firm/fill?field=name&id={first}").status_code == 404


def rows_of(page: str) -> dict[str, tuple[str, list[str]]]:
    """Return title -> colour of the row and the words of its marks."""
    found = {}
    for row in re.findall(r'<tr id="row-.*?</tr>', page, re.DOTALL):
        colour = re.search(r'^<tr[^>]*data-color="([a-z]+)"', row)
        title = re.search(r'<a href="[^"]+">([^<]+)</a>', row)
        assert title
        words = re.findall(r'class="weft-mark" .*?<span class="visually-hidden">([^<]+)', row, re.DOTALL)
        found[title[1].strip()] = (colour[1] if colour else "", words)
    return found


def test_rows_and_cells_stand_out_with_a_word_for_it(clerk: Page, blind: Page, door: Door):
    careful = door.create("firm", name="marked", level="b")
    big = {"amount": "2000", "budget": "1", "plan": [{"amount": "2000"}]}
    door.create("deal", name="mark big", firm=careful, **big)
    door.create("deal", name="mark careful", amount="40", plan=[{"amount": "40"}], firm=careful)
    door.create("deal", name="mark none", amount="0")

    page = clerk.open('deal?filter=STARTSWITH(name, "mark")')
    assert rows_of(page) == {
        "mark big": ("red", ["Big", "Planned"]), "mark careful": ("orange", ["Careful"]),
        "mark none": ("", []),
    }  # fmt: skip
    legend = re.search(r'<ul class="weft-legend".*?</ul>', page, re.DOTALL)
    assert legend
    assert re.findall(r'class="weft-tag"[^>]*>([^<]+)', legend[0]) == ["Big", "Careful", "Planned"]

    page = blind.open('deal?filter=STARTSWITH(name, "mark")')
    assert rows_of(page)["mark careful"] == ("", [])
    assert "Careful" not in page
