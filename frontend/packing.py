"""View models of applications that travel: what each of their templates reads."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar


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
