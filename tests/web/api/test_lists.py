"""Lists, figures and choices through REST: what may be asked, and what is refused."""

import json

import pytest

GOOD = {
    "": ["o3", "o2", "o1"],
    "sort=amount": ["o3", "o1", "o2"],
    "sort=-amount": ["o2", "o1", "o3"],
    "sort=stage,-title": ["o3", "o2", "o1"],
    "sort=_created_at": ["o1", "o2", "o3"],
    "filter=amount > 1": ["o2"],
    'filter=stage = "open" OR ISBLANK(stage)': ["o3", "o1"],
    "filter=_created_by = USER()": ["o3", "o2", "o1"],
    "search=alp": ["o2", "o1"],
    "search=o1": ["o1"],
    "search=--": [],
    "search=": ["o3", "o2", "o1"],
    "search=%00": [],
    "limit=2": ["o3", "o2"],
    "before=&limit=2": ["o2", "o1"],
    "after=": ["o3", "o2", "o1"],
}
BAD = (
    "filter=amount >",
    "filter=nothing = 1",
    'filter=amount = "x"',
    "filter=SUM(amount)",
    "filter=1",
    "filter=title.x = 1",
    "filter=__class__ = 1",
    "filter=" + "(" * 3000,
    "filter=" + "NOT " * 3000 + "done",
    'filter=title = "a" OR 1;DROP TABLE weft_user',
    "sort=nothing",
    "sort=tags",
    "sort=rows",
    "sort=--amount",
    "sort=amount,-amount,title,-title,day,-day,seen,-seen,at",
    "sort=amount;drop",
    "sort=1,(select 1)",
    "sort=amount desc",
    "sort=_trashed_at.x",
    "sort=_nothing",
    "fields=nothing",
    "fields=title,nothing",
    "fields=_id",
    "fields=*",
    "limit=0",
    "limit=501",
    "limit=-1",
    "limit=x",
    "limit=1.5",
    "limit=" + "9" * 30,
    "limit=１",
    "after=x",
    "after=AAAA",
    "before=%00",
    "after=%ff",
    "after=" + "A" * 5000,
    "after=x&before=y",
    "total=some",
    "labels=maybe",
    "trash=2",
    "nothing=1",
    "page=2",
    "Filter=done",
    "filter[amount]=1",
    "__proto__=1",
    "_method=DELETE",
    "access_token=x",
)


@pytest.fixture
def three(both):
    clerk = both.door("clerk", "clerk")
    for number, (word, amount, stage) in enumerate(
        (("alpha", 1, "open"), ("alphabet", 2, "zebra"), (None, None, None))
    ):
        clerk.create(title=f"o{number + 1}", word=word, amount=amount, stage=stage, tags=["x"] * (number > 0))
    return clerk


def titles(answer):
    return [each["title"] for each in answer["data"]]


def test_lists_as_asked(three):
    for query, expected in GOOD.items():
        assert titles(three.get(f"order?{query}")) == expected, query


@pytest.mark.parametrize(
    "path", ["order", "order/export.csv", "order/aggregate", "order/distinct/stage", "order/lookup/person"]
)
def test_refuses_what_cannot_be_asked(both, three, path):
    before = both.snapshot()
    known = {
        "order": (
            "filter",
            "sort",
            "fields",
            "search",
            "limit",
            "after",
            "before",
            "total",
            "labels",
            "trash",
        ),
        "order/export.csv": ("filter", "sort", "fields", "search"),
        "order/aggregate": ("filter", "group", "measure", "search", "limit"),
        "order/distinct/stage": ("filter", "search", "limit"),
        "order/lookup/person": ("search", "limit"),
    }[path]

    for query in BAD:
        if query == "limit=501" and path == "order/aggregate":
            continue  # ten thousand groups are allowed
        problem = three.get(f"{path}?{query}", 400)
        name = query.split("=")[0]
        assert problem["code"] == "query.invalid"
        place = problem["issues"][0]["path"]
        assert place == ("before" if "after=x&" in query and name in known else name), (query, problem)
        if name not in known:
            assert problem["issues"][0]["code"] == "query.unknown_parameter"
    assert both.snapshot() == before


def test_pages_go_forth_and_back_and_miss_nothing(three):
    first = three.get("order?limit=1&sort=amount&total=exact")
    second = three.get(f"order?limit=1&sort=amount&after={first['next']}")
    third = three.get(f"order?limit=1&sort=amount&after={second['next']}")
    back = three.get(f"order?limit=1&sort=amount&before={third['previous']}")

    assert [*titles(first), *titles(second), *titles(third)] == ["o3", "o1", "o2"]
    assert (first["previous"], third["next"], titles(back)) == (None, None, ["o1"])
    assert first["total"] == {"count": 3, "capped": False}
    assert "total" not in second
    assert three.get("order?total=capped&filter=amount>1")["total"] == {"count": 1, "capped": False}


def test_a_cursor_belongs_to_its_list_and_its_reader(both, three):
    reader = both.door("reader", "reader")
    cursor = three.get("order?limit=1&sort=amount")["next"]

    for query in ("limit=1", "limit=1&sort=-amount", "sort=amount&filter=amount>0", "sort=amount&search=o"):
        assert three.get(f"order?{query}&after={cursor}", 400)["issues"][0]["code"] == "query.bad_cursor"
    assert reader.get(f"order?sort=amount&after={cursor}", 400)["issues"][0]["path"] == "after"
    assert three.get(f"person?sort=name&after={cursor}", 400)


def test_fields_narrow_the_answer(three):
    answer = three.get("order?fields=title,amount,title&limit=1")["data"][0]

    assert list(answer) == [
        "_id",
        "_version",
        "_created_at",
        "_updated_at",
        "_created_by",
        "_updated_by",
        "title",
        "amount",
    ]
    assert "title" not in three.get("order?fields=")["data"][0]


def test_labels_say_what_people_read(rest, clerk):
    person, item = clerk.create("person", name="Ann"), clerk.create("item", code="A")
    me = str(clerk.user_id)
    number = clerk.create(
        title="First",
        stage="open",
        marks=["red", "blue"],
        owner=me,
        helpers=[me],
        person=person,
        things=[item],
        rows=[{"qty": 1, "item": item}, {"qty": 2}],
    )
    expected = {
        "_created_by": "Clerk",
        "_updated_by": "Clerk",
        "stage": "Open",
        "marks": ["Red", "Blue"],
        "owner": "Clerk",
        "helpers": ["Clerk"],
        "person": "Ann",
        "things": ["A"],
        "rows.item": ["A", None],
        "maker": "Clerk",
    }

    assert clerk.get("order?labels=1")["data"][0]["_labels"] == expected
    assert clerk.get(f"order/{number}?labels=1")["_labels"] == expected
    assert "_labels" not in clerk.get(f"order/{number}?labels=0")


def test_figures(three):
    found = three.get(
        "order/aggregate?group=stage&measure=count,sum:amount,average:amount,max:day,distinct:word"
    )["data"]

    assert {each["stage"]: (each["count"], each["sum_amount"], each["average_amount"]) for each in found} == {
        None: (1, "0.00", None),
        "open": (1, "1.00", "1"),
        "zebra": (1, "2.00", "2"),
    }
    assert three.get("order/aggregate")["data"] == [{"count": 3}]
    assert three.get("order/aggregate?filter=amount>5")["data"] == [{"count": 0}]
    assert three.get("order/aggregate?search=alpha&measure=max:amount")["data"] == [{"max_amount": "2.00"}]
    assert len(three.get("order/aggregate?group=title&limit=2")["data"]) == 2


def test_figures_by_buckets_of_days(both, three):
    three.create(title="late", seen="2026-11-30T16:30:00Z", day="2026-12-31")  # the next day in Shanghai

    months = three.get("order/aggregate?group=seen:month&filter=NOT ISBLANK(seen)")["data"]
    quarters = three.get('order/aggregate?group=day:quarter,day:year&filter=title = "late"')["data"]

    assert months == [{"seen:month": "2026-12-01", "count": 1}]
    assert quarters == [{"day:quarter": "2026-10-01", "day:year": "2026-01-01", "count": 1}]
    assert three.issues("GET", "order/aggregate?group=word:month", status=400) == {
        "group": "query.not_groupable"
    }


def test_figures_over_system_keys_look_as_elsewhere(both, three):
    found = three.get("order/aggregate?group=_created_by,made&measure=count,min:_created_at,sum:_version")[
        "data"
    ]

    moment = "2026-11-21T09:00:00Z"
    assert found == [
        {
            "_created_by": str(three.user_id),
            "made": moment,
            "count": 3,
            "min__created_at": moment,
            "sum__version": "3",
        }
    ]
    assert three.get("order/distinct/_created_by")["data"] == [{"value": str(three.user_id), "count": 3}]
    assert three.get("order/distinct/_created_at")["data"] == [{"value": moment, "count": 3}]
    assert three.get("order/distinct/_version")["data"] == [{"value": 1, "count": 3}]


@pytest.mark.parametrize(
    "query",
    [
        "group=nothing",
        "group=tags",
        "group=rows",
        "group=a,b,c,d,e",
        "group=stage;drop",
        "group=1,(select 1)",
        "measure=nothing",
        "measure=sum",
        "measure=sum:title",
        "measure=sum:nothing",
        "measure=max:title",
        "measure=",
        "measure=sum:amount) FROM weft_user --",
        "measure=COUNT(*)",
        "measure=avg:amount",
        "measure=" + ",".join(["count", *(f"sum:f{number}" for number in range(20))]),
        "limit=0",
        "limit=10001",
        "measure=__class__:amount",
        "group=stage&measure=count:",
        "measure=:amount",
        "bucket=day",
    ],
)
def test_refuses_figures_that_mean_nothing(three, query):
    if query == "group=stage&measure=count:":
        assert len(three.get(f"order/aggregate?{query}")["data"]) == 3
        return
    problem = three.get(f"order/aggregate?{query}", 400)

    assert problem["issues"][0]["path"] == query.split("=")[0]


def test_values_in_use(three):
    assert three.get("order/distinct/stage")["data"] == [
        {"value": "zebra", "count": 1},
        {"value": "open", "count": 1},
    ] or three.get("order/distinct/stage")["data"] == [
        {"value": "open", "count": 1},
        {"value": "zebra", "count": 1},
    ]
    assert three.get("order/distinct/amount?limit=1&filter=amount>1")["data"] == [
        {"value": "2.00", "count": 1}
    ]
    for field in ("nothing", "tags", "rows", "title.x", "_nothing", "%00", "a%22b"):
        assert three.get(f"order/distinct/{field}", 400)["issues"][0]["path"] == "field"


def test_choices(both, three):
    person = three.create("person", name="Ann")
    three.create("person", name="Bert")

    assert three.get("order/lookup/person?search=an")["data"] == [{"id": person, "text": "Ann", "note": ""}]
    assert [each["text"] for each in three.get("order/lookup/person")["data"]] == ["Bert", "Ann"]
    assert three.get("order/lookup/owner?search=cle")["data"] == [
        {"id": str(three.user_id), "text": "Clerk", "note": ""}
    ]
    assert three.get("order/lookup/helpers?limit=1")["data"] == [
        {"id": str(three.user_id), "text": "Clerk", "note": ""}
    ]
    assert three.get("order/lookup/rows.item")["data"] == []
    assert three.get("order/lookup/maker?search=--")["data"] == []
    for field in (
        "title",
        "nothing",
        "rows",
        "rows.qty",
        "rows.nothing",
        "person.name",
        "_created_by",
        ".",
        "%00",
    ):
        three.get(f"order/lookup/{field}", 404)


def test_exports_what_the_list_holds(three):
    found = three.send("GET", "order/export.csv?fields=title,amount,stage&sort=title&filter=amount>0")

    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.headers["content-disposition"] == 'attachment; filename="order.csv"'
    assert found.content.decode("utf-8-sig").splitlines() == [
        "Title,Amount,Stage",
        "o1,1.00,Open",
        "o2,2.00,Zebra",
    ]
    book = three.send("GET", "order/export.xlsx")
    assert book.content[:2] == b"PK"


def test_a_form_without_records_answers_alike(rest, clerk):
    assert clerk.get("order?total=exact") == {
        "data": [], "next": None, "previous": None, "total": {"count": 0, "capped": False},
    }  # fmt: skip
    assert clerk.get("order/aggregate?group=stage")["data"] == []
    assert clerk.get("order/distinct/stage")["data"] == []


def test_answers_are_json_that_every_reader_reads_alike(three):
    answer = three.send("GET", "order")

    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content) == three.get("order")
