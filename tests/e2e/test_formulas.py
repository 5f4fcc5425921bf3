"""The case file through the browser's own engine: its modules, loaded as pages load them."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Route

from engines.expression import ExpressionError, parse
from runtime.commands.formula_script import answered, question
from tests.unit.engines.expression.cases import CONTEXT, RECORD, agrees, read

_SCRIPTS = Path(__file__).parents[2] / "frontend" / "static" / "js"
_HERE = "http://formulas.test"
_RUN = """async (asked) => {
  const { decode, encode, evaluate } = await import("/expression.js");
  const read = (cells) => cells && Object.fromEntries(
    Object.entries(cells).map(([key, cell]) => [key, decode(cell)]));
  return asked.map(({ tree, row, old, today, now, ...rest }) => {
    const moment = { today: decode(today), now: decode(now) };
    return encode(evaluate(tree, { ...rest, ...moment, row: read(row), old: read(old) }));
  });
}"""


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(_HERE).lstrip("/")
    if path:
        route.fulfill(body=(_SCRIPTS / path).read_text("utf-8"), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def test_chromium_gives_what_the_server_gives(browser: Browser):
    cases, asked = [], []
    for case in read():
        try:
            asked.append(question(parse(case.formula), RECORD, CONTEXT))
        except ExpressionError as error:
            assert error.code == "expression.not_in_browser"  # noqa: PT017 one case after the other
        else:
            cases.append(case)

    page = browser.new_page()
    page.route(f"{_HERE}/**", _serve)
    page.goto(f"{_HERE}/")
    found: list[dict[str, Any]] = page.evaluate(_RUN, asked)
    page.close()

    values = [(case, answered(value)) for case, value in zip(cases, found, strict=True)]
    assert len(values) > 2500
    assert [(case, value) for case, value in values if not agrees(case, value)] == []
