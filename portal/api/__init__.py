"""The JSON API: the same verbs and finders as the pages, another rendering."""

from __future__ import annotations

from aiohttp import web

from portal.api import (
    accounts,
    activities,
    affairs,
    alarms,
    amendments,
    appeals,
    appraisals,
    audit,
    bell,
    board_settings,
    boards,
    bookings,
    case_calls,
    case_work,
    cases,
    consultations,
    conversation,
    covenants,
    desk,
    drafts,
    duties,
    duties_kept,
    exports,
    figures,
    guide,
    homes,
    item_verbs,
    items,
    joining,
    joins,
    key_matters,
    ledgers,
    login_codes,
    measures,
    mediation_sides,
    mediation_verbs,
    mediations,
    mediations_desk,
    meetings,
    misses,
    moderation,
    notices,
    openapi,
    patrols,
    people,
    photos,
    projects,
    proposals,
    publications,
    responses,
    search,
    services,
    statements,
    surveys,
    tags,
    thread_verbs,
    threads,
    visits,
    votes,
    webhooks,
    wishes,
    word_lists,
)

_DESK = (guide, duties, duties_kept, conversation, desk, misses, figures, accounts, joins, joining, login_codes)
_TALK = (boards, board_settings, search, threads, thread_verbs, drafts, photos, responses)
_KEPT = (moderation, measures, appeals, word_lists)
_FORUM = (*_TALK, *_KEPT, notices, affairs, item_verbs, items, wishes, activities, services, statements, surveys)
_DECIDE = (proposals, amendments, key_matters, meetings, votes)
_PROMISES = (publications, projects, covenants, appraisals)
_MEDIATE = (mediations, mediation_verbs, mediations_desk, mediation_sides)
_SETTLE = (*_MEDIATE, consultations, bookings, visits, ledgers, patrols)
_CASES = (case_work, case_calls, cases, alarms)
PARTS = (*_DESK, homes, people, tags, exports, webhooks, audit, bell, *_CASES, *_SETTLE, *_FORUM, *_DECIDE, *_PROMISES)
ROUTES = (*(route for part in PARTS for route in part.ROUTES), web.get("/api/openapi.json", openapi.show))
OPERATIONS = tuple(operation for part in PARTS for operation in part.OPERATIONS)


def setup(app: web.Application) -> None:
    """Put the API into an application; other doors append their operations to ``app[openapi.OPERATIONS]``."""
    app[openapi.OPERATIONS] = list(OPERATIONS)
    app.add_routes(ROUTES)
