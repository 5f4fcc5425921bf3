"""The one expression language: text to tree, checked once, evaluated in Python or pushed to the database."""

from engines.expression.checker import check, check_condition
from engines.expression.deps import conjoin, disjoin, references, rename, resolve, substitute
from engines.expression.document import from_json, to_json
from engines.expression.errors import ExpressionError
from engines.expression.failures import ErrorValue
from engines.expression.functions import FUNCTIONS
from engines.expression.functions.table import Function
from engines.expression.parser import parse
from engines.expression.printer import to_text
from engines.expression.python import compile_python
from engines.expression.scope import Context, Directory, FieldScope, ValueType
from engines.expression.sql import SqlColumn, SqlScope, compile_error, compile_measure, compile_sql
from engines.expression.text import fold
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, Value

__all__ = [
    "FUNCTIONS",
    "Array",
    "Binary",
    "Call",
    "Context",
    "Directory",
    "ErrorValue",
    "ExpressionError",
    "FieldScope",
    "Function",
    "ListOf",
    "Literal",
    "Node",
    "Ref",
    "SqlColumn",
    "SqlScope",
    "Unary",
    "Value",
    "ValueType",
    "check",
    "check_condition",
    "compile_error",
    "compile_measure",
    "compile_python",
    "compile_sql",
    "conjoin",
    "disjoin",
    "fold",
    "from_json",
    "parse",
    "references",
    "rename",
    "resolve",
    "substitute",
    "to_json",
    "to_text",
]
