"""The JSON Schemas of one form's records, as one caller reads and writes them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.access import FormAccess, system_scope
from engines.expression import ValueType
from engines.form import FieldModel, FormModel, Storage
from engines.form.model import each_context
from frontend.texts import Texts

Schema = dict[str, Any]

ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$", "examples": ["418205340557312"]}
WRITABLE = {Storage.column, Storage.links, Storage.rows}
_VERSION: Schema = {"type": "integer", "minimum": 1}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_SOMEBODY: Schema = {"type": ["string", "null"], "pattern": ID["pattern"]}
_SYSTEM: Schema = {
    "_id": ID, "_version": _VERSION, "_created_at": _MOMENT, "_updated_at": _MOMENT, "_created_by": _SOMEBODY,
    "_updated_by": _SOMEBODY, "_labels": {"type": "object"},
}  # fmt: skip


def record_schema(form: FormModel, rights: FormAccess, texts: Texts) -> Schema:
    """Return what a record looks like; fields the caller may not read do not exist."""
    fields = {
        key: _shown(form, each, rights, texts)
        for key, each in form.fields.items()
        if rights.readable(key) and each.storage is not Storage.none
    }
    return {
        "type": "object", "title": texts.label(form.definition.label), "required": ["_id", "_version"],
        "properties": {key: each for key, each in _SYSTEM.items() if _known(form, rights, key)} | fields,
    }  # fmt: skip


def _known(form: FormModel, rights: FormAccess, key: str) -> bool:
    return not system_scope(form, rights, key).empty


def values_schema(form: FormModel, rights: FormAccess, texts: Texts, *, new: bool) -> Schema:
    """Return what may be sent for a new record, or to change one."""
    allowed = rights.fill if new else rights.edit
    fields = {
        key: each
        for key, each in form.fields.items()
        if key in allowed and each.storage in WRITABLE and not each.options.read_only
        and (new or not each.kind.write_once)
    }  # fmt: skip
    schema: Schema = {
        "type": "object", "additionalProperties": False,
        "properties": {key: _field(form, each, texts) for key, each in fields.items()},
    }  # fmt: skip
    required = [key for key, each in fields.items() if each.options.required and each.options.default is None]
    return schema | ({"required": required} if new and required else {})


def _shown(form: FormModel, field: FieldModel, rights: FormAccess, texts: Texts) -> Schema:
    if field.key in rights.masked or field.key in rights.outline:  # an outline is no value of its type
        return _titled({"type": ["string", "array", "null"]}, field, texts)
    return _field(form, field, texts)


def _field(form: FormModel, field: FieldModel, texts: Texts) -> Schema:
    """Return the schema of a field; blank is null, or an empty list."""
    if field.rows is not None:
        rows = {key: _field(field.rows, each, texts) for key, each in field.rows.fields.items()}
        item = {"type": "object", "additionalProperties": False, "properties": {"_id": ID, **rows}}
        return _titled({"type": "array", "items": item}, field, texts)
    if field.storage is Storage.system:
        moment = field.kind.value_type is ValueType.datetime
        return _titled(_MOMENT if moment else _SOMEBODY, field, texts)
    adapter: TypeAdapter[Any] = TypeAdapter(field.kind.annotation(field.options, each_context(form, field)))
    found = adapter.json_schema()
    if "examples" not in found and (example := _example(field, adapter)) is not None:
        found["examples"] = [example]
    return _titled(found if field.plural else {"anyOf": [found, {"type": "null"}]}, field, texts)


def _example(field: FieldModel, adapter: TypeAdapter[Any]) -> Any:
    """Return a value that the field takes, as it is answered."""
    choices = [each.key for each in getattr(field.options, "options", ())]
    for raw in (*choices[:1], choices[:1], *(each.raw for each in field.kind.examples if not each.error)):
        try:
            value = adapter.validate_python(raw)
        except ValidationError:
            continue
        if value not in (None, ()):
            return field.to_json(value)
    return None


def _titled(schema: Schema, field: FieldModel, texts: Texts) -> Schema:
    found = schema | {"title": texts.label(field.options.label)}
    if field.computed is not None:
        found["readOnly"] = True
    help_text = texts.label(field.options.help)
    return found | ({"description": help_text} if help_text else {})
