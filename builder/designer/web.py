"""The designer's addresses."""

from __future__ import annotations

from builder.designer.acting import act, discard, redo, undo
from builder.designer.beginning import add_beginning_routes
from builder.designer.beside import add_routes_beside
from builder.designer.boards.keeping import keep_widget
from builder.designer.boards.pages import show_board
from builder.designer.elements.faces import show_element
from builder.designer.elements.pages import show_settings
from builder.designer.form_page import show_form
from builder.designer.formulas.pages import (
    edit_formula,
    formula_words,
    show_formula,
    show_formulas,
    tell_formula,
)
from builder.designer.home import show_app, show_home
from builder.designer.logic import show_logic
from builder.designer.preview import show_preview, show_sheet
from builder.designer.publishing import publish, show_publish
from builder.designer.rights import show_rights
from builder.designer.rules import show_rule, show_rules
from builder.designer.starting import bring_app, export_app, start_app
from builder.designer.trials import run_trials, show_trials
from builder.designer.versions import restore_version, show_version
from builder.packages.archive import MAX_PACKAGE
from runtime.web.routing import Permission, Routes

_BASE = "/design/{app}"


def add_designer_routes(routes: Routes) -> None:
    """Register the pages on which applications are designed."""
    designer = Permission.designer
    add_beginning_routes(routes)
    routes.add("GET", "/design", Permission.person)(show_home)
    routes.add("POST", "/design/new", Permission.admin)(start_app)
    routes.add("POST", "/design/file", Permission.admin, limit=MAX_PACKAGE, multipart=True)(bring_app)
    routes.add("GET", _BASE, designer)(show_app)
    routes.add("GET", _BASE + "/export", designer)(export_app)
    routes.add("POST", _BASE + "/act", designer)(act)
    routes.add("POST", _BASE + "/undo", designer)(undo)
    routes.add("POST", _BASE + "/redo", designer)(redo)
    routes.add("POST", _BASE + "/discard", designer)(discard)
    routes.add("GET", _BASE + "/publish", designer)(show_publish)
    routes.add("POST", _BASE + "/publish", designer)(publish)
    routes.add("GET", _BASE + "/rules", designer)(show_rules)
    routes.add("GET", _BASE + "/rules/{rule}", designer)(show_rule)
    routes.add("GET", _BASE + "/forms/{form}", designer)(show_form)
    routes.add("GET", _BASE + "/forms/{form}/preview", designer)(show_preview)
    routes.add("GET", _BASE + "/forms/{form}/sheet", designer)(show_sheet)
    routes.add("GET", _BASE + "/forms/{form}/logic", designer)(show_logic)
    routes.add("GET", _BASE + "/forms/{form}/formulas", designer)(show_formulas)
    routes.add("GET", _BASE + "/dashboards/{dashboard}", designer)(show_board)
    routes.add("POST", _BASE + "/keep", designer)(keep_widget)
    routes.add("GET", _BASE + "/tests", designer)(show_trials)
    routes.add("POST", _BASE + "/tests", designer)(run_trials)
    routes.add("GET", _BASE + "/tests/{id}", designer)(show_trials)
    routes.add("GET", _BASE + "/versions/{number}", designer)(show_version)
    routes.add("POST", _BASE + "/versions/{number}", designer)(restore_version)
    routes.add("GET", _BASE + "/rights", designer)(show_rights)
    add_routes_beside(routes)
    routes.add("GET", _BASE + "/settings", designer)(show_settings)
    routes.add("GET", _BASE + "/element", designer)(show_element)
    routes.add("GET", _BASE + "/formula", designer)(show_formula)
    routes.add("POST", _BASE + "/formula", designer)(edit_formula)
    routes.add("POST", _BASE + "/formula/told", designer)(tell_formula)
    routes.add("GET", _BASE + "/formula/words", designer)(formula_words)
