"""Where the tests that walk every page go: one visit for each address of the router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Visit:
    """A path that shows the page, and whether only staff may see it."""

    path: str
    as_staff: bool = False


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
}
NO_PAGES = frozenset({"/chat/stream", "/chat/lines", "/static/{name}"})
"""Addresses that answer scripts and browsers, not people."""


def pages_of(app: web.Application) -> set[str]:
    """Every address of the router that shows a page."""
    shown = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    return {path for path in shown if not path.startswith("/api/")} - NO_PAGES
