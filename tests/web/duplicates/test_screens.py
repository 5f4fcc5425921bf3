"""What people see of likely duplicates while they fill in a form, and when they save it."""

from engines.store.matching import tables
from tests.web.duplicates.conftest import House

URL = "/a/shop/party"


def test_a_form_asks_before_it_saves_what_is_there_already(house: House) -> None:
    record = house.ann.create("party", name="常州青禾食品有限公司")
    ann = house.browser(house.ann)

    asked = ann.post(f"{URL}/new", name="常州青禾食品")
    saved = ann.post(f"{URL}/new", name="常州青禾食品", _sure="yes")

    assert asked.status_code == 422
    assert f'href="{URL}/{record}"' in asked.text
    assert 'name="_sure"' in asked.text
    assert saved.status_code == 303


def test_while_it_is_typed_a_form_is_told_what_it_resembles(house: House) -> None:
    phone = house.phone()
    record = house.ann.create("party", name="镇江长山建材", phone=phone)
    ann, bob = house.browser(house.ann), house.browser(house.bob)

    seen = ann.post(f"{URL}/alike", name="镇江长山建财", phone=phone)
    own = ann.post(f"{URL}/alike", _record=record, name="镇江长山建财", phone=phone)
    foreign = bob.post(f"{URL}/alike", name="镇江长山建材", phone=phone)
    nothing = ann.post(f"{URL}/alike", name="Qqq")

    assert seen.text.count(f'href="{URL}/{record}"') == 2
    assert 'data-for="phone"' in seen.text
    assert "weft-likely" not in own.text + nothing.text
    assert "镇江" not in foreign.text
    assert "Ann" in foreign.text


def test_a_refused_value_is_said_beside_its_input_and_no_tick_helps(house: House) -> None:
    phone = house.phone()
    house.ann.create("party", name="Beside", phone=phone)

    answer = house.browser(house.ann).post(f"{URL}/new", name="Bes", phone=phone, _sure="yes")

    assert answer.status_code == 422
    assert "This is there already: Beside." in answer.text
    assert 'name="_sure"' not in answer.text


def test_pages_of_forms_without_rules_ask_nothing(house: House) -> None:
    assert "weft-duplicates" not in house.browser(house.ann).get("/a/shop/card/new").text
    assert "weft-duplicates" in house.browser(house.ann).get(f"{URL}/new").text


def test_found_duplicates_are_listed_merged_and_given_back(house: House) -> None:
    one = house.ann.create("party", name="Listed Twin", email="twin@example.com", industry="Ink")
    two = house.ann.create("party", name="Other Person", email="TWIN@example.com", town="Basel")
    ann, bob = house.browser(house.ann), house.browser(house.bob)

    ann.post(f"{URL}/duplicates/scan")
    house.work()
    listed, foreign = ann.get(f"{URL}/duplicates"), bob.get(f"{URL}/duplicates")
    sides = ann.get(f"{URL}/merge?ids={one},{two}")
    merged = ann.post(
        f"{URL}/merge?ids={one},{two}", survivor=one, **{"choice.name": two, "choice.town": two}
    )
    elsewhere = ann.get(f"{URL}/{two}")
    past = ann.get(f"{URL}/{one}/merges")
    after = ann.get(f"{URL}/duplicates")

    assert f"merge?ids={one},{two}" in listed.text
    assert one not in foreign.text
    assert "Basel" in sides.text
    assert merged.status_code == 303
    assert (elsewhere.status_code, elsewhere.headers["Location"]) == (303, f"{URL}/{one}")
    assert house.ann.get(f"party/{one}")["name"] == "Other Person"
    assert "Listed Twin" not in past.text.partition("<main")[2].partition("</h1>")[0]
    assert "Basel" in past.text
    assert f"ids={one}" not in after.text
    number = house.ann.get(f"party/{one}/merges")["data"][0]["merge"]
    assert ann.post(f"{URL}/merges/{number}/undo").status_code == 303
    assert house.ann.get(f"party/{two}")["town"] == "Basel"


def test_what_is_no_duplicate_is_not_found_again(house: House) -> None:
    ids = [
        house.ann.create("party", name=name, email="shared@box.org") for name in ("Mailbox A", "Postbox B")
    ]
    ann = house.browser(house.ann)
    ann.post(f"{URL}/duplicates/scan")
    house.work()

    listed = ann.get(f"{URL}/duplicates")
    ann.post(f"{URL}/duplicates/dismiss", id=ids)
    house.rest.clock.forward(days=1)
    ann.post(f"{URL}/duplicates/scan")
    house.work()

    after = ann.get(f"{URL}/duplicates")
    assert (listed.status_code, after.status_code) == (200, 200)
    assert ids[0] in listed.text
    assert ids[0] not in after.text


def test_a_group_of_many_is_dismissed_at_once(house: House) -> None:
    rows = [{"code": f"many {number}"} for number in range(100)]
    made = house.chief.post("party/bulk", {"records": rows}, 200)
    ids = [each["id"] for each in made["results"]]

    answer = house.browser(house.chief).post(f"{URL}/duplicates/dismiss", id=ids)

    assert answer.status_code == 303
    pair = tables.pair
    first = (pair.c.state == "dismissed") & (pair.c.low == int(ids[0]))
    assert len(house.rows(pair, first)) == 99


def test_the_number_0_is_a_value_to_choose(house: House) -> None:
    one = house.ann.create("party", name="Nought One", size=0)
    two = house.ann.create("party", name="Nothing Two")

    page = house.browser(house.ann).get(f"{URL}/merge?ids={one},{two}")

    assert "Size" in page.text


def test_values_that_may_not_be_seen_are_neither_shown_nor_chosen(house: House) -> None:
    one = house.ann.create("party", name="Closed One", code="C-1")
    two = house.ann.create("party", name="Closed Two")
    house.chief.patch(f"party/{two}", {"secret": "S-2"})

    page = house.browser(house.ann).get(f"{URL}/merge?ids={one},{two}")
    refused = house.ann.post("party/merge", {"ids": [one, two], "choices": {"secret": two}}, 422)
    house.ann.post("party/merge", {"ids": [one, two], "survivor": one}, 200)

    assert "S-2" not in page.text
    assert refused["issues"][0]["code"] == "field.unknown"
    assert house.chief.get(f"party/{one}")["secret"] == "S-2"
