"""The visibly invented district that shows the service at work: its places, its people, three months of life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from app import (
    demo_activities,
    demo_boards,
    demo_cases,
    demo_council,
    demo_homes,
    demo_joins,
    demo_mediations,
    demo_notices,
    demo_promises,
    demo_property,
    demo_proposals,
    demo_rounds,
    demo_services,
    demo_surveys,
    demo_things,
    demo_votes,
)
from app.demo_activities import DemoActivity
from app.demo_boards import DemoBoards
from app.demo_cases import DemoCase
from app.demo_council import DemoKeyYear, DemoMeeting
from app.demo_deeds import Cast
from app.demo_homes import DemoHome
from app.demo_joins import DemoJoin
from app.demo_life import WEEK, WEEKS_BACK, play
from app.demo_mediations import DemoMediation, DemoRoom
from app.demo_notices import DemoAffair, DemoNotice
from app.demo_promises import DemoPromise
from app.demo_property import DemoStatement
from app.demo_proposals import DemoProposal
from app.demo_rounds import DemoMatter, DemoPatrol
from app.demo_services import DemoProvider
from app.demo_story import Life
from app.demo_surveys import DemoSurvey
from app.demo_things import DemoThings
from app.demo_votes import DemoVote
from app.installation import load_cases
from app.problems import NotReady
from casework import guide, packs
from models import clock
from models.person import RoleName
from models.place import Level, Place
from people import places as place_rules
from people import rules, staff
from people.viewers import SYSTEM

HISTORY = WEEK * WEEKS_BACK
Told = Callable[[str], None]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoPlace(_Shape):
    """A neighbourhood, a subdistrict or the district; ``above`` is the slug of the place above it."""

    slug: str
    name: str
    above: str = ""
    address: str
    hours: str
    phone: str


class DemoPerson(_Shape):
    """One of the cast; ``key`` is how the story names them, ``about`` says what they are here for."""

    key: str
    name: str
    shown_name: str = ""
    place: str
    username: str | None = None
    password: str | None = None
    roles: tuple[tuple[RoleName, str], ...] = ()
    about: str = ""


class Demo(Life):
    """Everything in ``community/demo.yaml``."""

    district: DemoPlace
    subdistricts: tuple[DemoPlace, ...]
    neighbourhoods: tuple[DemoPlace, ...]
    people: tuple[DemoPerson, ...]
    homes: tuple[DemoHome, ...]
    joins: tuple[DemoJoin, ...] = ()
    cases: tuple[DemoCase, ...] = ()
    patrols: tuple[DemoPatrol, ...] = ()
    ledger: tuple[DemoMatter, ...] = ()
    boards: DemoBoards = DemoBoards()
    activities: tuple[DemoActivity, ...] = ()
    providers: tuple[DemoProvider, ...] = ()
    published: tuple[DemoStatement, ...] = ()
    votes: tuple[DemoVote, ...] = ()
    proposals: tuple[DemoProposal, ...] = ()
    promises: tuple[DemoPromise, ...] = ()
    surveys: tuple[DemoSurvey, ...] = ()
    meetings: tuple[DemoMeeting, ...] = ()
    key_years: tuple[DemoKeyYear, ...] = ()
    notices: tuple[DemoNotice, ...] = ()
    affairs: tuple[DemoAffair, ...] = ()
    things: DemoThings = DemoThings()
    mediations: tuple[DemoMediation, ...] = ()
    rooms: tuple[DemoRoom, ...] = ()


def read(community: Path) -> Demo:
    """The demo file of a community's folder."""
    path = community / "demo.yaml"
    try:
        return Demo.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise NotReady(f"{path}: {_why(error)}") from error


def _why(error: Exception) -> str:
    """What is wrong with the file, and where, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return " ".join(str(error).split())


async def is_empty() -> bool:
    """Whether nobody has set up a place yet."""
    return not await Place.exists()


async def must_be_empty() -> None:
    """Refuse to mix the demo with anything real."""
    if not await is_empty():
        raise NotReady("the database already has places; the demo is made in an empty one")


async def make(
    demo: Demo, *, packs_folder: Path, homes: int | None = None, seed: int = 0, tell: Told = lambda line: None
) -> None:
    """Make the demo district in an empty database and let three months pass in it; ``homes``: how many in all."""
    await must_be_empty()
    tell("making the demo neighbourhood: three months of life ...")
    now = clock.now()
    with clock.running_on(lambda: now - HISTORY):
        await load_packs(packs_folder)
        cast = await _move_in(demo, packs_folder.parent, homes=homes, seed=seed, tell=tell)
    await play(demo, cast, now=now, tell=tell)
    tell("  cases, boards and votes ...")
    await _work(demo, cast=cast, now=now)
    await _meet(demo, cast=cast, now=now)
    tell("  notices, idle items and mediations ...")
    await demo_notices.play(demo.notices, demo.affairs, cast=cast, now=now)
    await demo_things.play(demo.things, cast=cast, now=now)
    await demo_mediations.play(demo.mediations, cast=cast, now=now)
    await demo_mediations.play_rooms(demo.rooms, cast=cast, now=now)


async def _move_in(demo: Demo, community: Path, *, homes: int | None, seed: int, tell: Told) -> Cast:
    """The places with their staff, and who lives there."""
    tell("  homes and who lives there ...")
    cast = await set_up(demo, can_sign_in=True)
    await settle(demo)
    places = {one.name: (await place_rules.place_by_slug(one.slug)).id for one in demo.neighbourhoods}
    await demo_homes.build(places, demo.homes, total=homes, seed=seed, tell=tell)
    await load_cases(community)
    names = {one.key: one.name for one in demo.people}
    await demo_homes.move_in(demo.homes, cast.people, names, place_id=cast.home)
    return replace(cast, chats=await demo_homes.sign_in(demo.homes, cast.people))


async def _work(demo: Demo, *, cast: Cast, now: dt.datetime) -> None:
    """What staff have to do with: who asks to join, cases, patrols, boards."""
    await demo_joins.play(demo.joins, place_id=cast.home, by=await cast.viewer("chen"), now=now)
    await demo_cases.play(demo.cases, cast=cast, now=now)
    await demo_rounds.play(demo.patrols, demo.ledger, cast=cast, now=now)
    await demo_boards.play(demo.boards, cast=cast, now=now)


async def _meet(demo: Demo, *, cast: Cast, now: dt.datetime) -> None:
    """What stands beside the boards: activities, the directory, what a property company published, votes,
    proposals and what became of them, surveys."""
    await demo_activities.play(demo.activities, cast=cast, now=now)
    await demo_services.play(demo.providers, cast=cast, now=now)
    await demo_property.play(demo.published, cast=cast, now=now)
    await demo_votes.play(demo.votes, cast=cast, now=now)
    await demo_proposals.play(demo.proposals, cast=cast, now=now)
    await demo_promises.play(demo.promises, cast=cast, now=now)
    await demo_surveys.play(demo.surveys, cast=cast, now=now)
    await demo_council.play(demo.meetings, demo.key_years, cast=cast, now=now)


async def load_packs(folder: Path) -> None:
    """The shipped packs, where nothing was imported yet."""
    if await guide.revision() == 0:
        await packs.import_packs(packs.read_folder(folder), by=SYSTEM, publish=True)


async def settle(demo: Demo) -> None:
    """Guests of this process belong to the demo's first neighbourhood."""
    await place_rules.settle_home(demo.neighbourhoods[0].slug)
    guide.forget()


async def set_up(demo: Demo, *, can_sign_in: bool) -> Cast:
    """Places, people and their roles. Passwords take a tenth of a second each."""
    places = await _places(demo)
    if can_sign_in:
        await _by_password_alone(places.values())
    people = {one.key: await _person(one, places, can_sign_in=can_sign_in) for one in demo.people}
    return Cast(
        people=people,
        homes={one.key: places[one.place] for one in demo.people},
        staff=frozenset(one.key for one in demo.people if one.username),
        home=places[demo.neighbourhoods[0].slug],
    )


async def _by_password_alone(place_ids: Iterable[int]) -> None:
    """The demo's passwords stand in a file for everybody to read: a second step would only keep guests out."""
    for place_id in place_ids:
        await rules.change(place_id, by=SYSTEM, typed={"totp_required": "false"})


async def _places(demo: Demo) -> dict[str, int]:
    """Ids by slug, the places above before those below."""
    ids: dict[str, int] = {}
    levels = (
        (Level.DISTRICT, (demo.district,)),
        (Level.SUBDISTRICT, demo.subdistricts),
        (Level.NEIGHBOURHOOD, demo.neighbourhoods),
    )
    for level, places in levels:
        for one in places:
            facts = one.model_dump(exclude={"above"})
            made = await staff.add_place(by=SYSTEM, level=level, parent_id=ids.get(one.above), **facts)
            ids[one.slug] = made.id
    return ids


async def _person(person: DemoPerson, places: dict[str, int], *, can_sign_in: bool) -> int:
    added = await staff.add_person(
        by=SYSTEM,
        place_id=places[person.place],
        name=person.name,
        shown_name=person.shown_name,
        username=person.username,
        password=person.password if can_sign_in else None,
    )
    for role, slug in person.roles:
        await staff.grant(added.id, by=SYSTEM, role=role, place_id=places[slug])
    return added.id


async def logins(demo: Demo) -> list[str]:
    """How to sign in, a line each; empty where the demo is not what this database holds."""
    if not await Place.exists(slug=demo.district.slug, name=demo.district.name):
        return []
    return [f"{one.username:<6} {one.password:<18} {one.about}" for one in demo.people if one.username]
