"""The records that a question lists, as those pick them who make links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engines.form import FieldModel, FormModel
from engines.store.public_choices import Choice, choices_of
from frontend.views import FieldView, Issue, Item
from runtime.publics.offering import MOST, choosing, found_in, offered, titled
from runtime.screens.inputs import is_id
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.errors import NotFound
from schemas.publics import PublicForm

Picked = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a public form lists, looked at and changed by a person with rights of their own."""

    call: Call
    uid: int
    said: PublicForm

    @property
    def form(self) -> FormModel:
        """Return the form whose records it makes."""
        return self.call.app.forms[self.said.form]

    @property
    def fields(self) -> dict[str, FieldModel]:
        """Return the fields whose questions list records, by key."""
        return {each.key: each for each in choosing(self.form, (each.field for each in self.said.questions))}

    def inputs(self, url: str, picked: Picked | None = None) -> Iterator[FieldView]:
        """Yield an input for each question that lists records. ``picked``: what stands there unsaved."""
        told = offered(
            self.call.installation, self.call.conn, (self.call.app, self.form), self.uid, self.fields
        )
        for key, field in self.fields.items():
            listed = [each.record_id for each in choices_of(self.call.conn, self.uid, field.uid)]
            ids = (picked or {}).get(key, listed)
            mine, unseen = self._titled(field, ids), texts_of(self.call).t("screen.value.unseen")
            yield FieldView(
                _name(field), "relations", self._label(field), self._help(listed, told[key]),
                value=[*map(str, ids)], items=tuple(Item(str(each), mine.get(each, unseen)) for each in ids),
                options={"lookup_url": f"{url}/choices/{key}", "choices": self._found(field)},
            )  # fmt: skip

    def _label(self, field: FieldModel) -> str:
        said = next(each for each in self.said.questions if each.field == field.key)
        label = texts_of(self.call).label
        return label(said.label) or label(field.options.label)

    def _help(self, listed: Sequence[int], told: Mapping[int, str]) -> str:
        t, gone = texts_of(self.call).t, len(listed) - len(told)
        if not listed:
            return t("public_form.no_choices")
        return t("public_form.choices_gone", count=gone) if gone else ""

    def _titled(self, field: FieldModel, ids: Sequence[int]) -> dict[int, str]:
        place = (self.call.app, self.call.access)
        return titled(self.call.installation.store, self.call.conn, place, field, tuple(ids))

    def _found(self, field: FieldModel, search: str = "") -> list[dict[str, str]]:
        store, place = self.call.installation.store, (self.call.app, self.call.access)
        several = found_in(store, self.call.conn, place, field, search=search or None, limit=MOST)
        return [{"id": str(number), "text": title} for number, title in several]

    def found(self, key: str, search: str) -> list[dict[str, str]]:
        """Return records that the person may list for a question. Raises NotFound for one that lists none."""
        if key not in self.fields:
            raise NotFound
        return self._found(self.fields[key], search)

    def posted(self) -> Picked:
        """Return what was picked, by question."""
        found: dict[str, Sequence[int]] = {}
        for key, field in self.fields.items():
            raw = [value for name, value in self.call.posted if name == _name(field)]
            if raw:
                found[key] = list(dict.fromkeys(int(each) for each in raw if is_id(each)))
        return found

    def wrong(self, picked: Picked) -> tuple[Issue, ...]:
        """Return what is wrong with what was picked."""
        texts = ((self.fields[key], self._objection(self.fields[key], ids)) for key, ids in picked.items())
        return tuple(Issue(text, _name(field), self._label(field)) for field, text in texts if text)

    def _objection(self, field: FieldModel, ids: Sequence[int]) -> str:
        t = texts_of(self.call).t
        if len(ids) > MOST:
            return t("public_form.choices_most", count=MOST)
        known = {each.record_id for each in choices_of(self.call.conn, self.uid, field.uid)}
        known.update(self._titled(field, ids))
        return "" if known.issuperset(ids) else t("field.not_among")

    def made(self, picked: Picked) -> Iterator[tuple[FieldModel, list[Choice]]]:
        """Yield what is to be listed: what the person may see is told with this person's eyes from now on."""
        for key, ids in picked.items():
            field = self.fields[key]
            by = {each.record_id: each.by for each in choices_of(self.call.conn, self.uid, field.uid)}
            by |= dict.fromkeys(self._titled(field, ids), self.call.actor or 0)
            yield field, [Choice(each, by[each]) for each in ids]


def _name(field: FieldModel) -> str:
    return f"choices.{field.key}"
