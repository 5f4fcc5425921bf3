"""Filling in a record, new or existing: plain GET and POST, nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engines.form import FieldModel, FormModel
from engines.query import Change, Op, Query
from engines.store import reading
from engines.store.writing import write
from frontend.records import Conflict, FormPage, PickedPage
from frontend.views import Link, Tab
from runtime.screens.again import new_token, saved_once
from runtime.screens.alike import alike_of, asked_fields, only_warnings
from runtime.screens.allowed import allowed
from runtime.screens.copying import copied_from
from runtime.screens.depending import Depending
from runtime.screens.drafts import draft_of, forget, form_address, keep, offer
from runtime.screens.errors import by_path, refusal, summary
from runtime.screens.filling import without_untouched
from runtime.screens.inputs import laid_out, raw_ids, raw_of
from runtime.screens.laying import form_views
from runtime.screens.merging import Meanwhile, meanwhile
from runtime.screens.posted import read_posted, writable
from runtime.screens.shell import back_of, form_url, go, page, start, texts_of
from runtime.screens.stepping import asked_step, in_steps, steps_of, wrong_so_far
from runtime.screens.telling import Telling
from runtime.screens.values import Showing, names_for, record_title
from runtime.web.call import Answer, Call, form_in, id_in
from runtime.web.errors import is_warning
from schemas.elements import Action as Doing
from schemas.errors import Conflict as Stale
from schemas.errors import Forbidden, Invalid, Issue, NotFound


@dataclass(slots=True)
class Filling:
    """A form being filled in: the record it began with, what stands in its inputs, what is wrong."""

    form: FormModel
    fields: list[FieldModel]
    record: Mapping[str, Any] | None
    labels: Mapping[str, Mapping[int, str]]
    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    meanwhile: Meanwhile | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def number(self) -> int:
        """Return the record's id; 0 for a new one."""
        return 0 if self.record is None else int(self.record["_id"])

    @property
    def typed(self) -> dict[str, Any]:
        """Return what stands in the inputs."""
        return {each.key: self.raw[each.key] for each in self.fields if each.key in self.raw}

    @property
    def version(self) -> str:
        """Return the version a save builds on."""
        return "" if self.record is None else str(self.record["_version"])


def new_form(call: Call) -> Answer:
    """Answer a blank form: defaults, and what the address prefills."""
    filling = _begin(call, None)
    asked = call.query
    copied = id_in(asked.get("_copy", ""))
    if copied is not None:
        filling.raw |= copied_from(call, filling.form, filling.fields, copied)
    filling.raw |= {each.key: asked[each.key] for each in filling.fields if asked.get(each.key)}
    return _answer(call, filling)


def edit_form(call: Call) -> Answer:
    """Answer the form of a record."""
    return _answer(call, _begin(call, call.record_id))


def create_record(call: Call) -> Answer:
    """Save a new record and show it, or the form again with what is wrong."""
    return _save(call, None)


def update_record(call: Call) -> Answer:
    """Save a record and show it, or the form again with what is wrong."""
    return _save(call, call.record_id)


def fill_again(call: Call) -> Answer:
    """Answer the form as it was filled and not taken: what was typed stands in it, and nothing is written."""
    filling = _begin(call, call.record_id if "id" in call.params else None)
    filling.raw |= read_posted(call, filling.fields)
    return _answer(call, filling, 403, again=True, version=_digits(call.field("_version")))


def _digits(text: str) -> str:
    """Return a version as it came, blank for what cannot be one."""
    return text if text.isascii() and text.isdecimal() and len(text) < 10 else ""


def _begin(call: Call, record_id: int | None) -> Filling:
    """Read what the form begins with. Raises NotFound and Forbidden."""
    form = call.form
    if record_id is None:
        if not call.access.form(call.app, form).may(Doing.create):
            raise Forbidden
        return Filling(form, writable(call, form), None, {}, defaults(call, form))
    query = Query(form.path, labels=True)
    found = reading.get(call.installation.store, call.conn, call.app, call.access, query, record_id)
    fields = writable(call, form, record_id)
    if not fields or not allowed(call, form, record_id, Doing.edit):
        raise Forbidden
    showing = Showing(call, form, found.labels)
    raw = {each.key: raw_of(showing, each, found.records[0].get(each.key)) for each in fields}
    return Filling(form, fields, found.records[0], found.labels, raw)


def defaults(call: Call, form: FormModel) -> dict[str, Any]:
    """Return what stands in a new record before anybody types, as its inputs would post it."""
    context = call.installation.store.context(call.app, call.access)
    showing = Showing(call, form, {})
    return {
        each.key: raw_of(showing, each, each.default(context))
        for each in form.defaults
        if each.default is not None
    }


def _save(call: Call, record_id: int | None) -> Answer:
    filling = _begin(call, record_id)
    posted, before = read_posted(call, filling.fields), dict(filling.raw)
    filling.raw |= posted
    if row := call.field("_add_row"):
        filling.raw[row] = [*(filling.raw.get(row) or ()), {}]
        return _answer(call, filling)
    if in_steps(filling.form, new=record_id is None) and (way := asked_step(call)) is not None:
        return _step(call, filling, posted, way)
    typed = posted if call.field("_live") else without_untouched(filling.form, posted, before)
    issues, saved = _write(call, filling, typed)
    if saved is not None:
        return _saved(call, filling, saved)
    return _refused(call, filling, posted, issues)


def _step(call: Call, filling: Filling, posted: Mapping[str, Any], way: tuple[int, int]) -> Answer:
    """Go to another step; on only past one that is right. What was typed so far is kept as a draft."""
    here, there = way
    keep(call, filling.form, 0, posted)
    issues: tuple[Issue, ...] = ()
    if there > here:
        issues = wrong_so_far(call, filling.form, posted, _tabs(call, filling), here)
        filling.errors = by_path((each for each in issues if not is_warning(each)), texts_of(call))
    wrong = bool(filling.errors)
    return _answer(call, filling, 422 if wrong else 200, step=(here if wrong else there, there > here))


def _tabs(call: Call, filling: Filling) -> tuple[Tab, ...]:
    showing = Showing(call, filling.form, {})
    depending = Depending(showing, frozenset(each.key for each in filling.fields), 0, filling.typed)
    return laid_out(showing, filling.form, dict(form_views(depending, filling.raw, None, {})))[1]


def _write(call: Call, filling: Filling, posted: Mapping[str, Any]) -> tuple[tuple[Issue, ...], int | None]:
    """Write what was posted; returns the problems, or the id of what was saved."""
    version = call.field("_version")
    known = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    op = Op.create if filling.record is None else Op.update
    with call.unit() as uow:
        uow.wary = not call.field("_sure")
        change = Change(op, posted, filling.number or None, known)
        form = form_in(uow, call)
        result = saved_once(call, uow, lambda: write(call.installation.store, uow, form, [change])[0])
        if result.ok:
            forget(uow.conn, call, filling.form, filling.number)
            return (), result.id
    return result.issues, None


def _saved(call: Call, filling: Filling, record_id: int) -> Answer:
    form, t = filling.form, texts_of(call).t
    text = t("screen.record.created" if filling.record is None else "screen.record.saved")
    if call.field("_then") == "new":
        return go(call, f"{form_url(form)}/new", text)
    if call.query.get("_pick"):
        return go(call, f"{form_url(form)}/{record_id}/picked")
    url = f"{form_url(form)}/{record_id}" if _sees(call, form, record_id) else start(call).headers["Location"]
    return go(call, back_of(call) or url, text)


def _sees(call: Call, form: FormModel, record_id: int) -> bool:
    """Tell whether the person may see what she saved; some may only hand in."""
    try:
        reading.get(
            call.installation.store, call.conn, call.app, call.access, Query(form.path, ()), record_id
        )
    except NotFound:
        return False
    return True


def show_picked(call: Call) -> Answer:
    """Answer the page that hands a new record over to the form it was created for."""
    form, title = call.form, call.form.title
    keys = (title.key,) if title and call.access.form(call.app, form).readable(title.key) else ()
    store = call.installation.store
    found = reading.get(store, call.conn, call.app, call.access, Query(form.path, keys), call.record_id)
    url = f"{form_url(form)}/{call.record_id}"
    model = PickedPage(form.key, str(call.record_id), record_title(form, found.records[0]), url)
    return page(call, "runtime/picked.html", model)


def _refused(call: Call, filling: Filling, posted: Mapping[str, Any], issues: tuple[Issue, ...]) -> Answer:
    texts, error = texts_of(call), refusal(issues)
    if isinstance(error, Stale):
        base = int(call.field("_version"))
        fresh = _begin(call, filling.number)
        filling.record, filling.labels = fresh.record, fresh.labels
        filling.meanwhile = meanwhile(call, filling.form, fresh.record or {}, fresh.raw, posted, base)
        filling.raw |= filling.meanwhile.taken
        return _answer(call, filling, 409)
    if not isinstance(error, Invalid):
        raise error
    filling.issues = issues
    filling.errors = by_path((each for each in issues if not is_warning(each)), texts)
    return _answer(call, filling, 422)


def _answer(
    call: Call, filling: Filling, status: int = 200, *, again: bool = False, version: str = "",
    step: tuple[int, bool] = (0, True),
) -> Answer:  # fmt: skip
    form, number = filling.form, filling.number
    url = call.path + (f"?{call.query_string.decode('latin-1')}" if call.query_string else "")
    kept = draft_of(call, form, number) if call.method == "GET" else None
    if kept is not None and call.query.get("_draft"):
        known = {each.key for each in filling.fields}
        filling.raw |= {key: value for key, value in kept[0].items() if key in known}
        kept, version = None, version or _digits(call.query.get("_version", ""))
    showing = Showing(call, form, _labels(call, filling))
    depending = Depending(showing, frozenset(each.key for each in filling.fields), number, filling.typed)
    views = dict(form_views(depending, filling.raw, filling.record, filling.errors))
    above, tabs = laid_out(showing, form, views)
    texts = showing.texts
    name = texts.label(form.definition.label)
    title = (
        texts.t("screen.form.new", form=name)
        if filling.record is None
        else record_title(form, filling.record)
    )
    model = FormPage(
        title=title,
        url=url,
        sections=above,
        tabs=tabs,
        cancel_url=back_of(call) or (f"{form_url(form)}/{number}" if number else form_url(form)),
        version=version or filling.version,
        once=_once(call),
        again=again,
        issues=summary(form, filling.errors, texts),
        submit_and_new=filling.record is None and not call.query.get("_pick"),
        draft=f"{form_url(form)}/draft",
        conflict_url=f"{form_url(form)}/{number}" if filling.meanwhile else "",
        icon=form.definition.icon or "",
        conflicts=_conflicts(showing, filling),
        kept=offer(showing, form, number, kept[1], form_address(form, number)) if kept else None,
        record=str(number or ""),
        here_url=f"{form_url(form)}/{number}/here" if number else "",
        logic=Telling(depending).config() if depending.live else None,
        suggest_url="" if call.query.get("_pick") else f"{form_url(form)}/suggest",
    )
    if in_steps(form, new=filling.record is None):
        model = replace(model, steps=steps_of(above, tabs, step[0], on=step[1]))
    if asked := asked_fields(call, form):
        alike = tuple(alike_of(form, filling.issues, texts))
        sure = only_warnings(filling.issues)
        model = replace(
            model, alike_url=f"{form_url(form)}/alike", alike_fields=asked, alike=alike, ask_sure=sure
        )
    crumbs = [Link(name, form_url(form))]
    if number:
        crumbs.append(Link(title, f"{form_url(form)}/{number}"))
    return page(call, "runtime/form.html", model, crumbs, status=status)


def _once(call: Call) -> str:
    """Return by what the page is known again: one that is refused and corrected stays the same."""
    return (call.field("_once") if call.method == "POST" else "") or new_token()


def _labels(call: Call, filling: Filling) -> dict[str, Mapping[int, str]]:
    """Return the names behind the ids of the record and of what is typed."""
    labels = dict(filling.labels)
    unknown = [
        (path, each, missing) for path, each, ids in raw_ids(filling.fields, filling.raw)
        if (missing := ids - set(labels.get(path, ())))
    ]  # fmt: skip
    for path, names in names_for(call, unknown).items():
        labels[path] = {**labels.get(path, {}), **names}
    return labels


def _conflicts(showing: Showing, filling: Filling) -> tuple[Conflict, ...]:
    if filling.meanwhile is None or filling.record is None:
        return ()
    found = []
    for key, mine in filling.meanwhile.changed.items():
        each = filling.form.fields[key]
        theirs = showing.cell(each, filling.record.get(key)).text
        yours = "" if mine is ... else showing.cell(each, mine).text or showing.texts.t("ui.record.blank")
        found.append(
            Conflict(
                showing.texts.label(each.options.label),
                yours,
                theirs or showing.texts.t("ui.record.blank"),
                key,
            )
        )
    return tuple(found)
