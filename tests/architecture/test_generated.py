"""Generated files are what their generator writes."""

from tools import reference


def test_the_reference_is_up_to_date(capsys):
    """A reference that lags behind the code is worse than none: it is believed."""
    status = reference.main(["--check"])

    assert status == 0, capsys.readouterr().out
