"""Rules that hold for every Python file of the product."""

import re

from tests.architecture.sources import MODULES, PACKAGES, calls, imports, product, text

BUSINESS = re.compile(
    r"(?<![a-z])(crm|sales ?leads?|opportunit(y|ies)|customers?)(?![a-z])|客户|商机|线索|合同", re.IGNORECASE
)
CLOCK_READERS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$|^utcnow$"
)
HTTP_CLIENTS = (
    "requests",
    "httpx",
    "urllib3",
    "aiohttp",
    "urllib.request",
    "http.client",
    "smtplib",
    "ftplib",
)
LINES_AT_MOST = 400


def _found(name: str, pattern: re.Pattern[str]) -> list[str]:
    lines = enumerate(text(name).splitlines(), 1)
    return [f"{name}:{number}: {match[0]}" for number, line in lines if (match := pattern.search(line))]


def test_the_platform_knows_no_business():
    """One `if form == "customer"` and the next application needs a programmer again."""
    files = [name for name in product(".py", ".html", ".js", ".css") if "/i18n/" not in name]

    assert [hit for name in files for hit in _found(name, BUSINESS)] == []


def test_nothing_is_evaluated():
    """A formula that reached `eval` would own the server; formulas become trees and closures."""
    evil = {"eval", "exec", "compile", "__import__"}

    found = [
        f"{name}:{line}: {call}" for name in product(".py") for line, call in calls(name) if call in evil
    ]

    assert found == []


def test_no_child_process_while_serving():
    """A file name that reaches a shell is a hole, and a fork of a threaded server can hang for ever."""
    modules = ("subprocess", "os.system", "os.popen", "os.fork", "pty", "shlex")

    found = [
        f"{name}:{line}: {imported}"
        for name in product(".py")
        if name.split("/")[0] in PACKAGES
        for line, imported in imports(name)
        if imported.startswith(modules)
    ]
    found += [
        f"{name}:{line}: {call}"
        for name in product(".py")
        for line, call in calls(name)
        if call.startswith(("os.system", "os.popen", "os.fork", "os.exec", "os.spawn"))
    ]

    assert found == []


def test_only_the_clock_reads_the_time():
    """A due date that read the machine's clock passed all day and failed for an hour around midnight."""
    found = [
        f"{name}:{line}: {call}"
        for name in product(".py")
        if not name.endswith("/clock.py")
        for line, call in calls(name)
        if CLOCK_READERS.search(call)
    ]

    assert found == []


def test_nothing_is_printed():
    """A printed record is personal data in a log that nobody guards."""
    found = [f"{name}:{line}" for name in product(".py") for line, call in calls(name) if call == "print"]

    assert found == []


def test_no_request_leaves_unguarded():
    """An address typed by a user once reached the metadata service inside the network."""
    found = [
        f"{name}:{line}: {imported}"
        for name in product(".py")
        for line, imported in imports(name)
        if any(imported == client or imported.startswith(client + ".") for client in HTTP_CLIENTS)
    ]

    assert found == []


def test_no_package_imports_the_composition_root():
    """An engine that imports `main` for one setting makes every test of it start the whole server."""
    roots = tuple(name.removesuffix(".py") for name in MODULES)

    found = [
        f"{name}:{line}: {imported}"
        for name in product(".py")
        if name not in MODULES
        for line, imported in imports(name)
        if imported.split(".")[0] in roots
    ]

    assert found == []


def test_no_file_outgrows_its_room():
    """Nobody reads the file of seven thousand lines, so everybody adds to its end."""
    sizes = {name: len(text(name).splitlines()) for name in product(".py", ".html", ".js")}

    assert {name: lines for name, lines in sizes.items() if lines > LINES_AT_MOST} == {}


def test_every_module_says_what_it_holds():
    """A folder of files without a first line can only be learnt by opening them all."""
    silent = [name for name in product(".py") if not text(name).lstrip().startswith('"""')]

    assert silent == []
