"""Cases as staff have them. A fixed word stands before a name in the same place."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    cases,
    cases_catalogue,
    cases_exchange,
    cases_intake,
    cases_one,
    cases_teams,
)

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/cases", cases.show),
    web.get("/cases/new", cases_intake.show),
    web.post("/cases/new", cases_intake.take_down),
    web.get("/cases/buildings", cases.show_buildings),
    web.post("/cases/bulk", cases.do_many),
    web.post("/cases/bulk/{bulk}/undo", cases.undo),
    web.get("/cases/catalogue", cases_catalogue.show),
    web.get("/cases/catalogue/{key}", cases_catalogue.show_kind),
    web.post("/cases/catalogue/{key}", cases_catalogue.change),
    web.post("/cases/catalogue/{key}/restore", cases_catalogue.restore),
    web.get("/cases/teams", cases_teams.show),
    web.post("/cases/teams", cases_teams.add),
    web.post("/cases/teams/{id}/join", cases_teams.join),
    web.post("/cases/teams/{id}/leave", cases_teams.leave),
    web.post("/cases/teams/{id}/retire", cases_teams.retire),
    web.get("/cases/exchange", cases_exchange.show),
    web.post("/cases/exchange/check", cases_exchange.check),
    web.post("/cases/exchange/load", cases_exchange.load),
    web.post("/cases/exchange/export", cases_exchange.ask_out),
    web.get("/cases/{case}", cases_one.show),
    web.get("/cases/{case}/state", cases_one.state),
    web.post("/cases/{case}/original", cases_one.unseal),
    web.post("/cases/{case}/compose", cases_one.compose),
    web.post("/cases/{case}/{verb}", cases_one.do),
)
