"""What is done to the selected rows of a list, and to the trash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engines.form import FieldModel, FormModel
from engines.query import Cause, Change, Op, Query, Result
from engines.store import reading
from engines.store.writing import check, write
from frontend.sheets import BulkPage, BulkRow
from frontend.views import Item, Link
from runtime.flows import fixed
from runtime.screens.errors import by_path, summary
from runtime.screens.inputs import input_view, raw_ids
from runtime.screens.posted import read_posted
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.taking_back import undo_action
from runtime.screens.values import Showing, names_for, record_title
from runtime.web.call import Answer, Call, form_in
from runtime.web.errors import text_of
from schemas.errors import Issue, LimitReached

MOST = 500
SHOWN = 20  # records of a preview
LOOK = "look"
DOOR = "bulk"


def selected(call: Call) -> list[int]:
    """Return the ids of the ticked rows."""
    texts = [value for name, value in call.posted if name == "id" and isinstance(value, str)]
    ids = [int(each) for each in texts if each.isascii() and each.isdecimal() and len(each) <= 18]
    if len(ids) > MOST:
        raise LimitReached("limit.batch", limit=MOST)
    return list(dict.fromkeys(ids))


def delete_selected(call: Call) -> Answer:
    """Move rows to the trash."""
    return apply(call, Op.delete, form_url(call.form), "screen.bulk.deleted")


def apply(call: Call, op: Op, url: str, text: str) -> Answer:
    """Do one thing to every selected row; what may not be done is said, the rest is done."""
    ids = selected(call)
    if not ids:
        return go(call, url, texts_of(call).t("screen.bulk.nothing"), "info")
    results, _ = _write(call, [Change(op, id=each) for each in ids])
    return go(call, url, *_told(call, results, text))


def _write(call: Call, changes: Sequence[Change]) -> tuple[list[Result], int | None]:
    """Write under a cause of its own kind, which can be taken back; returns that, too."""
    call.form  # noqa: B018 - looked up before the snapshot is given back
    call.door = DOOR
    with call.unit() as uow:
        results = write(call.installation.store, uow, form_in(uow, call), changes, "each")
        return results, uow.cause_id


def _looked(call: Call, asking: Asking, changes: Sequence[Change]) -> Asking:
    """Return what would become of the first records: what stands there, and what is in the way."""
    store, chosen = call.installation.store, asking.chosen
    assert chosen is not None  # noqa: S101 - a value was given to it
    uow = store.uow(call.conn, call.app, call.access, Cause(DOOR, call.actor))
    results = check(store, uow, asking.form, changes)
    title, rights = asking.form.title, call.access.form(call.app, asking.form)
    keys = [each.key for each in (title, chosen) if each is not None and rights.readable(each.key)]
    shown = tuple(asking.ids[:SHOWN])
    query = Query(asking.form.path, tuple(dict.fromkeys(keys)), ids=shown, limit=SHOWN, labels=True)
    found = reading.read(store, call.conn, call.app, call.access, query)
    showing = Showing(call, asking.form, found.labels)
    records = {int(str(each["_id"])): each for each in found.records}
    rows = tuple(
        BulkRow(
            record_title(asking.form, records[each]),
            showing.cell(chosen, records[each].get(chosen.key)).text,
            " ".join(text_of(showing.texts, one.code, dict(one.params)) for one in result.issues),
        )
        for each, result in zip(asking.ids, results, strict=True)
        if each in records
    )
    refused = sum(bool(each.issues) for each in results)
    return replace(asking, looked=rows, refused=refused)


def _told(call: Call, results: Iterable[Result], text: str) -> tuple[str, str]:
    """Return the message: how many were done, how many were not and why."""
    found, t = list(results), texts_of(call).t
    done = t(text, count=sum(each.ok for each in found))
    refused = [each.issues[0] for each in found if each.issues]
    if not refused:
        return done, "success"
    reasons = Counter(text_of(texts_of(call), each.code, dict(each.params)) for each in refused)
    why = t("ui.common.separator").join(reason for reason, _ in reasons.most_common(3))
    return t("screen.bulk.some", done=done, count=len(refused), why=why), "warning"


@dataclass(frozen=True, slots=True)
class Asking:
    """One field of some records gets a value: which ones, and what was typed and refused so far."""

    form: FormModel
    ids: Sequence[int]
    fields: Sequence[FieldModel]
    chosen: FieldModel | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    issues: Sequence[Issue] = ()
    looked: tuple[BulkRow, ...] = ()
    refused: int = 0


def edit_selected(call: Call) -> Answer:
    """Ask which field of the selected rows gets which value, and write it when both are said."""
    form, ids = call.form, selected(call)
    if not ids:
        return go(call, form_url(form), texts_of(call).t("screen.bulk.nothing"), "info")
    fields = _changeable(call, form)
    chosen = next((each for each in fields if each.key == call.field("_field")), None)
    asking = Asking(form, ids, fields, chosen)
    if chosen is None or not call.field("_set"):
        return _ask(call, asking)
    raw = read_posted(call, [chosen])
    changes = [Change(Op.update, raw, each) for each in ids]
    if call.field("_set") == LOOK:
        return _ask(call, _looked(call, replace(asking, raw=raw), changes))
    results, cause = _write(call, changes)
    wrong = [each for each in results if any(issue.path for issue in each.issues)]
    if len(wrong) < len(results):
        told = _told(call, results, "screen.bulk.changed")
        return go(call, form_url(form), *told, undo=undo_action(call, cause))
    return _ask(call, replace(asking, raw=raw, issues=wrong[0].issues))


def _changeable(call: Call, form: FormModel) -> list[FieldModel]:
    """Return the fields that may be changed in some record, and that many records may share a value of."""
    rights = call.access.form(call.app, form)
    writable = rights.edit.keys() - fixed(call, form, new=False)
    return [
        each
        for each in form.fields.values()
        if each.key in writable
        and each.key not in rights.masked
        and each.columns
        and not each.options.unique
        and not (each.options.read_only or each.options.hidden or each.kind.write_once)
    ]


def _ask(call: Call, asking: Asking) -> Answer:
    form, chosen = asking.form, asking.chosen
    showing = Showing(call, form, names_for(call, raw_ids([chosen] if chosen else [], asking.raw)))
    texts, errors = showing.texts, by_path(asking.issues, texts_of(call))
    label = texts.label(form.definition.label)
    model = BulkPage(
        title=texts.t("screen.bulk.edit_title", count=len(asking.ids)),
        url=f"{form_url(form)}/bulk/edit",
        ids=tuple(map(str, asking.ids)),
        cancel_url=form_url(form),
        fields=tuple(Item(each.key, texts.label(each.options.label)) for each in asking.fields),
        value=input_view(showing, chosen, asking.raw.get(chosen.key), errors) if chosen else None,
        issues=summary(form, errors, texts),
        looked=asking.looked,
        refused=asking.refused,
    )
    status = 422 if asking.issues else 200
    return page(call, "runtime/bulk.html", model, [Link(label, form_url(form))], status=status)
