"""The files that the home rules look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "engines", "frontend", "runtime", "builder")
MODULES = ("main.py", "cli.py")
VENDORED = ("frontend/static/vendor/", "tests/e2e/vendor/")
IMAGES = frozenset({".png", ".jpg", ".ico", ".webp", ".woff2", ".xlsx", ".pdf"})


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is or may be committed, without what others wrote."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = sorted(set(listed.splitlines()))
    return tuple(name for name in names if not name.startswith(VENDORED) and (ROOT / name).is_file())


def product(*suffixes: str) -> list[str]:
    """The files of the product with these suffixes."""
    return [
        name
        for name in tracked()
        if name.endswith(suffixes) and (name.split("/")[0] in PACKAGES or name in MODULES)
    ]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def text_files() -> list[str]:
    return [name for name in tracked() if Path(name).suffix.lower() not in IMAGES]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), name)


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """Every node of a Python file; all rules look at the same ones."""
    return tuple(ast.walk(tree(name)))


@cache
def calls(name: str) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of every call in a Python file: ``datetime.now``, ``print``."""
    return tuple((node.lineno, _dotted(node.func)) for node in nodes(name) if isinstance(node, ast.Call))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "()"


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a Python file imports."""
    for node in nodes(name):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
