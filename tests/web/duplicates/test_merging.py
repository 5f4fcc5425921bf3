"""Several records become one, everything follows, and all of it comes back."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.store import comments, platform, shares
from tests.web.duplicates.conftest import House, Json


def everything(house: House, *forms: str) -> dict[tuple[str, str], Json]:
    """Return what every record holds, versions and times apart."""
    found: dict[tuple[str, str], Json] = {}
    for form in forms:
        for trash in ("0", "1"):
            page = house.chief.get(f"{form}?limit=500&trash={trash}")
            found[form, trash] = {
                each["_id"]: {key: value for key, value in each.items() if key[0] != "_"}
                for each in page["data"]
            }
    return found


def test_s204_a_merge_unites_two_records_and_all_that_refers_to_them(house: House) -> None:
    phone = house.phone()
    one = house.ann.create("party", name="Merge One", phone=phone, tags=["a", "b"])
    two = house.ann.create("party", name="The Merge Two", industry="Tea", size=9, tags=["b", "c"])
    deal = house.chief.create(
        "deal", name="D", party=two, others=[one, two], lines=[{"what": "x", "from": two}, {"what": "y"}]
    )

    seen = house.ann.get(f"party/merge?ids={one},{two}")
    merged = house.ann.post(
        "party/merge", {"ids": [one, two], "survivor": one, "choices": {"name": two}}, 200
    )

    assert seen["records"] == {"deal": 1}
    left = house.ann.get(f"party/{one}")
    assert (left["name"], left["phone"][-11:], left["industry"], left["size"]) == (
        "The Merge Two",
        phone,
        "Tea",
        "9",
    )
    assert left["tags"] == ["a", "b", "c"]
    moved = house.chief.get(f"deal/{deal}")
    assert (moved["party"], moved["others"], moved["lines"][0]["from"]) == (one, [one], one)
    gone = house.ann.send("GET", f"party/{two}", follow_redirects=False)
    assert (gone.status_code, gone.headers["Location"]) == (301, f"/api/shop/party/{one}")
    assert house.ann.get(f"party/{two}?trash=1")["industry"] == "Tea"
    assert [each["absorbed"] for each in house.ann.get(f"party/{one}/merges")["data"]] == [[two]]
    assert house.ann.get(f"party/{one}/history")["data"][0]["door"] == "merge"
    assert merged["survivor"] == one


def test_a_merge_that_is_taken_back_leaves_what_somebody_changed_and_says_so(house: House) -> None:
    one = house.ann.create("party", name="Back One", industry="Tin")
    two = house.ann.create("party", name="Zurich Two", size=4)
    first, second = (house.chief.create("deal", name=name, party=two) for name in "pq")
    made = house.ann.post("party/merge", {"ids": [one, two], "survivor": one}, 200)["merge"]
    house.chief.patch(f"deal/{second}", {"party": None})

    undone = house.ann.post(f"party/merges/{made}/undo", {}, 200)
    again = house.ann.post(f"party/merges/{made}/undo", {}, 409)

    assert undone["restored"] == 1
    assert house.ann.get(f"party/{one}")["size"] is None
    assert house.ann.get(f"party/{two}")["size"] == "4"
    assert [house.chief.get(f"deal/{each}")["party"] for each in (first, second)] == [two, None]
    assert again["code"] == "merge.undone_already"
    assert house.chief.get(f"party/{two}")
    assert undone["left"] == [{"form": "deal", "id": second, "fields": ["party"]}]


def test_what_the_platform_keeps_about_a_record_goes_with_it_and_comes_back(house: House) -> None:
    one, two = (house.ann.create("party", name=name) for name in ("Todo Keeper", "Another Box"))
    box, form = house.rest.installation, house.rest.model.form("party")
    with box.db.write() as conn:
        todo = {
            "id": box.ids.next(),
            "app": "shop",
            "kind": "own",
            "form_uid": form.uid,
            "record_id": int(two),
        }
        conn.execute(platform.todo.insert().values(todo | {"state": "open", "user_id": house.ann.user_id}))
    about = platform.todo.c.id == todo["id"]

    made = house.ann.post("party/merge", {"ids": [one, two], "survivor": one}, 200)["merge"]
    moved = house.rows(platform.todo.c.record_id, about)
    house.ann.post(f"party/merges/{made}/undo", {}, 200)

    assert moved == [(int(one),)]
    assert house.rows(platform.todo.c.record_id, about) == [(int(two),)]


def test_a_share_stays_with_the_record_it_opened_and_what_was_said_moves(house: House) -> None:
    one = house.ann.create("party", name="Sharing Ltd", town="Ulm")
    two = house.ann.create("party", name="Sealed Oven")
    box, place = house.rest.installation, (house.rest.model.form("party").uid, int(two))
    share, comment = shares.share, comments.comment
    new = (house.bob.user_id, house.ann.user_id, False, house.rest.clock.now() + timedelta(days=1))
    with box.db.write() as conn:
        shared = shares.add_share(conn, box.ids, house.rest.clock, place, new)
        row = {"id": box.ids.next(), "form_uid": place[0], "record_id": place[1], "body": "Hm", "named": {}}
        conn.execute(comment.insert().values(row | {"author": house.ann.user_id, "at": box.clock.now()}))

    asked = house.browser(house.ann).get(f"/a/shop/party/merge?ids={one},{two}")
    house.ann.post("party/merge", {"ids": [one, two], "survivor": one}, 200)

    assert house.rows(share.c.record_id, share.c.id == shared) == [(int(two),)]
    assert house.rows(comment.c.record_id, comment.c.id == row["id"]) == [(int(one),)]
    house.bob.get(f"party/{one}", 404)
    assert "Comments" in asked.text.partition("<main")[2]


def test_what_a_rule_forbids_by_now_can_be_merged_and_given_back(house: House) -> None:
    phone = house.phone()
    one = house.chief.create("party", name="Forbidden Twin", phone=phone)
    two = house.send_as_a_stranger(name="Second Comer", phone=phone, town="Bonn")

    made = house.chief.post("party/merge", {"ids": [one, two], "survivor": one}, 200)["merge"]
    house.chief.post(f"party/merges/{made}/undo", {}, 200)

    assert house.chief.get(f"party/{two}")["phone"] == house.chief.get(f"party/{one}")["phone"]


def test_a_merge_fills_in_nothing_that_its_maker_may_not_see(house: House) -> None:
    house.bob.create("party", name="Hidden Lender", industry="Opium")
    one, two = (house.ann.create("card", company=name) for name in ("Borrower", "Hidden Lender"))

    body = {"ids": [one, two], "survivor": one, "choices": {"company": two}}
    house.ann.post("card/merge", body, 200)

    assert house.ann.get(f"card/{one}")["industry"] is None


def test_a_field_that_is_read_in_some_records_brings_nothing_from_the_others(house: House) -> None:
    own, more = (house.part.create("party", town=town) for town in ("Pisa", "Padua"))
    foreign = house.ann.create("party", name="Kept Apart")
    house.chief.patch(f"party/{foreign}", {"secret": "S-9"})

    refused = house.part.post("party/merge", {"ids": [own, foreign], "survivor": own}, 403)
    house.part.get(f"party/merge?ids={own},{foreign}", 403)
    made = house.part.post("party/merge", {"ids": [own, more], "survivor": own}, 200)["merge"]

    assert refused["code"] == "merge.forbidden"
    assert house.part.get(f"party/{own}")["secret"] is None
    house.part.post(f"party/merges/{made}/undo", {}, 200)


def test_only_who_may_edit_and_delete_all_of_them_merges(house: House) -> None:
    own = house.bob.create("party", name="Bobs Thing")
    foreign = house.ann.create("party", name="Anns Stuff")

    house.bob.post("party/merge", {"ids": [own, foreign]}, 404)
    house.bob.get(f"party/merge?ids={own},{foreign}", 404)
    house.ann.post("party/merge", {"ids": [foreign]}, 422)


def test_a_stale_page_does_not_merge(house: House) -> None:
    one, two = (house.ann.create("party", name=name) for name in ("Stale Page", "Old Browser"))
    house.ann.patch(f"party/{two}", {"town": "Bern"})

    answer = house.ann.post("party/merge", {"ids": [one, two], "versions": {one: 1, two: 1}}, 422)

    assert answer["code"] == "merge.stale"


_WORDS = st.sampled_from(["", "a", "b"])
_PARTY = st.fixed_dictionaries({
    "industry": _WORDS, "town": _WORDS, "size": st.sampled_from([None, 1, 2]),
    "tags": st.lists(st.sampled_from("xyz"), unique=True, max_size=3),
})  # fmt: skip
_DEAL = st.tuples(
    st.integers(0, 3), st.lists(st.integers(0, 3), unique=True), st.lists(st.integers(-1, 3), max_size=2)
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(parties=st.lists(_PARTY, min_size=2, max_size=4), deals=st.lists(_DEAL, max_size=3), choices=st.data())
def test_a_merge_taken_back_leaves_everything_as_it_was(
    house: House, parties: Any, deals: Any, choices: Any
) -> None:
    ids = [house.chief.post("party", each)["_id"] for each in parties]
    for party, others, lines in deals:
        house.chief.create(
            "deal", party=ids[party % len(ids)], others=[ids[each] for each in others if each < len(ids)],
            lines=[{"what": "l", "from": None if each < 0 else ids[each % len(ids)]} for each in lines],
        )  # fmt: skip
    before = everything(house, "party", "deal")
    picked = {key: choices.draw(st.sampled_from(ids)) for key in ("industry", "size", "tags")}

    body = {"ids": ids, "survivor": choices.draw(st.sampled_from(ids)), "choices": picked}
    made = house.chief.post("party/merge", body, 200)["merge"]
    undone = house.chief.post(f"party/merges/{made}/undo", {}, 200)

    assert undone["left"] == []
    assert everything(house, "party", "deal") == before
