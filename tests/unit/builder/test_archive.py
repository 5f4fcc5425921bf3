"""A package is read only where nothing in it but what belongs there can be."""

import hashlib
import io
import stat
import struct
import warnings
import zipfile

import pytest

from builder.packages.archive import DEFINITION, definition_in, opened, write
from schemas.errors import Invalid

APP = b'{"weft": 1, "key": "shop", "label": "Shop"}'
PICTURE = b"\x89PNG\r\n\x1a\n and more"
DIGEST = hashlib.sha256(PICTURE).hexdigest()


def zipped(*entries, kind=zipfile.ZIP_STORED):
    """An archive of names, or of entries, with their bytes."""
    made = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(made, "w", kind) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def link(name, to):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, to


def look_through(data):
    with opened(io.BytesIO(data)) as package:
        for each in package.content.files:
            with package.file(each):
                pass


def refused(data):
    with pytest.raises(Invalid) as error:
        look_through(data)
    (issue,) = error.value.issues
    return issue.code


def lying(data, size):
    """The archive with another size said of its first entry, in both places."""
    changed = bytearray(data)
    changed[22:26] = struct.pack("<I", size)
    at = data.index(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(changed)


def test_what_is_written_is_read_and_the_same_bytes_every_time():
    made = []
    for _ in range(2):
        out = io.BytesIO()
        write(out, APP, b"{}", {DIGEST}, lambda _: io.BytesIO(PICTURE))
        made.append(out.getvalue())

    assert made[0] == made[1]
    with opened(io.BytesIO(made[0])) as package:
        assert (package.content.definition, package.content.data) == (APP, b"{}")
        with package.file(DIGEST) as stream:
            assert stream.read() == PICTURE
    assert definition_in(made[0]) == definition_in(APP) == APP


def test_an_archive_of_another_program_is_read_too():
    made = zipped(("files/", b""), (DEFINITION, APP), (f"files/{DIGEST}", PICTURE), kind=zipfile.ZIP_DEFLATED)

    with opened(io.BytesIO(made)) as package:
        assert package.content.files == {DIGEST}


ODD = [
    "../app.json", "/etc/passwd", "C:\\app.json", "files/../../x", "a.zip", "APP.JSON", "app.json/",
    "./app.json", "files/" + "A" * 64, f"files/{DIGEST}/x", "files\\" + DIGEST, "app.json\x00.png",
    "ａpp.json",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_p56_a_name_that_leads_elsewhere_is_refused(name):
    assert refused(zipped((DEFINITION, APP), (name, b"x"))) in {"package.foreign", "package.twice"}


def test_p56_links_are_refused():
    assert refused(zipped((DEFINITION, APP), link(f"files/{DIGEST}", "/etc/passwd"))) == "package.link"
    assert refused(zipped(link(DEFINITION, "/etc/passwd"))) == "package.link"


def test_p56_a_name_twice_is_refused():
    assert refused(zipped((DEFINITION, APP), (DEFINITION, b"{}"))) == "package.twice"


def test_p56_bombs_are_refused_before_and_while_they_are_unpacked():
    zeros = zipped((DEFINITION, b" " * 4_000_000), kind=zipfile.ZIP_DEFLATED)
    assert refused(zeros) == "package.bomb"
    assert refused(lying(zeros, 1000)) in {"package.bomb", "package.broken"}
    assert refused(zipped((DEFINITION, b" " * 5_000_001))) == "package.too_big"
    assert (
        refused(zipped((DEFINITION, APP), *((f"files/{n:064x}", b"x") for n in range(5_001))))
        == "package.too_many"
    )


def test_p56_a_list_of_entries_that_is_too_long_is_not_read():
    made = bytearray(zipped((DEFINITION, APP)))
    at = made.rindex(b"PK\x05\x06")
    made[at + 12 : at + 16] = struct.pack("<I", 100_000_000)
    assert refused(bytes(made)) == "package.too_many"


def test_a_file_that_is_not_what_its_name_says_is_refused():
    assert refused(zipped((DEFINITION, APP), (f"files/{DIGEST}", b"other"))) == "package.other_file"


@pytest.mark.parametrize("cut", [1, 10, 60, 100])
def test_a_broken_archive_is_refused(cut):
    made = zipped((DEFINITION, APP), kind=zipfile.ZIP_DEFLATED)
    assert refused(made[:-cut]) in {"package.broken", "package.too_many"}
    assert refused(made[:40] + b"\xff\xff\xff" + made[43:]) == "package.broken"
    assert refused(b"PK" + b"\x00" * cut) == "package.broken"


def test_an_archive_without_a_definition_or_with_a_password_is_refused():
    assert refused(zipped((f"files/{DIGEST}", PICTURE))) == "package.no_definition"
    made = bytearray(zipped((DEFINITION, APP)))
    made[made.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(made)) == "package.locked"
