"""Departments and their members, and finding somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from engines.store import people
from engines.store.people import Entry, Tree
from frontend.pages import DepartmentForm, PeoplePage, PersonRow, TreeNode
from frontend.views import Action, Pager
from runtime.screens.people.frame import HOME, card, department_items, known_roles, person_field, tabs
from runtime.screens.shell import page, texts_of
from runtime.web.call import Answer, Call, json_answer
from schemas.errors import NotFound

SIZE = 50


def find(call: Call) -> Answer:
    """Answer people to choose from."""
    found = people.search_people(call.conn, call.query.get("search", "")[:100])
    return json_answer(
        {"data": [{"id": str(each.id), "text": each.name, "note": each.login} for each in found]}
    )


def show_members(
    call: Call,
    adding: DepartmentForm | None = None,
    chosen: DepartmentForm | None = None,
    department: str | None = None,
    status: int = 200,
) -> Answer:
    """Answer one page of the members of a department, or of everybody."""
    tree, texts = people.load_tree(call.conn), texts_of(call)
    wanted = _department(tree, call.query.get("department", "") if department is None else department)
    search = call.query.get("search", "")[:100]
    within = None if wanted is None else tree.below(wanted)
    number = _page_number(call)
    found, total = people.page_people(call.conn, within, search, offset=(number - 1) * SIZE, limit=SIZE)
    asked = {name: text for name, text in (("department", str(wanted or "")), ("search", search)) if text}
    new_url = f"{HOME}/new?department={wanted}" if wanted else f"{HOME}/new"
    model = PeoplePage(
        tabs=tabs(call, "people"),
        tree=(_tree(call, tree, wanted),),
        adding=adding or DepartmentForm(f"{HOME}/departments", parent=str(wanted or "")),
        chosen=None if wanted is None else chosen or department_form(call, tree, wanted),
        department=str(wanted or ""),
        title=texts.t("ui.people.all_people") if wanted is None else tree.by_id[wanted].name,
        rows=tuple(_rows(call, tree, found)),
        pager=_pager(asked, number, total),
        search=search,
        new=Action(texts.t("ui.people.add_person"), new_url, icon="user-plus", style="primary"),
    )
    if not model.adding.parents:
        model = replace(model, adding=replace(model.adding, parents=department_items(tree)))
    return page(call, "pages/people.html", model, status=status)


def department_form(call: Call, tree: Tree, department_id: int) -> DepartmentForm:
    """Return the form by which a department is changed."""
    here, t, url = tree.by_id[department_id], texts_of(call).t, f"{HOME}/departments/{department_id}"
    up, down = (
        Action(t(f"ui.people.move_{way}"), f"{url}/move", "post", f"arrow-{way}", fields=(("way", way),))
        for way in ("up", "down")
    )
    delete = Action(
        t("ui.common.delete"), f"{url}/delete", "post", "trash", "danger",
        t("ui.people.delete_department_confirm"),
    )  # fmt: skip
    return DepartmentForm(
        url,
        here.name,
        str(here.parent_id or ""),
        department_items(tree, tree.below(department_id)),
        replace(person_field(call, "head", "ui.people.head", here.head_id), width=12),
        (up, down, delete),
    )


def _department(tree: Tree, text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:19]) not in tree.by_id:
        raise NotFound
    return int(text)


def _page_number(call: Call) -> int:
    text = call.query.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _tree(call: Call, tree: Tree, wanted: int | None) -> TreeNode:
    counts = people.count_members(call.conn)

    def node(department_id: int) -> TreeNode:
        here = tree.by_id[department_id]
        number = sum(counts.get(each, 0) for each in tree.below(department_id))
        below = tuple(node(each.id) for each in tree.children(department_id))
        url = f"{HOME}?department={department_id}"
        return TreeNode(here.name, url, department_id == wanted, f"{number:,}", below)

    top = tuple(node(each.id) for each in tree.children(None))
    everybody = texts_of(call).t("ui.people.all_people")
    return TreeNode(everybody, HOME, wanted is None, f"{sum(counts.values()):,}", top)


def _rows(call: Call, tree: Tree, found: Sequence[Entry]) -> Iterator[PersonRow]:
    labels = {each.uid: each.label for each in known_roles(call)}
    held = people.roles_held(call.conn, [each.id for each in found])
    outside = {
        each.user_id for each in people.waiting(call.conn, call.installation.clock.now()) if not each.joined
    }
    admin = texts_of(call).t("ui.people.admin")
    for each in found:
        roles = sorted(labels[uid] for uid in held.get(each.id, ()) if uid in labels)
        yield PersonRow(
            card(each, tree), each.email or "", each.phone or "",
            (*((admin,) if each.admin else ()), *roles), each.active, each.id not in outside,
        )  # fmt: skip


def _pager(asked: dict[str, str], number: int, total: int) -> Pager:
    last = max(1, -(-total // SIZE))

    def url(page: int) -> str:
        return f"{HOME}?{urlencode(asked | {'page': str(page)})}"

    before = (url(1), url(number - 1)) if number > 1 else ("", "")
    after = (url(number + 1), url(last)) if number < last else ("", "")
    return Pager(*before, *after, f"{total:,}")
