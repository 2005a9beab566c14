"""Staff of the tests' neighbourhood before the web door, each with a browser of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from casework import questions
from casework.questions import TakenDown
from models import clock
from models.audit import AuditLine
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.question import Question, QuestionKind
from models.roster import Duty
from people import entering, login, login_codes, places
from people.entering import Browser
from people.residents import viewer_at
from people.viewers import Viewer, viewer_of
from portal.security import form_token
from portal.session import PLACE_COOKIE, STAFF_COOKIE
from tests.people.neighbours import neighbour
from tests.portal.conftest import Client
from tests.portal.neighbourhood import Chat, chat

PASSWORD = "a password for tests"
SECRET = "我的手机是 13812345678"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: the status, the path it led to, the HTML."""

    status: int
    path: str
    html: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff, signed in."""

    client: Client
    viewer: Viewer
    token: str
    chosen: str = ""

    @property
    def cookies(self) -> dict[str, str]:
        """Their browser's cookies."""
        return {STAFF_COOKIE: self.token} | ({PLACE_COOKIE: self.chosen} if self.chosen else {})

    async def see(self, path: str, **cookies: str) -> Page:
        """Open a page, with further cookies."""
        response = await self.client.get(path, cookies=self.cookies | cookies)
        return Page(response.status, response.url.path, await response.text())

    def choosing(self, place_id: int) -> Colleague:
        """The same in a browser that chose a neighbourhood."""
        return replace(self, chosen=str(place_id))

    async def send(self, path: str, *, token: str | None = None, **fields: object) -> Page:
        """Send a form and follow where it leads."""
        given = {name: str(value) for name, value in fields.items()}
        data = {"form_token": form_token(self.token) if token is None else token, **given}
        response = await self.client.post(path, data=data, cookies=self.cookies)
        return Page(response.status, response.url.path, await response.text())


@dataclass(frozen=True, slots=True)
class Team:
    """小陈 and 小林 work here, 高书记 leads, 小何 sits above, 外人 leads the other neighbourhood."""

    chen: Colleague
    lin: Colleague
    gao: Colleague
    admin: Colleague
    he: Colleague
    observer: Colleague
    outsider: Colleague


async def person(client: Client, name: str, *, role: RoleName, place_id: int) -> Colleague:
    """Somebody with a role, signed in."""
    now = clock.now()
    made = await Person.create(created_at=now, place_id=place_id, name=name, shown_name=name, username=name)
    await Role.create(created_at=now, person=made, place_id=place_id, name=role)
    viewer = await viewer_of(made.id)
    assert viewer is not None
    return Colleague(client, viewer, await login.new_session(person_id=made.id, data={}))


async def hire(client: Client) -> Team:
    """Everybody; 小陈 is on duty."""
    home = places.home_place_id()
    above = await Place.create(created_at=clock.now(), slug="above", name="示例街道", level=Level.SUBDISTRICT)
    await Place.filter(level=Level.NEIGHBOURHOOD).update(parent_id=above.id)
    other = await Place.get(slug="other")
    team = Team(
        chen=await person(client, "小陈", role=RoleName.WORKER, place_id=home),
        lin=await person(client, "小林", role=RoleName.WORKER, place_id=home),
        gao=await person(client, "高书记", role=RoleName.SECRETARY, place_id=home),
        admin=await person(client, "管理员", role=RoleName.ADMIN, place_id=home),
        he=await person(client, "小何", role=RoleName.SUBDISTRICT_DESK, place_id=above.id),
        observer=await person(client, "赵科长", role=RoleName.SUBDISTRICT_OBSERVER, place_id=above.id),
        outsider=await person(client, "外人", role=RoleName.SECRETARY, place_id=other.id),
    )
    await put_on_duty(team.chen)
    return team


async def put_on_duty(colleague: Colleague) -> None:
    """From now on, for a long time."""
    now = clock.now()
    await Duty.create(
        created_at=now,
        place_id=colleague.viewer.place_id,
        person_id=colleague.viewer.person_id,
        starts_at=now,
        ends_at=now + dt.timedelta(days=300),
    )


async def ask(text: str = "车棚充电一次多少钱", *, talk: Chat | None = None) -> Question:
    """A resident's question that reaches the desk, with something personal in the original."""
    talk = talk or await chat()
    await talk.resident(text)
    return await questions.open_question(
        by=await viewer_at(talk.talk.at),
        conversation_id=talk.talk.conversation_id,
        text=text,
        sealed_from=f"{text} {SECRET}",
        kind=QuestionKind.QUESTION,
        taken_down=TakenDown(candidates=[("id-card-first", 12.5)]),
    )


async def audited(verb: str) -> int:
    """How often a verb is on record."""
    return await AuditLine.filter(verb=verb).count()


async def lives_here(client: Client, name: str) -> Colleague:
    """A resident of the home neighbourhood, signed in."""
    lives = await neighbour(places.home_place_id(), name)
    way = await login_codes.make_code(by=await lives.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)
