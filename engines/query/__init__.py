"""Pure data that the engines pass to each other: what to read, what to write, what was written."""

from engines.query.reading import Aggregate, Dimension, Measure, Order, Others, Page, Query, Sort, Total
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
    "Query",
    "Result",
    "Sort",
    "Total",
    "Touched",
    "Uow",
]
