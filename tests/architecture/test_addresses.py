"""No app and no form has a key that an address of the platform takes."""

import pytest

import main
from schemas.words import APP_RESERVED, FORM_RESERVED


@pytest.mark.parametrize(("name", "reserved"), [("{app}", APP_RESERVED), ("{form}", FORM_RESERVED)])
def test_words_that_stand_where_a_key_does_are_reserved(name, reserved):
    paths = {tuple(each.path.split("/")[1:]) for each in main.routes()}
    homes = {path[: path.index(name)] for path in paths if name in path}
    words = {
        path[len(home)].partition(".")[0]
        for home in homes
        for path in paths
        if path[:-1][: len(home)] == home
    }
    could_be = {each for each in words if each.isidentifier()}

    assert could_be
    assert could_be <= reserved
