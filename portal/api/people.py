"""People of a neighbourhood as its staff see them, as JSON: found by tags, one by one, tagged, given a role."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body, Operation, Parameter
from people import badges, shown, staff
from people.ranks import must_be_of_neighbours
from people.records import cards, filters, reveals, tags
from people.records.cards import HomeOf
from people.records.querying import wanted
from portal.api.acting import AFTER, REFUSED, TOKEN, acting, acting_freshly, id_of, reading
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.session import Visitor

READ, LOOKS = "person.read", "person.read_looks"


class PersonLineAnswer(Body):
    """Somebody in a list; ``tags`` with those of their age, the telephone in part; ``residence``: where it goes on."""

    id: int
    residence: int
    name: str
    home: int
    address: str
    age: int | None
    tags: list[str]
    phone: str


class TagSumAnswer(Body):
    """How many of those found have a tag."""

    name: str
    people: int


class PeopleAnswer(Body):
    """A page of who has all of the tags and none of the others, and sums of all of them; ``following`` is the ``after``
    of the next page, 0 at the end; ``ageless`` of all who live there have no birthday on record."""

    people: list[PersonLineAnswer]
    following: int
    count: int
    homes: int
    ageless: int
    by_tag: list[TagSumAnswer]
    by_age: list[TagSumAnswer]


class HomeOfAnswer(Body):
    """A home of somebody, and since when and until when."""

    residence: int
    home: int
    address: str
    household: str
    relation: str
    since: dt.date | None
    until: dt.date | None


class PersonAnswer(Body):
    """Somebody's card; telephone and identity number in part only. ``tags`` are kept, ``age_tags`` are of today,
    ``roles`` those a resident holds here; ``chats``: how many are theirs. ``is_kept``: whether this neighbourhood keeps
    them; another in which they live or lived has no numbers of theirs."""

    id: int
    name: str
    is_kept: bool
    shown_name: str
    phone: str
    id_number: str
    age: int | None
    tags: list[str]
    age_tags: list[str]
    roles: list[str]
    chats: int
    living: list[HomeOfAnswer]
    pending: list[HomeOfAnswer]
    past: list[HomeOfAnswer]


class TagNameBody(Body):
    """A word of the neighbourhood's."""

    name: Annotated[str, Field(min_length=1, max_length=tags.LONGEST)]


class ResidentRoleBody(Body):
    """Which role of residents."""

    role: Annotated[str, Field(max_length=40)]


class LookAnswer(Body):
    """Somebody saw a number in full, or took out a list: who, when, which, for which of the purposes."""

    id: int
    at: dt.datetime
    by: str
    field: str
    purpose: str
    note: str
    is_export: bool


class LooksAnswer(Body):
    """Who looked, the newest first; ``following`` is the ``after`` of the next page, 0 at the end."""

    looks: list[LookAnswer]
    following: int


async def show(request: web.Request) -> web.Response:
    """人员: who has all of these tags and none of those."""
    who, query = await reading(request, READ), request.query
    building = number_in_query(request, "building")
    chosen = wanted(tags=query.getall("tags", []), without=query.getall("without", []), building=building)
    viewer, place_id, after = who.viewer, who.place_id, number_in_query(request, "after")
    lines = await filters.people(chosen, viewer=viewer, place_id=place_id, after=after)
    sums = await filters.sums(chosen, viewer=viewer, place_id=place_id)
    return answer(
        PeopleAnswer(
            people=[told(PersonLineAnswer, one, residence=one.residence_id, home=one.home_id) for one in lines],
            following=lines[-1].residence_id if len(lines) == filters.PAGE else 0,
            count=sums.people,
            homes=sums.homes,
            ageless=sums.ageless,
            by_tag=[told(TagSumAnswer, one) for one in sums.by_tag],
            by_age=[told(TagSumAnswer, one) for one in sums.by_age],
        )
    )


def _home(one: HomeOf) -> HomeOfAnswer:
    return told(HomeOfAnswer, one, residence=one.residence_id, home=one.home_id)


async def _card(who: Visitor, person_id: int) -> web.Response:
    card = await cards.person(person_id, viewer=who.viewer)
    standing = await shown.standing(person_id, viewer=who.viewer)
    homes = {name: [_home(one) for one in getattr(card, name)] for name in ("living", "pending", "past")}
    return answer(told(PersonAnswer, card, shown_name=standing.name, roles=[*standing.roles], **homes))


async def show_one(request: web.Request) -> web.Response:
    """人员卡片: whoever opens one sees a real name, which stands on record."""
    who, person_id = await reading(request, READ), number_in_path(request, "id")
    await shown.look_up(person_id, by=who.viewer)
    return await _card(who, person_id)


async def show_looks(request: web.Request) -> web.Response:
    """谁看过号码."""
    who = await reading(request, LOOKS)
    after = number_in_query(request, "after")
    looks = await reveals.looks_at(number_in_path(request, "id"), viewer=who.viewer, after=after)
    following = looks[-1].id if len(looks) == reveals.PAGE else 0
    return answer(LooksAnswer(looks=[told(LookAnswer, one) for one in looks], following=following))


async def tag(request: web.Request) -> web.Response:
    """贴标签."""
    who, body = await acting(request), await given(request, TagNameBody)
    await tags.tag(number_in_path(request, "id"), by=who.viewer, name=body.name)
    return await _card(who, number_in_path(request, "id"))


async def untag(request: web.Request) -> web.Response:
    """去标签."""
    who, body = await acting(request), await given(request, TagNameBody)
    await tags.untag(number_in_path(request, "id"), by=who.viewer, name=body.name)
    return await _card(who, number_in_path(request, "id"))


async def grant(request: web.Request) -> web.Response:
    """给居民一个角色: 楼组长, 志愿者."""
    who, person_id, body = await acting(request), number_in_path(request, "id"), await given(request, ResidentRoleBody)
    await badges.badge_of(person_id, viewer=who.viewer)
    role = staff.role_named(body.role)
    must_be_of_neighbours(role)
    await staff.grant(person_id, by=who.viewer, role=role, place_id=who.place_id)
    return await _card(who, person_id)


async def revoke(request: web.Request) -> web.Response:
    """收回居民的角色."""
    who, body = await acting_freshly(request), await given(request, ResidentRoleBody)
    person_id = number_in_path(request, "id")
    await badges.badge_of(person_id, viewer=who.viewer)
    role = staff.role_named(body.role)
    must_be_of_neighbours(role)
    await staff.revoke(person_id, by=who.viewer, role=role, place_id=who.place_id)
    return await _card(who, person_id)


def _verb(name: str, path: str, about: str, *, body: type[Body]) -> Operation:
    return Operation(
        f"{name}Person",
        "POST",
        f"/api/v1/people/{{id}}/{path}",
        about,
        PersonAnswer,
        body=body,
        parameters=(id_of("person"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    )


_FRESH = "; asks for a proof of the last five minutes"
_TAGS = {"type": "array", "items": {"type": "string", "maxLength": 40}}
ROUTES = (
    web.get("/api/v1/people", show),
    web.get("/api/v1/people/{id}", show_one),
    web.get("/api/v1/people/{id}/looks", show_looks),
    web.post("/api/v1/people/{id}/tag", tag),
    web.post("/api/v1/people/{id}/untag", untag),
    web.post("/api/v1/people/{id}/grant", grant),
    web.post("/api/v1/people/{id}/revoke", revoke),
)

OPERATIONS = (
    Operation(
        "listPeople",
        "GET",
        "/api/v1/people",
        "Who lives here and has all of some tags and none of others",
        PeopleAnswer,
        parameters=(
            Parameter("tags", "query", _TAGS, "all of these, ages such as 80+ among them"),
            Parameter("without", "query", _TAGS, "none of these"),
            Parameter("building", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "0: in any"),
            AFTER,
        ),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    Operation(
        "readPerson",
        "GET",
        "/api/v1/people/{id}",
        "Somebody's card; that it was opened stands on record",
        PersonAnswer,
        parameters=(id_of("person"),),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    Operation(
        "listLooks",
        "GET",
        "/api/v1/people/{id}/looks",
        "Who saw their numbers in full, when and what for",
        LooksAnswer,
        parameters=(id_of("person"), AFTER),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    _verb("tag", "tag", "Put a tag on somebody; twice is once", body=TagNameBody),
    _verb("untag", "untag", "Take a tag from somebody", body=TagNameBody),
    _verb("grantTo", "grant", "Make a resident a building captain or a volunteer", body=ResidentRoleBody),
    _verb("revokeFrom", "revoke", f"Take that role from a resident{_FRESH}", body=ResidentRoleBody),
)
