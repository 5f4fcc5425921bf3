"""How a function is declared: signature, Python, SQL, JavaScript, help and examples in one place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from engines.expression.scope import Context, ValueType

Row: TypeAlias = Mapping[str, object]
Evaluate: TypeAlias = Callable[[Row, Context], Any]

MANY = 255
_PARAM = re.compile(r"\s*(\*?)(\w+):\s*(\w+)(?:\s*=\s*(.*))?\s*")
_BETWEEN = re.compile(r",\s(?=\*?\w+:)")
_SIGNATURE = re.compile(r"([A-Z0-9.]+)\((.*)\)\s*->\s*(\w+)")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter.

    ``kind``: ``number`` (dates count days), ``text``, ``bool``, ``date``, ``countable`` and ``calendar`` (a
    number or a date, but no truth), ``civil`` (a day as a calendar shows it), ``any`` (as it is), ``raw`` (an error value too), ``list`` (every item of
    it), ``whole`` (the same, errors too), ``lazy`` (evaluated only if needed). ``default`` is what
    stands for a missing argument.
    """

    name: str
    kind: str
    default: object = None
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    ``python`` takes converted values, a blank only where ``blanks`` says so; a ``lazy`` one takes compiled
    arguments and the place of the call and returns the compiled call.

    ``result``: a type, ``same`` (the common type of its arguments), ``extreme`` (that of their items), ``item`` or
    ``list`` (of the first argument). ``inexact``: the result may not end and is rounded to 12 decimals.
    ``javascript`` names the implementation in ``expression.js``; ``pushed`` says that the SQL back end
    knows it; ``same`` gives the places of the arguments that may become the result; ``failing`` that it may
    give an error value; ``omitted`` is what a repeated argument counts as when nothing stands between two commas.
    """

    name: str
    params: tuple[Param, ...]
    result: str
    python: Callable[..., Any]
    examples: tuple[tuple[str, str], ...] = ()
    inexact: bool = False
    blanks: bool = False
    context: bool = False
    volatile: bool = False
    pushed: bool = False
    exact_args: bool = False
    lazy: bool = False
    failing: bool = True
    omitted: object = None
    same: Callable[[int], range] | None = None
    least: int = 0
    most: int = 0
    javascript: str | None = None

    @property
    def help(self) -> str:
        """The code of the text that explains the function."""
        return f"function.{self.name.lower()}.help"

    @property
    def module(self) -> str:
        """The file that declares the function, which is its topic."""
        return str(self.python.__module__)

    @property
    def signature(self) -> str:
        """The function with its parameters, as help shows it."""
        parts = []
        for each in self.params:
            name = f"{each.name}, …" if each.repeated else each.name
            parts.append(f"[{name}]" if each.optional else name)
        return f"{self.name}({', '.join(parts)})"

    def param(self, index: int) -> Param:
        """Return the parameter that takes the argument of that place."""
        return self.params[min(index, len(self.params) - 1)]


_DECLARED: dict[str, Function] = {}


def function(signature: str, *examples: tuple[str, str], **options: Any) -> Callable[[Any], Any]:
    """Declare a function: ``@function("ROUND(value: number, digits: number = 0) -> number", …)``."""
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(f"not a signature: {signature}")
    name, inside, result = match.groups()
    params = tuple(_param(part) for part in _BETWEEN.split(inside)) if inside else ()
    needed = sum(not each.optional and not each.repeated for each in params)
    most = MANY if params and params[-1].repeated else len(params)
    settings = {"least": needed + (bool(params) and params[-1].repeated), "most": most} | options

    def declare(python: Any) -> Any:
        if name in _DECLARED:
            raise ValueError(f"{name} is declared twice")
        # The browser knows those of the platform only; for others it asks the server.
        settings.setdefault("javascript", name if python.__module__.startswith("engines.") else None)
        _DECLARED[name] = Function(name, params, result, python, tuple(examples), **settings)
        return python

    return declare


def declared() -> Mapping[str, Function]:
    """Return every function by name: a view, which also shows what is declared later."""
    known = sorted(_DECLARED.items())
    _DECLARED.clear()
    _DECLARED.update(known)
    return MappingProxyType(_DECLARED)


def withdraw(package: str) -> None:
    """Take back what the modules below a package declared."""
    for name in [name for name, each in _DECLARED.items() if each.module.startswith(f"{package}.")]:
        del _DECLARED[name]


def _param(text: str) -> Param:
    from engines.expression.parser import parse
    from engines.expression.tree import Literal

    match = _PARAM.fullmatch(text)
    if match is None:
        raise ValueError(f"not a parameter: {text}")
    star, name, kind, default = match.groups()
    value = None
    if default is not None and default != "none":
        node = parse(default)
        value = node.value if isinstance(node, Literal) else None
    return Param(name, kind, value, optional=default is not None, repeated=bool(star))


def result_types(function_: Function, types: list[ValueType]) -> list[ValueType]:
    """Return the types of those arguments that may become the result."""
    if function_.same is None:
        return types
    return [types[index] for index in function_.same(len(types)) if index < len(types)]
