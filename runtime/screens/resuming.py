"""A form whose sign-in ended while it was filled: nothing typed is lost, and one more click saves it."""

from __future__ import annotations

from urllib.parse import urlencode

from frontend.views import Issue
from runtime.screens import form as forms
from runtime.screens.entry import sign_in_again
from runtime.screens.shell import texts_of
from runtime.screens.typed import AT_MOST
from runtime.web.call import Answer, Call


def resume(call: Call) -> Answer:
    """Answer a form that bore the token of a session which is no more; nothing is written, no file is kept.

    Who has signed in anew finds the form as it was filled. Others sign in first; what was typed goes along.
    """
    vars(call)["posted"] = [(name, text) for name, text in call.posted if isinstance(text, str)]
    if call.person is not None:
        return forms.fill_again(call)
    typed = urlencode([(name, text) for name, text in call.posted if name != "csrf"])
    said = [Issue(texts_of(call).t("sign_in.expired"))]
    return sign_in_again(call, said, _address(call), typed if len(typed) <= AT_MOST else "")


def _address(call: Call) -> str:
    query = call.query_string.decode("latin-1")
    return f"{call.path}?{query}" if query else call.path
