"""The timeline of a record: the latest of every source, merged; what happened before is one address away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from engines.form import FormModel
from engines.query import Page
from engines.store.merging import Merged, merges_of
from frontend.activity import ActivityPage, ActivityPart, QuickAdd
from frontend.views import Action, Link
from runtime.screens.activity.changes import Changes
from runtime.screens.activity.comments import Comments, follow_part, say_part
from runtime.screens.activity.happenings import Happenings
from runtime.screens.activity.places import Place, Source
from runtime.screens.duplicates.past import earlier_lives
from runtime.screens.inputs import input_view, raw_of
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call
from schemas.elements import Action as Doing

SHOWN = 12
NOTHING_READ: Mapping[str, Page] = MappingProxyType({})
_FURTHER = 30
_FIRST_OF_LIVES = 100  # behind those of all forms
_FIRST_OF_FORMS = 2  # before it: changes, and what people said


def activity(
    call: Call,
    form: FormModel,
    record: Mapping[str, Any],
    shown: int = SHOWN,
    *,
    merges: Sequence[Merged],
    read: Mapping[str, Page] = NOTHING_READ,
) -> ActivityPart:
    """Return the part of the timeline that the address asks for.

    ``merges``: those into the record; ``read``: the related lists of which everything was read already.
    """
    asked, record_id = call.query, int(record["_id"])
    sources = list(_sources(call, form, record, merges, read))
    key = asked.get("show", "")
    chosen = [each for each in sources if each.key == key] or sources
    place = Place.read(asked.get("before", ""))
    found = [each for source in chosen for each in source.before(place, shown + 1)]
    found.sort(key=lambda each: each.place.order, reverse=True)
    url = f"{form_url(form)}/{record_id}/activity"
    kept = found[:shown]
    further = str(kept[-1].place) if len(found) > shown else ""
    more = {"show": key} if chosen is not sources else {}
    quick, new = _adding(call, form, sources, record_id)
    return ActivityPart(
        tuple(each.event for each in kept),
        url,
        () if place else tuple(_filters(call, sources, url, key if chosen is not sources else "")),
        f"{url}?{urlencode({**more, 'before': further})}" if further else "",
        _element(further),
        _element(asked.get("before", "") if place else ""),
        quick,
        new,
        leading=bool(form.definition.timeline),
        say=say_part(call, form, record_id),
        follow=follow_part(call, form, record_id),
    )


def _element(place: str) -> str:
    """Return the id of the element that holds what lies before a place."""
    return f"timeline-{place.replace('.', '-')}" if place else "timeline"


def show_activity(call: Call) -> Answer:
    """Answer the timeline on a page of its own, where scripts take the next part from."""
    form = call.form
    record = read_one(call, form, call.record_id).records[0]
    merges = merges_of(call.conn, form.uid, call.record_id)
    part = activity(call, form, record, _FURTHER, merges=merges)
    model = ActivityPage(record_title(form, record), part)
    crumbs = [
        Link(texts_of(call).label(form.definition.label), form_url(form)),
        Link(model.title, f"{form_url(form)}/{call.record_id}"),
    ]
    return page(call, "runtime/activity.html", model, crumbs)


def _sources(
    call: Call,
    form: FormModel,
    record: Mapping[str, Any],
    merges: Sequence[Merged],
    read: Mapping[str, Page],
) -> Iterator[Source]:
    """Yield what takes part, as the definition says; each keeps its number whoever looks."""
    for index, said in enumerate(form.definition.timeline, _FIRST_OF_FORMS):
        found = Happenings.of(call, form, said, int(record["_id"]), index, read.get(said.of))
        if found is not None:
            yield found
    yield Comments(call, form, int(record["_id"]))
    yield Changes(call, form, record)
    yield from earlier_lives(call, form, merges, _FIRST_OF_LIVES)


def _filters(call: Call, sources: list[Source], url: str, chosen: str) -> Iterator[Link]:
    """Yield what the timeline may be narrowed to, where there is anything to choose."""
    if len(sources) < 2:
        return
    yield Link(texts_of(call).t("activity.everything"), url, active=not chosen)
    for each in sources:
        yield Link(each.label, f"{url}?show={each.key}", each.icon, active=each.key == chosen)


def _adding(
    call: Call, form: FormModel, sources: list[Source], record_id: int
) -> tuple[QuickAdd | None, tuple[Action, ...]]:
    """Return the record that is added on the spot, and the ways to others that are filled in on their own."""
    quick, others = None, []
    back = f"{form_url(form)}/{record_id}"
    for each in sources:
        if not isinstance(each, Happenings) or not _may_add(call, each):
            continue
        asked = urlencode({each.via.key: record_id, "_back": back})
        url = f"{form_url(each.form)}/new?{asked}"
        if quick is None and each.said.quick:
            quick = _quick(call, each, record_id, url)
        else:
            others.append(Action(each.label, url, icon=each.icon))
    return quick, tuple(others)


def _may_add(call: Call, each: Happenings) -> bool:
    rights = call.access.form(call.app, each.form)
    return rights.may(Doing.create) and each.via.key in rights.fill


def _quick(call: Call, each: Happenings, record_id: int, url: str) -> QuickAdd:
    form, rights = each.form, call.access.form(call.app, each.form)
    showing = Showing(call, form, {})
    context = call.installation.store.context(call.app, call.access)
    views = []
    for field in (form.fields[key] for key in each.said.quick if key in rights.fill):
        default = None if field.default is None else field.default(context)
        views.append(input_view(showing, field, raw_of(showing, field, default), {}))
    t = texts_of(call).t
    hidden = ((each.via.key, str(record_id)),)
    return QuickAdd(t("activity.add", form=each.label), url, tuple(views), hidden, each.icon, url)
