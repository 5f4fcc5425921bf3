"""Whether a plug-in is complete: what it adds has a look, a name in both languages, and an icon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import jinja2

from frontend.environment import ROOT
from frontend.texts import LOCALES
from runtime.plugins.loading import Plugin, Plugins
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from schemas.kinds import Kind, nearest

# The family of kinds, the folder of its templates, and what its texts begin with.
_LOOKS: Mapping[str, str] = {
    "fields": "field", "views": "view", "nodes": "node", "triggers": "trigger", "actions": "action",
    "widgets": "widget", "steps": "step", "expectations": "expectation",
}  # fmt: skip
_TEXT_ONLY = frozenset({"steps", "expectations"})
_SYMBOL = re.compile(r'<symbol id="([^"]+)"')


def check_plugins(plugins: Plugins, grammar: Grammar) -> None:
    """Look at every plug-in once the grammar has its kinds. Raises Invalid with all that is missing."""
    families = {"fields": grammar.fields, **grammar.families}
    found = [
        issue
        for plugin in plugins.loaded
        for issue in (*_kinds(plugin, families), *_functions(plugin), *_files(plugin))
    ]
    if found:
        raise Invalid(found, "plugin.refused")


def _kinds(plugin: Plugin, families: Mapping[str, Mapping[str, Kind]]) -> Iterator[Issue]:
    for family, kinds in families.items():
        for kind in kinds.values():
            if not plugin.owns(type(kind)):
                continue
            yield from _spoken(plugin, [f"{_LOOKS[family]}.{kind.name}.{one}" for one in ("label", "help")])
            look = f"{family}/{kind.name}.html"
            if family not in _TEXT_ONLY and not (plugin.folder / look).is_file():
                yield Issue(plugin.place(look), "plugin.no_template", {"name": kind.name})
            if getattr(kind, "icon", None) not in {None, *icons()}:
                file = f"{type(kind).__module__.rpartition('.')[2]}.py"
                params = {"name": kind.icon}
                yield Issue(plugin.place(file), "plugin.no_icon", params, nearest(kind.icon, icons()))


def _functions(plugin: Plugin) -> Iterator[Issue]:
    yield from _spoken(plugin, [f"function.{name.lower()}.help" for name in plugin.functions])


def _spoken(plugin: Plugin, codes: list[str]) -> Iterator[Issue]:
    for locale in LOCALES:
        for code in codes:
            if code not in plugin.texts[locale]:
                yield Issue(plugin.place(f"{locale}.toml"), "plugin.no_text", {"name": code})


def _files(plugin: Plugin) -> Iterator[Issue]:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True)
    for file in sorted(plugin.folder.glob("*/*.html")):
        try:
            environment.parse(file.read_text("utf-8"))
        except jinja2.TemplateSyntaxError as error:
            problem = {"problem": error.message or ""}
            yield Issue(plugin.place(file, error.lineno), "plugin.broken", problem)


@cache
def icons() -> frozenset[str]:
    """Return the names of the icons that there are."""
    return frozenset(_SYMBOL.findall((ROOT / "static" / "icons.svg").read_text("utf-8")))
