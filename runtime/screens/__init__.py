"""The screens people work in."""

from runtime.publics.routes import add_publics
from runtime.screens import (
    alike,
    bulk,
    cell,
    drafts,
    entry,
    exporting,
    files,
    filling,
    filtering,
    form,
    handing,
    imports,
    notice_wishes,
    notices,
    own,
    pasting,
    pressing,
    record,
    saved,
    searching,
    sharing,
    sheets,
    shell,
    stars,
    suggesting,
    table,
    taking_back,
    todo_calendar,
    trash,
    visiting,
    why,
    work,
)
from runtime.screens.activity import comments
from runtime.screens.activity.part import show_activity
from runtime.screens.duplicates import add_duplicate_screens
from runtime.screens.flow import add_flow_screens
from runtime.screens.grouped import parts
from runtime.screens.help import add_help_routes
from runtime.screens.looks.putting import put_record
from runtime.screens.people import add_people_routes
from runtime.screens.profile import add_profile_routes
from runtime.screens.resuming import resume
from runtime.web.routing import Permission, Routes

__all__ = ["add_routes"]

_FORM = "/a/{app}/{form}"
_FILLED = 256_000_000  # bytes of a form sent with its files


def add_routes(routes: Routes) -> None:
    """Register every screen; fixed words before ids."""
    person = Permission.person
    entry.add_entry_routes(routes)
    add_help_routes(routes)
    add_publics(routes)
    add_people_routes(routes)
    add_profile_routes(routes)
    routes.add("GET", searching.SEARCH, person)(searching.show_search)
    _add_work(routes)
    routes.add("GET", "/a/{app}", person)(shell.start)
    routes.add("POST", "/api/files", person, limit=files.LIMIT, multipart=True)(files.upload_file)
    routes.add("GET", "/files/{id}", person)(files.download_file)
    routes.add("GET", "/api/files/{id}", person)(files.download_file)  # where keys are accepted
    _add_lists(routes)
    add_flow_screens(routes)
    routes.add("GET", _FORM + "/new", person)(form.new_form)
    routes.add("POST", _FORM + "/new", person, limit=_FILLED, multipart=True)(form.create_record, resume)
    routes.add("GET", _FORM + "/fill", person)(filling.show_brought)
    routes.add("GET", _FORM + "/suggest", person)(suggesting.ask)
    routes.add("POST", _FORM + "/suggest", person)(suggesting.send)
    routes.add("POST", _FORM + "/alike", person)(alike.show_alike)
    routes.add("POST", _FORM + "/draft", person)(drafts.keep_draft)
    routes.add("POST", _FORM + "/draft/discard", person)(drafts.discard_draft)
    routes.add("GET", _FORM + "/{id}", person)(record.show_record)
    routes.add("GET", _FORM + "/{id}/edit", person)(form.edit_form)
    routes.add("POST", _FORM + "/{id}/edit", person, limit=_FILLED, multipart=True)(
        form.update_record, resume
    )
    routes.add("GET", _FORM + "/{id}/picked", person)(form.show_picked)
    routes.add("POST", _FORM + "/{id}/delete", person)(record.delete_record)
    routes.add("POST", _FORM + "/{id}/restore", person)(record.restore_record)
    routes.add("POST", _FORM + "/{id}/press/{rule}", person)(pressing.press_button)
    routes.add("GET", _FORM + "/{id}/rules", person)(why.show_rules)
    _add_beside(routes)
    routes.add("POST", _FORM + "/{id}/put", person)(put_record)


def _add_beside(routes: Routes) -> None:
    """Register what happens around a record."""
    person = Permission.person
    routes.add("GET", _FORM + "/{id}/activity", person)(show_activity)
    routes.add("GET", _FORM + "/{id}/people", person)(comments.find_people)
    routes.add("POST", _FORM + "/{id}/comments", person)(comments.say)
    routes.add("POST", _FORM + "/{id}/comments/{comment}/delete", person)(comments.take_back)
    routes.add("POST", _FORM + "/{id}/here", person)(visiting.tell_here)
    routes.add("GET", _FORM + "/{id}/share", person)(sharing.ask)
    routes.add("POST", _FORM + "/{id}/share", person)(sharing.share)
    routes.add("POST", _FORM + "/{id}/share/{share}/end", person)(sharing.end)
    routes.add("POST", _FORM + "/{id}/follow", person)(comments.change_following)


def _add_lists(routes: Routes) -> None:
    person = Permission.person
    add_duplicate_screens(routes)
    routes.add("GET", _FORM, person)(table.show_table)
    routes.add("GET", _FORM + "/group", person)(parts.show_rows)
    routes.add("GET", _FORM + "/totals", person)(parts.show_totals)
    routes.add("GET", _FORM + "/filter", person)(filtering.show_filter)
    routes.add("POST", _FORM + "/filter/told", person)(filtering.tell_filter)
    routes.add("GET", _FORM + "/filter/words", person)(filtering.filter_words)
    routes.add("POST", _FORM + "/bulk/delete", person)(bulk.delete_selected)
    routes.add("POST", _FORM + "/bulk/edit", person, limit=_FILLED, multipart=True)(bulk.edit_selected)
    routes.add("POST", _FORM + "/bulk/export", person)(exporting.export_selected)
    for kind in ("csv", "xlsx"):
        routes.add("GET", f"{_FORM}/export.{kind}", person)(exporting.export_list)
    routes.add("GET", _FORM + "/import", person)(sheets.import_page)
    routes.add("POST", _FORM + "/import", person, limit=sheets.LIMIT, multipart=True)(sheets.import_sheet)
    routes.add("GET", _FORM + "/import/template.xlsx", person)(exporting.import_template)
    routes.add("GET", _FORM + "/import/{job}", person)(imports.show_import)
    routes.add("POST", _FORM + "/import/{job}/cancel", person)(imports.cancel_import)
    routes.add("GET", _FORM + "/paste", person)(pasting.ask_paste)
    routes.add("POST", _FORM + "/paste", person, limit=pasting.LIMIT)(pasting.paste)
    routes.add("POST", _FORM + "/undo/{cause}", person)(taking_back.take_back)
    routes.add("POST", _FORM + "/views", person)(saved.save_view)
    routes.add("POST", _FORM + "/views/first", person)(saved.begin_with)
    routes.add("POST", _FORM + "/views/{view}", person)(saved.rename_view)
    routes.add("POST", _FORM + "/views/{view}/delete", person)(saved.delete_view)
    routes.add("GET", _FORM + "/trash", person)(trash.show_trash)
    routes.add("POST", _FORM + "/trash/restore", person)(trash.restore_selected)
    routes.add("POST", _FORM + "/trash/purge", person)(trash.purge_selected)
    routes.add("GET", _FORM + "/{id}/row", person)(cell.show_row)
    routes.add("GET", _FORM + "/{id}/cell/{field}", person)(cell.show_cell)
    routes.add("POST", _FORM + "/{id}/cell/{field}", person, limit=_FILLED, multipart=True)(cell.save_cell)


def _add_work(routes: Routes) -> None:
    person = Permission.person
    routes.add("GET", "/badges", person)(work.show_badges)
    routes.add("POST", stars.STARS, person)(stars.set_star)
    routes.add("GET", work.TODOS, person)(work.show_todos)
    routes.add("GET", own.NEW, person)(own.ask)
    routes.add("POST", own.NEW, person)(own.add)
    routes.add("GET", own.GIVE, person)(own.find_others)
    routes.add("GET", work.CALENDAR, person)(todo_calendar.show_calendar)
    routes.add("GET", work.TODOS + "/{id}/edit", person)(own.edit)
    routes.add("POST", work.TODOS + "/{id}/edit", person)(own.change)
    routes.add("POST", work.TODOS + "/{id}/done", person)(work.finish)
    routes.add("POST", work.TODOS + "/{id}/take", person)(work.take)
    routes.add("POST", work.TODOS + "/{id}/reopen", person)(work.reopen)
    routes.add("POST", work.TODOS + "/{id}/drop", person)(work.drop)
    routes.add("GET", work.TODOS + "/{id}/transfer", person)(handing.ask)
    routes.add("POST", work.TODOS + "/{id}/transfer", person)(handing.hand)
    routes.add("GET", work.TODOS + "/{id}/people", person)(handing.find_people)
    routes.add("GET", work.NOTICES, person)(notices.show_notices)
    routes.add("GET", notice_wishes.WISHES, person)(notice_wishes.ask)
    routes.add("POST", notice_wishes.WISHES, person)(notice_wishes.keep)
    routes.add("POST", work.NOTICES + "/read", person)(notices.read_all)
    routes.add("POST", work.NOTICES + "/{id}/read", person)(notices.read_one)
