"""The terminal: sentences in the operator's language, problems with their places."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from frontend.texts import Texts
from schemas.errors import Invalid, Issue, WeftError

# Parameters whose texts a designer wrote, in one language or in several.
_DESIGNED = frozenset({"chain", "label", "message"})


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of this terminal: Chinese where the environment says so, English elsewhere."""
    found = os.environ if environment is None else environment
    said = next((found[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if found.get(name)), "")
    return "zh-CN" if said.lower().startswith("zh") else "en"


class Terminal:
    """Where a command speaks. Results go to standard output, what went wrong to standard error."""

    def __init__(self) -> None:
        self.texts = Texts(language())
        self.out = Console(highlight=False, markup=False, emoji=False)
        self._err = Console(stderr=True, highlight=False, markup=False, emoji=False)

    def text(self, code: str, params: Mapping[str, Any] | None = None) -> str:
        """Return a sentence; texts that a designer wrote come along in both languages."""
        shown = {
            name: self.texts.label(value) if name in _DESIGNED else value
            for name, value in (params or {}).items()
        }
        return self.texts.t(code, **shown)

    def say(self, code: str, style: str = "", **params: object) -> None:
        """Say one sentence of ``command``."""
        self.out.print(self.text(f"command.{code}", params), style=style or None, soft_wrap=True)

    def warn(self, code: str, **params: object) -> None:
        """Say what went wrong, or what to be careful about."""
        self._err.print(self.text(f"command.{code}", params), style="yellow", soft_wrap=True)

    def fail(self, error: WeftError) -> None:
        """Say an error; of several problems, each with its place."""
        if isinstance(error, Invalid) and error.issues:
            self._issues(error.issues)
        else:
            self._err.print(self.text(error.reason, error.params), style="red", soft_wrap=True)

    @contextmanager
    def busy(self, code: str) -> Iterator[None]:
        """Show that something takes a while; nothing where nobody looks."""
        with self._err.status(self.text(f"command.{code}")):
            yield

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
        """Print rows under headings, named as in ``command.column``; ``right``: those of numbers."""
        made = Table(box=None, pad_edge=False, header_style="bold")
        for each in columns:
            made.add_column(
                self.text(f"command.column.{each}"),
                justify="right" if each in right else "left",
                overflow="fold",
            )
        for row in rows:
            made.add_row(*row)
        self.out.print(made)

    def _issues(self, issues: Sequence[Issue]) -> None:
        for each in issues:
            hint = self.text("command.suggestion", {"name": each.suggestion}) if each.suggestion else ""
            told = self.text(each.code, each.params)
            self._err.print(f"{each.path or '/'}  {told}{hint}  [{each.code}]", style="red", soft_wrap=True)
