"""Kinds and registries: how a field type, node or widget announces itself."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from schemas.errors import Issue


class Options(BaseModel):
    """Base of everything a designer may say: unknown keys are refused, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Kind:
    """One variant of a family, described by one module."""

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[Options]]


_MARK = "__weft_kind__"
K = TypeVar("K", bound=Kind)
C = TypeVar("C", bound=type[Kind])


def kind(cls: C) -> C:
    """Mark a class to be collected; nothing is registered until an installation asks."""
    setattr(cls, _MARK, cls)
    return cls


class UnknownKind(KeyError):
    """A name that no kind of the family bears."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.known = sorted(known)
        self.suggestion = nearest(name, self.known)
        super().__init__(f"{name} (known: {', '.join(self.known)})")


class TwoKinds(ValueError):
    """Two kinds of one family bear one name; ``later`` is the one that came second."""

    def __init__(self, name: str, later: type[Kind]) -> None:
        self.name, self.later = name, later
        super().__init__(f"two kinds are named {name}")


class Registry(Mapping[str, K], Generic[K]):
    """The frozen kinds of one family by name, in the order their modules sort."""

    def __init__(self, kinds: Iterable[K]) -> None:
        self._kinds: dict[str, K] = {}
        for each in kinds:
            if each.name in self._kinds:
                raise TwoKinds(each.name, type(each))
            self._kinds[each.name] = each

    def __getitem__(self, name: str) -> K:
        """Return the kind, or raise ``UnknownKind`` that lists the known ones."""
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(name, self._kinds) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over names."""
        return iter(self._kinds)

    def __len__(self) -> int:
        """Count the kinds."""
        return len(self._kinds)


def collect(package: str, family: type[K], plugged: Iterable[ModuleType] = ()) -> Registry[K]:
    """Import every module of ``package`` and collect the marked classes of ``family``.

    ``plugged``: modules from elsewhere, which come after those of the package.
    """
    root = importlib.import_module(package)
    infos = sorted(pkgutil.iter_modules(root.__path__), key=lambda each: each.name)
    found: list[K] = []
    for module in (*(importlib.import_module(f"{package}.{each.name}") for each in infos), *plugged):
        found += [each() for each in marked(module, family)]
    return Registry(found)


def marked(module: ModuleType, family: type[K]) -> Iterator[type[K]]:
    """Yield the marked classes of a family that a module itself defines."""
    for value in vars(module).values():
        # The mark names its own class, so an unmarked subclass does not inherit it.
        own = isinstance(value, type) and vars(value).get(_MARK) is value
        if own and issubclass(value, family) and value.__module__ == module.__name__:
            yield value


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the closest known name, to be offered as a suggestion."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def unknown_issue(path: str, code: str, name: str, known: Iterable[str]) -> Issue:
    """Build the issue for a name that does not exist, with the nearest one that does."""
    return Issue(path, code, {"name": name}, nearest(name, known))
