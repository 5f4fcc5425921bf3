"""Requests that the description allows or nearly allows: never a server error, never a surprise."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from tests.fixtures.rest import Rest

MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
schemathesis.checks.load_all_checks()
CHECKS = schemathesis.checks.CHECKS.get_by_names(NAMES)


def without_end(application):
    """The application, which the client would begin and end with every request."""

    async def serve(scope, receive, send):
        if scope["type"] != "lifespan":
            await application(scope, receive, send)
            return
        for moment in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{moment}.complete"})

    return serve


@pytest.fixture(scope="module")
def asked(rest_of_module) -> tuple[Rest, schemathesis.BaseSchema, str]:
    rest = rest_of_module()
    chief = rest.door("chief", "chief")
    person, item = chief.create("person", name="Ann"), chief.create("item", code="A")
    for number in range(3):
        chief.create(
            title=f"o{number}", amount=number, stage="open", person=person, things=[item], rows=[{"qty": 1}]
        )
    headers = {"Authorization": f"Bearer {chief.secret}"}
    schema = schemathesis.openapi.from_asgi("/api/shop/openapi.json", without_end(rest.web), headers=headers)
    return rest, schema, chief.secret


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "examples", [8, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
)
@pytest.mark.timeout(300)
def test_every_answer_is_described(asked, mode, examples):
    _, schema, secret = asked
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case):
            nonlocal count
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, checks=CHECKS)
            count += 1

        try:
            ask()
        except schemathesis.errors.SchemathesisError as error:
            if "negative" not in str(error).lower():
                raise
    assert count > 100
