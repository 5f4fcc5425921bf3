"""The filter of a list: rows become a formula, a formula becomes rows, and nothing is lost on the way."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.web.screens.conftest import titles

LIST = "/a/shop/order"


def pairs_of(html: str) -> dict[str, Any]:
    """What the builder on a page would send."""
    part = html[html.index("<weft-conditions") : html.index("</weft-conditions>")]
    found: dict[str, Any] = dict(re.findall(r'<input[^>]*? name="([^"]*)"[^>]*? value="([^"]*)"', part))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>(.*?)</textarea>', part, re.DOTALL))
    found = {name: unescape(text) for name, text in found.items()}
    for name, more, body in re.findall(
        r'<select[^>]*? name="([^"]*)"([^>]*)>(.*?)</select>', part, re.DOTALL
    ):
        options = re.findall(r'<option value="([^"]*)"( selected)?', body)
        chosen = [value for value, picked in options if picked]
        found[name] = chosen if " multiple" in more else (chosen or [options[0][0]])[0]
    return found


def by(formula: str) -> str:
    return f"{LIST}?filter={quote(formula)}"


def ask(boss, do: str, **said: Any) -> str:
    return str(boss.client.get(f"{LIST}/filter?{urlencode({**said, 'do': do}, doseq=True)}").text)


def test_rows_become_the_formula_of_the_address(shop, boss):
    shop.add("order", {"name": "Cheap", "amount": "5"}, {"name": "Dear", "amount": "500"})
    rows = (
        "f.0.field=amount&f.0.op=gt&f.0.value=40&f.1.match=any&f.1-0.field=state&f.1-0.op=eq&f.1-0.value=open"
    )

    answer = boss.client.get(f"{LIST}?search=dear&{rows}", follow_redirects=False)

    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query == {"search": ["dear"], "filter": ['amount > 40 AND state = "open"']}
    assert titles(boss.get(answer.headers["location"])) == ["Dear"]


def test_a_formula_filters_and_is_shown_as_rows_and_in_words(shop, boss):
    shop.add(
        "order",
        {"name": "Cheap", "amount": "5"},
        {"name": "Dear", "amount": "500"},
        {"name": "Done", "amount": "50", "state": "done"},
    )

    html = boss.get(by('amount > 40 AND (state = "done" OR urgent = TRUE)'))

    assert titles(html) == ["Done"]
    assert "Filter (2)" in html
    assert "Amount > CN¥40.00" in html
    assert "(State is Done or URGENT is ticked)" in html
    said = pairs_of(html)
    assert (said["f.0.field"], said["f.0.op"], said["f.0.value"]) == ("amount", "gt", "40")
    assert (said["f.1.match"], said["f.1-0.value"], said["f.1-1.op"]) == ("any", "done", "true")


def test_relative_days_are_said_in_words(shop, boss):
    shop.add("order", {"name": "Soon", "due": "2026-11-23"}, {"name": "Late", "due": "2026-12-24"})

    answer = boss.client.get(f"{LIST}?f.0.field=due&f.0.op=next_days&f.0.value=7")

    assert titles(answer.text) == ["Soon"]
    assert "DUE is in the next 7 days" in answer.text
    assert "BETWEEN" in parse_qs(urlsplit(str(answer.url)).query)["filter"][0]


def test_each_button_changes_the_builder_and_keeps_what_was_written(boss):
    html = ask(
        boss, "row:", **{"search": "x", "f.0.field": "name", "f.0.op": "contains", "f.0.value": "a, b"}
    )
    assert pairs_of(html) == {
        "search": "x", "source": "", "match": "all",
        "f.0.field": "name", "f.0.op": "contains", "f.0.value": "a, b",
        "f.1.field": "name", "f.1.op": "contains", "f.1.value": "",
    }  # fmt: skip
    assert re.search(r'name="f\.1\.field"[^>]* autofocus', html)

    html = ask(boss, "group:", **pairs_of(html))
    assert pairs_of(html)["f.2.match"] == "any"
    assert re.search(r'name="f\.2-0\.field"[^>]* autofocus', html)

    html = ask(boss, "formula:2", **pairs_of(html))
    html = ask(boss, "drop:0", **pairs_of(html))
    said = pairs_of(html)
    assert said["f.0.field"] == "name"
    assert said["f.1-1.formula"] == ""
    assert "f.2.match" not in said


def test_a_field_brings_its_operators_and_forgets_another_ones_values(boss):
    html = ask(boss, "field:0", **{"f.0.field": "due", "f.0.op": "contains", "f.0.value": "abc"})

    said = pairs_of(html)
    assert (said["f.0.op"], said["f.0.value"]) == ("on", "")
    assert 'type="date"' in html
    assert "Weeks, months, quarters, years" in html
    assert pairs_of(ask(boss, "op:0", **{**said, "f.0.op": "this_month"})).get("f.0.value") is None
    assert 'type="number"' in ask(boss, "op:0", **{**said, "f.0.op": "last_days", "f.0.value": "2026-01-01"})


def test_faces_are_switched_without_loss(boss):
    text = 'amount  >  1e3 AND (LEN(name) > 5 OR state IN ("open", "done"))'

    rows = ask(boss, "face:rows", filter=text)
    said = pairs_of(rows)
    assert (said["f.0.value"], said["f.1-0.formula"]) == ("1000", "LEN(name) > 5")
    assert pairs_of(ask(boss, "face:formula", **said))["filter"] == text
    said["f.0.value"] = "2"
    said["f.1-1.op"] = "eq"
    written = pairs_of(ask(boss, "face:formula", **said))["filter"]
    assert written == 'amount > 2 AND (LEN(name) > 5 OR state = "open")'


def test_a_row_that_is_not_finished_is_not_lost_by_switching(boss):
    html = ask(boss, "face:formula", **{"f.0.field": "amount", "f.0.op": "gt", "f.0.value": ""})

    assert "This condition is not finished." in html
    assert pairs_of(html)["f.0.field"] == "amount"


def test_a_formula_that_cannot_be_read_stays_as_it_is(boss):
    html = ask(boss, "face:rows", filter="amount > (5")

    assert pairs_of(html)["filter"] == "amount > (5"
    assert "Character 10: “(” has no closing bracket." in html
    assert re.search(r'<textarea[^>]* aria-invalid="true"', html)


def test_a_wrong_value_is_told_in_its_row_and_shows_nothing(shop, boss):
    shop.add("order", {"name": "Any", "amount": "5"})

    html = boss.get(f"{LIST}?f.0.field=amount&f.0.op=gt&f.0.value=lots&f.1.formula=amount%20%2B")

    assert titles(html) == []
    assert "“lots” is not a number." in html
    assert 'id="list-filter" open' in html
    said = pairs_of(html)
    assert (said["f.0.value"], said["f.1.formula"]) == ("lots", "amount +")


def test_a_wrong_formula_in_the_address_shows_nothing_and_says_why(shop, boss):
    shop.add("order", {"name": "Any"})

    html = boss.get(by("amunt > 5"))

    assert titles(html) == []
    assert "there is no field “amunt”. Did you mean “Amount amount”?" in html
    assert 'id="list-filter" open' in html
    assert pairs_of(html)["filter"] == "amunt > 5"


def test_what_only_python_could_decide_is_refused_by_name(shop, boss):
    html = boss.get(by('PROPER(name) = "X"'))

    assert "cannot be used to filter or sort" in html
    assert titles(html) == []


def test_a_hidden_field_does_not_exist_in_a_formula_either(shop, clerk):
    shop.add("order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "x"})

    html = clerk.get(by('secret = "x"'))

    assert titles(html) == []
    assert "there is no field “secret”." in html
    words = json.loads(clerk.client.get(f"{LIST}/filter/words").text)
    assert "secret" not in {each["key"] for each in words["fields"]}


def test_a_formula_is_told_while_it_is_written(shop, boss):
    shop.add("order", {"name": "A", "amount": "5"}, {"name": "B", "amount": "50"})

    right = boss.post(f"{LIST}/filter/told", {"text": "amount > 10"}, status=200).text
    wrong = boss.post(f"{LIST}/filter/told", {"text": "amount > "}, status=200).text
    mixed = boss.post(f"{LIST}/filter/told", {"text": 'amount > "lots"'}, status=200).text

    assert "1 record matches" in right
    assert re.search(r'data-chip title="amount">Amount<', right)
    assert "Character 10: the formula is not finished." in wrong
    assert "a number is expected here, not a text." in mixed
    assert boss.post(f"{LIST}/filter/told", {"text": " "}, status=200).text.strip() == ""


def test_words_have_labels_pinyin_signatures_and_help(shop):
    reader = shop.sign_in("wang", admin=True, locale="zh-CN")

    words = json.loads(reader.client.get(f"{LIST}/filter/words").text)

    amount = next(each for each in words["fields"] if each["key"] == "amount")
    assert (amount["label"], amount["type"]) == ("金额", "数字")
    assert {"jine", "je"} <= set(amount["find"])
    function = next(each for each in words["functions"] if each["key"] == "IF")
    assert function["signature"].startswith("IF(condition, then")
    assert "条件成立" in function["help"]


def test_nothing_a_person_writes_is_markup(boss):
    attack = "<script>alert(1)</script>"
    formula = f'name = "{attack}"'

    told = boss.post(f"{LIST}/filter/told", {"text": formula}, status=200).text
    rows = boss.client.get(f"{LIST}/filter?do=face:rows&filter={quote(formula)}").text

    assert "<script>alert" not in told + rows


def test_a_crowd_of_parts_is_cut(boss):
    many = "&".join(f"f.{number}.field=name&f.{number}.op=blank" for number in range(200))

    html = boss.get(f"{LIST}/filter?{many}&f.0-0-0-0-0-0-0-0-0-0.field=name")

    assert len([name for name in pairs_of(html) if name.endswith(".field")]) == 60
