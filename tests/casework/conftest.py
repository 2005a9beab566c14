"""The cast at the desk: a neighbourhood with its staff, the desk above it, and a second neighbourhood full of noise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from tortoise.context import TortoiseContext

from casework import guide, questions
from casework.questions import TakenDown
from models import clock as models_clock
from models.contact import Contact
from models.conversation import Conversation, Utterance
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.question import Question, QuestionKind, QuestionStep
from models.roster import Duty
from models.sealed import use_secrets
from people.viewers import Viewer, guest, viewer_of
from tests.conftest import StillClock


@dataclass
class Cast:
    """Everybody by name; 外 marks those of the other neighbourhood."""

    here: Place
    elsewhere: Place
    above: Place
    chen: Viewer
    lin: Viewer
    gao: Viewer
    zhou: Viewer
    observer: Viewer
    admin: Viewer
    wang: Viewer
    li: Viewer
    outsider: Viewer
    wang_conversation: int
    li_conversation: int
    noise: Question

    async def ask(self, text: str = "车棚充电一次多少钱", *, kind: QuestionKind = QuestionKind.QUESTION) -> Question:
        """王阿姨 asks the desk."""
        return await questions.open_question(
            by=self.wang,
            conversation_id=self.wang_conversation,
            text=text,
            sealed_from=f"{text} 13800000000",
            kind=kind,
            taken_down=TakenDown(candidates=[("bicycle-charging", 0.4)]),
        )

    async def on_duty(self, viewer: Viewer, *, hours: float = 8) -> None:
        """Put somebody on duty from now on."""
        now = models_clock.now()
        ends = now + dt.timedelta(hours=hours)
        await Duty.create(
            created_at=now, place_id=self.here.id, person_id=viewer.person_id, starts_at=now, ends_at=ends
        )


async def place(slug: str, *, level: Level, parent: Place | None = None) -> Place:
    """A place."""
    return await Place.create(created_at=models_clock.now(), slug=slug, name=slug, level=level, parent=parent)


async def staff(name: str, home: Place, *, role: RoleName, contact: bool = True) -> Viewer:
    """Somebody with a role, reached on a channel of their own."""
    now = models_clock.now()
    person = await Person.create(created_at=now, place=home, name=name, shown_name=name, username=name)
    await Role.create(created_at=now, person=person, place=home, name=role)
    if contact:
        await Contact.create(created_at=now, channel="telegram", address=f"staff-{name}", place=home, person=person)
    found = await viewer_of(person.id)
    assert found is not None
    return found


async def resident(address: str, home: Place) -> tuple[Viewer, int]:
    """Somebody known by a chat only, and their conversation."""
    now = models_clock.now()
    contact = await Contact.create(created_at=now, channel="telegram", address=address, place=home)
    conversation = await Conversation.create(created_at=now, contact=contact, place=home)
    return guest(home.id, contact_id=contact.id), conversation.id


@pytest.fixture
async def cast(db: TortoiseContext, clock: StillClock) -> Cast:
    """小陈 and 小林 work here, 高 leads, 周 sits at the subdistrict's desk; elsewhere a question waits already."""
    use_secrets("a secret of tests")
    guide.forget()
    above = await place("subdistrict", level=Level.SUBDISTRICT)
    here = await place("here", level=Level.NEIGHBOURHOOD, parent=above)
    elsewhere = await place("elsewhere", level=Level.NEIGHBOURHOOD, parent=above)
    outsider = await staff("外人", elsewhere, role=RoleName.SECRETARY)
    stranger, noisy = await resident("stranger", elsewhere)
    noise = await questions.open_question(
        by=stranger, conversation_id=noisy, text="车棚充电一次多少钱", sealed_from="别处", kind=QuestionKind.QUESTION
    )
    wang, wang_conversation = await resident("wang", here)
    li, li_conversation = await resident("li", here)
    return Cast(
        here=here,
        elsewhere=elsewhere,
        above=above,
        chen=await staff("小陈", here, role=RoleName.WORKER),
        lin=await staff("小林", here, role=RoleName.WORKER),
        gao=await staff("高书记", here, role=RoleName.SECRETARY),
        zhou=await staff("周", above, role=RoleName.SUBDISTRICT_DESK),
        observer=await staff("赵", above, role=RoleName.SUBDISTRICT_OBSERVER),
        admin=await staff("管理员", above, role=RoleName.ADMIN),
        outsider=outsider,
        wang=wang,
        li=li,
        wang_conversation=wang_conversation,
        li_conversation=li_conversation,
        noise=noise,
    )


async def heard(conversation_id: int) -> list[str]:
    """What was said to the one who asked, in order."""
    return [line.text for line in await Utterance.filter(conversation_id=conversation_id).order_by("id")]


async def told(viewer: Viewer) -> list[str]:
    """What one of the staff was told at their contact, in order."""
    conversation = await Conversation.get_or_none(contact__person_id=viewer.person_id)
    return await heard(conversation.id) if conversation else []


async def verbs(question_id: int) -> list[str]:
    """The verbs done to a question, in order."""
    return [step.verb for step in await QuestionStep.filter(question_id=question_id).order_by("id")]
