"""Kinds are found by their mark, and a registry knows exactly those."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.kinds import Kind, Options, Registry, UnknownKind, collect, kind, nearest

SOURCE = """
from schemas.kinds import Kind, Options, kind


@kind
class {name}(Kind):
    name, icon = "{key}", "star"
    Options = Options


class Unmarked({name}):
    name = "unmarked"
"""


class Apple(Kind):
    name, icon = "apple", "star"
    Options = Options


class Pear(Kind):
    name, icon = "pear", "star"
    Options = Options


@pytest.fixture
def orchard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of two modules that each describe a kind, and one that borrows one of them."""
    folder = tmp_path / "orchard_of_kinds"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "quince.py").write_text(SOURCE.format(name="Quince", key="quince"))
    (folder / "cherry.py").write_text(SOURCE.format(name="Cherry", key="cherry"))
    (folder / "jam.py").write_text("from orchard_of_kinds.quince import Quince\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "orchard_of_kinds"
    for name in [each for each in sys.modules if each.startswith("orchard_of_kinds")]:
        del sys.modules[name]


def test_collects_marked_classes_in_the_order_of_their_modules(orchard):
    assert list(collect(orchard, Kind)) == ["cherry", "quince"]


def test_collects_one_family_only(orchard):
    class Other(Kind):
        pass

    assert len(collect(orchard, Other)) == 0


def test_a_mark_changes_nothing_but_the_class():
    class Plum(Apple):
        name = "plum"

    assert kind(Plum) is Plum
    assert (Plum.name, Plum.icon) == ("plum", "star")


def test_an_unknown_name_lists_the_known_ones():
    registry = Registry([Apple(), Pear()])

    with pytest.raises(UnknownKind, match=r"aple .known: apple, pear.") as caught:
        registry["aple"]

    assert caught.value.suggestion == "apple"
    assert "aple" not in registry


def test_two_kinds_of_one_name_are_a_mistake():
    with pytest.raises(ValueError, match="two kinds are named apple"):
        Registry([Apple(), Apple()])


@pytest.mark.parametrize(("name", "found"), [("pera", "pear"), ("zzz", None), ("", None)])
def test_the_nearest_name_is_near(name, found):
    assert nearest(name, ["apple", "pear"]) == found


def test_options_refuse_what_they_do_not_know():
    with pytest.raises(ValueError, match="bogus"):
        Options.model_validate({"bogus": 1})
