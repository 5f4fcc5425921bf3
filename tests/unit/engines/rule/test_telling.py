"""Texts: in the reader's language, with the values of the moment, without what the reader may not read."""

import pytest

from tests.fixtures.automation import Office
from tests.fixtures.publishing import field, form

CREATED = {"type": "created", "form": "order"}
TO_CLERKS = [{"type": "role", "role": "clerk"}]


def tell(title: str, **more: object) -> dict[str, object]:
    return {"on": CREATED, "then": [{"type": "notify", "to": TO_CLERKS, "title": title, **more}]}


def test_a_hidden_field_is_not_read_to_anybody(office: Office):
    office.publish(tell("{{ title }}: {{ amount }} and {{ amount * 2 }} and {{ double }}"))

    office.create(title="A", amount="5")
    office.run()

    assert office.notices("cy") == ["A: ··· and ··· and ···"]


def test_rights_that_are_given_later_show_it(office: Office):
    office.publish(tell("{{ amount }}"))
    office.create(title="A", amount="5")
    office.run()

    roles = [{"key": "clerk", "label": "Clerk", "grants": [{"form": "order"}]}]
    office.publish(tell("{{ amount }}"), roles=roles)

    assert office.notices("cy") == ["5.00"]


def test_a_record_one_may_not_see_is_told_without_its_values(office: Office):
    roles = [{"key": "clerk", "label": "Clerk", "grants": [{"form": "order", "scope": "own"}]}]
    office.publish(tell("Something about {{ title }}"), roles=roles)

    office.create(title="A", owner="@cy")
    office.run()

    assert office.notices("cy") == ["Something about A"]
    assert office.notices("bo") == ["Something about ···"]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("{{ stage }}", "Open"),
        ("{{ day }} {{ seen }}", "2026-12-01 2026-12-01 17:30"),
        ("{{ owner }}, {{ team }}", "Cy, Cy, Bo"),
        ("{{ MANAGER(owner) }}", "Bo"),
        ("{{ day + 1 }}", "2026-12-02"),
        ("{{ ISBLANK(note) }}{{ note }}", "√"),
        ('{{ "}}" & title }}', "}}A"),
        ("{{ 1 / 3 }}", "0.3333333333"),
        ("{{ 1 / 0 }}", "#DIV/0!"),
        ("{{ USER() }}", "Ada"),
    ],
)
def test_values_as_people_read_them(small_office: Office, title: str, said: str):
    small_office.publish(tell(title))

    small_office.create(
        title="A",
        stage="open",
        day="2026-12-01",
        seen="2026-12-01T09:30:00Z",
        owner="@cy",
        team=[str(small_office.people["cy"]), str(small_office.people["bo"])],
    )
    small_office.run()

    assert small_office.notices("cy") == [said]


def test_over_a_relation_the_other_forms_rights_count(office: Office):
    other = form("firm", field("name"), field("secret"), title="name")
    visit = form("visit", field("firm", "relation", form="firm"))
    rule = {
        "on": {"type": "created", "form": "visit"},
        "then": [
            {"type": "notify", "to": TO_CLERKS, "title": "{{ firm }} {{ firm.name }} {{ firm.secret }}"}
        ],
    }
    roles = [
        {
            "key": "clerk",
            "label": "Clerk",
            "grants": [{"form": "visit"}, {"form": "firm", "fields": {"secret": "hidden"}}],
        }
    ]
    office.publish(rule, forms=[other, visit], roles=roles)

    office.create("visit", firm=office.create("firm", name="Acme", secret="x"))
    office.run()

    assert office.notices("cy") == ["Acme Acme ···"]


def test_each_person_is_told_once_and_who_is_addressed_gets_no_copy(office: Office):
    owner, manager = {"type": "field", "field": "owner"}, {"type": "manager", "field": "owner"}
    told = {"type": "notify", "to": [owner, owner], "cc": [owner, manager], "title": "T", "level": "must"}
    office.publish({"on": CREATED, "then": [told]})

    office.create(title="A", owner="@cy")
    office.run()

    from engines.store.notices import list_notices

    with office.installation.db.read() as conn:
        (to,) = list_notices(conn, office.people["cy"]).notices
        (copy,) = list_notices(conn, office.people["bo"]).notices
    assert (to.notice.level, to.notice.copy) == ("must", False)
    assert (copy.notice.level, copy.notice.copy) == ("normal", True)


def test_a_todo_of_a_role_is_taken_by_one_or_done_by_each(office: Office):
    share = {"type": "create_todo", "to": TO_CLERKS, "title": "One"}
    office.publish({"on": CREATED, "then": [share, {**share, "title": "Each", "share": "each"}]})

    office.create(title="A")
    office.run()

    from engines.store.todo_lists import list_todos

    with office.installation.db.read() as conn:
        epoch = office.installation.current(conn)
        mine = [
            list_todos(
                conn, office.installation.person(conn, office.people[login], epoch), office.clock.now()
            )
            for login in ("bo", "cy")
        ]
    one, other = ({each.id: each.todo.user_id for each in page.todos} for page in mine)
    assert len(one) == len(other) == 2
    assert [one[key] for key in one.keys() & other.keys()] == [None]
