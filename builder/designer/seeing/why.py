"""The page and the address that answer why somebody may see a field of a record, or may not."""

from __future__ import annotations

from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.seeing.asked import Question
from builder.designer.seeing.pages import chooser, name_of
from builder.designer.seeing.saying import Saying, right_of
from builder.designer.seeing.standing import Standing
from engines.form import Storage
from engines.query import Query
from engines.store import reading
from frontend.seeing import Reason, WhyField
from frontend.views import Item, Link
from runtime.api.parameters import known
from runtime.screens.shell import page
from runtime.screens.values import record_title
from runtime.web.call import Answer, Call, id_in, json_answer
from schemas.errors import NotFound


def show_why(call: Call) -> Answer:
    """Answer the question of the address; without one, what may be asked."""
    desk = Desk(call)
    standing, t, label = Standing(desk), desk.texts.t, desk.texts.label
    forms = [each for each in standing.app.forms.values() if each.parent is None]
    chosen = next((each for each in forms if each.key == call.query.get("form")), next(iter(forms), None))
    fields = () if chosen is None else tuple(
        Item(key, label(each.options.label)) for key, each in chosen.fields.items()
        if each.storage is not Storage.none
    )  # fmt: skip
    asked = call.query.get("field", "")
    key = asked if any(each.key == asked for each in fields) else next((each.key for each in fields), "")
    # Whoever pastes the address of a record means the record.
    record, error = call.query.get("id", "").partition("?")[0].strip("/ ").rpartition("/")[2], ""
    who = name_of(standing) if standing.who else ""
    verdicts: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    if who and chosen is not None and key:
        try:
            verdicts, reasons = _answers(_question(standing, chosen.key, key, record))
        except NotFound:
            error = t("seeing.no_record")
    model = WhyField(
        t("seeing.why.title"), desk.bar(), chooser(standing, f"{desk.base}/why"),
        tuple(Item(each.key, label(each.definition.label)) for each in forms), fields,
        "" if chosen is None else chosen.key, key, record, standing.free, verdicts, reasons, error,
    )  # fmt: skip
    way = [*crumbs(desk, ""), Link(t("design.rights.title"), f"{desk.base}/rights")]
    return page(call, "builder/seeing_why.html", model, way, nav=desk.nav())


def _question(standing: Standing, form: str, field: str, record: str) -> Question:
    """Return what is asked. Raises NotFound for a record that cannot be."""
    number = id_in(record) if record else None
    if record and number is None:
        raise NotFound
    return Question(standing, form, field, number)


def _answers(question: Question) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    saying = Saying(question, name_of(question.standing), _title(question))
    return tuple(saying.verdicts()), tuple(saying.reasons())


def _title(question: Question) -> str:
    """Return what the record is called, as whoever asks sees it."""
    if question.record_id is None:
        return ""
    call, query = question.standing.call, Query(question.form.path)
    store = call.installation.store
    found = reading.get(store, call.conn, call.app, call.access, query, question.record_id)
    return record_title(question.form, found.records[0])


def tell_why(call: Call) -> Answer:
    """Answer the same as JSON."""
    known(call, "as", "of", "form", "field", "id")
    standing = Standing(Desk(call))
    query = call.query
    question = _question(standing, query.get("form", ""), query.get("field", ""), query.get("id", ""))
    name, title = name_of(standing), _title(question)
    saying = Saying(question, name, title)
    trace = question.trace
    return json_answer({
        "as": {"key": standing.who, "name": name}, "of": standing.of, "form": question.form.key,
        "field": question.field.key, "id": None if question.record_id is None else str(question.record_id),
        "whole": trace.whole, "may": sorted(trace.may), "sight": trace.sight, "edit": trace.edit,
        "fill": trace.fill, "locked": question.locked, "verdict": [each.text for each in saying.verdicts()],
        "grants": [_grant(question, each, saying) for each in trace.heard],
        "silent": [each.key for each in question.silent],
        "made_of": [
            {"form": each.source.form, "field": each.source.key, "clear": each.clear} for each in trace.needed
        ],
        "tasks": [
            {"flow": each.flow, "node": each.node, "sight": each.trace.sight, "edit": each.edit}
            for each in question.given
        ],
    })  # fmt: skip


def _grant(question: Question, heard: Any, saying: Saying) -> dict[str, Any]:
    said = heard.said
    return {
        "role": said.role.key, "grant": said.at, "actions": sorted(said.grant.actions),
        "scope": said.grant.scope or "all", "where": said.grant.where, "rows": saying.rows(said.grant),
        "holds": heard.holds if question.record_id is not None else None,
        "right": right_of(said, question.field.key),
    }  # fmt: skip
