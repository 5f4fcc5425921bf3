"""The command line: what it answers, with which exit status, in which language."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner, Result

import cli
from engines.store import people
from engines.store.database import Database
from frontend.texts import LOCALES, Texts
from runtime.commands.terminal import language
from tests.fixtures.publishing import app, field, form

Weft = Callable[..., Result]
SHOP = app(
    form("order", field("title", required=True), field("note"), field("amount", "number", decimals=2)),
    roles=[{"key": "clerk", "label": "Clerk"}],
)


@pytest.fixture
def weft(tmp_path: Path, sqlite_template: Path) -> Weft:
    """Run ``weft`` on an installation of its own, in English."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "weft.db").write_bytes(sqlite_template.read_bytes())
    environment = {"WEFT_DATA": str(data), "LC_ALL": "en_GB.UTF-8", "DATABASE_URL": "", "COLUMNS": "200"}

    def run(*words: object, given: str | None = None, **more: str) -> Result:
        return CliRunner().invoke(cli.app, [str(each) for each in words], input=given, env=environment | more)

    return run


@pytest.fixture
def shop(weft: Weft, tmp_path: Path) -> Path:
    """The file of a published shop."""
    path = tmp_path / "shop.json"
    path.write_bytes(SHOP)
    assert weft("app", "apply", path).exit_code == 0
    return path


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


def sheet(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_and_option_is_explained(locale: str) -> None:
    texts = Texts(locale)

    for path, each in commands(typer.main.get_command(cli.app)):
        assert texts.has(f"command.help.{'_'.join(path) or 'weft'}"), path
        for param in each.params:
            assert texts.has(f"command.option.{param.name}"), (path, param.name)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({"LANG": "zh_CN.UTF-8"}, "zh-CN", id="chinese"),
        pytest.param({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en", id="the stronger one counts"),
        pytest.param({"LANG": "de_DE.UTF-8"}, "en", id="a language we do not ship"),
        pytest.param({}, "en", id="nothing said"),
    ],
)
def test_speaks_the_language_of_the_terminal(environment: dict[str, str], expected: str) -> None:
    assert language(environment) == expected


def test_help_is_in_the_language_of_the_terminal(weft: Weft) -> None:
    assert "Publish a definition" in weft("app", "--help").output
    assert "发布应用定义" in weft("app", "--help", LC_ALL="zh_CN.UTF-8").output


def test_reports_every_problem_with_place_code_and_suggestion(weft: Weft, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(app(form("order", field("title", "texd"), field("title"))))

    done = weft("app", "validate", bad)

    assert done.exit_code == 1
    assert "/forms/0/fields/0/type" in done.stderr
    assert "[definition.unknown_type]" in done.stderr
    assert "Did you mean “text”?" in done.stderr


def test_validates_without_an_installation(weft: Weft, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_bytes(SHOP)

    done = weft("app", "validate", good, WEFT_DATA=str(tmp_path / "nowhere"))

    assert done.exit_code == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_plan_shows_what_would_change_and_changes_nothing(weft: Weft, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(SHOP)

    done = weft("app", "plan", path)

    assert done.exit_code == 0
    assert "order.amount" in done.output
    assert weft("app", "export", "shop").exit_code == 1


def test_a_blocked_plan_says_so_and_ends_with_1(weft: Weft, shop: Path, tmp_path: Path) -> None:
    weft("import", "shop.order", sheet(tmp_path / "two.csv", "TITLE,NOTE", "A,same", "B,same"))
    shop.write_bytes(app(form("order", field("title", required=True), field("note", unique=True))))

    plan, applied = weft("app", "plan", shop), weft("app", "apply", shop)

    assert (plan.exit_code, applied.exit_code) == (1, 1)
    assert "✗" in plan.output
    assert "same" in plan.output
    assert "[plan.field.unique]" in applied.stderr


def test_the_same_bytes_again_change_nothing(weft: Weft, shop: Path) -> None:
    done = weft("app", "apply", shop)

    assert done.exit_code == 0
    assert "Nothing would change" in done.output


def test_an_export_is_what_was_published_byte_for_byte(weft: Weft, shop: Path, tmp_path: Path) -> None:
    weft("app", "export", "shop", tmp_path / "first.json")
    weft("app", "apply", tmp_path / "first.json")

    again = weft("app", "export", "shop")

    assert again.stdout_bytes == (tmp_path / "first.json").read_bytes()


def test_compares_a_file_with_what_is_published(weft: Weft, shop: Path) -> None:
    changed = json.loads(SHOP)
    changed["forms"][0]["fields"][1]["label"] = "Remark"
    shop.write_text(json.dumps(changed), "utf-8")

    done = weft("app", "diff", "shop", shop)

    assert done.exit_code == 1
    assert "forms/order/fields/note/label" in done.output
    assert "Remark" in done.output
    assert weft("app", "diff", shop, shop).exit_code == 0


def test_an_import_writes_records_and_an_export_chooses_some(weft: Weft, shop: Path, tmp_path: Path) -> None:
    orders = sheet(tmp_path / "orders.csv", "TITLE,AMOUNT", "A,1.50", "B,20")

    brought = weft("import", "shop.order", orders)
    taken = weft("export", "shop.order", tmp_path / "out.csv", "--filter", "amount > 10")

    assert (brought.exit_code, taken.exit_code) == (0, 0)
    lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("B,")


def test_a_dry_run_writes_nothing(weft: Weft, shop: Path, tmp_path: Path) -> None:
    orders = sheet(tmp_path / "orders.csv", "TITLE", "A")

    done = weft("import", "shop.order", orders, "--dry-run")
    weft("export", "shop.order", tmp_path / "out.csv")

    assert done.exit_code == 0
    assert "nothing was written" in done.output
    assert len((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()) == 1


def test_refused_rows_lie_beside_the_file_with_their_reasons(weft: Weft, shop: Path, tmp_path: Path) -> None:
    orders = sheet(tmp_path / "orders.csv", "TITLE,AMOUNT", "A,much", "B,2")

    done = weft("import", "shop.order", orders, "--mode", "each")

    assert done.exit_code == 1
    assert "much" in done.stderr
    assert (tmp_path / "orders.errors.xlsx").is_file()


def test_a_map_says_which_column_fills_which_field(weft: Weft, shop: Path, tmp_path: Path) -> None:
    orders = sheet(tmp_path / "orders.csv", "Subject", "A")
    told = sheet(tmp_path / "map.json", '{"Subject": "title"}')

    assert weft("import", "shop.order", orders, "--map", told).exit_code == 0
    assert weft("import", "shop.order", orders, "--map", orders).exit_code == 1


def test_names_the_nearest_form(weft: Weft, shop: Path) -> None:
    done = weft("import", "shop.ordr", shop)

    assert done.exit_code == 1
    assert "Did you mean “order”?" in done.stderr


def test_a_person_who_gives_a_password_can_sign_in(weft: Weft, shop: Path, tmp_path: Path) -> None:
    done = weft(
        "user", "add", "Ann", "--name", "Ann Lee", "--admin", "--password-stdin", given="four words\n"
    )

    assert done.exit_code == 0
    with database(tmp_path) as conn:
        stored = conn.execute(sa.text("SELECT login, password, admin FROM weft_user")).one()
    assert (stored.login, stored.admin) == ("ann", 1)
    assert people.Passwords().verify(stored.password, "four words")


def test_a_person_without_a_password_gets_a_link(weft: Weft, shop: Path) -> None:
    done = weft("user", "add", "ann", "--name", "Ann", "--role", "shop.clerk", WEFT_URL="https://weft.test/")

    assert done.exit_code == 0
    assert "https://weft.test/join/" in done.output


def test_a_weak_password_and_an_unknown_role_are_refused(weft: Weft, shop: Path) -> None:
    weak = weft("user", "add", "ann", "--name", "Ann", "--password-stdin", given="short\n")
    unknown = weft("user", "add", "ann", "--name", "Ann", "--role", "shop.clark")

    assert (weak.exit_code, unknown.exit_code) == (1, 1)
    assert "[password.too_short]" in weak.stderr
    assert "Did you mean “shop.clerk”?" in unknown.stderr


def test_an_api_key_is_printed_and_works(weft: Weft, tmp_path: Path) -> None:
    weft("user", "add", "ann", "--name", "Ann")

    done = weft("user", "key", "ann", "nightly")

    with database(tmp_path) as conn:
        assert people.by_key(conn, done.stdout.strip()) is not None
    assert weft("user", "key", "nobody", "nightly").exit_code == 1


def test_a_check_finds_a_lost_index(weft: Weft, shop: Path, tmp_path: Path) -> None:
    shop.write_bytes(app(form("order", field("title", unique=True))))
    weft("app", "apply", shop)
    good = weft("check")
    with database(tmp_path) as conn:
        (name,) = conn.scalars(sa.text("SELECT name FROM sqlite_master WHERE name LIKE 'ux_%'"))
        conn.execute(sa.text(f"DROP INDEX {name}"))

    done = weft("check")

    assert (good.exit_code, done.exit_code) == (0, 1)
    assert name in done.stderr


@pytest.mark.parametrize(
    ("words", "environment", "status", "told"),
    [
        pytest.param(("check",), {"WEFT_PORT": "many"}, 1, "WEFT_PORT", id="a port that is none"),
        pytest.param(("check",), {"DATABASE_URL": "mysql://x/y"}, 1, "DATABASE_URL", id="another database"),
        pytest.param(
            ("check",),
            {"DATABASE_URL": "postgresql://127.0.0.1:1/x"},
            1,
            "cannot be reached",
            id="no database",
        ),
        pytest.param(("app", "export", "none"), {}, 1, "no app “none”", id="no such app"),
        pytest.param(("serve", "--demo", "none"), {"WEFT_PORT": "0"}, 1, "WEFT_PORT", id="port zero"),
        pytest.param(("app", "plan", "none.json"), {}, 2, "none.json", id="no such file"),
        pytest.param(("chek",), {}, 2, "chek", id="no such command"),
    ],
)
def test_mistakes_are_answered_with_a_sentence(
    weft: Weft, words: tuple[str, ...], environment: dict[str, str], status: int, told: str
) -> None:
    done = weft(*words, **environment)

    assert done.exit_code == status
    assert told.lower() in done.stderr.lower()
    assert "Traceback" not in done.output


def database(tmp_path: Path) -> Any:
    """Open the installation's database for one transaction."""
    return Database(f"sqlite:///{tmp_path / 'data/weft.db'}").write()


def test_the_doctor_says_what_the_installation_is_made_of(weft: Weft, tmp_path: Path) -> None:
    told = weft("doctor")

    assert told.exit_code == 0
    assert "SQLite" in told.output
    assert "Plug-ins: none" in told.output

    (tmp_path / "data/plugins/own").mkdir(parents=True)
    (tmp_path / "data/plugins/own/a.py").write_text("x = 1\ny = nothing\n")
    broken = weft("doctor")
    assert broken.exit_code == 1
    assert "own/a.py:2" in broken.output
    assert "nothing" in broken.output
