"""The import contracts of pyproject.toml."""

import subprocess
import sys

from tests.architecture.sources import ROOT


def test_import_contracts_are_kept():
    """One convenient import upwards, and the store can no longer be used without a web server."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]

    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
