"""The files of others that we ship."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT, product, text

STATIC = ROOT / "frontend/static"
FOLDERS = (STATIC / "vendor", ROOT / "tests/e2e/vendor")
FIRST_LOAD_AT_MOST = 150 * 1024
# An element's script is fetched where the element stands: these stand on some pages, or await a gesture.
LATER = frozenset(
    {
        "adding.js",
        "begin.css",
        "board.js",
        "chart.js",
        "columns.js",
        "enlarge.js",
        "copy.js",
        "design.css",
        "live.js",
        "location.js",
        "mention.js",
        "order.js",
        "palette.js",
        "parts.js",
        "pasting.js",
        "quick.js",
        "region.js",
        "rich.js",
        "scan.js",
        "sheet.js",
        "signature.js",
        "tabs.js",
    }
)
OUTSIDE = re.compile(
    r"""(?:\b(?:src|href|action|poster|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["']|\bfrom\s+["']|\bimport\(?\s*["'])"""
    r"""(?:https?:)?//[^"'\s)]+""",
    re.IGNORECASE,
)
# ``{{ icon("plus") }}`` in a template; ``icon = "star"`` or ``name, icon = "rating", "star"`` in a kind.
ICON = re.compile(r"""\bicon(?:\(|\s*=\s*(?:"[a-z_]+", )?)["']([a-z0-9-]+)["']""")


def _packages(folder: Path) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))["packages"]
    return packages


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "tests"])
def test_vendored_files_are_the_published_ones(folder):
    """A hand-edited library loses its fix, or keeps its hole, at the next upgrade."""
    wrong = [
        entry["path"]
        for package in _packages(folder)
        for entry in package["files"]
        if hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() != entry["sha256"]
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "tests"])
def test_vendored_files_are_all_listed(folder):
    """An unlisted script has no version, so nobody learns of its security fix."""
    listed = {(folder / entry["path"]).resolve() for each in _packages(folder) for entry in each["files"]}
    present = {path for path in folder.rglob("*") if path.is_file() and path != folder / "manifest.json"}

    assert sorted(present - listed) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "tests"])
def test_vendored_packages_keep_their_licence(folder):
    """Shipping a library without its licence is not allowed by any of them."""
    without = [
        each["name"]
        for each in _packages(folder)
        if not any(entry["path"].endswith("/LICENSE") for entry in each["files"])
    ]

    assert without == []


def test_no_page_loads_from_elsewhere():
    """A font from a foreign server tells that server who works when, and fails behind a firewall."""
    found = [
        f"{name}: {match[0]}"
        for name in product(".html", ".css", ".js")
        for match in OUTSIDE.finditer(text(name))
    ]

    assert found == []


def test_every_named_icon_is_in_the_sprite():
    """A missing symbol is an empty button: no error, and nobody knows what it does."""
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {(name, icon) for name in product(".html", ".py") for icon in ICON.findall(text(name))}

    assert {(name, icon) for name, icon in named if icon not in sprite} == set()


def test_the_sprite_is_what_its_list_says():
    """An icon pasted by hand into the sprite is gone after the next build of it."""
    sprite = re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8"))

    assert sprite == text("tools/icons.txt").split()


def test_the_first_load_stays_small():
    """Each widget library is only 20 KB, until a phone on a train waits for all of them."""
    from frontend.vendor import VENDOR_FILES

    own = [STATIC / "icons.svg", *STATIC.glob("*.css"), *STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]
    first = [path for path in own if path.name not in LATER]
    files = {*first, *(STATIC / name for name in VENDOR_FILES.values())}

    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)

    assert total < FIRST_LOAD_AT_MOST
