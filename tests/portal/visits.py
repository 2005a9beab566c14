"""Where the tests that walk every page go: one visit for each address of the router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Visit:
    """A path that shows the page, its blanks named as in ``Desk.blanks``, and whether only staff, of them only an
    admin, or only somebody who is signed in as living here, sees it."""

    path: str
    as_staff: bool = False
    as_resident: bool = False
    as_starting: bool = False
    as_admin: bool = False

    @property
    def who(self) -> str:
        """Who goes there: ``staff``, an ``admin``, a ``resident``, somebody ``starting`` (before the second step), or a
        ``guest``."""
        named = {"admin": self.as_admin, "staff": self.as_staff, "resident": self.as_resident}
        named["starting"] = self.as_starting
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
    "/duties": Visit("/duties"),
    "/help": Visit("/help"),
    "/offline": Visit("/offline"),
    "/login": Visit("/login"),
    "/login/link/{link}": Visit("/login/link/{way}"),
    "/me": _resident("/me"),
    "/me/standing": _resident("/me/standing"),
    "/me/points": _resident("/me/points"),
    "/me/sessions": _resident("/me/sessions"),
    "/me/privacy": _resident("/me/privacy"),
    "/me/notices": _resident("/me/notices"),
    "/bell": _resident("/bell"),
    "/me/privacy/leave": _resident("/me/privacy/leave"),
    "/join": Visit("/join"),
    "/join/{token}": Visit("/join/{estate_token}"),
    "/me/household": _resident("/me/household"),
    "/boards": _resident("/boards"),
    "/boards/settings": _staff("/boards/settings"),
    "/boards/{board}": _resident("/boards/issues"),
    "/boards/{board}/new": _resident("/boards/issues/new"),
    "/my/posts": _resident("/my/posts"),
    "/my/photos": _resident("/my/photos"),
    "/posts/{id}": _resident("/posts/{post}"),
    "/posts/{id}/edit": _resident("/posts/{post}/edit"),
    "/posts/{id}/trail": _staff("/posts/{post}/trail"),
    "/replies/{id}/edit": _resident("/replies/{own_reply}/edit"),
    "/replies/{id}/trail": _staff("/replies/{reply}/trail"),
    "/items": _resident("/items"),
    "/items/new": _resident("/items/new"),
    "/items/{id}": _resident("/items/{item_post}"),
    "/items/missed": _staff("/items/missed"),
    "/my/items": _resident("/my/items"),
    "/wishes": _resident("/wishes"),
    "/wishes/new": _resident("/wishes/new"),
    "/wishes/{id}": _resident("/wishes/{wish_post}"),
    "/my/wishes": _resident("/my/wishes"),
    "/proposals": _resident("/proposals"),
    "/proposals/new": _resident("/proposals/new"),
    "/proposals/unanswered": _resident("/proposals/unanswered"),
    "/proposals/desk": _staff("/proposals/desk"),
    "/my/proposals": _resident("/my/proposals"),
    "/proposals/{id}": _resident("/proposals/{proposal}"),
    "/proposals/{id}/versions": _resident("/proposals/{proposal}/versions"),
    "/proposals/{id}/amend": _resident("/proposals/{proposal}/amend"),
    "/proposals/{id}/amendments/{amendment}": _resident("/proposals/{proposal}/amendments/{amendment}"),
    "/votes": _resident("/votes"),
    "/votes/new": _staff("/votes/new"),
    "/votes/{id}": _resident("/votes/{vote}"),
    "/votes/{id}/manage": _staff("/votes/{vote}/manage"),
    "/votes/{id}/edit": _staff("/votes/{vote_draft}/edit"),
    "/activities": _resident("/activities"),
    "/activities/new": _staff("/activities/new"),
    "/activities/{id}": _resident("/activities/{activity}"),
    "/activities/{id}/sign_ups": _staff("/activities/{activity}/sign_ups"),
    "/providers": _resident("/providers"),
    "/providers/new": _staff("/providers/new"),
    "/providers/complaints": _staff("/providers/complaints"),
    "/providers/complaints/own": _resident("/providers/complaints/own"),
    "/providers/{id}": _resident("/providers/{provider}"),
    "/providers/{id}/edit": _staff("/providers/{provider}/edit"),
    "/key_matters": _resident("/key_matters"),
    "/key_matters/plan": _staff("/key_matters/plan"),
    "/key_matters/years/{id}": _resident("/key_matters/years/{key_past}"),
    "/key_matters/years/{id}/manage": _staff("/key_matters/years/{key_year}/manage"),
    "/key_matters/{id}": _resident("/key_matters/{key_chosen}"),
    "/meetings": _resident("/meetings"),
    "/meetings/new": _staff("/meetings/new"),
    "/meetings/{id}": _resident("/meetings/{meeting_held}"),
    "/meetings/{id}/manage": _staff("/meetings/{meeting_begun}/manage"),
    "/surveys": _resident("/surveys"),
    "/surveys/new": _staff("/surveys/new"),
    "/surveys/{id}": _staff("/surveys/{survey}"),
    "/property": _resident("/property"),
    "/property/new": _staff("/property/new"),
    "/me/hours": _resident("/me/hours"),
    "/me/hours/print": _resident("/me/hours/print"),
    "/people/{id}/hours": _staff("/people/{resident}/hours"),
    "/responses": _staff("/responses"),
    "/notices": _staff("/notices"),
    "/notices/new": _staff("/notices/new"),
    "/notices/{id}": _staff("/notices/{notice}"),
    "/notices/{id}/print": _staff("/notices/{notice}/print"),
    "/affairs": _resident("/affairs"),
    "/affairs/{key}": _staff("/affairs/publish_money"),
    "/report": Visit("/report"),
    "/my/cases": Visit("/my/cases"),
    "/my/cases/{id}": _resident("/my/cases/{own_case}"),
    "/my/mediations": _resident("/my/mediations"),
    "/my/mediations/new": _resident("/my/mediations/new"),
    "/my/mediations/{id}": _resident("/my/mediations/{own_mediation}"),
    "/joins": _staff("/joins"),
    "/joins/list": _staff("/joins/list"),
    "/estates": _staff("/estates"),
    "/groups": _staff("/groups"),
    "/moderation": _staff("/moderation"),
    "/moderation/log": _resident("/moderation/log"),
    "/moderation/words": _staff("/moderation/words"),
    "/moderation/words/new": _staff("/moderation/words/new"),
    "/moderation/words/{name}": _staff("/moderation/words/abuse"),
    "/moderation/reviews/{id}": _staff("/moderation/reviews/{review}"),
    "/moderation/appeals/{id}": _staff("/moderation/appeals/{appeal}"),
    "/moderation/jury/{id}": _resident("/moderation/jury/{jury}"),
    "/my/moderation": _resident("/my/moderation"),
    "/my/moderation/{id}": _resident("/my/moderation/{own_measure}"),
    "/flag/{thing}/{id}": _resident("/flag/post/{flagged}"),
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
    "/desk/undelivered/print": _staff("/desk/undelivered/print"),
    "/letters": Visit("/letters", as_admin=True),
    "/desk/alarms/{id}": _staff("/desk/alarms/{alarm}"),
    "/desk/{question}": _staff("/desk/{question}"),
    "/mediations": _staff("/mediations"),
    "/mediations/new": _staff("/mediations/new"),
    "/mediations/{id}": _staff("/mediations/{own_mediation}"),
    "/consultations": _staff("/consultations"),
    "/consultations/new": _staff("/consultations/new?case={own_case}"),
    "/consultations/{id}": _staff("/consultations/{room_id}"),
    "/cases": _staff("/cases"),
    "/cases/new": _staff("/cases/new"),
    "/cases/buildings": _staff("/cases/buildings"),
    "/cases/catalogue": _staff("/cases/catalogue"),
    "/cases/catalogue/{key}": _staff("/cases/catalogue/lift_trapped"),
    "/cases/exchange": _staff("/cases/exchange"),
    "/cases/teams": _staff("/cases/teams"),
    "/cases/{case}": _staff("/cases/{case}"),
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
    "/bookings": _resident("/bookings"),
    "/bookings/day": _staff("/bookings/day?person={resident}"),
    "/duties/keep": _staff("/duties/keep"),
    "/duties/keep/{key}": _staff("/duties/keep/fines"),
    "/patrols": _staff("/patrols"),
    "/patrols/routes": _staff("/patrols/routes"),
    "/patrols/stops/{id}/report": _staff("/patrols/stops/{patrol_stop}/report"),
    "/ledger": _staff("/ledger"),
    "/ledger/{id}": _staff("/ledger/{ledger}"),
    "/figures/ledger": _staff("/figures/ledger"),
    "/points": _staff("/points"),
    "/visits": _staff("/visits"),
    "/visits/new": _staff("/visits/new?person={resident}"),
    "/exports": _staff("/exports"),
    "/exports/new": _staff("/exports/new?tags=独居"),
    "/rules": _staff("/rules"),
    "/upkeep": _staff("/upkeep"),
    "/figures": _staff("/figures"),
    "/figures/cases": _staff("/figures/cases?by=kind"),
    "/figures/month": _staff("/figures/month"),
    "/work": _staff("/work"),
    "/permissions": _staff("/permissions"),
    "/audit": _staff("/audit"),
    "/password": _staff("/password"),
    "/place": _staff("/place"),
    "/place/webhook": _staff("/place/webhook"),
    "/place/keys": Visit("/place/keys", as_admin=True),
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
        "/cases/{case}/state",
        "/homes/template.xlsx",
        "/homes/files/{id}/problems.csv",
        "/static/{name}",
        "/worker.js",
        "/manifest.webmanifest",
        "/files/{name}",
        "/files/{name}/preview",
        "/votes/recount.py",
        "/votes/{id}/ballots.json",
        "/bell/live",
        "/bell/state",
        "/votes/{id}/papers/{photo}",
        "/posts/{id}/live",
        "/posts/{id}/fresh",
    }
)
"""Addresses that answer scripts and browsers, not people."""


def pages_of(app: web.Application) -> set[str]:
    """Every address of the router that shows a page."""
    shown = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    return {path for path in shown if not path.startswith(("/api/", "/open311/"))} - NO_PAGES
