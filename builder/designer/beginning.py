"""The addresses at which applications begin, are copied, put away and brought back."""

from __future__ import annotations

from builder.designer.gallery.pages import show_gallery, show_template, use_template
from builder.designer.guides.pages import show_guide
from builder.designer.sheets.pages import LIMIT, take_sheet
from builder.designer.shelf import archive_app, copy_app, restore_app
from runtime.web.routing import Permission, Routes

_BASE = "/design/{app}"


def add_beginning_routes(routes: Routes) -> None:
    """Register them; fixed words before the keys of applications."""
    admin = Permission.admin
    routes.add("GET", "/design/gallery", admin)(show_gallery)
    routes.add("GET", "/design/gallery/{template}", admin)(show_template)
    routes.add("POST", "/design/gallery/{template}", admin)(use_template)
    routes.add("POST", "/design/sheet", admin, limit=LIMIT, multipart=True)(take_sheet)
    routes.add("POST", "/design/shelf/{key}", admin)(restore_app)
    routes.add("GET", _BASE + "/guide", Permission.designer)(show_guide)
    routes.add("POST", _BASE + "/archive", admin)(archive_app)
    routes.add("POST", _BASE + "/duplicate", admin)(copy_app)
