"""The browser's evaluator outside a browser: its modules run in one QuickJS context."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.expression import Context, ErrorValue, ExpressionError, Node, to_json
from engines.expression.functions import FUNCTIONS
from engines.expression.tree import Call, walk
from runtime.cells import cell

if TYPE_CHECKING:
    from runtime.commands.formula import Fields

_FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "static" / "js"
_MODULES = [
    f"expression/{name}" for name in ("values", "table", "logic", "numbers", "lists", "texts", "dates")
]
_IMPORT = re.compile(r"^import\b[^;]*;\n|^export \{[^;]*;\n", re.MULTILINE)
_RUN = """
function runFormula(text) {
  const { tree, row, old, user, today, now } = JSON.parse(text);
  const read = (cells) => cells && Object.fromEntries(
    Object.entries(cells).map(([key, cell]) => [key, decode(cell)]));
  const env = { row: read(row), old: read(old), user, today: decode(today), now: decode(now) };
  return JSON.stringify(encode(evaluate(tree, env)));
}
"""


class Script:
    """One QuickJS context. The package is an extra of developers; without it every formula is refused."""

    def __init__(self) -> None:
        try:
            import quickjs
        except ImportError:
            raise ExpressionError("formula.no_engine", 0, name="quickjs") from None
        self._context = quickjs.Context()
        self._context.set_time_limit(5)
        self._context.eval("".join(map(_source, (*_MODULES, "expression"))) + _RUN)

    def run(self, node: Node, record: dict[str, Any], _: Fields | None, context: Context) -> Any:
        """Evaluate a tree. Raises ExpressionError for a function that browsers do not have."""
        for found, _depth in walk(node):
            if isinstance(found, Call) and FUNCTIONS[found.name].javascript is None:
                raise ExpressionError("expression.not_in_browser", found.at, name=found.name)
        asked = {
            "tree": to_json(node),
            "row": {key: cell(value) for key, value in record.items()},
            "old": None if context.old is None else {key: cell(value) for key, value in context.old.items()},
            "user": None if context.user_id is None else str(context.user_id),
            "today": cell(context.today),
            "now": cell(context.now),
        }
        run = self._context.get("runFormula")
        return _value(json.loads(run(json.dumps(asked))))


def _source(name: str) -> str:
    """Return a module as a part of one script: names are the same everywhere, so imports say nothing new."""
    text = _IMPORT.sub("", (_FOLDER / f"{name}.js").read_text("utf-8")).replace("\nexport ", "\n")
    return f"/* {name} */\n{text}\n"


def _value(found: dict[str, Any]) -> Any:
    match found["kind"], found["value"]:
        case "number", text:
            return Decimal(text)
        case "error", code:
            return ErrorValue(code)
        case "date", text:
            return date.fromisoformat(text)
        case "datetime", text:
            return datetime.fromisoformat(text)
        case "list", items:
            return tuple(map(_value, items))
        case _, value:
            return value
