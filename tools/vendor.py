"""Fetch and verify the vendored front-end files: `vendor.py fetch` needs npm, `vendor.py verify` nothing."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is run as a file

from tools.regions import listed  # noqa: E402 - found only now

STATIC = ROOT / "frontend/static"
VENDOR = STATIC / "vendor"
TEST_VENDOR = ROOT / "tests/e2e/vendor"
MANIFEST = "manifest.json"
ICON_NAMES = ROOT / "tools/icons.txt"
SPRITE = STATIC / "icons.svg"
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

# Its package names the licence in every file and has no licence file of its own.
TABLER_LICENSE = ROOT / "tools/licenses/tabler-core.txt"


@dataclass(frozen=True)
class Package:
    """One package, and which of its files we keep (under their last name)."""

    name: str
    version: str
    license: str
    files: tuple[str, ...]
    license_file: Path | None = None
    extra: tuple[str, ...] = field(default=())

    @property
    def folder(self) -> str:
        return f"{self.name}@{self.version}"


SHIPPED = (
    Package("htmx.org", "4.0.1", "0BSD", ("dist/htmx.min.js",)),
    Package(
        "@tabler/core",
        "1.6.1",
        "MIT",
        ("dist/css/tabler.min.css", "dist/js/tabler.min.js"),
        license_file=TABLER_LICENSE,
    ),
    Package("sortablejs", "1.15.7", "MIT", ("Sortable.min.js",)),
    Package(
        "tom-select",
        "2.6.2",
        "Apache-2.0",
        ("dist/js/tom-select.complete.min.js", "dist/css/tom-select.bootstrap5.min.css"),
    ),
    Package("gridstack", "14.1.0", "MIT", ("dist/gridstack-all.js", "dist/gridstack.min.css")),
    Package("plotly.js-finance-dist-min", "4.1.0", "MIT", ("plotly-finance.min.js",)),
    Package("plotly.js", "4.1.0", "MIT", ("dist/plotly-locale-zh-cn.js",)),
)
FOR_TESTS = (Package("axe-core", "4.14.1", "MPL-2.0", ("axe.min.js",), extra=("LICENSE-3RD-PARTY.txt",)),)
ICONS = Package("@tabler/icons", "3.51.0", "MIT", ())
DIVISIONS = Package("china-division", "2.7.0", "WTFPL", ("dist/pca-code.json",))
REGIONS = (ROOT / "engines/expression/regions.txt", STATIC / "regions.txt")


def main(arguments: list[str]) -> int:
    """Run one of the two commands; 0 when everything matches."""
    if arguments == ["fetch"]:
        fetch()
    elif arguments != ["verify"]:
        print("usage: vendor.py fetch | verify")
        return 2
    problems = [*verify(VENDOR), *verify(TEST_VENDOR)]
    print("\n".join(problems) or "vendored files match their manifests")
    return 1 if problems else 0


def verify(folder: Path) -> list[str]:
    """What differs between the files below ``folder`` and its manifest."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    listed = {entry["path"]: entry for package in manifest["packages"] for entry in package["files"]}
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST
    }
    problems = [f"{name}: not in the manifest" for name in sorted(present - {*listed})]
    for name, entry in listed.items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{name}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            problems.append(f"{name}: differs from its sha256")
    return problems


def fetch() -> None:
    """Replace every vendored file and the sprite by what the registry gives for the pinned versions."""
    with tempfile.TemporaryDirectory() as scratch:
        known = _known_integrity()
        for folder, packages in ((VENDOR, SHIPPED), (TEST_VENDOR, FOR_TESTS)):
            entries = [_install(package, folder, Path(scratch), known) for package in packages]
            if folder == VENDOR:
                entries.append(_sprite(Path(scratch), known))
                entries.append(_regions(Path(scratch), known))
            _write_manifest(folder, entries)


def _known_integrity() -> dict[str, str]:
    found = {}
    for path in (VENDOR / MANIFEST, TEST_VENDOR / MANIFEST):
        if path.exists():
            for package in json.loads(path.read_text("utf-8"))["packages"]:
                found[f"{package['name']}@{package['version']}"] = package["integrity"]
    return found


def _unpack(package: Package, scratch: Path, known: dict[str, str]) -> tuple[Path, str]:
    command = ["npm", "pack", "--json", "--pack-destination", str(scratch), package.folder]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
    integrity: str = answer["integrity"]
    if known.get(package.folder, integrity) != integrity:
        raise SystemExit(f"{package.folder}: the registry's content changed; refusing it")
    target = scratch / package.folder.replace("/", "-")
    with tarfile.open(scratch / answer["filename"]) as archive:
        archive.extractall(target, filter="data")
    return target / "package", integrity


def _install(package: Package, folder: Path, scratch: Path, known: dict[str, str]) -> dict[str, Any]:
    source, integrity = _unpack(package, scratch, known)
    target = folder / package.folder
    for old in folder.glob(f"{package.name}@*"):
        shutil.rmtree(old)
    target.mkdir(parents=True)
    names = [
        shutil.copyfile(source / each, target / Path(each).name) for each in package.files + package.extra
    ]
    names.append(shutil.copyfile(package.license_file or source / "LICENSE", target / "LICENSE"))
    return _entry(package, integrity, [_file(path, folder) for path in names])


def _file(path: Path, folder: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "path": Path(os.path.relpath(path, folder)).as_posix(),  # the sprite lies one folder above
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "gzip": len(gzip.compress(content, 9, mtime=0)),
    }


def _entry(package: Package, integrity: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "license": package.license,
        "integrity": integrity,
        "files": files,
    }


def _write_manifest(folder: Path, entries: list[dict[str, Any]]) -> None:
    text = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def _sprite(scratch: Path, known: dict[str, str]) -> dict[str, Any]:
    source, integrity = _unpack(ICONS, scratch, known)
    names = ICON_NAMES.read_text("utf-8").split()
    symbols = "".join(_symbol(source / "icons", name) for name in names)
    note = (
        f"<!-- {len(names)} icons of Tabler Icons {ICONS.version}, MIT, Paweł Kuna; see tools/vendor.py -->"
    )
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{note}\n{symbols}</svg>\n', "utf-8")
    return _entry(ICONS, integrity, [_file(SPRITE, VENDOR), _licence(ICONS, source)])


def _regions(scratch: Path, known: dict[str, str]) -> dict[str, Any]:
    """Write what the server reads, and the same for browsers, which fetch it when somebody chooses."""
    source, integrity = _unpack(DIVISIONS, scratch, known)
    text = listed(json.loads((source / DIVISIONS.files[0]).read_text("utf-8")))
    for path in REGIONS:
        path.write_text(text, "utf-8")
    files = [_file(path, VENDOR) for path in REGIONS]
    return _entry(DIVISIONS, integrity, [*files, _licence(DIVISIONS, source)])


def _licence(package: Package, source: Path) -> dict[str, Any]:
    """Keep the licence of a package of which we ship what was made of it."""
    target = VENDOR / package.folder
    for old in VENDOR.glob(f"{package.name}@*"):
        shutil.rmtree(old)
    target.mkdir(parents=True)
    shutil.copyfile(source / "LICENSE", target / "LICENSE")
    return _file(target / "LICENSE", VENDOR)


def _symbol(icons: Path, name: str) -> str:
    if name.endswith("-filled"):
        text = (icons / "filled" / f"{name.removesuffix('-filled')}.svg").read_text("utf-8")
        paint = 'fill="currentColor"'
    else:
        text = (icons / "outline" / f"{name}.svg").read_text("utf-8")
        paint = STROKE
    body = text[text.index(">") + 1 : text.rindex("</svg>")]
    # Every icon begins with an invisible square that only a drawing program needs.
    body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
    body = re.sub(r"\s+/>", "/>", re.sub(r">\s+<", "><", body)).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{body}</symbol>\n'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
