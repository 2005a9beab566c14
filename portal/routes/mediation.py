"""Mediations, one's own and the desk's, and rooms in which hard cases are settled."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    consultations,
    mediations,
    my_mediations,
)

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/my/mediations", my_mediations.show),
    web.get("/my/mediations/new", my_mediations.show_new),
    web.post("/my/mediations/new", my_mediations.apply),
    web.get("/my/mediations/{id}", my_mediations.show_one),
    web.post("/my/mediations/{id}/{verb}", my_mediations.do),
    web.get("/mediations", mediations.show),
    web.get("/mediations/new", mediations.show_new),
    web.post("/mediations/new", mediations.take_down),
    web.get("/mediations/{id}", mediations.show_one),
    web.post("/mediations/{id}/{verb}", mediations.do),
    web.get("/consultations", consultations.show),
    web.get("/consultations/new", consultations.show_new),
    web.post("/consultations/new", consultations.call),
    web.get("/consultations/{id}", consultations.show_one),
    web.post("/consultations/{id}/{verb}", consultations.do),
)
