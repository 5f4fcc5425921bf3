"""Every screen there is, one entry per look it can have."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from frontend import pages
from frontend.texts import Texts
from frontend.views import Action, Flash, Issue, Link, Pager, Shell
from tests.web.samples.people import People

Entry = tuple[str, Shell | None, Callable[[], Any]]


class Samples(People):
    """All of them."""

    def sign_in(self, *, demo: bool) -> pages.SignInPage:
        people = self.people()
        groups = (
            pages.DemoGroup(self.say("华东区", "East"), people[:3]),
            pages.DemoGroup(self.say("总部", "Head office"), people[3:]),
        )
        return pages.SignInPage(demo=groups if demo else ())

    def setup(self) -> pages.SetupPage:
        t = self.texts.t
        problem = Issue(t("password.too_short", min=10), "password", t("ui.setup.password"))
        return pages.SetupPage(issues=(problem,))

    def screen(self, name: str) -> tuple[str, dict[str, Any]]:
        """Template and context of one look."""
        template, shell, page = self.screens()[name]
        return template, {"page": page()} | ({"shell": shell} if shell else {})

    def screens(self) -> dict[str, Entry]:
        """Name to template, house and the builder of the page."""
        crumbs = (Link(self.say("订单管理", "Orders"), "/a/s"),)
        house, shell = self.shell(app=False), self.shell(*crumbs)
        bare = replace(house, user=None)
        undo = Action(self.say("撤销", "Undo"), "/undo", "post")
        flashed = replace(shell, flashes=(Flash(self.say("已保存", "Saved"), action=undo),))
        noticed = replace(
            shell, notice=self.say("演示数据，每天凌晨恢复。", "Sample data, restored every night.")
        )
        empty = {"rows": (), "conditions": (), "pager": Pager(count="0")}
        return {
            "sign_in": ("pages/sign_in.html", bare, partial(self.sign_in, demo=False)),
            "sign_in_demo": ("pages/sign_in.html", bare, partial(self.sign_in, demo=True)),
            "setup": ("pages/setup.html", bare, self.setup),
            "launcher": ("pages/launcher.html", house, lambda: pages.LauncherPage(self.apps())),
            "launcher_empty": ("pages/launcher.html", house, lambda: pages.LauncherPage(())),
            "error_404": ("pages/error.html", shell, partial(pages.ErrorPage, 404)),
            "error_500": (
                "pages/error.html",
                None,
                partial(pages.ErrorPage, 500, "a1b2c3", retry_url="/again"),
            ),
            "table": ("runtime/table.html", noticed, self.table),
            "table_empty": ("runtime/table.html", shell, partial(self.table, **empty)),
            "table_nothing": ("runtime/table.html", shell, partial(self.table, **empty | {"search": "zzz"})),
            "dashboard": ("runtime/dashboard.html", shell, self.dashboard),
            "record": ("runtime/record.html", flashed, self.record),
            "form": ("runtime/form.html", shell, self.form),
            "form_refused": ("runtime/form.html", shell, self.refused_form),
            "filter": ("runtime/filter.html", shell, self.filter_page),
            "filter_formula": ("runtime/filter.html", shell, partial(self.filter_page, "formula")),
            "trash": ("runtime/trash.html", shell, self.trash),
            "trash_empty": ("runtime/trash.html", shell, lambda: replace(self.trash(), rows=())),
            "import_upload": ("runtime/import.html", shell, partial(self.importing, "upload")),
            "import_map": ("runtime/import.html", shell, partial(self.importing, "map")),
            "import_run": ("runtime/import.html", shell, partial(self.importing, "run")),
            "import_done": ("runtime/import.html", shell, partial(self.importing, "done")),
            "join": (
                "pages/join.html",
                bare,
                lambda: pages.JoinPage("/join/x", self.people()[1].name, "leo"),
            ),
            "people": ("pages/people.html", house, self.people_page),
            "people_empty": ("pages/people.html", house, self.people_empty),
            "people_bulk": (
                "pages/people_bulk.html",
                house,
                lambda: pages.PeopleBulkPage(self.people_tabs("bulk")),
            ),
            "people_preview": ("pages/people_bulk.html", house, self.bulk_page),
            "people_refused": ("pages/people_bulk.html", house, partial(self.bulk_page, refused=True)),
            "people_invites": ("pages/people_invitations.html", house, self.invitations_page),
            "people_joined": (
                "pages/people_invitations.html",
                house,
                lambda: pages.InvitationsPage(self.people_tabs("invites")),
            ),
            "people_roles": ("pages/people_roles.html", house, self.roles_page),
            "people_role": ("pages/people_role.html", house, self.role_page),
            "person": ("pages/person.html", house, self.person_page),
            "person_leaving": ("pages/person_leaving.html", house, self.leaving_page),
            "profile": ("pages/profile.html", house, self.profile_page),
        }


def samples(locale: str) -> Samples:
    return Samples(Texts(locale))
