"""What a task lets its person see and change: one record, as far as its node says, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from engines.access import Access, FormAccess, RowScope
from engines.access.derived import narrowed
from engines.flow.graph import Graph
from engines.flow.options import FieldRight
from engines.flow.shape import Drawn
from engines.form import FormModel, Storage
from schemas.elements import Action

_WRITTEN = {Storage.column, Storage.links, Storage.rows}
_WRITING = {"edit", "required"}


def only(record_id: int) -> RowScope:
    """Return the scope that holds one record."""
    return RowScope(frozenset({frozenset({("all", f"_id = {record_id}")})}))


def rights(graph: Graph, node: Drawn) -> Mapping[str, FieldRight]:
    """Return what a node lets do with each field of the form, by today's keys."""
    said = getattr(node.options, "fields", {})
    others: FieldRight = getattr(node.options, "others", "read")
    named = {graph.keys.field(key).key: right for key, right in said.items()}
    found: dict[str, FieldRight] = {}
    for key, field in graph.form.fields.items():
        right = named.get(key, others)
        fixed = field.storage not in _WRITTEN or field.computed is not None or field.kind.write_once
        if fixed or field is graph.field:
            right = "read" if right in _WRITING else right
        found[key] = right
    return found


def task_access(access: Access, graph: Graph, node: Drawn, record_id: int, *, write: bool = False) -> Access:
    """Return the rights of a person with a task: to its record those of the node, else their own."""
    one, form = only(record_id), graph.form
    given = rights(graph, node)
    named = {graph.keys.field(key).key for key in getattr(node.options, "fields", {})}
    read = {key: one for key, right in given.items() if right != "hidden"}
    masked = {key for key in read if form.fields[key].options.masked and key not in named}
    edit = {key: one for key, right in given.items() if right in _WRITING} if write else {}
    act = {Action.view: one} | ({Action.edit: one} if write else {})
    said = FormAccess(act, read, edit, frozenset(masked - edit.keys()))

    def granted(path: str) -> FormAccess:
        return said if path == form.path else access.form(graph.app, graph.app.forms[path])

    # A computed value that the node names is opened by it, as by ``expose``.
    clear = narrowed(graph.app, form, read, granted) | {key: read[key] for key in read.keys() & named}
    return _with(access, graph, replace(said, read=clear, masked=said.masked & clear.keys()))


def moving_access(access: Access, graph: Graph, record_id: int, needs: Collection[str]) -> Access:
    """Return a person's own rights, and to the fields that a move asks for, on this record."""
    own, one = access.form(graph.app, graph.form), only(record_id)
    keys = dict.fromkeys(needs, one)
    act = {**own.act, Action.edit: own.act.get(Action.edit, one) | one}
    read, edit = {**keys, **own.read}, {**own.edit, **keys}
    return _with(access, graph, FormAccess(act, read, edit, own.masked - keys.keys(), own.fill, own.outline))


def _with(access: Access, graph: Graph, rights_: FormAccess) -> Access:
    found = Access(access.holder)
    found.set_form(graph.app, graph.form, rights_)
    return found


def fields_of(form: FormModel, given: Mapping[str, FieldRight]) -> list[str]:
    """Return the fields that may be shown, in the order of the form."""
    return [
        key
        for key, each in form.fields.items()
        if given[key] != "hidden" and each.storage is not Storage.none
    ]
