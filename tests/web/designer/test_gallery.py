"""The gallery: what is inside is told, and a template becomes a working application."""

import json
import re
import time

import pytest

from runtime.scenarios.playing import Asked, plan, play_all
from tests.conftest import ROOT
from tests.web.designer.test_form_designer import Desk
from tests.web.designer.test_shelf import post

TEMPLATES = sorted(each.name.removesuffix("_template.json") for each in ROOT.glob("examples/*_template.json"))


def definition(name):
    return json.loads((ROOT / f"examples/{name}_template.json").read_bytes())


@pytest.fixture
def admin(rest):
    return Desk(rest, rest.add("tang", admin=True))


def test_every_template_is_shown_with_a_picture_and_what_is_inside(admin):
    gallery = admin.get("/design/gallery")
    assert gallery.count("weft-board-picture") == len(TEMPLATES)

    for name in TEMPLATES:
        said, page = definition(name), admin.get(f"/design/gallery/{name}")
        for part in ("forms", "flows", "rules", "dashboards", "roles", "tests"):
            for each in said[part]:
                assert each["label"]["en"] in page.replace("&#39;", "'")
    assert admin.client.get("/design/gallery/nothing").status_code == 404


def test_a_template_is_used_twice_under_names_of_its_own(admin):
    said = definition("repairs")["key"]

    made = [
        post(admin, "/design/gallery/repairs", label=label).headers["Location"]
        for label in ("", "IT help", "IT help")
    ]

    assert made[0] == f"/design/{said}"
    assert len(set(made)) == 3
    assert "IT help" in admin.get(made[1])


def test_s239_from_a_template_to_the_first_record_in_minutes(admin, capsys):
    """The first record that the example of the reference has is a customer."""
    begun = time.perf_counter()
    admin.get("/design/gallery/crm")
    where = post(admin, "/design/gallery/crm", label="").headers["Location"]
    key = where.rpartition("/")[2]
    admin.get(f"/a/{key}/customer/new")
    said = {"name": "苏州精密制造", "industry": "manufacturing", "region": "east", "status": "prospect",
            "level": "high", "source": "exhibition"}  # fmt: skip
    saved = post(admin, f"/a/{key}/customer/new", **said)

    assert saved.status_code == 303, re.findall(r'weft-error".*?</p>', saved.text, re.DOTALL)
    assert "苏州精密制造" in admin.get(saved.headers["Location"])
    with capsys.disabled():
        print(f"\n  S239: from the gallery to the first record: {time.perf_counter() - begun:.1f} s")  # noqa: T201


@pytest.mark.parametrize("name", [each for each in TEMPLATES if each != "crm"])
def test_s245_a_template_behaves_as_its_scenarios_say(name):
    """Types of a project have fields and an approval of their own: its scenarios say which."""
    made = plan(Asked((ROOT / f"examples/{name}_template.json").read_bytes()))

    reports = list(play_all(made))

    assert len(reports) >= 3
    assert [each.scenario.key for each in reports if not each.good] == []
