"""Search over everything a person may open: records of every form, and the pages by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engines.expression import fold
from engines.form import AppModel, FieldModel, FormModel
from engines.query import Query
from engines.store import reading
from engines.store.search import query_tokens, tokens
from runtime.screens.values import record_title
from runtime.web.call import Call
from schemas.elements import Action

LONGEST = 100
_TOLD = 2  # values beside the title


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. ``facts``: what else it may have been found by."""

    id: int
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormHits:
    """The newest records of one form that were found; ``more`` when there are others."""

    app: AppModel
    form: FormModel
    hits: tuple[Hit, ...]
    more: bool


def search_records(call: Call, text: str, most: int) -> Iterator[FormHits]:
    """Yield what is found in each form that the caller may see, at most ``most`` records each."""
    if not query_tokens(text):
        return
    for app in call.installation.apps(call.conn, call.epoch).values():
        for form in app.forms.values():
            if form.parent is not None or not form.searchable:
                continue
            rights = call.access.form(app, form)
            if rights.may(Action.view):
                found = _in_form(call, app, form, text, most)
                if found.hits:
                    yield found


def _in_form(call: Call, app: AppModel, form: FormModel, text: str, most: int) -> FormHits:
    rights = call.access.form(app, form)
    told = [each for each in form.searchable if each is not form.title and rights.readable(each.key)]
    title = [form.title] if form.title is not None and rights.readable(form.title.key) else []
    keys = tuple(each.key for each in (*title, *told))
    query = Query(form.path, keys, search=text, limit=most + 1)
    records = reading.read(call.installation.store, call.conn, app, call.access, query).records
    plain = [each for each in told if each.key not in rights.masked]
    hits = (
        Hit(int(str(each["_id"])), record_title(form, each), tuple(_facts(plain, each)))
        for each in records[:most]
    )
    return FormHits(app, form, tuple(hits), len(records) > most)


def _facts(fields: list[FieldModel], record: Mapping[str, Any]) -> Iterator[str]:
    yield from islice((str(record[each.key]) for each in fields if record.get(each.key)), _TOLD)


def meets(text: str, name: str) -> bool:
    """Tell whether a page is called so: by a part of its name, its pinyin, or the initials."""
    if fold(text) in fold(name):
        return True
    asked, known = query_tokens(text), tokens(name)
    return bool(asked) and all(
        any(each.startswith(word) if begins else each == word for each in known) for word, begins in asked
    )
