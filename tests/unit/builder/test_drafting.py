"""Whatever is done to a draft, taking it back leads to the very same bytes."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.drafting.applying import apply_command
from builder.drafting.commands import read_command
from builder.drafting.steps import applied
from schemas.errors import Invalid, NotFound
from tests.fixtures.grammar import shared_grammar

ROOT = Path(__file__).resolve().parents[3]
GRAMMAR = shared_grammar()
DOCUMENT: dict[str, Any] = json.loads((ROOT / "tests/acceptance/maven_crm.json").read_text("utf-8"))
FORMS = [form["key"] for form in DOCUMENT["forms"]]
KEYS = [*sorted({field["key"] for form in DOCUMENT["forms"] for field in form["fields"]}), "extra", "more"]

form_at = st.sampled_from([*FORMS, "extra"]).map(lambda key: f"forms/{key}")
field_at = st.tuples(form_at, st.sampled_from(KEYS)).map(lambda both: f"{both[0]}/fields/{both[1]}")
key = st.sampled_from(KEYS)
commands = st.one_of(
    st.builds(
        lambda to, name, before: {
            "do": "add",
            "to": f"{to}/fields",
            "value": {"key": name, "type": "text", "label": name},
            "before": before,
        },
        form_at,
        key,
        st.none() | key,
    ),
    st.builds(lambda at, label: {"do": "update", "at": at, "set": {"label": label}}, field_at, st.text("ab")),
    st.builds(lambda at, said: {"do": "update", "at": at, "set": {"help": said}}, field_at, st.none() | key),
    st.builds(
        lambda at, to, before: {"do": "move", "at": at, "to": to and f"{to}/fields", "before": before},
        field_at,
        st.none() | form_at,
        st.none() | key,
    ),
    st.builds(lambda at: {"do": "remove", "at": at}, st.one_of(form_at, field_at)),
    st.builds(lambda at, name: {"do": "rename", "at": at, "key": name}, st.one_of(form_at, field_at), key),
)


@settings(max_examples=60)
@given(said=st.lists(commands, min_size=1, max_size=12))
def test_taking_everything_back_leads_to_the_same_bytes(said):
    document, back, forth = DOCUMENT, [], []
    for each in said:
        try:
            made = apply_command(GRAMMAR, document, read_command(each))
        except (Invalid, NotFound):
            continue  # refused, and nothing changed
        document = made.document
        back.append(made.back)
        forth.append(made.steps)
    changed = json.dumps(document)

    for steps in reversed(back):
        document = applied(document, steps)
    assert json.dumps(document, sort_keys=True) == json.dumps(DOCUMENT, sort_keys=True)
    for steps in forth:
        document = applied(document, steps)
    assert json.dumps(document, sort_keys=True) == json.dumps(json.loads(changed), sort_keys=True)
