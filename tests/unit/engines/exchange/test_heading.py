"""Where a table begins on a sheet."""

from typing import Any

import pytest

from engines.exchange.reading.grid import Grid, Line, letters
from engines.exchange.reading.heading import Heading, find_heading
from engines.exchange.reading.refused import Refused


def _find(*lines: list[Any], wanted: int | None = None, **more: Any) -> Heading:
    sample: list[Line] = list(enumerate(lines, 1))
    return find_heading(Grid(iter(()), **more), sample, wanted)


def test_finds_the_first_row():
    heading = _find(["Name", "Amount"], ["a", 1])

    assert (heading.row, heading.names, heading.columns) == (1, ("Name", "Amount"), (0, 1))


def test_passes_over_a_title_and_blank_rows():
    heading = _find(["Sales of May", "", ""], ["", "", ""], ["A", "B", "C"], [1, 2, 3])

    assert (heading.row, heading.names) == (3, ("A", "B", "C"))


def test_begins_in_the_column_of_the_first_name():
    assert _find(["", "Label", "Value"], ["", "a", 1]).columns == (1, 2)


def test_a_note_beside_the_table_is_no_column():
    rows = [["a", 1, ""] for _ in range(20)]

    assert _find(["Name", "Amount", ""], *rows, ["b", 2, "checked"]).columns == (0, 1)


def test_repeated_names_are_told_apart():
    assert _find(["A", "B", "A", "A"], [1, 2, 3, 4]).names == ("A", "B", "A (2)", "A (3)")


def test_names_are_on_one_line():
    assert _find([" Unit\n price ", "B"], [1, 2]).names == ("Unit price", "B")


def test_a_table_may_have_no_rows_yet():
    assert _find(["Name", "Amount"]).row == 1


def test_a_person_can_say_where_the_names_stand():
    assert _find(["c1", "c2"], ["Name", "Amount"], ["a", 1], wanted=2).names == ("Name", "Amount")


def test_a_table_without_names_has_letters():
    heading = _find([1, 2, ""], [3, 4, 5], wanted=0, left=1)

    assert (heading.row, heading.names) == (0, ("B", "C", "D"))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param([["", " "], [None, ""]], "import.empty", id="nothing"),
        pytest.param([[1, 2], [3, 4]], "import.no_header", id="figures only"),
        pytest.param([["2026-01-02"], ["2026-01-03"]], "import.no_header", id="dates as text"),
        pytest.param(
            [["Name:", "x"], ["Date:", "y", "Place:", "z", 3], ["Task", "Who"], ["a", "b"]],
            "import.not_a_table",
            id="a form above a table",
        ),
        pytest.param(
            [["", "Q1", "Q2"], ["won", 1, 2], ["lost", 1, 2], ["", 3, 4]], "import.not_a_table", id="a pivot"
        ),
    ],
)
def test_refuses_what_is_no_table(lines: list[list[Any]], code: str):
    with pytest.raises(Refused) as refused:
        _find(*lines)

    assert refused.value.code == code


def test_refuses_merged_cells_in_the_table():
    with pytest.raises(Refused) as refused:
        _find(["Sales", ""], ["A", "B"], ["x", ""], merges=[(1, 1, 0, 1), (3, 4, 0, 0)])

    assert refused.value.params == {"row": 3, "cells": "A3:A4"}


def test_a_merged_title_is_no_obstacle():
    assert _find(["Sales", ""], ["A", "B"], ["x", 1], merges=[(1, 1, 0, 1)]).row == 2


def test_refuses_a_row_of_names_that_is_not_there():
    with pytest.raises(Refused, match=r"import\.no_header"):
        _find(["A"], ["b"], wanted=7)


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(column: int, name: str):
    assert letters(column) == name
