"""The policy pack: writing and publishing, what it did not answer, what is due."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    imports,
    misses,
    pack_editing,
    upkeep,
)

ROUTES: tuple[web.RouteDef, ...] = (
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
    web.get("/upkeep", upkeep.show),
)
