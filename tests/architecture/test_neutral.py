"""The project speaks of itself alone."""

import re

from tests.architecture.sources import text, text_files

# Written so that the patterns do not match themselves.
MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|Users/\w+|home/(?!user\b)\w+|opt/\w*pypi)/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npm\w+\.\w+|npmmirror\.com|tuna\.tsinghua|mirrors?\.\w+\.(?:com|cn)"
)
EXTRA_INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {match[0]}"
        for name in text_files()
        for number, line in enumerate(text(name).splitlines(), 1)
        if name != "tests/architecture/test_neutral.py" and (match := pattern.search(line))
    ]


def test_no_file_names_a_place_on_one_machine():
    """A path that exists on the author's computer makes a test pass there and nowhere else."""
    assert _found(MACHINE) == []


def test_no_file_names_a_package_registry():
    """Behind a firewall the packages come from elsewhere; the installer's settings say where."""
    assert _found(REGISTRY) + _found(EXTRA_INDEX) == []


def test_every_requirement_is_pinned():
    """An unpinned library changed on a Sunday, and on Monday nobody could install the release."""
    lines = text("constraints.txt").split()

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
