"""What every kind of trigger must do."""

import pytest

from engines.rule.kinds import TriggerExample, trigger_types
from frontend.environment import Renderer
from frontend.texts import LOCALES, Texts
from tests.fixtures.automation import Office

KINDS = trigger_types()
CASES = [
    pytest.param(name, example, id=f"{name}-{place}")
    for name, kind in KINDS.items()
    for place, example in enumerate(kind.examples)
]
TODO = {"type": "create_todo", "to": [{"type": "member", "account": "bo"}], "title": "Fired"}


@pytest.mark.parametrize(("name", "example"), CASES)
def test_examples_hold(small_office: Office, name: str, example: TriggerExample):
    """Each fires where it says, once, and not a minute early."""
    office = small_office
    office.publish({"on": {"type": name, "form": "order", **example.on}, "then": [TODO]})
    record = office.create(**(example.old or example.new))
    office.run()
    before = len(office.todos("bo")) if example.old is not None else 0

    if example.old is not None and example.new:
        office.update(record, **example.new)
    if example.press:
        office.press(record, "r0")
    office.run()
    if example.after is not None:
        assert len(office.todos("bo")) == before
        office.run(seconds=example.after.total_seconds() - 60)
        assert len(office.todos("bo")) == before
        office.run(minutes=2)

    assert len(office.todos("bo")) == before + example.fires, office.runs(record)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_complete(name: str):
    """Examples both ways, a name and help in both languages, and a sentence that a reader of rules sees."""
    kind = KINDS[name]
    own = [info.alias or key for key, info in kind.Options.model_fields.items() if key != "type"]
    codes = [f"trigger.{name}.{each}" for each in ("label", "help", *own)]

    assert {each.fires for each in kind.examples} == {True, False}
    for locale in LOCALES:
        assert [code for code in codes if Texts(locale).t(code) == code] == []
    Renderer().environment("en").get_template(f"triggers/{name}.html")
