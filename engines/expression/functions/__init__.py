"""The function table: one file per topic; whoever adds a function declares everything about it there."""

from collections.abc import Mapping
from difflib import get_close_matches

from engines.expression.errors import ExpressionError
from engines.expression.functions import (
    aggregates,
    choices,
    conditional,
    contacts,
    dates,
    inspection,
    logic,
    numbers,
    records_people,
    rounding,
    seeking,
    statistics,
    text,
    workdays,
    writing,
)
from engines.expression.functions.table import Function, declared
from engines.expression.tree import Call

TOPICS = {
    "logic": (logic, choices, inspection),
    "numbers": (numbers, rounding),
    "aggregates": (aggregates, conditional, statistics),
    "text": (text, seeking, writing, contacts),
    "dates": (dates, workdays),
    "records": (records_people,),
}
FUNCTIONS: Mapping[str, Function] = declared()


def function_of(call: Call) -> Function:
    """Return the function that ``call`` names, with a fitting number of arguments, or raise."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        nearest = next(iter(get_close_matches(call.name, FUNCTIONS, n=1)), None)
        raise ExpressionError("expression.unknown_function", call.at, nearest, name=call.name)
    if not function.least <= len(call.args) <= function.most:
        raise ExpressionError(
            "expression.arity", call.at, name=call.name, least=function.least, most=function.most
        )
    return function
