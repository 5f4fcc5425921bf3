"""What a person asked to be imported, as a job remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from engines.exchange.options import Options

if TYPE_CHECKING:
    import sqlalchemy as sa

    from runtime.installation import Installation

KIND = "exchange.import"
INLINE = 500  # rows up to which whoever asks waits for the answer
_AT_ONCE = 1_000  # rows for which other writers wait


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet goes into which form, how, and on whose behalf.

    ``columns``: header and field key (blank for nothing) in the order of the sheet; none where the headers
    speak for themselves.
    """

    app: str
    form: str
    file: int
    name: str
    person: int
    locale: str
    rows: int
    mode: Literal["all", "each"] = "all"
    key: str = ""
    unresolved: Literal["refuse", "blank"] = "refuse"
    dry_run: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    door: str = "import"

    def as_json(self) -> dict[str, Any]:
        """Return this as a payload; ids are texts, as in every JSON of ours."""
        return asdict(self) | {"file": str(self.file), "person": str(self.person)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Asked:
        """Read what ``as_json`` wrote."""
        columns = tuple((header, field) for header, field in found["columns"])
        ids = {"file": int(found["file"]), "person": int(found["person"])}
        return cls(**{**found, **ids, "columns": columns})

    def options(self) -> Options:
        """Return how the rows become records."""
        return Options(
            mode=self.mode,
            key=self.key or None,
            map={header: field or None for header, field in self.columns},
            unresolved=self.unresolved,
            dry_run=self.dry_run,
            at_once=_AT_ONCE,
        )


def enqueue(installation: Installation, asked: Asked) -> int:
    """Let a worker import; asking twice for the same sheet while it is under way is asking once."""
    with installation.db.write() as conn:
        number = enqueue_in(conn, installation, asked)
    installation.worker.kick()
    return number


def enqueue_in(conn: sa.Connection, installation: Installation, asked: Asked) -> int:
    """Let a worker import once the transaction has ended; it is to be kicked then."""
    unique = f"import.{asked.file}.{'check' if asked.dry_run else 'write'}"
    return installation.jobs.enqueue(conn, KIND, asked.as_json(), unique=unique)
