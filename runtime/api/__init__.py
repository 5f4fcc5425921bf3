"""The REST door: about fifteen generic routes, compiled from the definition that answers them."""

from runtime.api.bulk import add_bulk_routes
from runtime.api.dashboards import add_dashboard_routes
from runtime.api.figures import add_figure_routes
from runtime.api.flows import add_flow_routes
from runtime.api.imports import add_import_routes
from runtime.api.merging import add_merge_routes
from runtime.api.openapi import add_openapi_routes
from runtime.api.people import add_people_routes
from runtime.api.records import add_record_routes
from runtime.api.rules import add_rule_routes
from runtime.api.searching import add_search_routes
from runtime.api.sheets import add_sheet_routes
from runtime.api.talking import add_talk_routes
from runtime.api.work import add_work_routes
from runtime.web.routing import Routes

__all__ = ["add_routes"]


def add_routes(routes: Routes) -> None:
    """Register every REST route; fixed words before ids."""
    add_openapi_routes(routes)
    add_work_routes(routes)
    add_search_routes(routes)
    add_people_routes(routes)
    add_dashboard_routes(routes)
    add_bulk_routes(routes)
    add_figure_routes(routes)
    add_sheet_routes(routes)
    add_import_routes(routes)
    add_flow_routes(routes)
    add_rule_routes(routes)
    add_merge_routes(routes)
    add_talk_routes(routes)
    add_record_routes(routes)
