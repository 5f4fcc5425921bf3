"""Every address of the platform: who may come, what is refused before a handler runs."""

import re
from urllib.parse import unquote

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient

import main
from runtime.web.routing import Permission, Table
from tests.fixtures.rest import Rest

# Whoever is not signed in gets an answer here and nowhere else.
PUBLIC = {
    ("GET", "/health"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/demo"),
    ("GET", "/setup"),
    ("POST", "/setup"),
    ("GET", "/join/{token}"),
    ("POST", "/join/{token}"),
    ("POST", "/preferences"),
    ("GET", "/feeds/{token}"),
    ("GET", "/f/{token}"),
    ("POST", "/f/{token}"),
    ("GET", "/f/{token}/embed"),
    ("POST", "/f/{token}/embed"),
    ("GET", "/f/{token}/change/{secret}"),
    ("POST", "/f/{token}/change/{secret}"),
}
ROUTES = list(main.routes())
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO")
FILLED = {"app": "shop", "form": "order", "id": "1", "field": "title", "token": "x", "view": "1"}


def address(path, **more):
    return re.sub(r"\{(\w+)\}", lambda found: str({**FILLED, **more}.get(found[1], "1")), path)


def named(route):
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def open_rest(rest_of_module):
    """The shop with an order, once for all tests that only look."""
    rest = rest_of_module()
    clerk = rest.door("clerk", "clerk")
    rest.order = clerk.create(title="First")
    return rest


def test_every_route_says_who_may_come():
    assert {(each.method, each.path) for each in ROUTES if each.permission is Permission.public} == PUBLIC
    assert all(isinstance(each.permission, Permission) for each in ROUTES)


def test_no_address_is_declared_twice():
    addresses = [(each.method, re.sub(r"\{\w+\}", "{}", each.path)) for each in ROUTES]

    assert sorted({each for each in addresses if addresses.count(each) > 1}) == []


def test_fixed_words_come_before_ids():
    """A route that an earlier one swallows is never reached."""
    table = Table(ROUTES)
    for route in ROUTES:
        found = table.find(route.method, address(route.path))
        assert found is not None
        assert found[0] is route, f"{named(route)} is hidden by {named(found[0])}"


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_strangers_are_sent_away(open_rest, route):
    if (route.method, route.path) in PUBLIC:
        pytest.skip("open to everybody")
    before = open_rest.snapshot()
    for headers in (
        {},
        {"Authorization": "Bearer weft_wrong"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Cookie": "weft_session=wrong"},
        {"X-CSRF-Token": "x", "Cookie": "weft_form=x"},
    ):
        client = TestClient(open_rest.web, follow_redirects=False, headers=headers)
        answer = client.request(route.method, address(route.path, id=open_rest.order))
        if route.api:
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"
        elif route.method == "GET":
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
        else:
            assert answer.status_code in {401, 403}
    assert open_rest.snapshot() == before


@pytest.mark.parametrize("route", [each for each in ROUTES if "{app}" in each.path], ids=named)
def test_people_without_rights_see_nothing(open_rest, route):
    """What exists and what does not look alike, byte for byte."""
    user = open_rest.add(f"n{abs(hash((route.method, route.path)))}")
    client, csrf = open_rest.session(user)
    client.headers["X-CSRF-Token"] = csrf
    before = open_rest.snapshot()
    answers = []
    for app, form in (("shop", "order"), ("shop", "nothing"), ("none", "order")):
        url = address(route.path, app=app, form=form, id=open_rest.order)
        if route.api:
            answer = open_rest.key(user).send(route.method, url, {} if route.method != "GET" else None)
        else:
            answer = client.request(route.method, url)
        assert answer.status_code == (403 if route.permission is Permission.admin else 404), answer.text[:300]
        text = (
            answer.text.replace(url, "URL").replace(f"/{app}/{form}", "/APP/FORM").replace(f"/{app}", "/APP")
        )
        answers.append(re.sub(r'nonce="[^"]*"', "", text))
    assert len(set(answers)) == 1
    assert open_rest.snapshot() == before


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_do_nothing(open_rest, method):
    key = open_rest.door(f"m{method.lower()}", "clerk")
    table, before = Table(ROUTES), open_rest.snapshot()
    known: dict[str, set[str]] = {}
    for route in ROUTES:
        known.setdefault(address(route.path, id=open_rest.order), set()).add(route.method)

    for url, methods in known.items():
        if table.find("GET" if method == "HEAD" else method, url):
            continue
        answer = key.client.request(method, url)
        assert answer.status_code == 405, f"{method} {url}: {answer.status_code}"
        allowed = set(answer.headers["allow"].split(", "))
        assert methods <= allowed
        assert method not in allowed
    assert open_rest.snapshot() == before


def test_head_is_get_without_a_body(open_rest):
    key = open_rest.door("head", "clerk")

    for path in (f"order/{open_rest.order}", "order", "order/export.csv", "openapi.json"):
        head, get = key.send("HEAD", path), key.send("GET", path)
        assert (head.status_code, head.content, head.headers.get("etag")) == (
            200,
            b"",
            get.headers.get("etag"),
        )
        assert head.headers.get("content-length") == get.headers.get("content-length")


@pytest.mark.parametrize(
    "path",
    [
        "//api/shop/order",
        "/api//shop/order",
        "/api/shop//order",
        "/api/shop/order/",
        "/api/shop/order/?limit=1",
        "/api/shop/./order",
        "/api/shop/../shop/order",
        "/api/shop/order/%2e%2e",
        "/api/shop/order/..",
        "/api/shop/%2e/order",
        "/API/shop/order",
        "/api/Shop/order",
        "/api/shop/Order",
        "/api/shop/order%00",
        "/api/shop/order%20",
        "/api/shop/order;x",
        "/api/shop/order.json",
        "/api/shop/order/١",
        "/api/shop/order/１",
        "/api/shop/order/0x1",
        "/api/shop/order/1e3",
        "/api/shop/order/+1",
        "/api/shop/order/%2B1",
        "/api/shop/ｏrder",
        "/api/shop/order.rows",
        "/api/shop/weft_user",
        "/api/shop/order/1/2/3/4",
        "/api/shop/order/%ff",
        "/api/shop/order\\bulk",
        "/api/shop",
        "/api/",
        "/api",
        "/static/../main.py",
        "/static/%2e%2e/%2e%2e/main.py",
        "/static//etc/passwd",
        "/static/",
        "/static/..%2f..%2fmain.py",
        "/files/..",
        "/files/%2e%2e%2fkey",
        "/files/1/2",
        "/files/",
        "/files/x",
        "/a/shop/order/%2e%2e/new",
        "/.env",
        "/key",
    ],
)
def test_tricks_with_paths_lead_nowhere(open_rest, path):
    key = open_rest.door(f"p{abs(hash(path))}", "clerk")
    client, _ = open_rest.session(key.user_id)

    for headers in (key.client.headers, {"Cookie": f"weft_session={client.cookies['weft_session']}"}):
        status, body = as_it_stands(open_rest.web, path, headers)
        assert status in {303, 404, 405} if path[1] in "af" else status in {404, 405}, body[:300]
        assert b"__future__" not in body
        assert b"root:" not in body


def as_it_stands(web, path, headers):
    """Send a path that a client would tidy up first, and return status and body."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path.split("?")[0], errors="replace"),
        "query_string": b"",
        "raw_path": path.encode(),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
    }
    with (
        start_blocking_portal() as portal
    ):  # a loop of its own: the browser tests may keep one in this thread
        portal.call(web, scope, receive, send)
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])


def test_a_slash_in_disguise_is_a_slash(open_rest):
    """`%2f` arrives as a slash: it reaches what the slash reaches, with the same rights, and nothing else."""
    key, nobody = open_rest.door("slash", "clerk"), open_rest.door("noslash")

    assert key.get("order%2Fdistinct%2Fstage") == key.get("order/distinct/stage")
    nobody.get("order%2Fdistinct%2Fstage", 404)


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if each.method != "GET" and each.admit is None], ids=named
)
def test_a_page_elsewhere_cannot_act_for_who_is_signed_in(open_rest, route):
    client, csrf = open_rest.session(open_rest.add(f"c{abs(hash((route.method, route.path)))}", "chief"))
    url = address(route.path, id=open_rest.order)
    other, _ = open_rest.session(open_rest.add(f"d{abs(hash((route.method, route.path)))}", "chief"))
    before = open_rest.snapshot()

    for given in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": csrf[:-1]},
                  {"X-CSRF-Token": "ä".encode("latin-1")}):  # fmt: skip
        answer = client.request(route.method, url, headers=given, content=b'{"title": "Stolen"}')
        assert answer.status_code == 403, answer.text[:300]
    assert other.request(route.method, url, headers={"X-CSRF-Token": csrf}).status_code == 403
    assert open_rest.snapshot() == before


def test_a_token_is_taken_from_the_header_for_rest_and_from_either_for_screens(open_rest):
    client, csrf = open_rest.session(open_rest.add("token", "clerk"))

    sent = client.post("/api/shop/order", json={"title": "By session"}, headers={"X-CSRF-Token": csrf})
    assert sent.status_code == 201
    stolen = client.post("/api/shop/order", data={"csrf": csrf, "title": "x"})
    assert stolen.status_code == 403


def test_keys_open_no_screens(open_rest):
    key = open_rest.door("keyonly", "chief")

    answer = key.client.get("/a/shop/order", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")


@pytest.mark.parametrize("route", [each for each in ROUTES if each.method != "GET"], ids=named)
def test_bodies_have_limits(open_rest, route):
    """A stranger is refused before anything much is read; a person at the route's limit."""
    url = address(route.path)
    stranger = TestClient(open_rest.web, follow_redirects=False)
    read = []

    def endless():
        for number in range(100):
            read.append(number)
            yield b"x" * 1_000_000

    refused = stranger.request(route.method, url, content=endless())
    assert refused.status_code in {401, 413}, refused.text
    declared = stranger.request(route.method, url, headers={"Content-Length": str(10**15)}, content=b"x")
    assert declared.status_code in {401, 413}
    strange = stranger.request(route.method, url, headers={"Content-Length": "9" * 5000}, content=b"x")
    assert strange.status_code in {401, 413}
    if route.permission is not Permission.public:
        client, csrf = open_rest.session(open_rest.add(f"b{abs(hash((route.method, route.path)))}", "chief"))
        headers = {"Content-Length": str(route.limit + 1), "X-CSRF-Token": csrf}
        assert client.request(route.method, url, headers=headers, content=b"x").status_code == 413


def test_every_answer_forbids_keeping_and_guessing(open_rest):
    """P41: an answer meant for one person is not served to the next by a cache."""
    key = open_rest.door("headers", "clerk")
    client, _ = open_rest.session(key.user_id)

    for answer in (
        key.send("GET", "order"),
        key.send("GET", "nothing"),
        key.send("POST", "order", {}),
        client.get("/a/shop/order"),
        client.get("/nowhere"),
        key.send("PUT", "order"),
        client.get("/api/nowhere"),
        key.send("GET", "order/export.csv"),
    ):
        assert answer.headers["cache-control"] == "no-store", answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
    page = client.get("/a/shop/order")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy


def test_a_mistake_of_ours_tells_nothing(rest: Rest, monkeypatch):
    """P35: what went wrong inside is for the log."""
    key = rest.door("x", "clerk")

    def broken(*_args, **_more):
        raise RuntimeError("SELECT secret FROM weft_user")

    monkeypatch.setattr("runtime.api.records.list_query", broken)
    answer = key.send("GET", "order")

    assert answer.status_code == 500
    assert answer.json() == {
        "type": "about:blank",
        "title": "That did not work. Please try again in a moment.",
        "status": 500,
        "code": "error",
    }
    assert "secret" not in answer.text


def test_signing_in_leads_nowhere_else(open_rest):
    """P42."""
    client = TestClient(open_rest.web, follow_redirects=False)

    for path in ("/a/shop/order", "/a/shop/order/1"):
        assert client.get(path).headers["location"] == f"/sign-in?next={path}"
