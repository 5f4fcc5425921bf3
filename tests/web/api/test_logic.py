"""What a form shows, asks for and offers depends on what stands in it: through REST, on both databases."""

import json
from urllib.parse import urlencode

import pytest

from tests.fixtures.rest import Door, Opening, Rest
from tests.web.samples.logic import WON, definition


@pytest.fixture(scope="module")
def house(rest_of_module: Opening):
    return rest_of_module(definition())


@pytest.fixture(scope="module")
def clerk(house: Rest) -> Door:
    return house.door("clerk", "clerk")


@pytest.fixture(scope="module")
def blind(house: Rest) -> Door:
    return house.door("blind", "blind")


def test_a_hidden_field_is_not_asked_for_and_what_is_sent_for_it_is_ignored(clerk: Door):
    made = clerk.post("deal", {**WON, "reason": "price", "extra": "x"})

    assert (made["reason"], made["note"], made["extra"]) == (None, None, "x")


def test_a_wrong_value_for_a_hidden_field_is_ignored_as_a_right_one_is(clerk: Door):
    made = clerk.post("deal", {**WON, "reason": "no such option"})

    assert made["reason"] is None


def test_a_field_that_appears_is_asked_for(clerk: Door):
    made = clerk.post("deal", WON)

    issues = clerk.issues("PATCH", f"deal/{made['_id']}", {"stage": "lost"})

    assert issues == {"reason": "field.required"}
    assert clerk.patch(f"deal/{made['_id']}", {"stage": "lost", "reason": "time"})["reason"] == "time"


def test_a_field_that_disappears_keeps_its_value_and_takes_no_other(clerk: Door):
    made = clerk.post("deal", {**WON, "stage": "lost", "reason": "time", "note": "late"})

    changed = clerk.patch(f"deal/{made['_id']}", {"stage": "open", "reason": "price", "note": "new"})

    assert (changed["stage"], changed["reason"], changed["note"]) == ("open", "time", "late")


def test_a_hidden_field_counts_as_blank_for_other_conditions(clerk: Door):
    made = clerk.post("deal", {**WON, "stage": "lost", "reason": "time", "note": "late"})
    clerk.patch(f"deal/{made['_id']}", {"stage": "open"})

    changed = clerk.patch(f"deal/{made['_id']}", {"note": "reason is hidden, so this is"})

    assert changed["note"] == "late"


def test_a_section_hides_its_fields(clerk: Door):
    made = clerk.post("deal", {**WON, "stage": "lost", "reason": "time", "extra": "x"})

    assert made["extra"] is None


def test_a_field_is_required_where_its_condition_holds(clerk: Door):
    plan = {"plan": [{"amount": "1001"}]}

    assert clerk.issues("POST", "deal", {**WON, "amount": "1001", **plan}) == {"budget": "field.required"}
    made = clerk.post("deal", {**WON, "amount": "1000", "plan": [{"amount": "1000"}]})
    changed = {"amount": "1001", **plan}
    assert clerk.issues("PATCH", f"deal/{made['_id']}", changed) == {"budget": "field.required"}
    assert clerk.patch(f"deal/{made['_id']}", {"extra": "y"})["extra"] == "y"
    clerk.patch(f"deal/{made['_id']}", {**changed, "budget": "5"})
    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"budget": ""}) == {"budget": "field.required"}


def test_a_closed_field_refuses_a_change_and_takes_what_stands_there(clerk: Door):
    made = clerk.post("deal", WON)
    clerk.patch(f"deal/{made['_id']}", {"stage": "won"})

    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"amount": "2"}) == {"amount": "field.read_only"}
    assert clerk.patch(f"deal/{made['_id']}", {"amount": "1.0", "extra": "z"})["extra"] == "z"
    assert clerk.patch(f"deal/{made['_id']}", {"stage": "open", "extra": "open again"})["_version"] == 4


def test_rows_have_conditions_of_their_own(clerk: Door):
    rows = [
        {"kind": "goods", "hours": "3", "amount": "20"},
        {"kind": "work", "amount": "20"},
        {"kind": "work", "hours": "x", "amount": "1"},
        {"kind": "goods", "hours": "x"},
    ]

    issues = clerk.issues("POST", "deal", {**WON, "items": rows})

    assert issues == {"items.1.hours": "field.required", "items.2.hours": "field.not_a_number"}
    made = clerk.post("deal", {**WON, "items": [rows[0], rows[3]]})
    assert [row["hours"] for row in made["items"]] == [None, None]


def test_rows_may_ask_about_the_record_and_keep_what_is_hidden(clerk: Door):
    made = clerk.post("deal", {**WON, "items": [{"kind": "work", "hours": "3", "amount": "4"}]})
    (row,) = made["items"]

    sent = {"items": [{"_id": row["_id"], "kind": "goods", "hours": "9"}]}
    changed = clerk.patch(f"deal/{made['_id']}", sent)
    assert changed["items"][0]["hours"] == "3"
    clerk.patch(f"deal/{made['_id']}", {"stage": "won"})
    sent = {"items": [{"_id": row["_id"], "amount": "5"}]}
    assert clerk.issues("PATCH", f"deal/{made['_id']}", sent) == {"items.0.amount": "field.read_only"}


def test_s20_rows_of_a_plan_must_sum_up_to_the_amount(clerk: Door):
    plan = [{"part": "1", "amount": "40"}, {"part": "2", "amount": "50"}]

    issues = clerk.issues("POST", "deal", {"name": "d", "amount": "100", "plan": plan})

    assert issues == {"plan": "record.check_failed"}
    made = clerk.post("deal", {"name": "d", "amount": "90", "plan": plan})
    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"amount": "91"}) == {"plan": "record.check_failed"}


def test_a_check_beside_a_hidden_field_and_its_least_rows_wait_until_it_is_there(clerk: Door):
    made = clerk.post("deal", {"name": "d", "amount": "0"})

    assert made["plan"] == []
    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"amount": "1"}) == {"plan": "field.too_few"}


def test_a_check_reads_what_a_relation_leads_to(clerk: Door):
    firm = clerk.create("firm", name="b level", level="b")
    big = {"name": "d", "amount": "5000", "budget": "1", "plan": [{"amount": "5000"}]}

    assert clerk.issues("POST", "deal", {**big, "firm": firm}) == {"amount": "record.check_failed"}
    made = clerk.post("deal", big)
    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"firm": firm}) == {"amount": "record.check_failed"}


def test_only_records_in_range_can_be_chosen(clerk: Door):
    firm, other = clerk.create("firm", name="one"), clerk.create("firm", name="two")
    mine = clerk.create("person", name="mine", firm=firm, active=True)
    gone = clerk.create("person", name="gone", firm=firm, active=False)
    theirs = clerk.create("person", name="theirs", firm=other, active=True)

    made = clerk.post("deal", {**WON, "firm": firm, "contact": mine, "others": [mine, gone]})

    for wrong in (gone, theirs):
        found = clerk.issues("PATCH", f"deal/{made['_id']}", {"contact": wrong})
        assert found == {"contact": "field.not_among"}
    both = {"others": [mine, theirs]}
    assert clerk.issues("PATCH", f"deal/{made['_id']}", both) == {"others": "field.not_among"}
    moved = clerk.issues("PATCH", f"deal/{made['_id']}", {"firm": other})
    assert moved == {"contact": "field.not_among", "others": "field.not_among"}
    changed = {"firm": other, "contact": theirs, "others": []}
    assert clerk.patch(f"deal/{made['_id']}", changed)["contact"] == theirs


def test_a_choice_that_stands_there_is_not_asked_again(clerk: Door):
    firm = clerk.create("firm", name="moving")
    person = clerk.create("person", name="p", firm=firm, active=True)
    made = clerk.post("deal", {**WON, "firm": firm, "contact": person})
    clerk.patch(f"person/{person}", {"active": False})

    assert clerk.patch(f"deal/{made['_id']}", {"contact": person, "extra": "e"})["extra"] == "e"


def test_rows_choose_among_what_belongs_to_the_record(clerk: Door):
    firm, other = clerk.create("firm", name="rows 1"), clerk.create("firm", name="rows 2")
    mine, theirs = (clerk.create("person", name="p", firm=each, active=True) for each in (firm, other))

    issues = clerk.issues("POST", "deal", {**WON, "firm": firm, "items": [{"who": mine}, {"who": theirs}]})
    assert issues == {"items.1.who": "field.not_among"}
    made = clerk.post("deal", {**WON, "firm": firm, "items": [{"who": mine}]})
    assert clerk.issues("PATCH", f"deal/{made['_id']}", {"firm": other}) == {"items.0.who": "field.not_among"}


def test_options_follow_the_choice_above_them(clerk: Door):
    assert clerk.issues("POST", "deal", {**WON, "city": "nj"}) == {"city": "field.not_among"}
    made = clerk.post("deal", {**WON, "province": "js", "city": "nj", "marks": ["x"]})

    url = f"deal/{made['_id']}"
    assert clerk.issues("PATCH", url, {"province": "zj"}) == {"city": "field.not_among"}
    assert clerk.issues("PATCH", url, {"marks": ["x", "y"]}) == {"marks": "field.not_among"}
    assert clerk.patch(url, {"province": "zj", "city": "any", "marks": ["y"]})["city"] == "any"


def test_bulk_and_import_reach_the_same_verdicts(clerk: Door):
    records = [
        {"name": "1", "amount": "1", "plan": [{"amount": "1"}], "stage": "lost"},
        {"name": "2", "amount": "0", "reason": "price"},
        {"name": "3", "amount": "0", "city": "nj"},
    ]

    answer = clerk.post("deal/bulk", {"action": "create", "mode": "each", "records": records}, 200)
    assert [[each["code"] for each in result.get("issues", ())] for result in answer["results"]] == [
        ["field.required"], [], ["field.not_among"],
    ]  # fmt: skip

    sheet = b"Name,Amount,Stage,Reason,City\ni1,0,Lost,,\ni2,0,Open,Price,\ni3,0,Open,,Nj\n"
    answer = clerk.post("deal/import?mode=each", sheet, 200, headers={"Content-Type": "text/csv"})
    assert (answer["created"], answer["refused"]) == (1, 2)
    (kept,) = clerk.get('deal?filter=name = "i2"')["data"]
    assert kept["reason"] is None


def test_s28_ways_of_writing_one_name_are_one(clerk: Door):
    made = clerk.post("firm", {"name": " 上海ＡＢＣ公司 "})

    assert made["name"] == "上海ABC公司"
    for name in ("上海ABC公司", "上海abc有限公司", "上海 ＡＢＣ  股份有限公司"):
        assert clerk.issues("POST", "firm", {"name": name}) == {"name": "field.taken"}
    sheet = "Name,Phone\n上海ＡＢＣ有限公司,123\n".encode()
    answer = clerk.post("firm/import?key=name", sheet, 200, headers={"Content-Type": "text/csv"})
    assert (answer["created"], answer["updated"]) == (0, 1)
    assert clerk.get(f"firm/{made['_id']}")["phone"] == "123"


def picked(door: Door, path: str, **this: str) -> list[str]:
    query = {"this": json.dumps(this)} if this else {}
    return [each["text"] for each in door.get(f"deal/lookup/{path}?{urlencode(query)}")["data"]]


def test_a_picker_offers_what_can_be_chosen(clerk: Door, blind: Door):
    firm, other = clerk.create("firm", name="picked 1"), clerk.create("firm", name="picked 2")
    clerk.create("person", name="in", firm=firm, active=True)
    clerk.create("person", name="idle", firm=firm, active=False)
    clerk.create("person", name="out", firm=other, active=True)

    assert picked(clerk, "contact", firm=firm) == ["in"]
    assert sorted(picked(clerk, "others", firm=firm)) == ["idle", "in"]
    assert "out" in picked(clerk, "others")
    assert picked(clerk, "items.who", firm=other) == ["out"]
    assert picked(clerk, "contact") == []
    assert picked(blind, "contact", firm=firm) == ["in"]


@pytest.mark.parametrize(
    ("this", "issues"),
    [
        ('{"firm": "x"}', {"this.firm": "field.not_an_id"}),
        ('{"frim": "1"}', {"this.frim": "query.unknown_field"}),
        ("[1]", {"this": "query.not_allowed"}),
        ("{", {"this": "query.not_allowed"}),
    ],
)
def test_a_picker_refuses_what_it_cannot_read(clerk: Door, this, issues):
    assert clerk.issues("GET", f"deal/lookup/contact?{urlencode({'this': this})}", status=400) == issues


def test_s10_a_choice_fills_in_what_goes_with_it(clerk: Door):
    firm = clerk.create("firm", name="fills", branch="steel", phone="1", level="a")

    made = clerk.post("visit", {"firm": firm})

    assert [made[key] for key in ("branch", "phone", "level", "closed")] == ["steel", "1", "a", "1"]
    typed = clerk.post("visit", {"firm": firm, "phone": "9", "level": ""})
    assert [typed[key] for key in ("branch", "phone", "level")] == ["steel", "9", None]


def test_another_choice_replaces_what_the_first_one_filled_and_nothing_typed(clerk: Door):
    first = clerk.create("firm", name="first", branch="steel", phone="1", level="a")
    second = clerk.create("firm", name="second", branch="paper", phone="2", level="b")
    made = clerk.post("visit", {"firm": first})
    clerk.patch(f"visit/{made['_id']}", {"level": "b"})

    moved = clerk.patch(f"visit/{made['_id']}", {"firm": second})
    # there is no such branch here
    assert [moved[key] for key in ("branch", "phone", "level", "closed")] == [None, "2", "b", "2"]
    left = clerk.patch(f"visit/{made['_id']}", {"firm": ""})
    assert [left[key] for key in ("phone", "level", "closed")] == [None, None, None]


def test_a_choice_fills_over_relations_and_in_rows(clerk: Door):
    firm = clerk.create("firm", name="over", phone="7")
    person = clerk.create("person", name="p", firm=firm)

    made = clerk.post(
        "visit", {"person": person, "lines": [{"firm": firm}, {"firm": firm, "phone": "8"}, {}]}
    )

    assert (made["tel"], made["home"]) == ("7", firm)
    assert [row["phone"] for row in made["lines"]] == ["7", "8", "d"]
    rows = [{"_id": row["_id"]} for row in made["lines"]]
    rows[2]["firm"] = firm
    kept = clerk.patch(f"visit/{made['_id']}", {"lines": rows})
    assert [row["phone"] for row in kept["lines"]] == ["7", "8", "d"]


def test_only_what_the_actor_may_read_is_filled_in(clerk: Door, blind: Door):
    firm = clerk.create("firm", name="half seen", branch="steel", phone="3", level="a")
    person = clerk.create("person", name="p", firm=firm)

    made = blind.post("visit", {"firm": firm, "person": person})

    assert [made[key] for key in ("branch", "phone", "level", "tel", "home")] == [
        "steel",
        "3",
        None,
        None,
        None,
    ]


def test_an_import_fills_in_what_goes_with_a_choice(clerk: Door):
    clerk.create("firm", name="sheet firm", branch="steel", phone="5")

    answer = clerk.post(
        "visit/import", b"Name,Firm\nv,sheet firm\n", 200, headers={"Content-Type": "text/csv"}
    )

    assert answer["created"] == 1
    (made,) = clerk.get('visit?filter=name = "v"')["data"]
    assert (made["branch"], made["phone"]) == ("steel", "5")
