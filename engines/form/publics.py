"""What is wrong with a public form: strangers are asked for nothing that must be looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.form.field import FieldType, Storage
from engines.form.giving import verify_values
from schemas.elements import App, FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer
from schemas.kinds import Registry
from schemas.loader import pointer
from schemas.publics import PublicForm, publics_of

_ASKED = {Storage.column, Storage.links, Storage.rows}
_CHANNEL = {"text", "select"}


def verify_publics(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of every public form; unknown keys are passed over: the loader reports them."""
    for index, public in enumerate(publics_of(app)):
        form = app.form(public.form)
        if form is not None:
            yield from _problems(app, form, public, grammar, ("publics", index))


def _problems(app: App, form: Form, public: PublicForm, grammar: Grammar, at: Pointer) -> Iterator[Issue]:
    asked: set[str] = set()
    for number, each in enumerate(public.questions):
        field, where = form.field(each.field), pointer((*at, "questions", number, "field"))
        if field is not None and not askable(field, grammar.fields):
            yield Issue(where, "definition.not_askable", {"name": each.field})
        if each.field in asked:
            yield Issue(where, "definition.repeated_key", {"name": each.field})
        asked.add(each.field)
    channel = form.field(public.channel or "")
    if channel is not None and channel.type not in _CHANNEL:
        yield Issue(pointer((*at, "channel")), "definition.not_a_channel", {"name": channel.key})
    for key in (public.channel, public.about, *public.given):
        closed = form.field(key or "")
        if closed is not None and closed.read_only:
            yield Issue(pointer(at), "definition.not_given", {"name": closed.key})
    about = form.field(public.about or "")
    if about is not None and about.type != "relation":
        yield Issue(pointer((*at, "about")), "definition.not_a_relation", {"name": about.key})
    if public.owners and form.owner is None:
        yield Issue(pointer((*at, "owners")), "definition.no_owner", {"name": form.key})
    for key in asked & {public.channel, public.about, *public.given}:
        yield Issue(pointer((*at, "questions")), "definition.asked_and_given", {"name": key})
    yield from verify_values(app, form, grammar.fields, public.given, (*at, "given"))


def askable(field: FieldOptions, kinds: Registry[FieldType[Any, Any]]) -> bool:
    """Tell whether a stranger may be asked for a field: to pick a record or a person one must see others.

    Records are picked all the same: from a short list that somebody made for this very question.
    """
    kind = kinds[field.type]
    listed = kind.target == "form"
    if field.read_only or kind.storage not in _ASKED or kind.write_once:
        return False
    if kind.target not in {None, "file"} and not listed:
        return False
    # In rows there is no telling a file that was sent just now from the number of one that is there.
    inner = getattr(field, "fields", ())
    return all(kinds[each.type].target is None and askable(each, kinds) for each in inner)
