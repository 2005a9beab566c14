"""Where the tests that walk every page go: one visit for each address of the router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Visit:
    """A path that shows the page, its blanks named as in ``Desk.blanks``, and whether only staff, or only somebody who
    is signed in as living here, sees it."""

    path: str
    as_staff: bool = False
    as_resident: bool = False
    as_starting: bool = False

    @property
    def who(self) -> str:
        """Who goes there: ``staff``, ``resident``, somebody ``starting`` (before the second step), or a ``guest``."""
        named = {"staff": self.as_staff, "resident": self.as_resident, "starting": self.as_starting}
        return next((who for who, is_so in named.items() if is_so), "guest")

    def at(self, blanks: Mapping[str, str]) -> str:
        """The path with its blanks filled."""
        return self.path.format_map(blanks)


def _staff(path: str) -> Visit:
    return Visit(path, as_staff=True)


def _resident(path: str) -> Visit:
    return Visit(path, as_resident=True)


VISITS: Mapping[str, Visit] = {
    "/": Visit("/"),
    "/chat": Visit("/chat"),
    "/guide": Visit("/guide"),
    "/guide/{key}": Visit("/guide/id-card-first"),
    "/guide/{key}/print": Visit("/guide/id-card-first/print"),
    "/category/{slug}": Visit("/category/household-id"),
    "/category/{slug}/print": Visit("/category/household-id/print"),
    "/search": Visit("/search?q=身份证丢了"),
    "/help": Visit("/help"),
    "/login": Visit("/login"),
    "/login/link/{link}": Visit("/login/link/{way}"),
    "/me": _resident("/me"),
    "/me/standing": _resident("/me/standing"),
    "/me/sessions": _resident("/me/sessions"),
    "/me/privacy": _resident("/me/privacy"),
    "/me/privacy/leave": _resident("/me/privacy/leave"),
    "/join": Visit("/join"),
    "/join/{token}": Visit("/join/{estate_token}"),
    "/me/household": _resident("/me/household"),
    "/joins": _staff("/joins"),
    "/joins/list": _staff("/joins/list"),
    "/estates": _staff("/estates"),
    "/estates/{id}/poster": _staff("/estates/{estate}/poster"),
    "/residents": _staff("/residents?joined=no"),
    "/me/second": _staff("/me/second"),
    "/login/second": Visit("/login/second", as_starting=True),
    "/desk": _staff("/desk"),
    "/desk/new": _staff("/desk/new"),
    "/desk/guide": _staff("/desk/guide?q=身份证丢了"),
    "/desk/me": _staff("/desk/me"),
    "/desk/notices": _staff("/desk/notices"),
    "/desk/canned": _staff("/desk/canned"),
    "/desk/roster": _staff("/desk/roster"),
    "/desk/muted": _staff("/desk/muted"),
    "/desk/undelivered": _staff("/desk/undelivered"),
    "/desk/alarms/{id}": _staff("/desk/alarms/{alarm}"),
    "/desk/{question}": _staff("/desk/{question}"),
    "/pack": _staff("/pack"),
    "/pack/new": _staff("/pack/new"),
    "/pack/imports/{id}": _staff("/pack/imports/{imported}"),
    "/pack/versions/{id}": _staff("/pack/versions/{draft}"),
    "/pack/versions/{id}/edit": _staff("/pack/versions/{draft}/edit"),
    "/pack/{key}": _staff("/pack/id-card-first"),
    "/pack/{key}/edit": _staff("/pack/id-card-renew/edit"),
    "/pack/{key}/overlay": _staff("/pack/id-card-first/overlay"),
    "/misses": _staff("/misses"),
    "/homes": _staff("/homes"),
    "/homes/buildings/{id}": _staff("/homes/buildings/{building}"),
    "/homes/{id}": _staff("/homes/{home}"),
    "/homes/files": _staff("/homes/files"),
    "/homes/files/{id}": _staff("/homes/files/{file}"),
    "/people": _staff("/people?tags=独居&tags=80%2B"),
    "/people/tags": _staff("/people/tags"),
    "/people/{id}": _staff("/people/{resident}"),
    "/people/{id}/looks": _staff("/people/{resident}/looks"),
    "/people/{id}/leave": _staff("/people/{resident}/leave"),
    "/exports": _staff("/exports"),
    "/exports/new": _staff("/exports/new?tags=独居"),
    "/rules": _staff("/rules"),
    "/upkeep": _staff("/upkeep"),
    "/figures": _staff("/figures"),
    "/figures/month": _staff("/figures/month"),
    "/work": _staff("/work"),
    "/permissions": _staff("/permissions"),
    "/audit": _staff("/audit"),
    "/password": _staff("/password"),
    "/place": _staff("/place"),
    "/staff": _staff("/staff"),
    "/staff/{id}": _staff("/staff/{person}"),
}
NO_PAGES = frozenset(
    {
        "/chat/stream",
        "/chat/lines",
        "/desk/live",
        "/desk/state",
        "/desk/tidings",
        "/desk/tidings/state",
        "/desk/{question}/live",
        "/desk/{question}/state",
        "/homes/template.xlsx",
        "/homes/files/{id}/problems.csv",
        "/figures/month.xlsx",
        "/static/{name}",
    }
)
"""Addresses that answer scripts and browsers, not people."""


def pages_of(app: web.Application) -> set[str]:
    """Every address of the router that shows a page."""
    shown = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    return {path for path in shown if not path.startswith("/api/")} - NO_PAGES
