"""A plug-in that is not right is refused at the start, with file and line; one that is complete is read."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engines.expression import FUNCTIONS, Context, compile_python, parse
from engines.expression.functions.table import withdraw
from engines.store.models import read_stored
from runtime.grammar import make_grammar
from runtime.plugins import Plugins
from schemas.errors import Conflict, Invalid

EXAMPLE = Path(__file__).parents[3] / "examples/plugins/barcode"
FUNCTION = """
from engines.expression.functions.table import function


@function("TWICE(value: number) -> number", ("TWICE(2)", "4"))
def twice(value):
    return value * 2
"""
HELP = '[function.twice]\nhelp = "Twice."\n'
WIDGET = """
from engines.report.widget import Widget
from schemas.kinds import kind


@kind
class Pie(Widget):
    name, icon = "{name}", "{icon}"
"""


@pytest.fixture
def plugins(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "plugins"
    (folder / "own").mkdir(parents=True)
    yield folder
    for name in [each for each in FUNCTIONS if each == "TWICE"]:
        withdraw(FUNCTIONS[name].module.partition(".")[0])


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        path = folder / "own" / f"{stem.replace('__', '/').replace('zh_CN', 'zh-CN')}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def refused(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        make_grammar(Plugins.load(folder))
    assert caught.value.reason == "plugin.refused"
    return [(issue.path, issue.code) for issue in caught.value.issues]


def test_no_folder_means_no_plug_ins(tmp_path: Path) -> None:
    assert Plugins.load(tmp_path / "none").loaded == ()
    assert Plugins.load(None).modules == ()


def test_a_function_is_known_once_its_file_is_read_and_gone_when_it_is_withdrawn(plugins: Path) -> None:
    write(plugins, twice_py=FUNCTION, en_toml=HELP, zh_CN_toml=HELP)

    found = Plugins.load(plugins)
    make_grammar(found)

    assert found.loaded[0].functions == ["TWICE"]
    now = datetime(2026, 11, 2, tzinfo=UTC)
    assert compile_python(parse("TWICE(2) + 1"))({}, Context(None, None, now, now.date())) == 5
    assert FUNCTIONS["TWICE"].javascript is None
    assert found.speak("en").t("function.twice.help") == "Twice."
    Plugins.load(plugins)  # reading it again declares nothing twice
    withdraw(found.modules[0].__name__.partition(".")[0])
    assert "TWICE" not in FUNCTIONS


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a_py": "x = 1\nif True print(x)\n"}, ("own/a.py:2", "plugin.broken"), id="syntax"),
        pytest.param({"a_py": "x = 1\n\nx.nothing\n"}, ("own/a.py:3", "plugin.broken"), id="raises"),
        pytest.param({"a_py": "import nowhere_at_all\n"}, ("own/a.py:1", "plugin.broken"), id="import"),
        pytest.param({"en_toml": "a = \n"}, ("own/en.toml", "plugin.broken"), id="texts"),
        pytest.param(
            {"a_py": FUNCTION.replace("TWICE", "ROUND")}, ("own/a.py:5", "plugin.broken"), id="function taken"
        ),
        pytest.param(
            {"a_py": WIDGET.format(name="pie", icon="star")}, ("own/a.py:6", "plugin.name_taken"), id="taken"
        ),
        pytest.param(
            {"a_py": WIDGET.format(name="own", icon="star")}, ("own/widgets/own.html", "plugin.no_template"),
            id="no template",
        ),
        pytest.param(
            {"a_py": WIDGET.format(name="own", icon="sta")}, ("own/a.py", "plugin.no_icon"), id="no icon"
        ),
        pytest.param({"a_py": FUNCTION}, ("own/zh-CN.toml", "plugin.no_text"), id="no text"),
        pytest.param(
            {"widgets__own_html": "{% macro show(w) %}\n{% endfor %}"},
            ("own/widgets/own.html:2", "plugin.broken"), id="template",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    plugins: Path, files: dict[str, str], expected: tuple[str, str]
) -> None:
    write(plugins, **files)

    assert expected in refused(plugins)


def test_files_of_one_plug_in_import_each_other_and_hidden_folders_are_passed_over(plugins: Path) -> None:
    write(plugins, shared_py="FACTOR = 2\n", use_py="from .shared import FACTOR\n")
    (plugins / ".git").mkdir()
    (plugins / "__pycache__").mkdir()

    found = Plugins.load(plugins)

    assert [each.name for each in found.loaded] == ["own"]
    assert [each.FACTOR for each in found.modules] == [2, 2]


def test_the_example_is_complete(plugins: Path) -> None:
    shutil.copytree(EXAMPLE, plugins / "barcode", ignore=shutil.ignore_patterns("__pycache__"))

    found = Plugins.load(plugins)
    grammar = make_grammar(found)

    try:
        assert {each.name for each in found.loaded[0].kinds} == {
            "barcode", "clear_fields", "emptied", "gauge", "stamp",
        }  # fmt: skip
        assert all(getattr(each, "examples", None) for each in found.loaded[0].kinds)
        assert "barcode" in grammar.fields
    finally:
        withdraw(found.modules[0].__name__.partition(".")[0])


def test_a_formula_whose_function_is_gone_keeps_its_app_closed(plugins: Path) -> None:
    write(plugins, twice_py=FUNCTION, en_toml=HELP, zh_CN_toml=HELP)
    found = Plugins.load(plugins)
    grammar = make_grammar(found)
    field = {"key": "b", "type": "formula", "label": "B（x）", "formula": "TWICE(1)", "result": "number"}
    data = json.dumps({"weft": 1, "key": "a", "label": "A", "forms": [
        {"key": "f", "label": "F", "fields": [field]}]}, ensure_ascii=False).encode()  # fmt: skip

    assert read_stored("a", data, grammar).key == "a"
    withdraw(found.modules[0].__name__.partition(".")[0])
    with pytest.raises(Conflict) as caught:
        read_stored("a", data, grammar)

    assert caught.value.params == {"app": "a", "names": "TWICE"}
