"""Pure data that the engines pass to each other: what to read, what to write, what was written."""

from engines.query.reading import (
    Aggregate,
    Dimension,
    Measure,
    Order,
    Others,
    Page,
    Passage,
    Passed,
    Query,
    Reached,
    Sort,
    Step,
    Total,
)
from engines.query.writing import Cause, Change, ChangeSet, Draft, Op, Result, Touched, Uow

__all__ = [
    "Aggregate",
    "Cause",
    "Change",
    "ChangeSet",
    "Dimension",
    "Draft",
    "Measure",
    "Op",
    "Order",
    "Others",
    "Page",
    "Passage",
    "Passed",
    "Query",
    "Reached",
    "Result",
    "Sort",
    "Step",
    "Total",
    "Touched",
    "Uow",
]
