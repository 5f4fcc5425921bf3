"""Three definitions become one: what is new comes, what was changed here stays, and both are told apart."""

import pytest

from builder.packages.merging import Merging, woven
from builder.packages.upgrading import compare
from schemas.dumper import plain
from tests.fixtures.grammar import shared_grammar

GRAMMAR = shared_grammar()


def app(*fields, **more):
    form = {"key": "task", "label": "Task", "fields": list(fields)}
    return {"weft": 1, "key": "work", "label": "Work", "forms": [form], **more}


def text(key, label=None, **more):
    return {"key": key, "type": "text", "label": label or key.title(), **more}


def read(document):
    return GRAMMAR.app.model_validate(document)


def found(base, theirs, yours):
    return compare(GRAMMAR, read(base), read(theirs), yours)


def told(upgrade):
    return {each.path: (each.state, each.conflict) for each in upgrade.items}


def fields(document):
    return [each["key"] for each in document["forms"][0]["fields"]]


AT = "forms/task/fields"


def test_what_is_new_comes_and_what_was_changed_here_stays():
    base = app(text("name"), text("note"))
    theirs = app(text("name", "Title"), text("due"), text("note"))
    yours = app(text("name"), text("note", help="Mine"), text("own"))
    upgrade = found(base, theirs, yours)

    assert told(upgrade) == {f"{AT}/name/label": ("changed", False), f"{AT}/due": ("added", False)}
    made = upgrade.taking(upgrade.paths())
    assert fields(made) == ["name", "due", "note", "own"]
    assert made["forms"][0]["fields"][0]["label"] == "Title"
    assert made["forms"][0]["fields"][2]["help"] == "Mine"
    assert upgrade.own == 2


def test_what_both_changed_stays_as_it_is_here_until_it_is_taken():
    upgrade = found(app(text("name")), app(text("name", "Title")), app(text("name", "Heading")))

    assert told(upgrade) == {f"{AT}/name/label": ("changed", True)}
    assert upgrade.taking(upgrade.paths())["forms"][0]["fields"][0]["label"] == "Heading"
    taken = upgrade.taking(upgrade.paths([f"{AT}/name/label"]))
    assert taken["forms"][0]["fields"][0]["label"] == "Title"


def test_what_one_side_removed_and_the_other_changed_is_a_conflict_both_ways():
    base = app(text("name"), text("a"), text("b"))
    upgrade = found(base, app(text("name"), text("b", "New")), app(text("name"), text("a", "Mine")))

    assert told(upgrade) == {f"{AT}/a": ("removed", True), f"{AT}/b": ("added", True)}
    assert fields(upgrade.taking(upgrade.paths())) == ["name", "a"]
    assert fields(upgrade.taking(upgrade.paths([f"{AT}/a", f"{AT}/b"]))) == ["name", "b"]


def test_what_goes_goes_unless_it_is_declined():
    upgrade = found(app(text("name"), text("gone")), app(text("name")), app(text("name"), text("gone")))

    assert fields(upgrade.taking(upgrade.paths())) == ["name"]
    assert fields(upgrade.taking(upgrade.paths(decline=[f"{AT}/gone"]))) == ["name", "gone"]


def test_a_new_key_is_followed_by_what_was_made_here_and_can_be_declined():
    check = {"that": "LEN(name) > 1", "message": "Say it"}
    base, yours = app(text("name")), app(text("name", "Mine"))
    yours["forms"][0]["checks"] = [check]
    upgrade = found(base, app(text("title", "Name", was=["name"])), yours)

    assert told(upgrade) == {f"{AT}/title": ("renamed", False)}
    made = upgrade.taking(upgrade.paths())["forms"][0]
    assert made["fields"] == [text("title", "Mine", was=["name"])]
    assert made["checks"][0]["that"] == "LEN(title) > 1"
    assert upgrade.taking(upgrade.paths(decline=[f"{AT}/title"])) == plain(read(yours))


def test_an_order_is_taken_as_a_whole():
    upgrade = found(
        app(text("a"), text("b"), text("c")),
        app(text("c"), text("a"), text("b")),
        app(text("a"), text("own"), text("b"), text("c")),
    )

    assert told(upgrade) == {f"{AT}/*": ("moved", False)}
    assert fields(upgrade.taking(upgrade.paths())) == ["c", "a", "own", "b"]
    assert fields(upgrade.taking(upgrade.paths(decline=[f"{AT}/*"]))) == ["a", "own", "b", "c"]


def test_a_field_of_another_type_is_one_thing():
    theirs = app({"key": "name", "type": "number", "label": "Name", "decimals": 2})
    upgrade = found(app(text("name", max_length=5)), theirs, app(text("name", max_length=5)))

    assert told(upgrade) == {f"{AT}/name": ("changed", False)}
    assert upgrade.taking(upgrade.paths()) == plain(read(theirs))


def test_the_first_of_a_kind_come_one_by_one_and_the_last_go():
    """Roles where there were none, or are none any more."""
    roles = [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]
    upgrade = found(app(text("name")), app(text("name"), roles=roles), app(text("name")))
    assert told(upgrade) == {"roles/a": ("added", False), "roles/b": ("added", False)}
    assert upgrade.taking(upgrade.paths(decline=["roles/a"]))["roles"] == roles[1:]

    upgrade = found(app(text("name"), roles=roles), app(text("name")), app(text("name"), roles=roles))
    assert told(upgrade) == {"roles/a": ("removed", False), "roles/b": ("removed", False)}
    assert "roles" not in upgrade.taking(upgrade.paths())


@pytest.mark.parametrize("three", [(1, 2), (2, 3), (1, 3)])
def test_the_same_change_on_both_sides_is_no_item(three):
    one, other = (app(text("name"), *(text(f"f{n}") for n in range(many))) for many in three)

    upgrade = found(one, other, other)

    assert upgrade.items == ()
    assert upgrade.taking(upgrade.paths()) == plain(read(other))


def test_nothing_is_lost_whatever_the_three_are():
    """Taking everything is theirs where they changed something, taking nothing is yours."""
    base = {"a": 1, "b": [{"key": "x", "v": 1}, {"key": "y", "v": 1}], "c": {"d": None}}
    theirs = {"a": 2, "b": [{"key": "y", "v": 2}, {"key": "z"}], "e": [1]}
    yours = {"a": 3, "b": [{"key": "x", "v": 9}, {"key": "q"}, {"key": "y", "v": 1}], "c": {"d": None}}
    merging = Merging()
    merging.merge(base, theirs, yours)

    assert Merging(()).merge(base, theirs, yours) == yours
    everything = Merging({each.path for each in merging.items}).merge(base, theirs, yours)
    assert everything == {"a": 2, "b": [{"key": "q"}, {"key": "y", "v": 2}, {"key": "z"}], "e": [1]}


def test_neighbours_stay_neighbours():
    assert woven(["a", "b"], ["x", "a", "y", "b"], set("abxy")) == ["x", "a", "y", "b"]
    assert woven(["a", "b"], ["b", "z"], set("abz")) == ["a", "b", "z"]
