"""The tutorial does what it says: its files are written, its commands run, its changes made."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli

TUTORIAL = Path(__file__).resolve().parents[2] / "docs/tutorial/README.md"
BLOCK = re.compile(r"```(\w+) ?(\S*)\n(.*?)```", re.DOTALL)
WAITS = "serve"  # runs until it is stopped; the browser tests start it


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEFT_DATA", "tool-data")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def _changed(definition: str, lines: str) -> str:
    """Replace the line of the field that the tutorial renames."""
    price = next(line for line in definition.splitlines() if '"key": "price"' in line)
    return definition.replace(price, lines.rstrip())


def _run(block: str) -> list[str]:
    """Run the commands of a block and return what they say."""
    said = []
    for line in block.splitlines():
        words = shlex.split(line)
        if words[:1] == [".venv/bin/weft"] and words[1] != WAITS:
            result = CliRunner().invoke(cli.app, words[1:])
            assert result.exit_code == 0, f"{line}\n{result.output}"
            said.append(result.output)
    return said


@pytest.mark.slow
def test_every_command_of_the_tutorial_works(here: Path) -> None:
    said = []

    for language, name, block in BLOCK.findall(TUTORIAL.read_text("utf-8")):
        if language == "sh":
            said += _run(block)
        elif name == "change":
            definition = here / "tools.json"
            definition.write_text(_changed(definition.read_text("utf-8"), block), "utf-8")
        else:
            (here / name).write_text(block, "utf-8")

    assert len(said) == 9
    rows = (here / "out.csv").read_text("utf-8-sig").splitlines()
    assert rows[0] == "Name,Code,Value,Keeper"
    assert sorted(row.split(",")[2] for row in rows[1:]) == ["120.00", "35.00", "89.90"]


def test_json_in_the_guides_is_json() -> None:
    for page in (TUTORIAL.parents[1] / "how-to").glob("*.md"):
        for language, _, block in BLOCK.findall(page.read_text("utf-8")):
            if language == "json":
                json.loads(block)
