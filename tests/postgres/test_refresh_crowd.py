"""Many people pay one bill at once: nobody waits for ever, and the sum is right."""

import json
import threading

import pytest

DEFINITION = json.dumps({
    "weft": 1, "key": "shop", "label": "Shop",
    "forms": [
        {"key": "bill", "label": "Bill", "fields": [
            {"key": "parts", "type": "related", "label": "Parts", "form": "part", "via": "bill"},
            {"key": "paid", "type": "rollup", "label": "Paid", "of": "parts", "field": "amount"},
        ]},
        {"key": "part", "label": "Part", "fields": [
            {"key": "bill", "type": "relation", "label": "Bill", "form": "bill"},
            {"key": "amount", "type": "money", "label": "Amount"},
        ]},
    ],
    "roles": [{"key": "chief", "label": "Chief", "admin": True}],
}).encode()  # fmt: skip


@pytest.fixture
def bills(rest_of_module):
    return rest_of_module(DEFINITION)


def test_sums_are_right_when_many_pay_at_once(bills):
    door = bills.door("chief", "chief")
    bill = door.create("bill")
    other = door.create("bill")
    refused = []

    def pay(number):
        for _ in range(5):
            target = bill if number % 2 else other
            answer = door.send("POST", "part", {"bill": target, "amount": "1.10"})
            refused.extend([answer.text] if answer.status_code != 201 else [])

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert refused == []
    assert (door.get(f"bill/{bill}")["paid"], door.get(f"bill/{other}")["paid"]) == ("22.00", "22.00")
