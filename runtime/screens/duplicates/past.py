"""What was merged into a record: what the others held and lived through, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.form import FormModel
from engines.query import Query
from engines.store import reading
from engines.store.merging import AT_MOST, Merged, merged_into, merges_of, unmerge
from engines.store.merging.book import merge_by_id
from engines.store.merging.proposal import Eyes, chosen_fields
from engines.store.merging.unmerge import Unmerged
from engines.store.reading.labels import named
from frontend.duplicates import MergesPage, Past, Taken
from frontend.views import Action, Link, Person
from runtime.screens.activity.changes import Changes
from runtime.screens.activity.places import Happened, Place
from runtime.screens.duplicates.found import may_look
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call, form_in, id_in, redirect
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, NotFound

_EVENTS = 50


def merges_action(call: Call, form: FormModel, record_id: int, merges: Sequence[Merged]) -> Iterator[Action]:
    """Yield the way to what was merged into a record, if anything was."""
    if merges:
        text = texts_of(call).t("merging.past", count=len(merges))
        yield Action(text, f"{form_url(form)}/{record_id}/merges", icon="arrows-exchange")


def redirected(call: Call, form: FormModel, record_id: int) -> Answer | None:
    """Return the way to the record that holds what this one held, for who may see it."""
    to = merged_into(call.conn, form.uid, record_id)
    if to is None:
        return None
    try:
        query = Query(form.path, ())
        reading.get(call.installation.store, call.conn, call.app, call.access, query, to)
    except NotFound:
        return None
    return redirect(f"{form_url(form)}/{to}")


@dataclass(eq=False)
class Before(Changes):
    """What happened to a record before it was merged into another: a source of that one's timeline."""

    title: str = ""

    @property
    def label(self) -> str:
        """Return whose history it is."""
        return texts_of(self.call).t("merging.before", name=self.title)

    def before(self, place: Place | None, limit: int) -> Iterator[Happened]:
        """Yield the latest changes before a place, each with the name of the record."""
        for each in super().before(place, limit):
            note = texts_of(self.call).t("merging.of", name=self.title)
            said = " · ".join(part for part in (note, each.event.note) if part)
            yield Happened(each.place, replace(each.event, note=said))


def earlier_lives(call: Call, form: FormModel, merges: Sequence[Merged], first: int) -> Iterator[Before]:
    """Yield the histories of what was merged into a record, numbered from ``first`` on."""
    absorbed = [one for each in merges if not each.undone_at for one in each.absorbed]
    for index, number in enumerate(absorbed[:AT_MOST]):
        query = Query(form.path, trash=True)
        try:
            found = reading.get(call.installation.store, call.conn, call.app, call.access, query, number)
        except NotFound:
            continue
        record: Mapping[str, Any] = found.records[0]
        title = record_title(form, record)
        yield Before(call, form, record, first + index, f"merged-{number}", "arrows-exchange", title)


def show_past(call: Call) -> Answer:
    """Answer what was merged into one record."""
    form, texts = call.form, texts_of(call)
    store, url = call.installation.store, f"{form_url(form)}/{call.record_id}"
    found = reading.get(store, call.conn, call.app, call.access, Query(form.path), call.record_id)
    merges = merges_of(call.conn, form.uid, call.record_id)
    people = named(call.conn, "user", {each.actor for each in merges if each.actor})
    title = record_title(form, found.records[0])
    past = tuple(_past(call, form, each, people) for each in merges)
    crumbs = [Link(texts.label(form.definition.label), form_url(form)), Link(title, url)]
    model = MergesPage(texts.t("merging.past_title"), Link(title, url), past)
    return page(call, "runtime/merges.html", model, crumbs)


def _past(call: Call, form: FormModel, made: Merged, people: Mapping[int, str]) -> Past:
    texts, showing = texts_of(call), Showing(call, form, {})
    who = made.actor or 0
    undo = None
    if made.undone_at is None and may_look(call, form):
        undo = Action(
            texts.t("merging.undo"), f"{form_url(form)}/merges/{made.id}/undo", "post", "arrow-back-up",
            confirm=texts.t("merging.undo_confirm"),
        )  # fmt: skip
    taken = tuple(each for number in made.absorbed for each in _taken(call, form, number))
    undone = None if made.undone_at is None else showing.moment(made.undone_at)
    person = Person(str(who), people[who]) if who in people else None
    return Past(showing.moment(made.at), person, taken, undone, undo)


def _taken(call: Call, form: FormModel, record_id: int) -> Iterator[Taken]:
    """Yield a record as it went into the trash, for who might see it there."""
    store = call.installation.store
    try:
        query = Query(form.path, trash=True, labels=True)
        found = reading.get(store, call.conn, call.app, call.access, query, record_id)
    except NotFound:
        return
    record: Mapping[str, Any] = found.records[0]
    showing = Showing(call, form, found.labels)
    facts = tuple(
        (showing.texts.label(field.options.label), text)
        for key, field in chosen_fields(form).items()
        if key in record and not field.options.hidden and (text := showing.cell(field, record[key]).text)
    )
    events = sorted(Changes(call, form, record).before(None, _EVENTS), key=lambda each: each.place.order)
    yield Taken(record_title(form, record), facts, tuple(each.event for each in reversed(events)))


def undo_merge(call: Call) -> Answer:
    """Take a merge back and show the record, with what stays because somebody changed it since."""
    form, texts, number = call.form, texts_of(call), id_in(call.params["merge"])
    made = None if number is None else merge_by_id(call.conn, number)
    if made is None or made.form_uid != form.uid:
        raise NotFound
    url = f"{form_url(form)}/{made.survivor}"
    try:
        with call.unit() as uow:
            eyes = Eyes(call.installation.store, uow.app, uow.access, form_in(uow, call))
            done = unmerge(uow, eyes, made)
    except Conflict as error:
        return go(call, url, texts.t(error.reason), "info")
    except Invalid as error:
        first = error.issues[0]
        why = text_of(texts, first.code, dict(first.params))
        return go(call, url, f"{texts.t('merge.cannot_undo')} {why}", "danger")
    return go(call, url, *_told(call, done))


def _told(call: Call, done: Unmerged) -> tuple[str, str]:
    texts = texts_of(call)
    text = texts.t("merging.undone", count=done.restored)
    if not done.left:
        return text, "success"
    labels: list[str] = []
    for path, _, fields in done.left:
        form = call.app.forms[path]
        rights = call.access.form(call.app, form)
        known = [texts.label(form.fields[key].options.label) for key in fields if rights.readable(key)]
        labels += [f"{texts.label(form.definition.label)}·{each}" for each in known]
    named_fields = texts.t("ui.common.separator").join(dict.fromkeys(labels)) or texts.t(
        "merging.moves.other"
    )
    return texts.t("merging.left", done=text, count=len(done.left), fields=named_fields), "warning"
