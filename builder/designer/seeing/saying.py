"""The account of a decision in sentences, each with the way to where it can be changed."""

from __future__ import annotations

from collections.abc import Iterator

from builder.designer.panel import Words
from builder.designer.seeing.asked import Given, Question
from builder.drafting.places import locate
from engines.access import Sight
from engines.access.rulings import Said
from engines.access.trace import Heard, Needed
from engines.expression import parse
from engines.expression.conditions import Row, to_group
from engines.store import people
from engines.store.shares import Share
from frontend.seeing import Reason
from frontend.views import Link
from runtime.screens.conditions.building import Fields
from runtime.screens.conditions.sentences import read_pieces, sentence
from runtime.screens.conditions.showing import asked_ids
from runtime.screens.values import Showing, names_for
from schemas.elements import Action, Grant, Role
from schemas.errors import NotFound

_RIGHTS = ("edit", "read", "masked", "hidden")


def right_of(said: Said, key: str) -> str:
    """Return what a grant says of a field, as its ruling came out."""
    ruling = said.ruling
    sets = (ruling.edit & ruling.clear, ruling.clear, ruling.outline)
    return next((name for name, keys in zip(_RIGHTS, sets, strict=False) if key in keys), "hidden")


class Saying:
    """Puts one question's answer into words."""

    def __init__(self, question: Question, who: str, record: str = "") -> None:
        self.question, self.who, self.record = question, who, record
        self.desk = question.standing.desk
        self.t, self.label = self.desk.texts.t, self.desk.texts.label
        self.words = Words(self.desk.texts, Grant)
        self.field = self.label(question.field.options.label)
        self.form = self.label(question.form.definition.label)

    def verdicts(self) -> Iterator[Reason]:
        """Yield what was decided: seen or not, changed or not, removed or not."""
        trace, given = self.question.trace, self.question.given
        about = f"seeing.verdict.{'record' if self.question.record_id is not None else 'any'}"
        params = {"who": self.who, "field": self.field, "form": self.form, "record": self.record}
        seen = trace.seen or any(each.trace.seen for each in given)
        yield self._verdict(f"{about}.view", params, holds=seen)
        if seen:
            sights = [trace.sight, *(each.trace.sight for each in given)]
            best = max(sights, key=list(Sight).index)
            kind = "yes" if best is Sight.clear else "no" if best is not Sight.outline else "note"
            yield Reason(self.t(f"seeing.verdict.{best}", **params), kind)
        edit = trace.edit and not self.question.locked
        yield self._verdict("seeing.verdict.edit", params, holds=edit or any(each.edit for each in given))
        if self.question.record_id is None:
            yield self._verdict("seeing.verdict.fill", params, holds=trace.fill)
        removes = Action.delete in trace.may and not self.question.locked
        yield self._verdict("seeing.verdict.delete", params, holds=removes)

    def _verdict(self, code: str, params: dict[str, str], *, holds: bool) -> Reason:
        return Reason(self.t(f"{code}_{'yes' if holds else 'no'}", **params), "yes" if holds else "no")

    def reasons(self) -> Iterator[Reason]:
        """Yield what decided: the roles that are held, what each grant says, what the field says itself."""
        question = self.question
        yield from self._roles()
        for heard in question.trace.heard:
            yield self._grant(heard)
        for role in question.silent:
            name = self.label(role.label)
            yield Reason(self.t("seeing.why.silent", role=name, form=self.form), "no", (), self._mend(role))
        yield from map(self._source, question.trace.needed)
        yield from self._own()
        yield from map(self._share, question.shares)
        yield from map(self._task, question.given)
        if question.locked:
            yield Reason(self.t("seeing.why.locked"), "no")

    def _roles(self) -> Iterator[Reason]:
        standing = self.question.standing
        held = [self.label(each.label) for each in standing.rights.roles(standing.app)]
        link = self._people_link()
        if self.question.trace.whole:
            yield Reason(self.t("seeing.why.whole", who=self.who), "yes", (), link)
        elif not held:
            yield Reason(self.t("seeing.why.no_role", who=self.who), "no", (), link)
        elif standing.person_id is not None:
            names = self.t("ui.common.separator").join(held)
            yield Reason(self.t("seeing.why.roles", who=self.who, roles=names), "note", (), link)

    def _people_link(self) -> Link | None:
        """Return where roles are given, for those who may give them."""
        standing = self.question.standing
        me, person = standing.call.person, standing.person_id
        if me is None or not me.admin or person is None:
            return None
        return Link(self.t("design.mend"), f"/people/{person}")

    def _grant(self, heard: Heard) -> Reason:
        said, asks = heard.said, self.question.record_id is not None
        right = right_of(said, self.question.field.key)
        more = [self.t(f"seeing.right.{right}", field=self.field)]
        if said.ruling.rows.everything:
            more.append(self.t("seeing.why.every_row"))
        elif asks:
            more.append(self.t("seeing.why.holds" if heard.holds else "seeing.why.fails"))
        names = (self.words.choice("actions", str(each)) for each in said.grant.actions)
        text = self.t(
            "seeing.why.grant", role=self.label(said.role.label), rows=self.rows(said.grant),
            actions=self.t("ui.common.separator").join(names), form=self.form,
        )  # fmt: skip
        views = Action.view in said.grant.actions
        good = views and heard.holds and right != "hidden"
        return Reason(text, "yes" if good else "no", tuple(more), self._mend(said.role, said.at))

    def rows(self, grant: Grant) -> str:
        """Return the records a grant speaks of, in words."""
        found = [self.words.choice("scope", str(grant.scope or "all"))]
        if grant.where is not None:
            said = self._condition(grant.where)
            found = [*(found if (grant.scope or "all") != "all" else []), self.t("seeing.where", text=said)]
        return self.t("seeing.and").join(found)

    def _condition(self, text: str) -> str:
        call, form = self.question.standing.call, self.question.form
        fields = Fields(form.fields, in_sql=False)
        group = to_group(parse(text), fields.family_of)
        if not all(isinstance(each, Row) for each in group.parts):
            labels = {key: self.label(each.options.label) for key, each in form.fields.items()}
            return "".join(each.label or each.text for each in read_pieces(text, labels))
        names = names_for(call, asked_ids(fields, group))
        return sentence(Showing(call, form, names), fields, group)

    def _mend(self, role: Role, at: int | None = None) -> Link | None:
        """Return where the draft says so; of a grant that it does not hold any more, its role."""
        place = self.question.standing.place_of(role)
        if not place:
            return None
        deeper = f"{place}/grants/{at}"
        try:
            locate(self.desk.draft.document, deeper)
        except NotFound:
            deeper = place
        return Link(self.t("design.mend"), self.desk.element_url(place if at is None else deeper))

    def _source(self, needed: Needed) -> Reason:
        form = self.question.standing.app.forms[needed.source.form]
        field = form.fields.get(needed.source.key)
        name = (
            self.t(f"seeing.system.{needed.source.key}") if field is None else self.label(field.options.label)
        )
        if form is not self.question.form:
            name = f"{self.label(form.definition.label)} · {name}"
        code = "seeing.why.source_yes" if needed.clear else "seeing.why.source_no"
        return Reason(self.t(code, field=self.field, name=name), "yes" if needed.clear else "no")

    def _own(self) -> Iterator[Reason]:
        """Yield what the field itself says."""
        options, form = self.question.field.options, self.question.form
        link = self._field_link(form.key, options.key)
        said = {
            "masked": options.masked, "read_only": options.read_only, "hidden_field": options.hidden,
            "computed": self.question.field.computed is not None,
            "visible_if": options.visible_if is not None,
        }  # fmt: skip
        for name, holds in said.items():
            if holds:
                yield Reason(self.t(f"seeing.why.{name}", field=self.field), "note", (), link)

    def _field_link(self, form: str, field: str) -> Link | None:
        try:
            locate(self.desk.draft.document, f"forms/{form}/fields/{field}")
        except NotFound:
            return None
        return Link(self.t("design.mend"), self.desk.url_of(f"forms/{form}/fields/{field}"))

    def _share(self, each: Share) -> Reason:
        call = self.question.standing.call
        by = people.names(call.conn, [each.by]).get(each.by, "")
        until = Showing(call, self.question.form, {}).moment(each.until).text
        code = "seeing.why.shared_edit" if each.edit else "seeing.why.shared"
        return Reason(self.t(code, who=self.who, by=by, until=until), "yes")

    def _task(self, given: Given) -> Reason:
        name = self.t("seeing.why.task", who=self.who, flow=given.flow, node=given.node)
        right = "edit" if given.edit else _of_sight(given.trace.sight)
        kind = "no" if right == "hidden" else "yes"
        return Reason(name, kind, (self.t(f"seeing.right.{right}", field=self.field),))


def _of_sight(sight: Sight) -> str:
    return {Sight.clear: "read", Sight.outline: "masked"}.get(sight, "hidden")
