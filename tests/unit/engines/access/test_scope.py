"""Sets of rows: what lies in both of two sets is neither more nor less."""

import pytest

from engines.access import ALL, NONE, RowScope
from engines.access.scope import of_grant
from schemas.elements import Grant


def rows(scope: str = "all", where: str | None = None) -> RowScope:
    return of_grant(Grant.model_validate({"form": "f", "actions": ["view"], "scope": scope, "where": where}))


def test_rows_that_two_reasons_show_need_both():
    both = rows("own") & rows(where="open")

    assert both == rows("own", "open")
    assert rows("own").covers(both)
    assert not both.covers(rows("own"))


def test_each_way_into_both_sets_counts():
    found = (rows("own") | rows(where="open")) & (rows("own") | rows(where="late"))

    assert len(found.reasons) == 2
    assert found.covers(rows("own"))
    assert found.covers(rows(where="open") & rows(where="late"))
    assert not found.covers(rows(where="open"))


@pytest.mark.parametrize("some", [NONE, ALL, rows("own")])
def test_everything_and_nothing(some: RowScope):
    assert (some & ALL, some | NONE, some & NONE) == (some, some, NONE)
    assert (some | ALL).everything


def test_of_very_many_ways_only_what_is_sure_is_kept():
    one, other = NONE, NONE
    for number in range(12):
        one |= rows(where=f"a{number}")
        other |= rows(where=f"b{number}")
    shared = rows("own")

    found = (one | shared) & (other | shared)
    assert found == shared
