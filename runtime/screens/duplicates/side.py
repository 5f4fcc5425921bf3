"""Records side by side: which stays, which value of each field, what moves; and then they are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.form import FieldModel, FormModel
from engines.query import Query
from engines.store import reading
from engines.store.merging import AT_MOST, Merge, Moves, Proposal
from engines.store.merging.proposal import UNITED, chosen_fields, is_blank
from frontend.duplicates import MergePage, MergeRow, Offer, Side
from frontend.texts import Texts
from frontend.views import Action, Cell, Issue, Link
from runtime.screens.bulk import selected
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call, form_in, id_in, redirect
from runtime.web.errors import text_of
from schemas.errors import Invalid, LimitReached
from schemas.errors import Issue as Problem

_HIDDEN = "…"


def begin_merge(call: Call) -> Answer:
    """Open the ticked rows of a list side by side."""
    form, ids = call.form, selected(call)
    if not 2 <= len(ids) <= AT_MOST:
        return go(call, form_url(form), texts_of(call).t("merge.count", max=AT_MOST), "info")
    return redirect(f"{form_url(form)}/merge?ids={','.join(map(str, ids))}")


def show_sides(call: Call) -> Answer:
    """Answer the records side by side, with what is proposed."""
    return _page(call, _asked(call), ())


def merge_sides(call: Call) -> Answer:
    """Merge as was chosen and show the record that stays, or the page again with what is in the way."""
    form, work = call.form, _asked(call)
    work.survivor = _id(call.field("survivor"))
    prefix, posted = "choice.", dict(call.posted)
    work.choices = {
        name.removeprefix(prefix): UNITED if value == UNITED else _id(str(value)) or 0
        for name, value in posted.items() if name.startswith(prefix)
    }  # fmt: skip
    versions = {
        number: int(value) for name, value in posted.items()
        if name.startswith("version.") and (number := _id(name[8:])) and str(value).isdecimal()
    }  # fmt: skip
    texts, url = texts_of(call), form_url(form)
    try:
        with call.unit() as uow:
            doing = Merge(
                call.installation.store, uow.app, form_in(uow, call), uow.access, work.ids, work.survivor
            )
            doing.choices = _open_choices(doing, uow.conn, work.choices)
            made = doing.carry_out(uow, versions)
    except Invalid as error:
        found = ([Problem("", error.reason)] if error.reason == "merge.stale" else []) + [*error.issues]
        return _page(call, work, [each for each in found if each.code != "record.stale"], 422)
    except LimitReached as error:
        return _page(call, work, [Problem("", error.reason, error.params)], 422)
    undo = Action(texts.t("screen.undo"), f"{url}/merges/{made}/undo", "post")
    return go(call, f"{url}/{work.survivor}", texts.t("merging.done", count=len(work.ids)), undo=undo)


def _open_choices(work: Merge, conn: Any, choices: Mapping[str, int | str]) -> dict[str, int | str]:
    """Return the choices that differ from what is proposed: the rest was no choice of the person's."""
    proposal = work.proposal(conn)
    return {key: each for key, each in choices.items() if proposal.choices.get(key) != each}


def _asked(call: Call) -> Merge:
    ids = [number for each in call.query.get("ids", "").split(",") if (number := _id(each))]
    return Merge(call.installation.store, call.app, call.form, call.access, list(dict.fromkeys(ids)))


def _id(text: str) -> int | None:
    return id_in(text)


def _page(call: Call, work: Merge, problems: Sequence[Problem], status: int = 200) -> Answer:
    form, texts, proposal = work.form, texts_of(call), work.proposal(call.conn)
    moves = work.moves(call.conn, proposal)
    ids = [int(each["_id"]) for each in proposal.records]
    found = reading.read(
        call.installation.store,
        call.conn,
        call.app,
        call.access,
        Query(form.path, ids=tuple(ids), labels=True),
    )
    seen: dict[int, Mapping[str, Any]] = {int(str(each["_id"])): each for each in found.records}
    showing = Showing(call, form, found.labels)
    model = MergePage(
        title=texts.t("merging.title", count=len(ids)),
        url=f"{form_url(form)}/merge?ids={','.join(map(str, work.ids))}",
        sides=tuple(_side(showing, form, seen[each]) for each in ids),
        survivor=str(proposal.survivor),
        rows=tuple(_rows(showing, work, proposal, [seen[each] for each in ids])),
        moves=tuple(_moves(call, moves, texts)),
        cancel_url=form_url(form),
        issues=tuple(_told(each, texts) for each in problems),
    )
    crumbs = [Link(texts.label(form.definition.label), form_url(form))]
    return page(call, "runtime/merge.html", model, crumbs, status=status)


def _told(problem: Problem, texts: Texts) -> Issue:
    return Issue(text_of(texts, problem.code, dict(problem.params)))


def _side(showing: Showing, form: FormModel, record: Mapping[str, Any]) -> Side:
    changed = record.get("_updated_at")
    when = None if changed is None else showing.moment(changed)
    url = f"{form_url(form)}/{record['_id']}"
    return Side(str(record["_id"]), record_title(form, record), url, str(record["_version"]), when)


def _rows(
    showing: Showing, work: Merge, proposal: Proposal, seen: Sequence[Mapping[str, Any]]
) -> Iterator[MergeRow]:
    rights = showing.call.access.form(showing.call.app, work.form)
    ids = [int(str(each["_id"])) for each in seen]
    for key, field in chosen_fields(work.form).items():
        if not rights.usable(key) or field.options.hidden:
            continue
        values = [each.get(key) for each in seen]
        if all(map(is_blank, values)):
            continue
        same = all(each == values[0] for each in values) and field.rows is None
        closed = not same and not work.eyes.open(showing.call.conn, key, ids)
        offers = tuple(
            Offer(str(number), _cell(showing, field, each.get(key)))
            for number, each in zip(ids, seen, strict=True)
        )
        chosen = str(work.choices.get(key, proposal.choices[key]))
        label = showing.texts.label(field.options.label)
        yield MergeRow(key, label, offers, chosen, same, closed, field.plural)


def _cell(showing: Showing, field: FieldModel, value: Any) -> Cell:
    if field.rows is not None:
        count = len(value or ())
        return Cell(count, showing.texts.t("merging.rows", count=count) if count else "")
    return showing.cell(field, value)


def _moves(call: Call, moves: Moves, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield what is re-pointed, of forms that the person knows by name, and the rest together."""
    number = call.installation.renderer.formats[texts.locale].number()
    elsewhere = 0
    for path, count in moves.records.items():
        rights = call.access.form(call.app, call.app.forms[path])
        if any(rights.may(action) for action in rights.act):
            yield texts.label(call.app.forms[path].definition.label), number(count)
        else:
            elsewhere += count
    for table, count in moves.rows.items():
        code = f"merging.moves.{table.removeprefix('weft_')}"
        if texts.has(code):
            yield texts.t(code), number(count)
        else:
            elsewhere += count
    if elsewhere:
        yield texts.t("merging.moves.other"), number(elsewhere)
