"""View models of applications that travel: what each of their templates reads."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar
from frontend.views import Item


@dataclass(frozen=True, slots=True)
class UpgradeLine:
    """One thing that a package changed; ``yours`` only where it was changed here as well."""

    path: str
    where: str
    what: str
    state: str
    before: str = ""
    theirs: str = ""
    yours: str = ""
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class UpgradePage:
    """``builder/upgrade.html``. ``waiting``: a package is to be decided about; ``own``: changes made here."""

    title: str
    bar: DraftBar
    url: str
    waiting: bool = False
    package: str = ""
    own: int = 0
    conflicts: tuple[UpgradeLine, ...] = ()
    changes: tuple[UpgradeLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PackagePage:
    """``builder/package.html``. ``records``: its reader may take records along."""

    title: str
    bar: DraftBar
    file_url: str
    package_url: str
    records: bool = False


@dataclass(frozen=True, slots=True)
class CopySource:
    """An app, and its forms as ``app.form``."""

    name: str
    forms: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class CopyPage:
    """``builder/copy.html``. ``forms``, ``dropped``, ``reused``: what would come of the ``chosen`` form."""

    title: str
    bar: DraftBar
    url: str
    sources: tuple[CopySource, ...]
    chosen: str = ""
    mode: str = "take"
    forms: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    reused: tuple[str, ...] = ()
