"""What may be picked in a field: options, people, departments, records, some only with others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import orjson

from engines.expression import Node, fold
from engines.form import FieldModel, FormModel
from engines.form.logic import Narrowed
from engines.query import Query
from engines.store import people, reading
from engines.store.derived.leaves import Leaves
from runtime.api.parameters import known, number
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from schemas.elements import Action
from schemas.errors import Invalid, Issue, NotFound
from schemas.kinds import unknown_issue


def lookup(call: Call) -> Answer:
    """Answer what may be picked in a field: records of the related form, people, departments."""
    known(call, "search", "limit", "this", "id")
    field = field_of(call, call.params["field"])
    rights = call.access.form(call.app, call.form)
    key = call.params["field"].partition(".")[0]
    if not rights.readable(key) and not rights.editable(key):
        raise NotFound
    return json_answer({"data": choices(call, field, call.query.get("search", ""), limit_of(call))})


def field_of(call: Call, path: str) -> FieldModel:
    """Return a field, or with a dot a field of a subform. Raises NotFound for one that points nowhere."""
    key, _, inner = path.partition(".")
    found = call.form.fields.get(key)
    if found is not None and inner:
        found = found.rows.fields.get(inner) if found.rows is not None else None
    if found is None or found.target == "file" or (found.target is None and not _options(found)):
        raise NotFound
    return found


def _options(field: FieldModel) -> tuple[Any, ...]:
    return getattr(field.options, "options", ())


def limit_of(call: Call) -> int:
    """Return how many are asked for. Raises Invalid."""
    limit = number(call, "limit", 50)
    if not 1 <= limit <= 500:
        raise Invalid([Issue("limit", "query.limit", {"max": 500})], "query.invalid")
    return limit


def choices(call: Call, field: FieldModel, search: str, limit: int) -> list[dict[str, str]]:
    """Return ``id``, ``text`` and ``note`` of what may be picked."""
    if field.target is None:
        return _labelled(call, field, fold(search.strip()), limit)
    if field.target in {"user", "department"}:
        tree = people.load_tree(call.conn)
        if field.target == "department":
            wanted = fold(search.strip())
            found = [each for each, _ in tree.listing() if wanted in fold(each.name)][:limit]
            return [{"id": str(each.id), "text": each.name, "note": tree.path(each.id)} for each in found]
        persons = people.search_people(call.conn, search, limit)
        return [
            {"id": str(each.id), "text": each.name, "note": tree.path(each.department_id or 0)}
            for each in persons
        ]
    target = call.app.form(str(field.target))
    if not call.access.form(call.app, target).may(Action.view):
        return []
    asked = call.query.get("id")
    named = None if asked is None else tuple(int(each) for each in asked.split(",")[:500] if each.isdecimal())
    query = Query(target.path, (), search=search or None, limit=limit, ids=named, among=_range(call, field))
    store = call.installation.store
    page = reading.read(store, call.conn, call.app, call.access, query)
    ids = [int(str(record["_id"])) for record in page.records]
    names = reading.titles(store, call.conn, call.app, call.access, target, ids)
    return [{"id": str(each), "text": names[each], "note": ""} for each in ids if each in names]


def _labelled(call: Call, field: FieldModel, wanted: str, limit: int) -> list[dict[str, str]]:
    """Return the options whose label holds what is searched for, in their order."""
    texts = texts_of(call)
    named = ((each.key, texts.label(each.label)) for each in _options(field))
    fitting = ({"id": key, "text": text, "note": ""} for key, text in named if wanted in fold(text))
    return list(islice(fitting, limit))


def _range(call: Call, field: FieldModel) -> Node | None:
    """Return the condition of a field with what the record holds in it: ``this={"firm": "42"}``."""
    each = next((one for one in call.form.narrowed if one.field is field and one.range is not None), None)
    if each is None or each.range is None:
        return None
    here = _here(call, each, _given(call))
    return each.range.bound(lambda path: here.get(".".join(path)))


def _given(call: Call) -> Mapping[str, Any]:
    text = call.query.get("this", "")
    try:
        found = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Invalid([Issue("this", "query.not_allowed", {"value": text[:40]})], "query.invalid")
    return found


def _here(call: Call, each: Narrowed, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values that the condition names, typed, with what they lead to."""
    inner = None if each.outer is None else each.outer.rows
    unknown = [key for key in given if key not in each.keys]
    if unknown:
        issues = [unknown_issue(f"this.{key}", "query.unknown_field", key, each.keys) for key in unknown]
        raise Invalid(issues, "query.invalid")
    own = {key for key in each.keys if inner is not None and key in inner.fields}
    here = _typed(call, call.form, each, {key: raw for key, raw in given.items() if key not in own})
    if inner is not None:
        here |= _typed(call, inner, each, {key: raw for key, raw in given.items() if key in own})
    return here


def _typed(call: Call, form: FormModel, each: Narrowed, raw: Mapping[str, Any]) -> dict[str, Any]:
    values, issues = form.coercer.one({key: value for key, value in raw.items() if key in form.fields})
    if issues:
        raise Invalid([issue.under("this") for issue in issues], "query.invalid")
    if str(raw.get("_id", "")).isdecimal():
        values["_id"] = int(raw["_id"])
    paths = [path for path in each.beside if len(path) > 1 and path[0] in values]
    Leaves(call.conn, call.app).add(form, [values], paths)
    return values
