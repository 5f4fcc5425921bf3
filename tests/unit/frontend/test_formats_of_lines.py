"""What the browser says of a line is what the server decides."""

import json

import pytest

from engines.form.fields.text import Text
from runtime.commands.formula_script import bundle

EXAMPLES = [each for each in Text.examples if "format" in each.options]


@pytest.fixture(scope="module")
def written():
    quickjs = pytest.importorskip("quickjs")
    context = quickjs.Context()
    context.eval(bundle("format/checks"))
    context.eval('function ask(text) { return modules["format/checks"].written(...JSON.parse(text)); }')
    return lambda *said: context.get("ask")(json.dumps(said))


@pytest.mark.parametrize("each", EXAMPLES, ids=lambda each: f"{each.options['format']} {each.raw[:24]}")
def test_the_browser_agrees_with_the_server(written, each):
    found = written(each.options["format"], each.options.get("pattern", ""), each.raw)

    assert found is (each.error is None)
