"""Records that are there already: refused or pointed out at every door, and no word too much."""

import json
import threading
from typing import Any

import pytest

from engines.form.matching import matching
from engines.form.verify import load_verified
from engines.store.matching import tables
from schemas.errors import Invalid
from tests.fixtures.grammar import shared_grammar
from tests.web.duplicates.conftest import DEFINITION, House, Json

STRICT: Json = {"headers": {"Prefer": "handling=strict"}}


def issues(answer: Any) -> list[tuple[str, str, str]]:
    return [(each["path"], each["code"], each.get("severity", "")) for each in answer["issues"]]


def test_s204_the_same_phone_is_refused_however_it_is_written(house: House) -> None:
    phone = house.phone()
    first = house.ann.create("party", name="Acme One", phone=phone)

    spaced = f"+86 {phone[:3]}-{phone[3:7]} {phone[7:]}"
    answer = house.ann.post("party", {"name": "Something else", "phone": spaced}, 422)

    assert issues(answer) == [("phone", "duplicate.refused", "error")]
    assert answer["issues"][0]["records"] == [{"id": first, "title": "Acme One"}]
    assert "Acme One" in answer["issues"][0]["text"]


def test_s204_who_may_not_see_the_other_record_hears_whose_it_is_and_nothing_else(house: House) -> None:
    phone = house.phone()
    house.ann.create("party", name="Hidden Name Ltd", phone=phone)

    answer = house.bob.post("party", {"name": "X", "phone": phone}, 422)

    assert issues(answer) == [("phone", "duplicate.refused_owned", "error")]
    assert answer["issues"][0]["records"] == []
    assert "Ann" in answer["issues"][0]["text"]
    assert "Hidden" not in json.dumps(answer)


def test_a_warning_stops_a_save_until_it_is_accepted(house: House) -> None:
    house.ann.create("party", name="上海云帆科技有限公司")

    answer = house.ann.post("party", {"name": "上海云帆科技（股份有限公司）"}, 422, **STRICT)

    assert ("name", "duplicate.likely", "warning") in issues(answer)
    house.ann.post("party", {"name": "上海云帆科技（股份有限公司）"}, 201)


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        pytest.param("北京华星软件有限公司", "北京华兴软件", id="a-character-that-sounds-alike"),
        pytest.param("Weyland Yutani Corp", "Weyland Yutany", id="a-letter"),
        pytest.param("深圳市大湾区智造股份有限公司", "深圳大湾区智造", id="a-city-without-its-word"),
    ],
)
def test_names_that_resemble_each_other_are_pointed_out(house: House, there: str, typed: str) -> None:
    record = house.ann.create("party", name=there)

    answer = house.ann.post("party", {"name": typed}, 422, **STRICT)

    assert {each["records"][0]["id"] for each in answer["issues"]} == {record}


def test_a_warning_says_nothing_of_records_that_may_not_be_seen(house: House) -> None:
    house.ann.create("party", name="Only For Ann Gmbh")

    house.ann.post("party", {"name": "Only for Ann"}, 422, **STRICT)
    house.bob.post("party", {"name": "Only for Ann"}, 201, **STRICT)


def test_several_fields_together_are_one_rule(house: House) -> None:
    house.ann.create("party", name="K1", code="A 7", town="Wuxi")

    assert house.ann.create("party", name="K2", code="A 7", town="Suzhou")
    answer = house.ann.post("party", {"name": "K3", "code": "a7", "town": "ＷＵＸＩ"}, 422)
    assert issues(answer) == [("code", "duplicate.refused", "error")]


def test_in_one_list_the_second_of_two_is_refused(house: House) -> None:
    phone = house.phone()
    rows = [{"name": "Twin A", "phone": phone}, {"name": "Twin B", "phone": phone}, {"name": "Zed"}]

    answer = house.ann.post("party/bulk", {"mode": "each", "records": rows}, 200)

    codes = [[each["code"] for each in one.get("issues", ())] for one in answer["results"]]
    assert codes == [[], ["duplicate.refused_twice"], []]


def test_an_update_is_asked_only_about_what_it_changes(house: House) -> None:
    phone = house.phone()
    one = house.ann.create("party", name="Update One", phone=phone)
    two = house.ann.create("party", name="Second Thing")

    assert issues(house.ann.patch(f"party/{two}", {"phone": phone}, 422))[0][1] == "duplicate.refused"
    house.ann.patch(f"party/{two}", {"industry": "Glass"})
    house.ann.patch(f"party/{one}", {"phone": phone, "industry": "Glass"})
    house.ann.patch(f"party/{one}", {"phone": None})
    house.ann.patch(f"party/{two}", {"phone": phone})


def test_the_trash_holds_nobody_back_and_who_comes_out_is_asked(house: House) -> None:
    phone = house.phone()
    gone = house.ann.create("party", name="Gone Party", phone=phone)
    house.ann.delete(f"party/{gone}")
    house.ann.create("party", name="Newcomer", phone=phone)

    answer = house.ann.post(f"party/{gone}/restore", None, 422)

    assert issues(answer) == [("phone", "duplicate.refused", "error")]


def test_a_stranger_learns_nothing_and_is_refused_nothing(house: House) -> None:
    phone = house.phone()
    house.ann.create("party", name="Known", phone=phone)

    assert house.send_as_a_stranger(phone=phone)


def test_two_who_save_the_same_at_once_do_not_both_succeed(house: House) -> None:
    phone, results = house.phone(), []
    start = threading.Barrier(2)

    def save(door: Any) -> None:
        start.wait(10)
        results.append(door.send("POST", "party", {"name": door.secret[:9], "phone": phone}).status_code)

    people = [threading.Thread(target=save, args=(door,)) for door in (house.ann, house.bob)]
    for each in people:
        each.start()
    for each in people:
        each.join(30)

    assert sorted(results) == [201, 422]


def test_many_records_get_their_keys_of_likeness_by_a_job(house: House) -> None:
    rows = [{"name": f"Bulk Enterprise {chr(65 + n // 26)}{chr(65 + n % 26)}{n * 7919}"} for n in range(250)]
    answer = house.chief.post("party/bulk", {"records": rows}, 200)
    ids = [int(each["id"]) for each in answer["results"]]
    form = house.rest.model.form("party")
    (fuzzy,) = [each.uid for each in matching(house.rest.model, form).matchers if each.fuzzy is not None]
    key = tables.key

    assert not house.rows(key, key.c.matcher == fuzzy, key.c.record_id == ids[7])
    house.work()
    assert house.rows(key, key.c.matcher == fuzzy, key.c.record_id == ids[7])


def test_a_rule_that_is_published_later_covers_what_is_there(house: House) -> None:
    parties = DEFINITION["forms"][0]
    house.ann.create("party", name="Early Bird", industry="Fishing")
    rule = {"fields": ["industry"], "policy": "refuse"}
    changed = {**parties, "duplicates": [*parties["duplicates"], rule]}

    house.rest.publish(json.dumps({**DEFINITION, "forms": [changed, *DEFINITION["forms"][1:]]}).encode())
    house.work()

    answer = house.ann.post("party", {"name": "Late", "industry": " fishing "}, 422)
    assert issues(answer) == [("industry", "duplicate.refused", "error")]
    house.rest.publish(json.dumps(DEFINITION).encode())
    house.work()
    house.ann.create("party", name="Later still", industry="fishing")


def test_s206_what_is_known_of_a_company_is_filled_in(house: House) -> None:
    house.ann.create("party", name="无锡星海机械有限公司", industry="Machines", size=300)

    card = house.ann.post("card", {"company": "无锡星海机械", "size": 5})
    later = house.ann.post("card", {"company": "nobody"})
    changed = house.ann.patch(f"card/{later['_id']}", {"company": "无锡星海机械（有限公司）"})
    unseen = house.bob.post("card", {"company": "无锡星海机械"})

    assert (card["industry"], card["size"]) == ("Machines", "5")
    assert (later["industry"], changed["industry"], changed["size"]) == (None, "Machines", "300")
    assert (unseen["industry"], unseen["size"]) == (None, None)


def test_nothing_is_filled_in_for_who_may_not_read_what_was_compared(house: House) -> None:
    house.chief.create("party", name="Compared In Secret", industry="Cheese")

    told = house.chief.post("card", {"company": "Compared in Secret"})
    untold = house.part.post("card", {"company": "Compared in Secret"})

    assert (told["industry"], untold["industry"]) == ("Cheese", None)


def test_a_raw_value_of_any_type_is_refused_where_it_does_not_fit(house: House) -> None:
    house.ann.create("party", name="Raw Values", industry="Salt")

    assert house.ann.issues("POST", "card", {"company": "Raw Values", "size": ["x"], "industry": {}})


_RULE, _LENT = "/forms/0/duplicates/0/", "/forms/0/enrich/0/"


def _lent(match: str, fill: str) -> Json:
    return {"enrich": [{"form": "party", "match": {"name": match}, "fill": {"size": fill}}]}


@pytest.mark.parametrize(
    ("said", "where", "code"),
    [
        ({"fields": ["name"], "by": "similar", "policy": "refuse"}, _RULE + "policy", "likeness_refuses"),
        ({"fields": ["tags"]}, _RULE + "fields/0", "not_compared"),
        ({"fields": ["size"], "by": "company"}, _RULE + "by", "no_text_to_compare"),
        ({"fields": ["nmae"]}, _RULE + "fields/0", "unknown_field"),
        (_lent("nmae", "size"), _LENT + "match/name", "unknown_field"),
        (_lent("name", "name"), _LENT + "fill/size", "does_not_fit"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_where_it_is_said(said: Json, where: str, code: str) -> None:
    form = {**DEFINITION["forms"][0], **(said if "enrich" in said else {"duplicates": [said]})}
    raw = json.dumps({**DEFINITION, "forms": [form, *DEFINITION["forms"][1:]]}).encode()

    with pytest.raises(Invalid) as caught:
        load_verified(raw, shared_grammar())

    assert (where, f"definition.{code}") in [(each.path, each.code) for each in caught.value.issues]
