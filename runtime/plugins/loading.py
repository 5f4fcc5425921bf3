"""Plug-ins are read once, at the start, before the grammar is made: Python files, templates, texts."""

from __future__ import annotations

import hashlib
import importlib
import sys
import tomllib
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from engines.expression import FUNCTIONS
from engines.expression.functions.table import withdraw
from frontend.texts import LOCALES, Message, Texts, read_file
from schemas.errors import Invalid, Issue
from schemas.kinds import Kind, marked


@dataclass(frozen=True)
class Plugin:
    """One folder below the plug-in folder: its Python files, and where templates and texts of it are."""

    name: str
    folder: Path
    modules: Sequence[ModuleType]
    texts: Mapping[str, Mapping[str, Message]]

    @property
    def kinds(self) -> Iterator[type[Kind]]:
        """Yield what its files add to the families of kinds."""
        for module in self.modules:
            yield from marked(module, Kind)

    @property
    def functions(self) -> list[str]:
        """Return the names of the functions that its files declare."""
        own = {each.__name__ for each in self.modules}
        return [name for name, each in FUNCTIONS.items() if each.module in own]

    def owns(self, kind: type[Kind]) -> bool:
        """Tell whether a kind comes from here."""
        return any(each.__name__ == kind.__module__ for each in self.modules)

    def place(self, file: Path | str, line: int | None = None) -> str:
        """Return how an operator finds a file of it: ``stars/stars.py:12``."""
        path = Path(file)
        name = path.relative_to(self.folder) if path.is_absolute() else path
        return f"{self.name}/{name.as_posix()}" + (f":{line}" if line else "")


@dataclass(frozen=True)
class Plugins:
    """Everything that was found in a plug-in folder. ``folder`` None: of an installation that reads none."""

    folder: Path | None = None
    loaded: tuple[Plugin, ...] = ()

    @classmethod
    def load(cls, folder: Path | None) -> Plugins:
        """Import every plug-in. Raises Invalid with what is broken, each with file and line.

        The code runs as the server does; whoever may write into the folder is trusted like the operator.
        """
        if folder is None or not folder.is_dir():
            return cls(folder)
        root = _package(folder.resolve())
        issues: list[Issue] = []
        names = sorted(each.name for each in folder.iterdir() if each.is_dir() and _counts(each.name))
        loaded = tuple(_Reader(root, folder.resolve() / name, issues).read() for name in names)
        if issues:
            withdraw(root)
            raise Invalid(issues, "plugin.refused")
        return cls(folder, loaded)

    @property
    def modules(self) -> tuple[ModuleType, ...]:
        """Return the Python files of all of them."""
        return tuple(module for each in self.loaded for module in each.modules)

    @property
    def templates(self) -> tuple[Path, ...]:
        """Return where templates are looked for, beside those of the platform."""
        return tuple(each.folder for each in self.loaded)

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Message]]:
        """Return what they say, by language."""
        return {
            locale: {code: text for each in self.loaded for code, text in each.texts[locale].items()}
            for locale in LOCALES
        }

    def speak(self, locale: str) -> Texts:
        """Return the texts of a language, those of the plug-ins among them."""
        return Texts(locale, self.texts)


def _counts(name: str) -> bool:
    """Tell whether a file or folder is read by itself; one with ``_`` before it is for the others."""
    return name.isidentifier() and not name.startswith("_")


def _package(folder: Path) -> str:
    """Make the package below which a folder's plug-ins are imported; what an earlier reading left is gone."""
    name = f"weft_plugins_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[each]
    withdraw(name)
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    importlib.invalidate_caches()
    return name


@dataclass(frozen=True)
class _Reader:
    """Reads one plug-in and notes what is wrong with it."""

    root: str
    folder: Path
    issues: list[Issue]

    def read(self) -> Plugin:
        modules = [found for each in self._files() if (found := self._module(each)) is not None]
        texts = {locale: self._texts(self.folder / f"{locale}.toml") for locale in LOCALES}
        return Plugin(self.folder.name, self.folder, modules, texts)

    def _files(self) -> list[Path]:
        return sorted(each for each in self.folder.glob("*.py") if _counts(each.stem))

    def _module(self, file: Path) -> ModuleType | None:
        try:
            return importlib.import_module(f"{self.root}.{self.folder.name}.{file.stem}")
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises, the operator is told where
            self._broken(file, self._line(file, error), error)
        return None

    def _texts(self, file: Path) -> Mapping[str, Message]:
        if not file.is_file():
            return {}
        try:
            return read_file(file)
        except (tomllib.TOMLDecodeError, TypeError, UnicodeDecodeError) as error:
            self._broken(file, None, error)
        return {}

    def _line(self, file: Path, error: Exception) -> int | None:
        """Return the line of the file in which the error has its cause."""
        if isinstance(error, SyntaxError) and error.filename == str(file):
            return error.lineno
        frames = traceback.extract_tb(error.__traceback__)
        return next((each.lineno for each in reversed(frames) if each.filename == str(file)), None)

    def _broken(self, file: Path, line: int | None, error: Exception) -> None:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        place = Plugin(self.folder.name, self.folder, (), {}).place(file, line)
        problem = f"{type(error).__name__}: {said}"[:300]
        self.issues.append(Issue(place, "plugin.broken", {"problem": problem}))
