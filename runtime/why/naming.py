"""How sentences about rules and flows name fields, values and people, whoever reads them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from frontend.texts import Texts


class Naming(ABC):
    """Passed to the templates of triggers, actions and nodes as ``say``."""

    @property
    @abstractmethod
    def texts(self) -> Texts:
        """Return the texts in the reader's language."""

    @abstractmethod
    def form(self, key: str) -> str:
        """Return what a form is called."""

    @abstractmethod
    def field(self, key: str) -> str:
        """Return what a field is called, in quotes."""

    @abstractmethod
    def flow(self, key: str) -> str:
        """Return what a flow is called."""

    @abstractmethod
    def role(self, key: str) -> str:
        """Return what a role is called."""

    @abstractmethod
    def value(self, key: str, value: Any) -> str:
        """Return a value of a field as a person reads it."""

    @abstractmethod
    def condition(self, text: str) -> str:
        """Return a condition as one reads it aloud."""

    def fields(self, keys: Iterable[str]) -> str:
        """Return what several fields are called."""
        return self.joined(self.field(key) for key in keys)

    def keys(self, said: Mapping[str, Any], among: Collection[Any]) -> list[str]:
        """Return the keys for which one of some words is said."""
        return [key for key, value in said.items() if value in among]

    def text(self, value: Any) -> str:
        """Return a text in the reader's language."""
        return self.texts.label(value)

    def values(self, key: str, values: Iterable[Any]) -> str:
        """Return values of a field as a person reads them."""
        return self.joined(self.quoted(self.value(key, each)) for each in values)

    def roles(self, keys: Iterable[str]) -> str:
        """Return everybody who holds one of some roles."""
        return self.joined(self.texts.t("why.who.role", role=self.role(each)) for each in keys)

    def who(self, people: Iterable[Any]) -> str:
        """Return who is meant."""
        return self.joined(self._person(each) for each in people)

    def quoted(self, text: str) -> str:
        """Return a text in quotes."""
        return self.texts.t("why.quoted", text=text)

    def joined(self, texts: Iterable[str]) -> str:
        """Return several texts as a list."""
        return self.texts.t("ui.common.separator").join(texts)

    def _person(self, who: Any) -> str:
        t = self.texts.t
        named = getattr(who, "field", None)
        place = self.field(named) if named else ""
        up = getattr(who, "up", 0)
        match who.type:
            case "member":
                return str(who.account)
            case "role":
                return t("why.who.role", role=self.role(who.role))
            case "field":
                return place
            case "manager":
                code = "why.who.manager" if place else "why.who.own_manager"
            case "head" if who.department:
                code, place = "why.who.head", self.quoted(who.department)
            case "head":
                code = "why.who.head" if place else "why.who.own_head"
            case _:
                return t(f"why.who.{who.type}")
        return t(code, of=place) + (t("why.who.levels", count=up) if up > 1 else "")
