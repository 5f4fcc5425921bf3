"""A form, a field or an option under another key: whatever names it in a definition is written anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from engines.expression.errors import ExpressionError
from engines.expression.naming import Renaming
from engines.expression.parser import parse, token_end
from engines.expression.printer import to_text
from engines.expression.tree import Literal, Node, Ref, walk
from schemas.elements import App, Choice, Element, FieldOptions, Form, Tagged, Translated, Yields
from schemas.elements import Ref as Named
from schemas.formulas import formula_in, inside, read_by, subject, tags
from schemas.marks import marks_of
from schemas.naming import Names

M = TypeVar("M", bound=BaseModel)
_WRAPPED = Yields(wrapped=True)


def rename_key(app: App, path: str, key: str, *, keep: bool = True) -> App:
    """Return the definition with the element at ``path`` called ``key``, and everything that names it.

    ``path``: ``order``, ``order.state``, ``order.items.qty`` or, of an option, ``order.state.done``.
    ``keep``: the former key was published, so it stays among the element's old ones.
    Raises KeyError where there is no such element; whether the key is free is the loader's to say.
    """
    names = Names.of(app)
    if not names.has(path):
        raise KeyError(path)
    return _Definition(Renaming(names, path, key), keep).of(app, "", ())


@dataclass(frozen=True, slots=True)
class _Definition:
    renaming: Renaming
    keep: bool

    def of(self, model: M, around: str, above: tuple[BaseModel, ...]) -> M:
        """Return a part of the definition as it reads afterwards."""
        form = subject(model, around)
        changes, kind = {}, type(model)
        formulas, refs, tagged = marks_of(Yields, kind), marks_of(Named, kind), marks_of(Tagged, kind)
        for name in kind.model_fields:
            value, formula, named = getattr(model, name), formulas.get(name), refs.get(name)
            if name in tagged:
                changed = self._tagged(value, form)
            else:
                changed = self._parts(value, inside(model, name, form), (*above, model))
                if formula is not None:
                    reads = read_by(formula, model, form, self.renaming.names)
                    changed = self._formulas(changed, formula, (reads, form))
                if named is not None:
                    changed = self._named(changed, named.what, model, form)
            if changed is not value:
                changes[name] = changed
        changes |= self._own(model, form, around, above)
        return model.model_copy(update=changes) if changes else model

    def _parts(self, value: Any, form: str, above: tuple[BaseModel, ...]) -> Any:
        if isinstance(value, BaseModel):
            return self.of(value, form, above)
        if isinstance(value, tuple):
            parts = tuple(self._parts(each, form, above) for each in value)
            return value if all(one is other for one, other in zip(parts, value, strict=True)) else parts
        if isinstance(value, dict):
            said = {key: self._parts(each, form, above) for key, each in value.items()}
            return value if all(said[key] is each for key, each in value.items()) else said
        return value

    def _own(self, model: BaseModel, form: str, around: str, above: tuple[BaseModel, ...]) -> dict[str, Any]:
        """Return the key of the element itself, and the default that names an option of it."""
        old, key, path = self.renaming.old, self.renaming.key, self.renaming.path
        found: dict[str, Any] = {}
        if isinstance(model, Element) and self._path_of(model, form, around, above) == path:
            kept = tuple(each for each in model.was if each != key)
            found = {"key": key, "was": (*kept, old) if self.keep else kept}
        if isinstance(model, FieldOptions) and f"{form}.{model.key}.{old}" == path:
            default = model.default
            if default == old:
                found["default"] = key
            elif isinstance(default, list) and old in default:
                found["default"] = [key if each == old else each for each in default]
        if isinstance(model, Choice) and old in model.under and self._followed(form, above[-1]) == path:
            found["under"] = tuple(key if each == old else each for each in model.under)
        return found

    def _followed(self, form: str, field: BaseModel) -> str:
        """Return the path that an option of the field has by which this one's options are chosen."""
        places = self.renaming.names.places(form, (str(getattr(field, "follows", "")),))
        return f"{places[0]}.{self.renaming.old}" if places else ""

    def _path_of(self, model: Element, form: str, around: str, above: tuple[BaseModel, ...]) -> str:
        if isinstance(model, Form):
            return model.key
        if isinstance(model, FieldOptions):
            return f"{around}.{model.key}"
        holder = above[-1] if above else None
        options = getattr(holder, "options", ())
        if isinstance(holder, FieldOptions) and any(each is model for each in options):
            return f"{form}.{holder.key}.{model.key}"
        return ""

    def _named(self, value: Any, what: str, holder: BaseModel, form: str) -> Any:
        """Return what stands in an option that names a form or fields."""
        if what in {"role", "node", "flow", "dashboard", "tab", "person", "record"}:
            return value
        if what.startswith("option@"):
            field = getattr(holder, what.removeprefix("option@"))
            return tuple(self._option_key(each, f"{form}.{field}.{each}") for each in value)
        around = None if what == "form" else self.renaming.names.target(what, holder, form) or ""
        if isinstance(value, str):
            return self._named_key(value, around)
        if isinstance(value, tuple):
            keys = tuple(self._named_key(each, around) for each in value)
            return value if keys == value else keys
        if isinstance(value, dict):
            renamed = {
                self._named_key(each, around): self._chosen(kept, f"{around}.{each}")
                for each, kept in value.items()
            }
            return value if renamed == value else renamed
        return value

    def _named_key(self, key: str, around: str | None) -> str:
        found = [key] if around is None else self.renaming.names.places(around, (key,))
        return self.renaming.key if found and found[0] == self.renaming.path else key

    def _option_key(self, key: str, path: str) -> str:
        return self.renaming.key if path == self.renaming.path else key

    def _chosen(self, value: Any, field: str) -> Any:
        """Return what is put into a field, with the option of that field called by its new key."""
        if f"{field}.{self.renaming.old}" != self.renaming.path:
            return value
        if isinstance(value, list):
            return [self.renaming.key if each == self.renaming.old else each for each in value]
        return self.renaming.key if value == self.renaming.old else value

    def _tagged(self, value: Any, form: str) -> Any:
        """Return a text, or a text per language, with its tags written anew."""
        if isinstance(value, str):
            written = value
            for tag in reversed(tags(value)):
                after = written[tag.at + len(tag.formula) :]
                written = written[: tag.at] + self._text(tag.formula, (form, "")) + after
            return value if written == value else written
        if isinstance(value, Translated):
            said = {"zh": self._tagged(value.zh, form), "en": self._tagged(value.en, form)}
            return value if said == {"zh": value.zh, "en": value.en} else value.model_copy(update=said)
        return value

    def _formulas(self, value: Any, mark: Yields, form: tuple[str, str]) -> Any:
        """Return formulas about the records of one form that stand in another, which ``THIS`` names."""
        if mark.keyed:
            if not isinstance(value, dict):
                return value
            plain = {key: self._formulas(each, _WRAPPED, form) for key, each in value.items()}
            return value if plain == value else plain
        text = formula_in(value, mark)
        if text is not None:
            written = self._text(text, form)
            return value if written == text else {"formula": written} if isinstance(value, dict) else written
        if isinstance(value, tuple):
            texts = tuple(self._formulas(each, mark, form) for each in value)
            return value if texts == value else texts
        if isinstance(value, dict) and not mark.wrapped:
            said = {key: self._formulas(each, mark, form) for key, each in value.items()}
            return value if said == value else said
        return value

    def _text(self, text: str, form: tuple[str, str]) -> str:
        try:
            node = parse(text)
        except ExpressionError:
            return text  # refused elsewhere; a rename does not make it worse
        return _edited(text, node, self.renaming.formula(node, *form))


def _edited(text: str, before: Node, after: Node) -> str:
    """Return the text with the names that differ replaced, and everything else as it was written."""
    edits = [
        (one.at - 1, to_text(other))
        for (one, _), (other, _) in zip(walk(before), walk(after), strict=True)
        if isinstance(one, Ref | Literal) and one != other
    ]
    for start, name in reversed(edits):
        text = text[:start] + name + text[token_end(text, start) :]
    return text
