"""The browser's evaluator outside a browser: its modules run in one QuickJS context."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from engines.expression import Context, ErrorValue, ExpressionError, Node, to_json
from engines.expression.functions import FUNCTIONS
from engines.expression.tree import Call, walk
from runtime.cells import cell, digits, directory_data, offset

if TYPE_CHECKING:
    from runtime.commands.formula import Fields

_FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "static" / "js"
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.{1,2}/[^"]+)\.js";\n', re.MULTILINE)
_EXPORTS = re.compile(r'^export \{([^}]*)\}(?: from "(\.{1,2}/[^"]+)\.js")?;\n', re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=(?:const|let|function|class) (\w+))", re.MULTILINE)
_RUN = """
function runFormula(text) {
  const { decode, encode, evaluate } = modules.expression;
  const { tree, row, old, user, department, today, now, offset, directory } = JSON.parse(text);
  const read = (cells) => cells && Object.fromEntries(
    Object.entries(cells).map(([key, cell]) => [key, decode(cell)]));
  const env = {
    row: read(row), old: read(old), today: decode(today), now: decode(now),
    user, department, offset, directory,
  };
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
        self._context.eval(bundle("expression") + _RUN)

    def run(self, node: Node, record: dict[str, Any], _: Fields | None, context: Context) -> Any:
        """Evaluate a tree. Raises ExpressionError for a function that browsers do not have."""
        asked = question(node, record, context)
        run = self._context.get("runFormula")
        return answered(json.loads(run(json.dumps(asked))))


def question(node: Node, record: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return what a browser is given to evaluate a tree. Raises ExpressionError for what it does not know."""
    for found, _depth in walk(node):
        if isinstance(found, Call) and FUNCTIONS[found.name].javascript is None:
            raise ExpressionError("expression.not_in_browser", found.at, name=found.name)
    return {
        "tree": to_json(node),
        "row": {key: cell(value) for key, value in record.items()},
        "old": None if context.old is None else {key: cell(value) for key, value in context.old.items()},
        "user": digits(context.user_id),
        "department": digits(context.department_id),
        "offset": offset(context),
        "directory": directory_data(context, record),
        "today": cell(context.today),
        "now": cell(context.now),
    }


def bundle(*entries: str) -> str:
    """Return modules and all they import as one script; each is a function whose names are its own."""
    found: dict[str, str] = {}
    for entry in entries:
        if entry not in found:
            _collect(entry, found)
    return "const modules = {};\n" + "".join(found.values())


def _collect(name: str, found: dict[str, str]) -> None:
    text = (_FOLDER / f"{name}.js").read_text("utf-8")
    folder = PurePosixPath(name).parent
    names: list[str] = []

    def brought(match: re.Match[str]) -> str:
        module = normpath(folder / match[2])
        if module not in found:
            _collect(module, found)
        return f"const {{{match[1]}}} = modules[{json.dumps(module)}];\n" if match[1] else ""

    def passed_on(match: re.Match[str]) -> str:
        names.extend(each.strip() for each in match[1].split(",") if each.strip())
        if not match[2]:
            return ""
        return f"const {{{match[1]}}} = modules[{json.dumps(normpath(folder / match[2]))}];\n"

    body = _EXPORTS.sub(passed_on, _IMPORT.sub(brought, text))
    names.extend(_EXPORTED.findall(body))
    body = _EXPORTED.sub("", body)
    found[name] = (
        f"modules[{json.dumps(name)}] = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();\n"
    )


def answered(found: Mapping[str, Any]) -> Any:  # noqa: PLR0911 one case after the other
    """Return the value a browser answered with."""
    match found["kind"], found["value"]:
        case "number", text:
            return Decimal(text)
        case "error", code:
            return ErrorValue(code)
        case "date", text:
            return date.fromisoformat(text)
        case "datetime", text:
            return datetime.fromisoformat(text)
        case "time", text:
            return time.fromisoformat(text)
        case "id", text:
            return int(text)
        case "list", items:
            return tuple(map(answered, items))
        case _, value:
            return value
