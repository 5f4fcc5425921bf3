"""Deleted records."""

from engines.query import Change, Op


def trashed(shop, *names, **values):
    ids = shop.add("order", *({"name": each, **values} for each in names))
    shop.write("order", *(Change(Op.delete, id=each) for each in ids))
    return ids


def test_lists_deleted_records_and_brings_them_back(shop, boss):
    one, _ = trashed(shop, "One", "Two")

    html = boss.get("/a/shop/order/trash")
    boss.post("/a/shop/order/trash/restore", {"id": str(one)})

    assert "One" in html
    assert "Two" in html
    assert "1 record restored" in boss.get("/a/shop/order/trash")
    assert "One" in boss.get(f"/a/shop/order/{one}")


def test_an_administrator_deletes_for_ever(shop, boss):
    one = trashed(shop, "One")[0]

    boss.post("/a/shop/order/trash/purge", {"id": str(one)})

    assert "The trash is empty" in boss.get("/a/shop/order/trash")


def test_a_clerk_sees_her_own_trash_and_cannot_empty_it(shop, clerk):
    mine = trashed(shop, "Mine", owner=str(clerk.user_id))[0]
    foreign = trashed(shop, "Foreign")[0]

    html = clerk.get("/a/shop/order/trash")
    clerk.post("/a/shop/order/trash/purge", {"id": str(mine)}, status=403)
    clerk.post("/a/shop/order/trash/restore", {"id": str(foreign)})

    assert "Mine" in html
    assert "Foreign" not in html
    assert "Delete for ever" not in html
    assert "0 records restored; 1 not" in clerk.get("/a/shop/order/trash")


def test_who_may_not_delete_has_no_trash(clerk):
    clerk.get("/a/shop/person/trash", status=403)


def test_many_deleted_records_come_in_pages(shop, boss):
    trashed(shop, *(f"n{each}" for each in range(55)))

    html = boss.get("/a/shop/order/trash")

    assert "55 records" in html
    assert "after=" in html
