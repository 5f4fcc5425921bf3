"""Write the JSON Schema of definitions and the generated reference pages; `--check` only compares."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines.form.field import FieldType
from frontend.texts import FOLDER, Texts, catalogue
from schemas.dumper import dump_schema
from schemas.grammar import Grammar
from schemas.kinds import Registry, collect

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs`; edit the source instead. -->"


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
    yield ROOT / "schemas/app.schema.json", dump_schema(Grammar(fields)).decode()
    yield reference / "field-types.md", _page("Field types", _field_types(fields))
    yield reference / "error-codes.md", _page("Error codes", _error_codes())


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([NOTE, "", f"# {title}", "", *lines]) + "\n"


def _field_types(fields: Registry[FieldType[Any, Any]]) -> Iterator[str]:
    chinese, english = Texts("zh-CN"), Texts("en")
    common = FieldType.Options.model_fields
    yield "What a field may be. Beside the options of its type, each field takes:"
    yield ", ".join(f"`{info.alias or name}`" for name, info in common.items()) + "."
    for name, each in fields.items():
        yield f"\n## `{name}` · {chinese.t(f'field.{name}.label')} · {english.t(f'field.{name}.label')}\n"
        yield english.t(f"field.{name}.help")
        own = {key: info for key, info in each.Options.model_fields.items() if key not in common}
        if own:
            yield "\n| Option | Needed | Default |\n|---|---|---|"
        for key, info in own.items():
            default = "" if info.is_required() or info.default is None else f"`{info.default}`"
            yield f"| `{info.alias or key}` | {'yes' if info.is_required() else ''} | {default} |"


def _error_codes() -> Iterator[str]:
    chinese, english = catalogue("zh-CN"), catalogue("en")
    codes = _codes(tomllib.loads((FOLDER / "en/error.toml").read_text("utf-8")))
    yield "Codes are stable; texts may improve. `{…}` are the parameters that come with the code.\n"
    yield "| Code | 中文 | English |\n|---|---|---|"
    for code in sorted(code for code in codes if code in english):
        yield f"| `{code}` | {chinese[code].other} | {english[code].other} |"


def _codes(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from _codes(value, f"{prefix}{key}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
