"""The documentation is part of the product."""

import re
from pathlib import PurePosixPath

from tests.architecture.sources import ROOT, product, text, tracked

LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"\bWEFT_[A-Z]+\b|\bDATABASE_URL\b")


def _pages() -> list[str]:
    return [name for name in tracked() if name.endswith(".md")]


def _targets(page: str) -> list[str]:
    """What a page links to inside the project, from its root."""
    found = []
    for link in LINK.findall(re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)):
        if not re.match(r"[a-z]+:|#", link):
            path = (ROOT / PurePosixPath(page).parent / link.split("#")[0]).resolve()
            found.append(path.relative_to(ROOT).as_posix())
    return found


def test_every_link_leads_somewhere():
    """A renamed page leaves readers in front of a wall, and nobody reports it."""
    broken = [
        f"{page} -> {target}"
        for page in _pages()
        for target in _targets(page)
        if not (ROOT / target).exists()
    ]

    assert broken == []


def test_every_page_is_found_from_the_index():
    """A page without a way to it is written, kept up to date, and never read."""
    todo, seen = ["docs/README.md"], set()
    while todo:
        page = todo.pop()
        if page in seen or not (ROOT / page).is_file():
            continue
        seen.add(page)
        todo += [target for target in _targets(page) if target.endswith(".md")]

    docs = {name for name in _pages() if name.startswith("docs/")}

    assert sorted(docs - seen - {"docs/decisions/0000-template.md"}) == []


def test_every_setting_is_documented():
    """A setting that only the code knows is set wrong for years."""
    named = {setting for name in product(".py") for setting in SETTING.findall(text(name))}
    told = "".join(text(name) for name in _pages() if name == "README.md" or name.startswith("docs/"))

    assert sorted(setting for setting in named if setting not in told) == []
