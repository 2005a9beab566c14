"""Every address of the web door, and how the door is put together."""

from __future__ import annotations

from aiohttp import web

from portal import api, assets, live, render
from portal.chatter import keep_token
from portal.errors import show_refusals
from portal.pages import (
    accounts,
    alarms,
    canned,
    chat,
    contacts,
    desk,
    desk_question,
    entry,
    figures,
    guide,
    home,
    home_files,
    homes,
    imports,
    login,
    misses,
    muted,
    notices,
    pack_editing,
    password,
    place,
    printing,
    roster,
    rules,
    search,
    tidings,
    undelivered,
    upkeep,
    using,
    view,
)
from portal.security import add_headers, refuse_foreign_posts

RESIDENTS: tuple[web.RouteDef, ...] = (
    web.get("/", home.show),
    web.get("/chat", chat.show),
    web.get("/chat/stream", chat.stream),
    web.get("/chat/lines", chat.lines),
    web.get("/guide", guide.show),
    web.get("/guide/{key}", entry.show),
    web.get("/guide/{key}/print", printing.show_entry),
    web.get("/category/{slug}", guide.show_category),
    web.get("/category/{slug}/print", printing.show_category),
    web.get("/search", search.show),
    web.get("/help", using.show),
    web.post("/view", view.choose),
)
"""POST /chat is not here: it is the bot's web channel, which asks ``portal.chatter`` who writes."""

STAFF: tuple[web.RouteDef, ...] = (
    web.get("/login", login.show),
    web.post("/login", login.sign_in),
    web.post("/logout", login.sign_out),
    web.get("/desk", desk.show),
    web.get("/desk/live", desk.stream),
    web.get("/desk/state", desk.state),
    web.get("/desk/tidings", tidings.stream),
    web.get("/desk/tidings/state", tidings.state),
    web.get("/desk/new", desk.show_intake),
    web.post("/desk/new", desk.take_down),
    web.get("/desk/guide", desk.search),
    web.get("/desk/me", login.show_sessions),
    web.post("/desk/me/revoke", login.revoke),
    web.post("/desk/me/revoke_others", login.revoke_others),
    web.post("/desk/me/code", contacts.make_code),
    web.post("/desk/me/unbind", contacts.unbind),
    web.get("/desk/notices", notices.show),
    web.post("/desk/notices/read", notices.mark_read),
    web.get("/desk/canned", canned.show),
    web.post("/desk/canned", canned.write),
    web.post("/desk/canned/{id}", canned.change),
    web.post("/desk/canned/{id}/erase", canned.erase),
    web.get("/desk/roster", roster.show),
    web.post("/desk/roster", roster.write),
    web.post("/desk/roster/{id}/erase", roster.erase),
    web.get("/desk/alarms/{id}", alarms.show),
    web.post("/desk/alarms/{id}/acknowledge", alarms.acknowledge),
    web.get("/desk/muted", muted.show),
    web.post("/desk/muted/{id}/end", muted.unmute),
    web.get("/desk/undelivered", undelivered.show),
    web.get("/desk/{question}", desk_question.show),
    web.get("/desk/{question}/live", desk_question.stream),
    web.get("/desk/{question}/state", desk_question.state),
    web.post("/desk/{question}/claim", desk_question.claim),
    web.post("/desk/{question}/reply", desk_question.reply),
    web.post("/desk/{question}/correct", desk_question.correct),
    web.post("/desk/{question}/withdraw", desk_question.withdraw),
    web.post("/desk/{question}/reach", desk_question.reach),
    web.post("/desk/{question}/compose", desk_question.compose),
    web.post("/desk/{question}/release", desk_question.release),
    web.post("/desk/{question}/close", desk_question.close),
    web.post("/desk/{question}/transfer", desk_question.transfer),
    web.post("/desk/{question}/accept", desk_question.accept),
    web.post("/desk/{question}/decline", desk_question.decline),
    web.post("/desk/{question}/unseal", desk_question.unseal),
    web.post("/desk/{question}/mute", muted.mute),
    web.post("/desk/{question}/learn", desk_question.learn),
    web.get("/pack", pack_editing.show),
    web.get("/pack/new", pack_editing.show_new),
    web.post("/pack/new", pack_editing.write_new),
    web.get("/pack/imports/{id}", imports.show),
    web.post("/pack/imports/{id}/publish", imports.publish_import),
    web.get("/pack/versions/{id}", pack_editing.show_version),
    web.get("/pack/versions/{id}/edit", pack_editing.show_draft_form),
    web.post("/pack/versions/{id}/edit", pack_editing.change_draft),
    web.post("/pack/versions/{id}/publish", pack_editing.publish),
    web.post("/pack/versions/{id}/refuse", pack_editing.refuse),
    web.get("/pack/{key}", pack_editing.show_entry),
    web.get("/pack/{key}/edit", pack_editing.show_form),
    web.post("/pack/{key}/edit", pack_editing.change),
    web.post("/pack/{key}/withdraw", pack_editing.withdraw),
    web.get("/pack/{key}/overlay", pack_editing.show_overlay),
    web.post("/pack/{key}/overlay", pack_editing.overlay),
    web.get("/misses", misses.show),
    web.post("/misses/draft", misses.draft),
    web.post("/misses/tell", misses.tell),
    web.post("/misses/dismiss", misses.dismiss),
    web.post("/misses/phrasings/{id}/add", misses.add_phrasing),
    web.post("/misses/phrasings/{id}/dismiss", misses.dismiss_phrasing),
    web.get("/homes", homes.show),
    web.get("/homes/template.xlsx", home_files.template),
    web.get("/homes/files", home_files.show),
    web.post("/homes/files", home_files.check),
    web.get("/homes/files/{id}", home_files.show_file),
    web.get("/homes/files/{id}/problems.csv", home_files.problems),
    web.post("/homes/files/{id}/load", home_files.load),
    web.post("/homes/files/{id}/drop", home_files.drop),
    web.get("/homes/buildings/{id}", homes.show_building),
    web.get("/homes/{id}", homes.show_home),
    web.post("/homes/{id}/move_out", homes.move_out),
    web.get("/rules", rules.show),
    web.post("/rules", rules.change),
    web.post("/rules/look", rules.decorate),
    web.get("/upkeep", upkeep.show),
    web.get("/password", password.show),
    web.post("/password", password.change),
    web.get("/place", place.show),
    web.post("/place", place.change),
    web.get("/staff", accounts.show),
    web.post("/staff/new", accounts.add),
    web.get("/staff/{id}", accounts.show_account),
    web.post("/staff/{id}/grant", accounts.grant),
    web.post("/staff/{id}/keep", accounts.keep),
    web.post("/staff/{id}/{verb}", accounts.end),
    web.get("/figures", figures.show),
)
"""What staff see and do; addresses with a fixed word stand before those with a name in the same place."""

FILES: tuple[web.RouteDef, ...] = (web.get("/static/{name:.+}", assets.serve),)

ROUTES: tuple[web.RouteDef, ...] = (*RESIDENTS, *STAFF, *FILES)


def setup(app: web.Application) -> None:
    """Put the web door into an application: templates, refusals, safety, live updates, addresses."""
    render.install(app)
    live.install(app)
    app.middlewares.append(show_refusals)
    app.middlewares.append(refuse_foreign_posts)
    app.middlewares.append(keep_token)
    app.on_response_prepare.append(add_headers)
    app.add_routes(ROUTES)
    api.setup(app)
