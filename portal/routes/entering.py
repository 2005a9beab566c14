"""Ways in and out: codes and links of residents, passwords and second steps of staff."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    login,
    password,
    resident_login,
    second_step,
)

ROUTES: tuple[web.RouteDef, ...] = (
    web.post("/login/begin", resident_login.begin),
    web.post("/login/code", resident_login.use_code),
    web.get("/login/link/{link}", resident_login.show_link),
    web.post("/login/link/{link}", resident_login.use_link),
    web.get("/login/second", second_step.show),
    web.post("/login/second", second_step.take),
    web.get("/me/second", second_step.show_own),
    web.post("/me/second/enrol", second_step.enrol),
    web.post("/me/second/confirm", second_step.confirm),
    web.post("/me/second/codes", second_step.renew_codes),
    web.post("/me/second/drop", second_step.drop),
    web.get("/login", login.show),
    web.post("/login", login.sign_in),
    web.post("/logout", login.sign_out),
    web.get("/password", password.show),
    web.post("/password", password.change),
)
