"""Where a definition is read from at the terminal: a file, a folder, a package, or a published app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.packages.archive import definition_in
from builder.packages.layout import Joined, joined, read_folder
from runtime.commands.frame import find_app, opened
from schemas.dumper import dump
from schemas.errors import Invalid


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a definition; of a folder, also which file each element is in."""

    data: bytes
    folder: Joined | None = None

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Let problems say in which file they are."""
        try:
            yield
        except Invalid as error:
            if self.folder is None:
                raise
            raise Invalid([self.folder.placed(each) for each in error.issues], error.reason) from error


def read_path(path: Path) -> Source:
    """Read a file, a folder or a package. Raises Invalid."""
    if path.is_dir():
        found = joined(read_folder(path))
        return Source(found.data, found)
    return Source(definition_in(path.read_bytes()))


def read_named(name: str) -> Source:
    """Read what stands at a path, else the published app of that key. Raises Invalid."""
    path = Path(name)
    if path.exists():
        return read_path(path)
    with opened() as (_, installation):
        return Source(dump(find_app(installation, name).definition))
