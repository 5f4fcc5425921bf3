"""Around every command: its words, its errors as sentences, and the installation it works on."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.exceptions import TyperException

from frontend.texts import Texts
from runtime.commands.terminal import Terminal, language
from schemas.errors import Invalid, WeftError

if TYPE_CHECKING:
    from engines.form import AppModel
    from runtime.installation import Installation


def translate(command: Any, path: tuple[str, ...] = ()) -> None:
    """Give a command, its options and the commands below it their help in the operator's language."""
    texts = Texts(language())
    command.help = texts.t(f"command.help.{'_'.join(path) or 'weft'}")
    options = [*command.params, command.get_help_option(command.context_class(command))]
    for each in options:
        each.help = texts.t(f"command.option.{each.name}")
    for name, child in getattr(command, "commands", {}).items():
        translate(child, (*path, name))


@contextmanager
def reporting(*, trace: bool) -> Iterator[None]:
    """Turn every error into a sentence and exit status 1."""
    try:
        yield
    except WeftError as error:
        Terminal().fail(error)
    except KeyboardInterrupt:
        Terminal().warn("stopped")
    except (
        typer.Abort,
        typer.Exit,
        TyperException,
    ):  # the command line's own: an exit status, a wrong option
        raise
    except Exception as error:  # noqa: BLE001 - an operator meets sentences, never a traceback
        if trace:
            traceback.print_exc()
        _tell(Terminal(), error)
    else:
        return
    raise typer.Exit(1)


@contextmanager
def opened() -> Iterator[tuple[Terminal, Installation]]:
    """Open the installation that the environment names, and close it."""
    from runtime.installation import Installation, Settings

    installation = Installation(Settings.from_environment())
    try:
        yield Terminal(), installation
    finally:
        installation.close()


def find_app(installation: Installation, key: str) -> AppModel:
    """Return a published app. Raises Invalid with the nearest one that exists."""
    with installation.db.read() as conn:
        apps = installation.apps(conn, installation.current(conn))
    if key not in apps:
        from schemas.kinds import unknown_issue

        raise Invalid([unknown_issue(key, "command.no_app", key, apps)])
    return apps[key]


def _tell(terminal: Terminal, error: Exception) -> None:
    if isinstance(error, OSError):
        place = str(error.filename) if error.filename else type(error).__name__
        terminal.warn("file", file=place, text=error.strerror or str(error))
    elif type(error).__module__.startswith("sqlalchemy") and type(error).__name__ == "OperationalError":
        terminal.warn("database", text=str(getattr(error, "orig", error)).strip())
    else:
        terminal.warn("unexpected", text=f"{type(error).__name__}: {error}")
