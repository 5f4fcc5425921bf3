"""SQLite and PostgreSQL answer alike, byte for byte, while the definition evolves under the data."""

import copy
import json
import random
from urllib.parse import quote

import pytest

from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import Rest, shop_bytes
from tests.fixtures.shop import FORMS

WORDS = (
    "alpha",
    "Alpha two",
    "ａｌｐｈａ",
    "beta",
    "Straße",
    "上海",
    "上海大众",
    "zebra 7",
    "it's",
    '"quoted"',
    "50%_",
    "é",
    "Z",
    None,
)
FILTERS = (
    "amount > 2",
    "amount = 2.50 OR ISBLANK(amount)",
    "NOT done",
    'stage = "open"',
    'stage <> "open"',
    "ISBLANK(tags)",
    'CONTAINS(tags, "x")',
    'CONTAINS(title, "1")',
    'STARTSWITH({word}, "alpha")',
    '{word} = "ALPHA"',
    "owner = USER()",
    'day >= "2026-02-01"',
    "seen > TODAY()",
    "_version > 1",
    'stage IN ("zebra", "open")',
    'CONTAINS({word}, "上海")',
    "amount / 3 > 1",
    "ROUND(amount, 0) = 3",
    "YEAR(day) = 2026",
    'CONTAINS(marks, "red")',
    "LEN(title) > 3",
    "_id > 0",
    '{word} > "b"',
    "amount * 2 + 1 >= 6",
    "DAY(day) = 3",
    '{word} & "!" = "beta!"',
    "nothing = 1",
    "amount >",
)
SORTS = (
    "title",
    "-title",
    "amount",
    "-amount,title",
    "stage",
    "-stage,-amount",
    "day",
    "seen",
    "{word}",
    "-{word}",
    "done",
    "owner",
    "_created_at",
    "-_updated_at",
    "no",
    "made",
    "maker",
    "tags",
    "_version,title",
)
GROUPS = ("stage", "done", "owner", "{word}", "day", "amount", "maker", "stage,done", "tags", "")
MEASURES = (
    "count",
    "sum:amount",
    "average:amount,count",
    "min:amount,max:amount",
    "max:day,min:seen",
    "distinct:{word}",
    "filled:tags",
    "filled:{word},distinct:stage",
    "sum:_version",
)


def first():
    return copy.deepcopy(list(FORMS))


def order(forms):
    return next(each for each in forms if each["key"] == "order")


def second():
    """Fields come, one is renamed, one goes."""
    forms = first()
    fields = order(forms)["fields"]
    for each in fields:
        if each["key"] == "word":
            each |= {"key": "term", "was": ["word"]}
    fields[:] = [each for each in fields if each["key"] != "at"]
    fields.append({"key": "extra", "type": "number", "label": "Extra", "decimals": 3})
    fields.append({"key": "memo", "type": "text", "label": "Memo", "default": "fresh", "searchable": True})
    return forms


def third():
    """An option goes and one comes, a subform grows, a type changes, and what went comes again as another."""
    forms = second()
    fields = order(forms)["fields"]
    for each in fields:
        if each["key"] == "stage":
            each["options"] = [*each["options"][:2], {"key": "late", "label": "Late"}]
        if each["key"] == "rows":
            each["fields"] = [
                *each["fields"],
                {"key": "price", "type": "number", "label": "Price", "decimals": 2},
            ]
        if each["key"] == "extra":
            each["type"], _ = "text", each.pop("decimals")
    fields[:] = [each for each in fields if each["key"] != "note"]
    fields.append({"key": "at", "type": "text", "label": "At"})
    return forms


PICKERS = ("person", "owner", "things", "rows.item")


class Requests:
    """A stream of requests; ids and cursors come from what was answered."""

    def __init__(self, seed, people):
        self.random, self.people = random.Random(seed), people
        self.orders, self.persons, self.items, self.cursors, self.number, self.word = (
            [],
            [],
            [],
            [],
            0,
            "word",
        )
        self.keys = set()

    def next(self):  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of request
        self.number += 1
        choose = self.random.choice
        kind = self.random.choices(
            (
                "create",
                "patch",
                "delete",
                "restore",
                "bulk",
                "list",
                "get",
                "history",
                "figures",
                "distinct",
                "lookup",
                "page",
                "export",
                "other",
            ),
            (14, 10, 3, 3, 4, 26, 5, 5, 12, 5, 4, 5, 2, 2),
        )[0]
        one = choose(self.orders) if self.orders else "1"
        match kind:
            case "create":
                return "POST", "order", self.values()
            case "patch":
                return "PATCH", f"order/{one}", self.values(part=True)
            case "delete":
                return "DELETE", f"order/{one}", None
            case "restore":
                return "POST", f"order/{one}/restore", None
            case "bulk":
                body = {
                    "mode": choose(("all", "each")),
                    "records": [self.values() for _ in range(self.random.randint(1, 70))],
                }
                return "POST", "order/bulk", body
            case "get":
                return "GET", f"order/{one}?labels=1", None
            case "history":
                return "GET", f"order/{one}/history", None
            case "lookup":
                return (
                    "GET",
                    f"order/lookup/{choose(PICKERS)}?search={choose('abc1')}",
                    None,
                )
            case "export":
                return "GET", "order/export.csv?sort=title", None
            case "other":
                return choose((("POST", "person", {"name": f"Ann {self.number}", "phone": "139"}),
                               ("POST", "item", {"code": f"c{self.number}", "price": "3.25"})))  # fmt: skip
            case "page" if self.cursors:
                return "GET", choose(self.cursors), None
            case "figures":
                measure = f"&measure={choose(MEASURES)}"
                return (
                    "GET",
                    self.path(f"order/aggregate?group={choose(GROUPS)}{measure}{self.where()}"),
                    None,
                )
            case "distinct":
                return "GET", self.path(f"order/distinct/{choose(GROUPS[:7])}?limit=5{self.where()}"), None
        trash = "&trash=1" if self.random.random() < 0.1 else ""
        sort, total = f"sort={choose(SORTS)}", choose(("", "&total=exact", "&total=capped", "&labels=1"))
        return "GET", self.path(f"order?{sort}&limit={choose((1, 3, 50))}{total}{trash}{self.where()}"), None

    def where(self):
        draw = self.random.random()
        if draw < 0.5:
            return "&filter=" + quote(self.random.choice(FILTERS).replace("{word}", self.word))
        return (
            "&search=" + quote(self.random.choice(("al", "上", "上海", "sh", "7", "o1", "--", "fresh")))
            if draw < 0.7
            else ""
        )

    def path(self, text):
        return text.replace("{word}", self.word)

    def values(self, part=False):
        choose, number = self.random.choice, self.random.random
        found = {
            "title": f"o{self.number} {self.random.randint(0, 60)}",
            self.word: choose(WORDS),
            "amount": choose((None, "1", 2, "2.5", "1234567.89", "-1", "x")),
            "done": choose((None, True, False)),
            "stage": choose((None, "open", "zebra", "apple", "late")),
            "marks": choose(([], ["red"], ["blue", "red"])),
            "tags": choose(([], ["x"], ["x", "上海"])),
            "day": choose((None, "2026-01-31", "2026-02-03")),
            "seen": choose((None, "2026-11-21T08:00:00Z", "2026-12-01T08:00:00.5+08:00")),
            "owner": choose((None, *self.people)),
            "helpers": choose(([], self.people)),
            "person": choose((None, *self.persons)),
            "things": choose(([], self.items[:2])),
            "rows": choose(
                ([], [{"qty": 1}], [{"qty": "2", "words": ["w"]}, {"qty": 3, "what": None}], [{}])
            ),
        }
        return {
            key: value
            for key, value in found.items()
            if number() < (0.25 if part else 0.8) or (key == "title" and not part)
        }

    def learn(self, path, status, body):
        if status == 201:
            {"order": self.orders, "person": self.persons, "item": self.items}[path].append(body["_id"])
        if isinstance(body, dict) and body.get("results"):
            self.orders += [each["id"] for each in body["results"] if each["version"]]
        if status == 200 and path.startswith("order?") and body.get("next"):
            base = path.split("&after=")[0].split("&before=")[0]
            self.cursors = [*self.cursors[-5:], f"{base}&after={body['next']}"]
            if body["previous"]:
                self.cursors.append(f"{base}&before={body['previous']}")


def opened(folder, url):
    folder.mkdir()
    (folder / "key").write_bytes(b"k" * 32)
    rest = Rest(folder, url, FakeClock())
    boss, clerk = rest.door("boss", "chief"), rest.door("clerk", "clerk")
    return rest, (boss, clerk)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 9))])
def test_both_databases_answer_alike(tmp_path, postgres_url, seed):
    sides = [
        opened(tmp_path / "one", f"sqlite:///{tmp_path / 'weft.db'}"),
        opened(tmp_path / "two", postgres_url),
    ]
    requests = Requests(seed, [str(door.user_id) for door in sides[0][1]])
    statuses = []
    try:
        for forms, word in ((first(), "word"), (second(), "term"), (third(), "term")):
            for rest, _ in sides:
                rest.publish(shop_bytes(forms), allow_loss=("order.extra", "order.stage.apple"))
            requests.word, requests.cursors = word, []
            for _ in range(110):
                method, path, body = requests.next()
                who = requests.random.randrange(2)
                answers = []
                for rest, doors in sides:
                    rest.clock.forward(milliseconds=7)
                    answers.append(doors[who].send(method, path, body))
                one, two = answers
                assert (one.status_code, one.content) == (two.status_code, two.content), (method, path, body)
                assert one.headers == two.headers
                statuses.append(one.status_code)
                json_body = one.headers["content-type"] == "application/json" and one.content
                requests.learn(path, one.status_code, json.loads(one.content) if json_body else None)
    finally:
        for rest, _ in sides:
            rest.close()
    assert len(statuses) == 330
    assert statuses.count(200) > 150
    assert statuses.count(201) > 10
    assert statuses.count(500) == 0
