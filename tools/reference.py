"""Write the JSON Schema of definitions and the generated reference pages; `--check` only compares."""

import json
import sys
import tomllib
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from engines.expression.functions import FUNCTIONS, TOPICS
from engines.expression.functions.table import Function
from engines.flow import options
from engines.form.field import FieldType
from engines.report.options import GroupOptions, MeasureOptions, PeriodOptions, QueryOptions, TargetOptions
from engines.report.registry import widgets
from frontend.texts import FOLDER, LOCALES, Texts, catalogue
from runtime.grammar import make_grammar
from schemas import behaviour, duplicates, elements, publics, scenarios
from schemas.behaviour import NodeOptions
from schemas.dumper import dump_schema
from schemas.elements import View
from schemas.grammar import Grammar
from schemas.kinds import Registry, collect
from schemas.scenarios import StepOptions

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs`; edit the source instead. -->"
COMMON = {
    "key": "Name in formulas, addresses and sheets; at most 40 characters.",
    "was": "Former keys: values, rights and history follow a rename.",
    "label": "Name that people read.",
    "type": "One of those below.",
}
NODES = """\
What a node of a flow may be. Each node has a `key`, a `type` and, if it likes, a `label`; `was` lists its
former keys. How flows behave is told in [Flows and stages](../how-to/flows.md).

People are named by a list of objects: `{"type": "role", "role": …}`, `member` (`account`), `field` (a member
`field` of the record), `manager` (`up` so many levels, of a `field` or the initiator), `head` (of a
`department` by its path, of a `field`, or of the initiator; `up` so many levels), `initiator`, and `formula`.
Values are put into fields as JSON, or as `{"formula": …}`."""
SCENARIOS = """\
What `steps` of a [scenario](definition.md#scenario) may say, and what may be expected in the `then` of each.
How scenarios are written and played is told in [Scenarios](../how-to/scenarios.md).

Each step has a `type` and, if it likes, `by` (the key of a person; without it the first), a `label` that is
told in the place of its own words, and `then`. Values are written as JSON, or as `{"formula": …}` that reads
no field."""
SCENARIO_COMMON = frozenset(StepOptions.model_fields)
NODE_COMMON = frozenset(NodeOptions.model_fields)
VIEW_COMMON = frozenset(View.model_fields)
VIEWS = """\
What the `type` of a [view](definition.md#view) may be. How views are used and made is told in
[Views](../how-to/views.md)."""
MEANINGS = ROOT / "tools/definition.toml"
MODULES = (elements, duplicates, behaviour, publics, options, scenarios)
FORMULAS = ROOT / "tools/formulas.md"
TOPIC_NAMES = {
    "logic": "逻辑 · Logic",
    "numbers": "数字 · Numbers",
    "aggregates": "汇总与统计 · Aggregates and statistics",
    "text": "文本 · Text",
    "dates": "日期与时间 · Dates and times",
    "records": "记录与人员 · Records and people",
}
NOT_CODES = frozenset(
    {
        "action",
        "api",
        "beginning",
        "design",
        "design_logic",
        "design_who",
        "duplicate",
        "expectation",
        "field",
        "function",
        "gallery",
        "node",
        "overview",
        "presence",
        "public_form",
        "screen",
        "screen_flow",
        "search",
        "seeing",
        "step",
        "trigger",
        "ui",
        "view",
        "widget",
        "work",
    }
)  # files that only say what stands on the screen


def main(arguments: list[str]) -> int:
    """Write every page, or tell which ones are out of date."""
    stale = [
        path for path, content in pages() if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`")
        return 1 if stale else 0
    for path, content in pages():
        path.write_text(content, encoding="utf-8")
    return 0


def pages() -> Iterator[tuple[Path, str]]:
    """Each generated file and what it should hold."""
    fields: Registry[FieldType[Any, Any]] = collect("engines.form.fields", FieldType)
    reference = ROOT / "docs/reference"
    grammar = make_grammar()
    yield ROOT / "schemas/app.schema.json", dump_schema(grammar).decode()
    yield reference / "definition.md", _page("Definition", _definition())
    yield reference / "field-types.md", _page("Field types", _field_types(fields))
    yield reference / "flow-nodes.md", _page("Flow nodes", _nodes(grammar.families["nodes"]))
    yield reference / "widgets.md", _page("Widgets", _widgets())
    yield reference / "views.md", _page("Kinds of view", _views(grammar.families["views"]))
    yield reference / "rules.md", _page("Rules", _rules())
    yield reference / "scenarios.md", _page("Scenarios", _scenarios(grammar))
    yield reference / "error-codes.md", _page("Error codes", _error_codes())
    yield reference / "formulas.md", _page("Formulas", _formulas())


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([NOTE, "", f"# {title}", "", *lines]) + "\n"


def _field_types(fields: Registry[FieldType[Any, Any]]) -> Iterator[str]:
    common = FieldType.Options.model_fields
    yield "What a field may be. Whatever its type, each field takes:\n"
    yield from _options(common, Texts("en"))
    yield from _kinds(fields, "field", common, "option")


def _nodes(nodes: Registry[Any]) -> Iterator[str]:
    yield NODES
    yield from _kinds(nodes, "node", NODE_COMMON, "node_option")


def _views(views: Registry[Any]) -> Iterator[str]:
    yield VIEWS
    yield from _kinds(views, "view", VIEW_COMMON, "view_option")


def _kinds(kinds: Registry[Any], family: str, common: Container[str], prefix: str) -> Iterator[str]:
    """Yield each kind of a family with the options that it alone has."""
    chinese, english = Texts("zh-CN"), Texts("en")
    for name, each in kinds.items():
        code = f"{family}.{name}"
        yield f"\n## `{name}` · {chinese.t(f'{code}.label')} · {english.t(f'{code}.label')}\n"
        yield english.t(f"{code}.help")
        own = {key: info for key, info in each.Options.model_fields.items() if key not in common}
        if own:
            yield ""
            yield from _options(own, english, prefix)


def _rules() -> Iterator[str]:
    chinese, english = Texts("zh-CN"), Texts("en")
    yield "What `on` and `then` of a [rule](definition.md#rule) may say. Who is meant is a list by"
    yield "`type`: `member` (`account`), `role` (`role`), `field` (`field`), `manager` (`field`, `up`),"
    yield "`head` (`department` or `field`, `up`), `initiator` and `formula` (`formula`)."
    for family, title in (("triggers", "Triggers"), ("actions", "Actions")):
        yield f"\n## {title}"
        word = family.removesuffix("s")
        for name, each in make_grammar().families[family].items():
            code = f"{word}.{name}"
            yield f"\n### `{name}` · {chinese.t(f'{code}.label')} · {english.t(f'{code}.label')}\n"
            yield f"{english.t(f'{code}.help')}\n\n| Option | Default | Meaning |\n|---|---|---|"
            for key, info in each.Options.model_fields.items():
                if key != "type":
                    said = info.alias or key
                    yield f"| `{said}` | {_default(info)} | {english.t(f'{code}.{said}')} |"


def _scenarios(grammar: Grammar) -> Iterator[str]:
    chinese, english = Texts("zh-CN"), Texts("en")
    yield SCENARIOS
    for family, title in (("steps", "Steps"), ("expectations", "Expectations")):
        yield f"\n## {title}"
        word = family.removesuffix("s")
        for name, each in grammar.families[family].items():
            code = f"{word}.{name}"
            yield f"\n### `{name}` · {chinese.t(f'{code}.label')} · {english.t(f'{code}.label')}\n"
            yield f"{english.t(f'{code}.help')}\n\n| Option | Default | Meaning |\n|---|---|---|"
            for key, info in each.Options.model_fields.items():
                said = info.alias or key
                if key not in SCENARIO_COMMON:
                    yield f"| `{said}` | {_default(info)} | {english.t(f'{code}.{said}')} |"


def _options(options: Mapping[str, FieldInfo], texts: Texts, family: str = "option") -> Iterator[str]:
    yield "| Option | Default | Meaning |\n|---|---|---|"
    known = catalogue("en")
    for key, info in options.items():
        code = next((e for e in (f"{family}.{key}.help", f"{family}.{key}.label") if e in known), "")
        meaning = texts.t(code) if code else COMMON.get(key, "")
        yield f"| `{info.alias or key}` | {_default(info)} | {meaning} |"


def _definition() -> Iterator[str]:
    yield "What stands in the JSON file of an app. A *text* is one string, or one for each language. A *key*"
    yield "begins with a lower-case letter and holds lower-case letters, digits and underscores. What a field"
    yield "may say is in [Field types](field-types.md), a *formula* in [Formulas](formulas.md)."
    for name, keys in tomllib.loads(MEANINGS.read_text("utf-8")).items():
        model: Any = next(getattr(module, name) for module in MODULES if hasattr(module, name))
        known = {info.alias or key: info for key, info in model.model_fields.items()}
        if known.keys() != keys.keys():
            raise ValueError(f"{MEANINGS.name} and {name} differ: {sorted(known.keys() ^ keys.keys())}")
        yield f"\n## {name}\n\n{model.__doc__}\n\n| Key | Value | Default | Meaning |\n|---|---|---|---|"
        for key, (value, meaning) in keys.items():
            yield f"| `{key}` | {value} | {_default(known[key])} | {meaning} |"


def _widgets() -> Iterator[str]:
    chinese, english = Texts("zh-CN"), Texts("en")
    common = QueryOptions.model_fields
    yield "What may stand on a [dashboard](definition.md#dashboard). Whatever its type, each widget takes:\n"
    yield from _widget_options(common, english)
    for name, each in widgets().items():
        yield f"\n## `{name}` · {chinese.t(f'widget.{name}.label')} · {english.t(f'widget.{name}.label')}\n"
        yield english.t(f"widget.{name}.help")
        yield ""
        own = {key: info for key, info in each.Options.model_fields.items() if key not in common}
        yield from _widget_options(own, english)
    for model in (PeriodOptions, GroupOptions, MeasureOptions, TargetOptions):
        yield f"\n## {model.__name__.removesuffix('Options')}\n\n{model.__doc__}\n"
        yield "| Option | Value | Default |\n|---|---|---|"
        for key, info in model.model_fields.items():
            yield f"| `{key}` | {_value(info.annotation)} | {_default(info)} |"


def _widget_options(options: Mapping[str, FieldInfo], texts: Texts) -> Iterator[str]:
    yield "| Option | Default | Meaning |\n|---|---|---|"
    known = catalogue("en")
    for key, info in options.items():
        code = f"widget_option.{key}.help"
        meaning = texts.t(code) if code in known else COMMON.get(key, "")
        yield f"| `{info.alias or key}` | {_default(info)} | {meaning} |"


def _value(annotation: Any) -> str:
    """Return what an option takes: the words it may be, or what it is."""
    words = _words(annotation)
    if words:
        return ", ".join(f"`{each}`" for each in words)
    plain = {int: "number", bool: "true or false"}
    return next((text for kind, text in plain.items() if kind in {annotation, *get_args(annotation)}), "")


def _words(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(each) for each in get_args(annotation)]
    return [word for each in get_args(annotation) for word in _words(each)]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "needed"
    plain = isinstance(info.default, str | bool | int)
    return f"`{json.dumps(info.default)}`" if plain else ""


def _formulas() -> Iterator[str]:
    yield FORMULAS.read_text("utf-8")
    for topic, modules in TOPICS.items():
        files = {module.__name__ for module in modules}
        yield f"## {TOPIC_NAMES[topic]}\n"
        yield "| Function | 中文 | English | Examples |\n|---|---|---|---|"
        yield from (_function(each) for each in FUNCTIONS.values() if each.module in files)
        yield ""


def _function(found: Function) -> str:
    where = " *filter*" * found.pushed + " *server only*" * (found.javascript is None)
    examples = "<br>".join(f"`{formula}` → {_result(result)}" for formula, result in found.examples)
    texts = [catalogue(locale)[found.help].other for locale in LOCALES]
    return f"| `{found.signature}`{where} | {' | '.join(map(_cell, [*texts, examples]))} |"


def _result(text: str) -> str:
    return f"`{text}`" if text else "(blank)"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _error_codes() -> Iterator[str]:
    chinese, english = catalogue("zh-CN"), catalogue("en")
    files = (path for path in sorted((FOLDER / "en").glob("*.toml")) if path.stem not in NOT_CODES)
    codes = {code for path in files for code in _codes(tomllib.loads(path.read_text("utf-8")))}
    yield "Codes are stable; texts may improve. `{…}` are the parameters that come with the code.\n"
    yield "| Code | 中文 | English |\n|---|---|---|"
    for code in sorted(code for code in codes if code in english and not _told(code)):
        yield f"| `{code}` | {chinese[code].other} | {english[code].other} |"


def _told(code: str) -> bool:
    """Tell whether a text of the command line is what it says when all is well."""
    return code.startswith("command.") and code.count(".") > 1


def _codes(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from _codes(value, f"{prefix}{key}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
