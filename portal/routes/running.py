"""Running a place: its facts and rules, accounts, groups, letters, figures and the log."""

from __future__ import annotations

from aiohttp import web

from portal.pages import (
    accounts,
    api_keys,
    audit,
    case_figures,
    figures,
    groups,
    letters,
    month,
    permissions,
    place,
    rules,
    webhooks,
    work,
)

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/groups", groups.show),
    web.post("/groups/code", groups.make_code),
    web.post("/groups/{id}/unbind", groups.unbind),
    web.get("/rules", rules.show),
    web.post("/rules", rules.change),
    web.post("/rules/look", rules.decorate),
    web.get("/place", place.show),
    web.post("/place", place.change),
    web.post("/place/robot", place.set_robot),
    web.get("/place/webhook", webhooks.show),
    web.post("/place/webhook", webhooks.set_webhook),
    web.post("/place/webhook/end", webhooks.end),
    web.post("/place/webhook/events/{id}/replay", webhooks.replay),
    web.get("/place/keys", api_keys.show),
    web.post("/place/keys", api_keys.make),
    web.post("/place/keys/{id}/end", api_keys.end),
    web.get("/letters", letters.show),
    web.post("/letters/{name}/replay", letters.replay),
    web.post("/letters/{name}/drop", letters.drop),
    web.get("/staff", accounts.show),
    web.post("/staff/new", accounts.add),
    web.get("/staff/{id}", accounts.show_account),
    web.post("/staff/{id}/grant", accounts.grant),
    web.post("/staff/{id}/keep", accounts.keep),
    web.post("/staff/{id}/{verb}", accounts.end),
    web.get("/figures", figures.show),
    web.get("/figures/cases", case_figures.show),
    web.get("/figures/month", month.show),
    web.post("/figures/month.xlsx", month.sheet),
    web.get("/work", work.show),
    web.get("/permissions", permissions.show),
    web.get("/audit", audit.show),
    web.post("/audit/export", audit.ask_out),
)
