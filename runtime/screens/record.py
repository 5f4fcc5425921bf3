"""One record: its fields, its rows, what belongs to it, what happened to it, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engines.form import FormModel, Storage
from engines.query import Change, Op
from engines.store.merging import merges_of
from engines.store.writing import write
from frontend.records import RecordPage
from frontend.views import Action, FieldView, Link
from runtime.flows import locked
from runtime.publics.tying import about_actions
from runtime.screens.activity.part import activity
from runtime.screens.allowed import allowed
from runtime.screens.depending import hidden_now
from runtime.screens.duplicates.past import merges_action, redirected
from runtime.screens.errors import refusal
from runtime.screens.flow.part import asked_here, quiet, stage_bars, start_actions, trail_views
from runtime.screens.inputs import laid_out
from runtime.screens.listing import Listing
from runtime.screens.lists import beside, came_from
from runtime.screens.own import remind_action
from runtime.screens.posted import writable
from runtime.screens.pressing import buttons_of
from runtime.screens.reading import read_one
from runtime.screens.related import badges, read_lists
from runtime.screens.sharing import share_action
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.screens.why import rules_action
from runtime.web.call import Answer, Call, form_in
from runtime.web.errors import text_of
from schemas.elements import Action as Doing
from schemas.errors import Invalid, NotFound

_FACTS = 4
_FACT_TYPES = (("select", 2), ("member", 1), ("money", 1), ("date", 1), ("select", _FACTS))


def show_record(call: Call) -> Answer:
    """Answer one record."""
    form = call.form
    try:
        found = read_one(call, form, call.record_id)
    except NotFound:
        if (merged := redirected(call, form, call.record_id)) is None:
            raise
        return merged
    record = found.records[0]
    showing = Showing(call, form, found.labels)
    rights = call.access.form(call.app, form)
    views = dict(_views(showing, form, record, rights.masked))
    elsewhere = {key for key, each in form.fields.items() if each.storage is Storage.none}
    lists = {key: view for key, view in views.items() if key in elsewhere}
    own = {key: view for key, view in views.items() if key not in elsewhere}
    above, tabs = laid_out(showing, form, own)
    stages = stage_bars(call, form, call.record_id)
    asked = asked_here(call, form, call.record_id)
    merges = merges_of(call.conn, form.uid, call.record_id)
    listed = dict(read_lists(call, form, record, lists))
    read = {key: each.page for key, each in listed.items() if each.whole}
    happened = activity(call, form, record, merges=merges, read=read)
    # One primary button a page: what the reader is asked, else the next stage, what is added, to edit.
    edit = None if locked(call, form, call.record_id) else _edit(call, form, record)
    leading = bool(asked) or any(each.moves for each in stages)
    if happened.quick is not None and not leading:
        happened, leading = replace(happened, quick=replace(happened.quick, leading=True)), True
    if edit is not None and leading:
        edit = replace(edit, style="normal")
    listing = came_from(call, form)
    previous, following = ("", "") if listing is None else beside(call, listing, call.record_id)
    model = RecordPage(
        title=record_title(form, record),
        facts=_facts(form, own),
        sections=above,
        tabs=tabs,
        related=tuple(each.filled(lists[key]) for key, each in listed.items()),
        activity=happened,
        badges=tuple(badges(call, form, call.record_id)),
        edit=edit,
        actions=(
            *buttons_of(call, form, record),
            remind_action(call, form, call.record_id),
            *rules_action(call, form, record),
            *merges_action(call, form, call.record_id, merges),
            *about_actions(call, form, record),
            *share_action(call, form, call.record_id),
            *_who_sees(call, form, record),
            *_actions(call, form, record),
        ),
        icon=form.definition.icon or "",
        stages=quiet(stages) if asked else stages,
        task=asked,
        trails=trail_views(call, form, call.record_id),
        here_url=f"{form_url(form)}/{call.record_id}/here",
        version=str(record["_version"]),
        previous_url=previous,
        next_url=following,
        starts=tuple(start_actions(call, form, call.record_id)),
    )
    return page(call, "runtime/record.html", model, _crumbs(call, form, listing))


def _who_sees(call: Call, form: FormModel, record: Mapping[str, Any]) -> Iterator[Action]:
    """Yield the way to who sees what of a record and why, for whoever sees everything."""
    if call.access.unlimited(call.app):
        url = f"/design/{call.app.key}/why?form={form.key}&id={record['_id']}"
        yield Action(texts_of(call).t("seeing.ask_why"), url, icon="eye")


def _crumbs(call: Call, form: FormModel, listing: Listing | None) -> list[Link]:
    url = form_url(form) if listing is None else listing.state.url(listing.base)
    return [Link(texts_of(call).label(form.definition.label), url)]


def _views(
    showing: Showing, form: FormModel, record: Mapping[str, Any], masked: frozenset[str]
) -> Iterator[tuple[str, FieldView]]:
    rights = showing.call.access.form(showing.call.app, form)
    hides = hidden_now(showing.call, form, int(record["_id"]))
    for key, field in form.fields.items():
        if rights.readable(key) and not field.options.hidden and key not in hides:
            view = showing.filled(showing.view(field), field, record.get(key), masked=key in masked)
            yield key, replace(view, width=12) if field.rows is not None else view


def _facts(form: FormModel, views: Mapping[str, FieldView]) -> tuple[FieldView, ...]:
    """Return what a reader looks for first: states, who is in charge, amounts, dates."""
    if len(views) <= _FACTS * 2:
        return ()
    shown = [each for each in views.values() if each.text and not each.masked]
    kept: dict[str, FieldView] = {}
    for kind, most in _FACT_TYPES:
        fitting = [each for each in shown if each.type == kind and form.title is not form.fields[each.key]]
        kept |= {each.key: each for each in fitting[:most]}
    chosen = set(list(kept)[:_FACTS])
    return tuple(each for each in views.values() if each.key in chosen)


def _edit(call: Call, form: FormModel, record: Mapping[str, Any]) -> Action | None:
    if not allowed(call, form, int(record["_id"]), Doing.edit) or not writable(
        call, form, int(record["_id"])
    ):
        return None
    url = f"{form_url(form)}/{record['_id']}/edit"
    return Action(texts_of(call).t("ui.record.edit"), url, icon="edit", style="primary")


def _actions(call: Call, form: FormModel, record: Mapping[str, Any]) -> Iterator[Action]:
    t, url = texts_of(call).t, f"{form_url(form)}/{record['_id']}"
    if call.access.form(call.app, form).may(Doing.create):
        yield Action(t("activity.copy"), f"{form_url(form)}/new?_copy={record['_id']}", icon="copy")
    if allowed(call, form, int(record["_id"]), Doing.delete):
        version = (("_version", str(record["_version"])),)
        ask = t("ui.record.delete_confirm")
        yield Action(t("ui.record.delete"), f"{url}/delete", "post", "trash", "danger", ask, version)


def delete_record(call: Call) -> Answer:
    """Move a record to the trash; the next page offers to take it back."""
    return _change(call, Op.delete)


def restore_record(call: Call) -> Answer:
    """Bring a record back."""
    return _change(call, Op.restore)


def _change(call: Call, op: Op) -> Answer:
    form, t, record_id = call.form, texts_of(call).t, call.record_id
    url, version = form_url(form), call.field("_version")
    known = int(version) if version.isdecimal() and version.isascii() and len(version) < 10 else None
    with call.unit() as uow:
        results = write(
            call.installation.store, uow, form_in(uow, call), [Change(op, id=record_id, version=known)]
        )
    if not results[0].ok:
        error = refusal(results[0].issues)
        if not isinstance(error, Invalid):
            raise error
        first = error.issues[0]
        return go(
            call, f"{url}/{record_id}", text_of(texts_of(call), first.code, dict(first.params)), "danger"
        )
    if op is Op.delete:
        undo = Action(t("screen.undo"), f"{url}/{record_id}/restore", "post")
        return go(call, url, t("screen.record.deleted"), undo=undo)
    return go(call, f"{url}/{record_id}", t("screen.record.restored"))
