"""Who is responsible for what, patrols, ledgers and points."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    duties,
    ledgers,
    patrols,
    points,
)

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/duties", duties.show),
    web.get("/duties/keep", duties.show_keep),
    web.get("/duties/keep/{key}", duties.show_item),
    web.post("/duties/keep/{key}", duties.change),
    web.post("/duties/keep/{key}/take_out", duties.take_out),
    web.post("/duties/keep/{key}/restore", duties.restore),
    web.get("/patrols", patrols.show),
    web.get("/patrols/routes", patrols.show_routes),
    web.post("/patrols/routes", patrols.lay),
    web.post("/patrols/routes/{id}/retire", patrols.retire),
    web.post("/patrols/stops/{id}/tick", patrols.tick),
    web.get("/patrols/stops/{id}/report", patrols.show_report),
    web.post("/patrols/stops/{id}/report", patrols.report),
    web.get("/ledger", ledgers.show),
    web.post("/ledger", ledgers.add),
    web.get("/ledger/{id}", ledgers.show_one),
    web.post("/ledger/{id}/{verb}", ledgers.do),
    web.get("/figures/ledger", ledgers.show_sums),
    web.get("/points", points.show),
    web.post("/points/take_back", points.take_back),
)
