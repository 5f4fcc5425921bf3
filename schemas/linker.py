"""What no single element can know: repeated keys, reused old keys, and names of other elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from schemas.elements import SYSTEM_KEYS, App, FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Pointer, references
from schemas.kinds import unknown_issue
from schemas.problems import pointer

# What may be named beside forms and fields, and what to say when there is none of that key.
_ELEMENTS = {
    "role": "definition.unknown_role", "node": "definition.unknown_node", "flow": "definition.unknown_flow",
    "dashboard": "definition.unknown_dashboard", "tab": "definition.unknown_tab",
}  # fmt: skip


def link(app: App) -> Iterator[Issue]:
    """Yield what is wrong between the elements of a definition that are right one by one."""
    yield from _unique(app)
    forms = {form.key: form for form in app.forms}
    for at, what, key, holder in references(app):
        yield from _check_reference(forms, app, at, what, key, holder)
    yield from _needs_what_is_off(app)
    for index, used in enumerate(app.uses):
        yield Issue(pointer(("uses", index)), "definition.not_yet", {"name": used})


def _needs_what_is_off(app: App) -> Iterator[Issue]:
    """Yield links that must be filled in and lead to a form of a module that is off: nobody could."""
    off = app.off
    for place, form in enumerate(app.forms):
        for index, each in enumerate(form.fields if form.key not in off else ()):
            if each.required and getattr(each, "form", None) in off:
                at = pointer(("forms", place, "fields", index, "required"))
                yield Issue(at, "definition.form_is_off", {"name": each.key})


def _check_reference(
    forms: Mapping[str, Form], app: App, at: Pointer, what: str, key: str, holder: BaseModel
) -> Iterator[Issue]:
    if what == "form":
        if key not in forms:
            yield unknown_issue(pointer(at), "definition.unknown_form", key, forms)
        return
    if what in _ELEMENTS:
        known = {each.key for each in getattr(_holder(app, at, what), f"{what}s", ())}
        if key not in known:
            yield unknown_issue(pointer(at), _ELEMENTS[what], key, known)
        return
    if what in {"person", "record"} or what.startswith(("field>", "option@")):
        return  # who is in a scenario, where a relation leads, whose options are meant: their engines tell
    if what.startswith("field@"):
        form = forms.get(getattr(holder, what.removeprefix("field@")))
    else:
        form = _subject(forms, app, at)
    if form is None:
        return
    fields = {each.key for each in (*form.fields, *_enclosing_subform(form, at))} | SYSTEM_KEYS
    if key not in fields:
        yield unknown_issue(pointer(at), "definition.unknown_field", key, fields)


def _subject(forms: Mapping[str, Form], app: App, at: Pointer) -> Form | None:
    """Return the form whose fields are meant at a place: the one around it, or the one its element names."""
    element = _element(app, at)
    if isinstance(element, Form):
        return element
    named = getattr(element, "form", None) or getattr(getattr(element, "on", None), "form", None)
    if at[0] == "dashboards" and len(at) > 3 and isinstance(at[3], int):
        named = getattr(element.widgets[at[3]], "form", None)
    return forms.get(str(named))


def _holder(app: App, at: Pointer, what: str) -> Any:
    """Return what the elements stand in that may be named: the flow around, the layout around, or the app."""
    if what == "tab":
        return getattr(_element(app, at), "layout", None)
    return _element(app, at) if what == "node" else app


def _element(app: App, at: Pointer) -> Any:
    """Return the form, flow or the like that a place stands in, None where it stands in none."""
    family, place = at[0], at[1]
    if not isinstance(family, str) or not isinstance(place, int):
        return None
    return getattr(app, family)[place]


def _enclosing_subform(form: Form, at: Pointer) -> Sequence[FieldOptions]:
    """Return the fields of the subform that the place stands in, for references between its own fields."""
    if len(at) > 4 and at[2] == "fields" and isinstance(at[3], int) and at[4] == "fields":
        return getattr(form.fields[at[3]], "fields", ())
    return ()


def _unique(model: BaseModel, at: Pointer = ()) -> Iterator[Issue]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _unique(value, (*at, name))
        elif isinstance(value, tuple):
            yield from _unique_keys(value, (*at, name))
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _unique(item, (*at, name, index))


def _unique_keys(items: tuple[Any, ...], at: Pointer) -> Iterator[Issue]:
    taken: set[str] = set()
    elements = [(index, each) for index, each in enumerate(items) if hasattr(each, "key")]
    for index, each in elements:
        if each.key in taken:
            yield Issue(pointer((*at, index, "key")), "definition.repeated_key", {"name": each.key})
        taken.add(each.key)
    for index, each in elements:
        for number, old in enumerate(getattr(each, "was", ())):
            if old in taken:
                yield Issue(pointer((*at, index, "was", number)), "definition.old_key_in_use", {"name": old})
            taken.add(old)
