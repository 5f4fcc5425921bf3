"""Fifty clients at once, on both databases: no number is lost or comes twice, no update is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

CLIENTS = 50


@pytest.fixture
def crowd(both):
    first = both.door("clerk", "clerk")
    return [first, *(both.key(first.user_id) for _ in range(CLIENTS - 1))]


def at_once(crowd, work):
    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(work, range(CLIENTS), crowd))


@pytest.mark.timeout(240)
def test_numbers_have_no_gap_and_come_once(crowd):
    def create(number, door):
        answers = [door.send("POST", "order", {"title": f"a{number} {each}"}) for each in range(3)]
        body = {
            "mode": "each",
            "records": [{"title": f"b{number} {each}"} for each in range(2)] + [{"title": "taken"}],
        }
        return [*answers, door.send("POST", "order/bulk", body), door.send("POST", "order", {"amount": "x"})]

    answers = [each for some in at_once(crowd, create) for each in some]

    assert sorted({each.status_code for each in answers}) == [200, 201, 422]
    found, url = [], "order?limit=500&fields=no,title"
    while url:
        page = crowd[0].get(url)
        found += page["data"]
        url = page["next"] and f"order?limit=500&fields=no,title&after={page['next']}"
    assert len(found) == CLIENTS * 5 + 1
    assert sorted(int(each["no"]) for each in found) == list(range(1, len(found) + 1))
    assert len({each["title"] for each in found}) == len(found)
    assert len({each["_id"] for each in found}) == len(found)


@pytest.mark.parametrize(
    "clients", [12, pytest.param(CLIENTS, marks=[pytest.mark.soak, pytest.mark.timeout(1_200)])]
)
@pytest.mark.timeout(240)
def test_no_update_is_lost(crowd, clients):
    """Each adds one, again and again until its version was the current one."""
    url = f"order/{crowd[0].create(title='Counter', amount='0')}"

    def add(_, door):
        codes, record = [], door.send("GET", url).json()
        while 200 not in codes:
            body = {"amount": str(int(float(record["amount"])) + 1)}
            answer = door.send("PATCH", url, body, headers={"If-Match": f'"{record["_version"]}"'})
            codes.append(answer.status_code)
            record = answer.json().get("record")
        return codes

    # Each who loses asks again, so that the work grows with the square of how many there are.
    some = crowd[:clients]
    found = at_once(some, add)

    record = crowd[0].get(url)
    assert {each for codes in found for each in codes} == {200, 409}
    assert (record["amount"], record["_version"]) == (f"{len(some)}.00", len(some) + 1)
    steps = crowd[0].get(f"{url}/history")["data"]
    assert [each["version"] for each in steps] == list(range(len(some) + 1, 0, -1))
    assert [each["old"]["amount"] for each in steps[:-1]] == [
        f"{each}.00" for each in range(len(some) - 1, -1, -1)
    ]


@pytest.mark.timeout(240)
def test_readers_and_writers_of_many_records_wait_for_each_other(crowd):
    ids = [crowd[0].create(title=f"o{each}") for each in range(10)]

    def change(number, door):
        mine = ids if number % 2 else ids[::-1]
        update = door.send(
            "POST",
            "order/bulk",
            {"action": "update", "records": [{"_id": each, "amount": number} for each in mine]},
        )
        listed = door.send("GET", "order?limit=50&total=exact")
        trashed = door.send(
            "POST",
            "order/bulk",
            {"mode": "each", "action": ("delete", "restore")[number % 2], "records": mine[:3]},
        )
        return [update.status_code, listed.status_code, trashed.status_code]

    codes = {each for some in at_once(crowd, change) for each in some}

    assert codes <= {200, 422}
    amounts = {each["amount"] for trash in (0, 1) for each in crowd[0].get(f"order?trash={trash}")["data"]}
    assert amounts <= {f"{each}.00" for each in range(CLIENTS)} | {None}


@pytest.mark.timeout(240)
def test_one_value_is_taken_by_one(crowd):
    answers = at_once(
        crowd, lambda number, door: door.send("POST", "order", {"title": "The one", "amount": number})
    )

    assert sorted(each.status_code for each in answers) == [201] + [422] * (CLIENTS - 1)
    assert {issue["code"] for each in answers for issue in each.json().get("issues", ())} == {"field.taken"}
    assert len(crowd[0].get("order")["data"]) == 1
