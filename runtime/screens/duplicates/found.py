"""Records that may be one, in groups: why, side by side, or never again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.form import FieldModel, FormModel, Storage
from engines.form.matching import matching
from engines.form.matching.matchers import Ruled
from engines.query import Query
from engines.store import reading
from engines.store.matching import scanning
from engines.store.matching.scanning import Found
from engines.store.merging import AT_MOST
from frontend.duplicates import FoundPage, Group, Twin
from frontend.views import Action, Link
from runtime.screens.bulk import selected
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call
from schemas.elements import Action as Doing
from schemas.errors import Forbidden, NotFound

_COLUMNS = 5
_PAIRS = 200  # on one page; those that follow appear when some are done with


def show_found(call: Call) -> Answer:
    """Answer the groups of which the person may see every record shown."""
    form = _allowed(call)
    lens = call.installation.store.lens(call.app, call.access, form)
    pairs = scanning.open_pairs(call.conn, call.app, lens, _PAIRS + 1)
    groups = tuple(_groups(call, form, pairs[:_PAIRS]))
    texts, url = texts_of(call), f"{form_url(form)}/duplicates"
    again = Action(texts.t("duplicates.scan"), f"{url}/scan", "post", "refresh")
    busy = scanning.under_way(call.conn, form)
    model = FoundPage(groups, again, busy, len(pairs) > _PAIRS)
    crumbs = [Link(texts.label(form.definition.label), form_url(form))]
    return page(call, "runtime/duplicates.html", model, crumbs)


def may_look(call: Call, form: FormModel) -> bool:
    """Tell whether duplicates of a form are anything to a person."""
    rights = call.access.form(call.app, form)
    return rights.may(Doing.edit) and rights.may(Doing.delete)


def _allowed(call: Call) -> FormModel:
    form = call.form
    if not matching(call.app, form).rules:
        raise NotFound
    if not may_look(call, form):
        raise Forbidden
    return form


def scan_again(call: Call) -> Answer:
    """Ask for a scan."""
    form, box, text = _allowed(call), call.installation, texts_of(call).t("duplicates.asked")
    call.release()
    with box.db.write() as conn:
        scanning.ask(conn, box.jobs, form)
    box.worker.kick()
    return go(call, f"{form_url(form)}/duplicates", text)


def dismiss_group(call: Call) -> Answer:
    """Remember that the records named are different things. Raises NotFound for one that is out of sight."""
    form, ids, box = _allowed(call), selected(call), call.installation
    query = Query(form.path, (), ids=tuple(ids), limit=max(len(ids), 1))
    seen = reading.read(box.store, call.conn, call.app, call.access, query).records
    if len(seen) != len(ids) or len(ids) < 2:
        raise NotFound
    call.release()
    with box.db.write() as conn:
        scanning.dismiss(conn, form.uid, ids, call.person.id if call.person else 0, box.clock.now())
    return go(call, f"{form_url(form)}/duplicates", texts_of(call).t("duplicates.dismissed"))


def _groups(call: Call, form: FormModel, pairs: Sequence[Found]) -> Iterator[Group]:
    """Yield groups, the likest first: whoever resembles one of a group belongs to it."""
    parts: list[tuple[set[int], list[Found]]] = []
    for pair in pairs:
        ids = {pair.low, pair.high}
        met = [part for part in parts if part[0] & ids]
        joined = set(ids).union(*(part[0] for part in met)), [*(one for part in met for one in part[1]), pair]
        parts = [part for part in parts if part not in met] + [joined]
    parts.sort(key=lambda part: -max(each.score for each in part[1]))
    records, showing = _records(call, form, [each for ids, _ in parts for each in ids], pairs)
    for ids, some in parts:
        if all(each in records for each in ids):
            yield _group(showing, form, [records[each] for each in sorted(ids)], some)


def _records(
    call: Call, form: FormModel, ids: Sequence[int], pairs: Sequence[Found]
) -> tuple[dict[int, Mapping[str, Any]], Showing]:
    keys = {key for pair in pairs for key in pair.rule.matcher.keys_read}
    keys |= {each.key for each in _telling(call, form)}
    if form.title is not None and call.access.form(call.app, form).readable(form.title.key):
        keys.add(form.title.key)
    query = Query(form.path, tuple(sorted(keys)), ids=tuple(ids), limit=reading.path.MAX_LIMIT, labels=True)
    found = reading.read(call.installation.store, call.conn, call.app, call.access, query)
    by_id: dict[int, Mapping[str, Any]] = {int(str(each["_id"])): each for each in found.records}
    return by_id, Showing(call, form, found.labels)


def _group(
    showing: Showing, form: FormModel, records: Sequence[Mapping[str, Any]], pairs: Sequence[Found]
) -> Group:
    texts, url = showing.texts, form_url(form)
    rules = {id(each.rule): each.rule for each in pairs}.values()
    compared = [field for each in rules for field in each.matcher.fields]
    shown = dict.fromkeys([*compared, *_telling(showing.call, form)])
    fields = [each for each in shown if each is not form.title][:_COLUMNS]
    twins = tuple(
        Twin(str(each["_id"]), record_title(form, each), f"{url}/{each['_id']}",
             tuple(showing.cell(field, each.get(field.key)).text for field in fields))
        for each in records
    )  # fmt: skip
    separator = texts.t("ui.common.separator")
    said = (_why(showing, each) for each in rules)
    named = tuple(("id", each.id) for each in twins)
    dismiss = Action(
        texts.t("duplicates.dismiss"), f"{url}/duplicates/dismiss", "post", "x", "ghost", fields=named
    )
    ids = ",".join(each.id for each in twins[:AT_MOST])
    return Group(
        twins, tuple(texts.label(each.options.label) for each in fields), separator.join(dict.fromkeys(said)),
        max(each.score for each in pairs), f"{url}/merge?ids={ids}", dismiss,
    )  # fmt: skip


def _telling(call: Call, form: FormModel) -> list[FieldModel]:
    """Return the fields by which people tell records apart: those of the first view."""
    rights = call.access.form(call.app, form)
    named = form.definition.views[0].columns if form.definition.views else ()
    found = [form.fields[key] for key in named if key in form.fields and rights.readable(key)]
    return [each for each in found if each.storage is Storage.column and each.key not in rights.masked]


def _why(showing: Showing, rule: Ruled) -> str:
    """Return what records have in common: as the designer says, else the fields."""
    texts = showing.texts
    labels = (texts.label(each.options.label) for each in rule.matcher.fields)
    same = texts.t("alike.same", fields=texts.t("ui.common.separator").join(labels))
    return texts.label(rule.rule.label) or same
