"""A kept sheet as a file for as long as it is read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from engines.store.files import FileRow

if TYPE_CHECKING:
    from runtime.installation import Installation


@contextmanager
def laid_out(installation: Installation, row: FileRow) -> Iterator[Path]:
    """Lay a kept sheet out under its own ending."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{PurePath(row.name).suffix.lower()[:8]}"
        with installation.files.open(row.digest) as kept, path.open("wb") as out:
            shutil.copyfileobj(kept, out)
        yield path
