"""The description of the REST door: valid, complete, and no more than its reader may see."""

import json
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

import main
from engines.form.registry import field_types
from frontend.texts import LOCALES, Texts
from tests.fixtures.rest import clerk_of, shop_bytes
from tests.fixtures.shop import FORMS

HTTP = {"get", "post", "put", "patch", "delete"}
PLAIN = {"key": "everything", "label": "Everything", "fields": []}


def every_kind():
    """A form with a field of every type."""
    more: dict[str, dict[str, Any]] = {
        "formula": {"formula": "rating + 1"},
        "lookup": {"via": "relation", "field": "price"},
        "rollup": {"of": "subform", "field": "qty"},
        "relation": {"form": "item"},
        "relations": {"form": "item"},
        "related": {"form": "everything", "via": "relation"},
        "alike": {"by": "relation"},
        "select": {"options": [{"key": "a", "label": "A"}]},
        "multi_select": {"options": [{"key": "a", "label": "A"}]},
        "serial": {"parts": [{"type": "counter", "width": 3}]},
        "subform": {"fields": [{"key": "qty", "type": "number", "label": "Qty"}]},
    }
    names = list(field_types())
    fields = [
        {
            "key": RENAMED.get(name, name),
            "type": name,
            "label": name,
            **more.get(name, {}),
        }
        for name in sorted(names)
        if name != "related"
    ]
    return {"key": "everything", "label": "Everything", "fields": fields}


BESIDE = {
    (f"order/{{id}}/{path}", method)
    for path, methods in {
        "comments": ("get", "post"), "comments/{comment}": ("delete",), "followers": ("get",),
        "follow": ("post", "delete"), "shares": ("get", "post"), "shares/{share}": ("delete",),
    }.items()
    for method in methods
}  # fmt: skip
# What no field may be called.
RENAMED = {"record_id": "number_of", "lookup": "looked_up"}


def operations(document):
    return {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in HTTP
    }


def resolve(document, value):
    """Follow every reference in the document; a wrong one raises."""
    if isinstance(value, dict):
        if "$ref" in value:
            found = document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
        for each in value.values():
            resolve(document, each)
    elif isinstance(value, list):
        for each in value:
            resolve(document, each)


def test_is_valid_openapi(rest, chief):
    from schemathesis.openapi import from_dict

    rest.publish(shop_bytes([*FORMS, every_kind()]))
    document = chief.get("openapi.json")

    resolve(document, document["paths"])
    for schema in document["components"]["schemas"].values():
        assert meta.is_valid(schema), schema
    assert document["openapi"] == "3.1.0"
    names = [each["operationId"] for each in operations(document).values()]
    assert len(names) == len(set(names))
    assert len(list(from_dict(document).get_all_operations())) == len(names)


def test_every_operation_leads_to_a_route(chief):
    table = {(each.method.lower(), each.path) for each in main.routes()}

    for path, method in operations(chief.get("openapi.json")):
        parts = path.split("/")
        parts[2] = "{app}"
        parts[3] = "dashboards" if parts[3] == "dashboards" else "{form}"
        assert (method, "/".join(parts)) in table


def test_every_route_of_the_api_is_described(chief):
    described = {(method, path.split("/", 4)[-1]) for path, method in operations(chief.get("openapi.json"))}
    described |= {
        (method, "") for path, method in operations(chief.get("openapi.json")) if path.count("/") == 3
    }

    for each in main.routes():
        engines = (
            "/flows",
            "/move",
            "/withdraw",
            "/rules",
            "/rules/{rule}",
            "/rule-runs",
            "/buttons",
            "/press",
        )
        some = each.path.endswith(("import", *engines))  # of engines only where there is anything
        if each.path.startswith("/api/{app}/{form}") and not some:
            assert (each.method.lower(), each.path.removeprefix("/api/{app}/{form}").lstrip("/")) in described


@pytest.mark.parametrize("locale", LOCALES)
def test_speaks_both_languages(rest, chief, locale):
    document = json.dumps(chief.get("openapi.json"), ensure_ascii=False)
    texts = Texts(locale)

    assert "ui.api" not in document
    assert texts.t("ui.api.list", form="X") != "ui.api.list"


def test_answers_and_examples_are_as_described(rest, chief):
    rest.publish(shop_bytes([*FORMS, every_kind()]))
    document = chief.get("openapi.json")
    person, item = chief.create("person", name="Ann"), chief.create("item", code="A")
    chief.create(
        title="First",
        amount=1,
        stage="open",
        marks=["red"],
        owner=str(chief.user_id),
        person=person,
        things=[item],
        rows=[{"qty": 1, "item": item}],
        seen="2026-01-01T00:00:00Z",
        at="09:00",
        day="2026-01-01",
    )
    chief.create(
        "everything",
        select="a",
        multi_select=["a"],
        phone="13900001234",
        email="a@b.cn",
        rating="3",
        percent="0.5",
    )

    def check(name, value):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(schema).validate(value)

    for form in ("person", "item", "order", "everything"):
        for record in chief.get(f"{form}?labels=1")["data"]:
            check(form, record)
    check("Problem", chief.post("order", {}, 422))
    examples = {
        key: each["examples"][0] if "examples" in each else each["anyOf"][0]["examples"][0]
        for key, each in document["components"]["schemas"]["everything.create"]["properties"].items()
        if "examples" in each or "examples" in each.get("anyOf", [{}])[0]
    }
    assert set(examples) > {
        "checkbox",
        "date",
        "datetime",
        "email",
        "money",
        "multi_select",
        "number",
        "select",
        "text",
    }
    check("everything.create", examples)
    pointing = {"member", "members", "department", "file", "image", "signature", "relation", "relations"}
    assert chief.post("everything", {key: value for key, value in examples.items() if key not in pointing})


def test_shows_only_what_its_reader_may_see(rest):
    rest.publish(
        shop_bytes(
            roles=[
                {
                    "key": "few",
                    "label": "Few",
                    "grants": [
                        {
                            "form": "order",
                            "actions": ["view", "edit"],
                            "others": "hidden",
                            "fields": {"title": "edit", "word": "read"},
                        },
                    ],
                },
                {"key": "sender", "label": "Sender", "grants": [{"form": "order", "actions": ["create"]}]},
            ]
        )
    )
    few, sender = rest.door("few", "few"), rest.door("sender", "sender")

    found = few.get("openapi.json")
    text = json.dumps(found)
    assert set(found["components"]["schemas"]) == {"Problem", "order", "order.update"}
    assert set(found["components"]["schemas"]["order.update"]["properties"]) == {"title"}
    for hidden in ("amount", "since", "Stage", "zebra", "helpers"):
        assert f'"{hidden}"' not in text
    assert {(path.removeprefix("/api/shop/"), method) for path, method in operations(found)} == {
        ("order", "get"), ("order/{id}", "get"), ("order/{id}", "patch"), ("order/{id}/history", "get"),
        ("order/bulk", "post"), ("order/aggregate", "get"), ("order/distinct/{field}", "get"),
        *BESIDE,
    }  # fmt: skip
    assert {(path, method) for path, method in operations(sender.get("openapi.json"))} == {
        ("/api/shop/order", "post"), ("/api/shop/order/bulk", "post"),
    }  # fmt: skip


def test_an_app_without_a_form_for_the_reader_does_not_exist(rest):
    nobody = rest.door("nobody")

    assert nobody.send("GET", "openapi.json").content == nobody.send("GET", "/api/none/openapi.json").content
    nobody.get("openapi.json", 404)


def test_masked_fields_are_described_as_what_is_shown(rest):
    rest.publish(
        shop_bytes(roles=[{"key": "clerk", "label": "C", "grants": clerk_of(day="masked", word="masked")}])
    )

    schemas = rest.door("clerk", "clerk").get("openapi.json")["components"]["schemas"]

    assert schemas["order"]["properties"]["day"] == {"type": ["string", "array", "null"], "title": "Day"}
    assert "day" not in schemas["order.create"]["properties"]
