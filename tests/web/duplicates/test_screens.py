"""What people see of likely duplicates while they fill in a form, and when they save it."""

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
