"""The ``weft`` command: what may be typed; ``runtime.commands`` and ``builder.commands`` do it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from runtime.commands.frame import opened, reporting, translate
from runtime.commands.terminal import Terminal

# Everything else is imported by the command that needs it: help and mistakes answer at once.


class Spoken(TyperGroup):
    """Speaks the operator's language, and answers errors with sentences and an exit status."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        translate(self)
        return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with reporting(trace=bool(ctx.params.get("trace"))):
            return super().invoke(ctx)


def _group(**options: Any) -> typer.Typer:
    return typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, **options)


app = _group(cls=Spoken)
definitions, people, demos, formulas = _group(), _group(), _group(), _group()
app.add_typer(definitions, name="app")
app.add_typer(people, name="user")
app.add_typer(demos, name="demo")
app.add_typer(formulas, name="formula")

_found = {"exists": True, "dir_okay": False, "readable": True, "metavar": "FILE"}
_laid_out = {"exists": True, "readable": True, "metavar": "FILE|FOLDER"}
Definition = Annotated[Path, typer.Argument(**_laid_out)]
Restore = Annotated[list[str] | None, typer.Option("--restore", metavar="PATH")]
AllowLoss = Annotated[list[str] | None, typer.Option("--allow-loss", metavar="PATH")]
Take = Annotated[list[str] | None, typer.Option("--take", metavar="PATH")]
Decline = Annotated[list[str] | None, typer.Option("--decline", metavar="PATH")]
Json = Annotated[bool, typer.Option("--json")]
Compared = Annotated[str, typer.Argument(metavar="FILE|FOLDER|APP")]
Engine = Annotated[Literal["python", "sqlite", "postgresql", "javascript"], typer.Option("--engine")]
App = Annotated[str, typer.Argument(metavar="APP")]
Login = Annotated[str, typer.Argument(metavar="LOGIN")]
Form = Annotated[str, typer.Argument(metavar="APP.FORM")]


def _status(good: bool) -> None:
    if not good:
        raise typer.Exit(1)


@app.callback()
def weft(*, trace: Annotated[bool, typer.Option("--trace")] = False) -> None:
    """Take the options that stand before a command."""


@app.command()
def serve(*, demo: Annotated[str, typer.Option(metavar="KEY")] = "") -> None:
    from main import create
    from runtime.installation import Settings
    from runtime.serving import serve as run

    run(create, Settings.from_environment(demo=demo), Terminal())


@app.command()
def worker() -> None:
    from runtime.serving import work

    with opened() as (terminal, installation):
        work(installation, terminal)


@definitions.command("validate")
def app_validate(files: Annotated[list[Path], typer.Argument(**_laid_out)], *, as_json: Json = False) -> None:
    from builder.commands import apps

    _status(apps.validate(Terminal(), files, as_json=as_json))


@definitions.command("plan")
def app_plan(
    definition: Definition, *, restore: Restore = None, allow_loss: AllowLoss = None, as_json: Json = False
) -> None:
    from builder.commands import apps

    with opened() as (terminal, installation):
        wish = apps.Wish(restore or (), allow_loss or (), as_json)
        _status(apps.plan(terminal, installation, definition, wish))


@definitions.command("apply")
def app_apply(
    definition: Definition,
    *,
    restore: Restore = None,
    allow_loss: AllowLoss = None,
    test: Annotated[bool, typer.Option("--test")] = False,
    as_json: Json = False,
) -> None:
    from builder.commands import apps, scenarios

    if test:
        _status(scenarios.test(Terminal(), str(definition), scenarios.Wish()))
    with opened() as (terminal, installation):
        wish = apps.Wish(restore or (), allow_loss or (), as_json)
        apps.apply(terminal, installation, definition, wish)


@definitions.command("export")
def app_export(
    key: App,
    target_path: Annotated[Path | None, typer.Argument(metavar="FILE|FOLDER")] = None,
    *,
    records: Annotated[bool, typer.Option("--records")] = False,
) -> None:
    from builder.commands import apps

    with opened() as (terminal, installation):
        apps.export(terminal, installation, key, target_path, records=records)


@definitions.command("convert")
def app_convert(
    definition: Definition, target_path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER")]
) -> None:
    from builder.commands import apps

    apps.convert(Terminal(), definition, target_path)


@definitions.command("upgrade")
def app_upgrade(
    definition: Definition,
    *,
    take: Take = None,
    decline: Decline = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    as_json: Json = False,
) -> None:
    from builder.commands import upgrades

    with opened() as (terminal, installation):
        wish = upgrades.Wish(take or (), decline or (), dry_run, as_json)
        _status(upgrades.upgrade(terminal, installation, definition, wish))


@definitions.command("diff")
def app_diff(old: Compared, new: Compared, *, as_json: Json = False) -> None:
    from builder.commands import apps

    _status(apps.diff(Terminal(), old, new, as_json=as_json))


@definitions.command("test")
def app_test(
    tested: Annotated[str, typer.Argument(metavar="FILE|FOLDER|APP")],
    *,
    only: Annotated[str | None, typer.Option("--only", metavar="KEY")] = None,
    server: Annotated[str, typer.Option("--server", metavar="URL")] = "",
    every_step: Annotated[bool, typer.Option("--steps")] = False,
    as_json: Json = False,
) -> None:
    from builder.commands import scenarios

    _status(scenarios.test(Terminal(), tested, scenarios.Wish(only, server, as_json, every_step)))


@app.command("import")
def import_(  # noqa: PLR0913 - a switch is a parameter
    target: Form,
    sheet: Annotated[Path, typer.Argument(**_found)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    key_field: Annotated[str | None, typer.Option("--key", metavar="FIELD")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", **_found)] = None,
    mode: Literal["all", "each"] = "all",
    unresolved: Literal["refuse", "blank"] = "refuse",
) -> None:
    from engines.exchange.options import Options
    from runtime.commands import records

    with opened() as (terminal, installation):
        options = Options(mode=mode, key=key_field, unresolved=unresolved, dry_run=dry_run)
        _status(records.bring_in(terminal, installation, target, sheet, options, map_file))


@app.command("export")
def export(
    target: Form,
    output: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)],
    *,
    where: Annotated[str | None, typer.Option("--filter", metavar="FORMULA")] = None,
) -> None:
    from runtime.commands import records

    with opened() as (terminal, installation):
        records.take_out(terminal, installation, target, output, where)


@people.command("add")
def user_add(
    login: Login,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME")],
    admin: Annotated[bool, typer.Option("--admin")] = False,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="APP.ROLE")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin")] = False,
) -> None:
    from engines.store.people import Profile
    from runtime.commands import users

    with opened() as (terminal, installation):
        profile = Profile(login, name, admin=admin)
        users.add(terminal, installation, profile, role or (), users.read_password(wanted=password_stdin))


@people.command("key")
def user_key(login: Login, key_name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    from runtime.commands import users

    with opened() as (terminal, installation):
        users.key(terminal, installation, login, key_name)


@formulas.command("eval")
def formula_eval(
    *,
    engine: Engine = "python",
) -> None:
    from runtime.commands import formula

    formula.evaluate(engine, sys.stdin.buffer, sys.stdout)


@app.command()
def doctor() -> None:
    from runtime.commands import doctor as looking

    with opened() as (terminal, installation):
        _status(looking.tell(terminal, installation))


@app.command()
def check() -> None:
    from runtime.commands import keeping

    with opened() as (terminal, installation):
        _status(keeping.check(terminal, installation))


@app.command()
def backup(archive: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    from runtime.commands import keeping

    with opened() as (terminal, installation):
        _status(keeping.backup(terminal, installation, archive))


@app.command()
def restore(archive: Annotated[Path, typer.Argument(**_found)]) -> None:
    from runtime.commands import keeping

    with opened() as (terminal, installation):
        keeping.restore(terminal, installation, archive)


@demos.command("clear")
def demo_clear(app_key: App) -> None:
    from runtime.commands import keeping

    with opened() as (terminal, installation):
        keeping.clear(terminal, installation, app_key)
