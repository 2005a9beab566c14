"""Two districts with streets and neighbourhoods, each neighbourhood filled with one of everything, marked as its."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from app import demo_town
from casework import (
    alarms,
    attachments,
    canned,
    conversations,
    corrections,
    guide,
    keepers,
    misses,
    months,
    mutes,
    packs,
    phrasings,
    publishing,
    roster,
    snapshots,
)
from casework import questions as desk_questions
from casework.conversations import Talk
from casework.duties import lists as duty_lists
from casework.packs import Pack, import_packs
from courier import notices, outbox, reach
from courier.letters import Letter
from courier.reach import Opened
from models import clock
from models.api_key import ApiKey
from models.conversation import Author, Phrasing, Verdict
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.file import FileKind
from models.household import Residence
from models.message import Outbox
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.question import Question, QuestionKind, StaffReply
from models.sealed import use_secrets
from models.transaction import transaction
from models.webhook import WebhookEvent
from people import api_keys, homes, looks, places, residents, robots, rules, webhooks
from people import files as stored
from people.audit_reading import Filter
from people.files import Parent
from people.loading import files
from people.residents import viewer_at
from people.viewers import SYSTEM, Held, Viewer, viewer_of
from people.visitors import address_of
from tests.people import photos
from tests.people.town import home as home_row
from tests.people.town import person as person_row
from tests.portal.neighbourhood import piece_of_pack
from tests.walk import town_boards, town_cases, town_duties, town_mediations, town_moderation, town_notices, town_people

MINE, THEIRS = "甲印", "乙印"
"""What stands in every text of the neighbourhood that is walked, and of the one beside it."""
KEY = "id-card-first"
ASKED = "车棚充电一次多少钱"


@dataclass(frozen=True, slots=True)
class Filled:
    """A neighbourhood with one of everything. ``blanks``: what stands in for ``{question}`` and the like."""

    place_id: int
    mark: str
    token: str
    talk: Talk
    staff_id: int
    blanks: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Land:
    """``here`` is walked; ``beside`` stands under the same street, ``far`` and what is above it under another."""

    here: Filled
    beside: Filled
    street: int
    district: int
    far_street: int
    far_district: int


async def found() -> Land:
    """Everything there is; ``here`` is the home of the installation."""
    use_secrets("a secret for tests only")
    rules.forget()
    duty_lists.forget()
    district, far_district = [await _place(f"district{n}", Level.DISTRICT, None) for n in (1, 2)]
    street = await _place("street1", Level.SUBDISTRICT, district)
    far_street = await _place("street2", Level.SUBDISTRICT, far_district)
    here = await _place("demo", Level.NEIGHBOURHOOD, street)
    beside = await _place("other", Level.NEIGHBOURHOOD, street)
    await places.settle_home("demo")
    await import_packs([piece_of_pack()], by=SYSTEM, publish=True)
    guide.forget()
    await guide.refresh_if_changed()
    await town_cases.take_in_catalogue()
    land = Land(await _fill(here, MINE), await _fill(beside, THEIRS), street, district, far_street, far_district)
    await _shared(land)
    await guide.refresh_if_changed()
    return land


async def _place(slug: str, level: Level, above: int | None) -> int:
    made = await Place.create(
        created_at=clock.now(),
        slug=slug,
        name=f"{slug}居委会",
        level=level,
        parent_id=above,
        address="虚构市青禾路1号（示例地址）",
        hours="周一至周五 8:30-11:30，13:00-17:00",
        phone="021-00001234",
    )
    return made.id


async def hired(name: str, role: RoleName, place_id: int) -> Viewer:
    """Somebody with a role, made as rows."""
    now = clock.now()
    made = await Person.create(created_at=now, place_id=place_id, name=name, shown_name=name, username=None)
    await Role.create(created_at=now, person=made, place_id=place_id, name=role)
    viewer = await viewer_of(made.id)
    assert viewer is not None
    return viewer


async def _fill(place_id: int, mark: str) -> Filled:
    worker = await hired(f"{mark}小陈", RoleName.SECRETARY, place_id)
    assert worker.person_id is not None
    token = str(place_id % 10) * 43
    address = address_of(token)
    assert address is not None
    talk = await conversations.open_at(await residents.at(channel="web", address=address, place_id=place_id))
    filled = Filled(place_id, mark, token, talk, worker.person_id)
    filled.blanks.update(place=place_id, mark=mark, key=KEY, colleague=worker.person_id)
    filled.blanks["audit_filter"] = Filter()
    filled.blanks["month"] = months.span_of("")
    filled.blanks["conversation"] = talk.conversation_id
    await _speak(filled)
    await _ask(filled, worker)
    await _desk(filled, worker)
    await _homes(filled)
    await town_cases.fill(filled.blanks, filled.talk, worker, place_id=place_id, mark=mark)
    await town_people.fill(filled.blanks, worker, place_id=place_id, mark=mark)
    neighbour = await hired(f"{mark}老李", RoleName.RESIDENT, place_id)
    await town_boards.fill(filled.blanks, worker, neighbour=neighbour, place_id=place_id, mark=mark)
    await town_duties.fill(filled.blanks, worker, place_id=place_id, mark=mark)
    await town_mediations.fill(filled.blanks, worker, place_id=place_id, mark=mark)
    await town_moderation.fill(filled.blanks, worker, neighbour=neighbour, place_id=place_id, mark=mark)
    await town_notices.fill(filled.blanks, worker, place_id=place_id, mark=mark)
    await _pack(filled, worker)
    return filled


async def _speak(filled: Filled) -> None:
    talk, mark = filled.talk, filled.mark
    async with transaction():
        await conversations.hear(talk, masked=f"{mark}{ASKED}", original=f"{mark}{ASKED}，我的电话是 13812345678")
        await notices.say(
            Letter(f"{mark}每次一元"),
            conversation_id=talk.conversation_id,
            channel="web",
            address=talk.address,
            kind="answer",
            author=Author.BOT,
            facts={"entry": KEY},
        )
        await conversations.judge(talk, verdict=Verdict.UNSOLVED, question=f"{mark}充电多少钱")
    await phrasings.keep(f"{mark}娃的身份证咋弄", place_id=filled.place_id, entry_key=KEY)
    filled.blanks["phrasing"] = (await Phrasing.get(place_id=filled.place_id)).id


async def _question(filled: Filled, by: Viewer, number: int) -> Question:
    return await desk_questions.open_question(
        by=by,
        conversation_id=filled.talk.conversation_id,
        text=f"{filled.mark}第{number}栋充电",
        sealed_from=f"{filled.mark} 13812345678",
        kind=QuestionKind.REPORT,
        taken_down=desk_questions.TakenDown(
            where=f"{filled.mark}3号楼",
            on_behalf_of=f"{filled.mark}王阿姨",
            when=f"{filled.mark}昨天",
            how=f"{filled.mark}没电",
            candidates=[(KEY, 0.4)],
        ),
    )


async def _ask(filled: Filled, worker: Viewer) -> None:
    """One closed, one answered, corrected and not arrived, one that waits, and a number more than beside."""
    asker = await viewer_at(filled.talk.at)
    closed = await _answered(filled, asker, worker)
    await desk_questions.close(closed.id, by=worker, note=f"{filled.mark}办好了")
    answered = await _answered(filled, asker, worker)
    wrong = await StaffReply.get(question_id=answered.id)
    await corrections.correct(
        answered.id, reply_id=wrong.id, by=worker, text=f"{filled.mark}每次两元", reason=f"{filled.mark}写错了"
    )
    photo = await stored.keep(photos.photo(), by=asker, kind=FileKind.PHOTO, place_id=filled.place_id)
    reply = await StaffReply.filter(question_id=answered.id).order_by("-id").first()
    assert reply is not None
    await StaffReply.filter(id=reply.id).update(failed_at=clock.now())
    offered = waiting = await _question(filled, asker, 2)
    if filled.mark == MINE:
        waiting = await _question(filled, asker, 3)
    miss = await misses.record_miss(
        by=asker, conversation_id=filled.talk.conversation_id, text=f"{filled.mark}没答上", question_id=answered.id
    )
    async with transaction():
        await stored.attach([photo.name], to=Parent(attachments.QUESTION, waiting.id), by=asker)
    alarm = await alarms.raise_alarm(
        by=asker, conversation_id=filled.talk.conversation_id, kind="fire", text=f"{filled.mark}着火了"
    )
    filled.blanks.update(
        question=waiting.number,
        question_id=waiting.id,
        version=waiting.version,
        answered=answered.id,
        offered=offered.id,
        reply=reply.id,
        photo=photo.name,
        miss=miss,
        alarm=alarm.id,
        asker=asker,
        asked=waiting.text,
        where=waiting.where_text,
        questions=[answered.id],
    )


async def _answered(filled: Filled, asker: Viewer, worker: Viewer) -> Question:
    asked = await _question(filled, asker, 1)
    asked = await desk_questions.claim(asked.id, by=worker)
    return await desk_questions.reply(
        asked.id, by=worker, text=f"{filled.mark}充电每次一元", seen_version=asked.version
    )


async def _webhook(filled: Filled, worker: Viewer) -> None:
    """An address, and an event that was not taken there."""
    await webhooks.set_webhook(filled.place_id, by=worker, url="https://hooks.example.org/mulin")
    async with transaction():
        await webhooks.happened(webhooks.Kind.PUBLISHED, {"post": 0}, place_id=filled.place_id)
    event = await WebhookEvent.get(place_id=filled.place_id)
    await Outbox.filter(id=event.outbox_id).update(state="failed", error="status 500")
    filled.blanks["webhook_event"] = event.id


async def _desk(filled: Filled, worker: Viewer) -> None:
    mark, place_id = filled.mark, filled.place_id
    await robots.set_robot(place_id, by=worker, typed="693a91f6-0000-4bc4")
    await _webhook(filled, worker)
    admin = replace(worker, roles=frozenset({Held(RoleName.ADMIN, place_id)}))
    await api_keys.make(by=admin, place_id=place_id, name=f"{mark}热线")
    filled.blanks["api_key"] = (await ApiKey.get(place_id=place_id)).id
    where = await residents.at(channel="wechat", address=f"{mark}openid", place_id=place_id)
    await reach.grant(where.lane, Opened.MESSAGE)
    async with transaction():
        letter = await outbox.put(Letter(mark), channel="wechat", address=where.address, kind="walk")
    await Outbox.filter(id=letter).update(state="failed", error="errcode 40003")
    filled.blanks.update(letter=f"out-{letter}", window=(await conversations.open_at(where)).conversation_id)
    text = await canned.write(by=worker, place_id=place_id, title=f"{mark}常用", text=f"{mark}常用语")
    now = clock.now()
    duty = await roster.write(
        by=worker, place_id=place_id, person_id=filled.staff_id, starts_at=now, ends_at=now + dt.timedelta(days=9)
    )
    [desk, *_] = await keepers.desks(viewer=worker, place_id=place_id)
    await keepers.keep(filled.staff_id, by=worker, place_id=place_id, desks=[desk])
    other = await conversations.open_at(
        await residents.at(channel="telegram", address=f"{mark}骂人的", place_id=place_id)
    )
    paused = await mutes.mute(other.conversation_id, by=worker, hours=24, reason=f"{mark}骂人")
    await notices.tell_person(Letter(f"{mark}通知"), person_id=filled.staff_id, kind="question.open")
    await rules.change(place_id, by=worker, typed={"two_people_to_publish": "true", "vouching": "true"})
    await looks.decorate(place_id, by=worker, motto=f"{mark}守望相助", accent="blue")
    filled.blanks.update(
        canned=text.id,
        duty=duty.id,
        mute=paused.id,
        muted=other.conversation_id,
        muted_list=[other.conversation_id],
        long_ago=now - dt.timedelta(days=99),
        far_off=now + dt.timedelta(days=99),
    )


async def _homes(filled: Filled) -> None:
    place_id, mark = filled.place_id, filled.mark
    phone = f"1381234{place_id:04}"
    for rows in (
        demo_town.rows(2, name=mark),
        [home_row(2, building=f"{mark}9号楼"), person_row(2, name=f"{mark}阿姨", building=f"{mark}9号楼", phone=phone)],
    ):
        file = await files.check_rows(rows, by=SYSTEM, place_id=place_id, name=f"{mark}登记.xlsx")
        await files.load(file.id, by=SYSTEM)
    broken = await files.check_rows(
        [person_row(2, name=f"{mark}甲", phone="1")], by=SYSTEM, place_id=place_id, name=f"{mark}坏.xlsx"
    )
    [building, *_] = await homes.buildings(viewer=SYSTEM, place_id=place_id)
    [home, *_] = await homes.homes(building.id, viewer=SYSTEM)
    card = await homes.home(home.id, viewer=SYSTEM)
    await Person.filter(place_id=place_id, username=None).exclude(name__startswith=mark).update(name=f"{mark}某人")
    residence = await Residence.filter(home_id=home.id).first()
    assert residence is not None
    filled.blanks.update(
        building=building.id,
        home=home.id,
        file=broken.id,
        residence=residence.id,
        dweller=residence.person_id,
        address=(card.estate, card.building, card.label),
        dweller_name=f"{mark}阿姨",
        phone=phone,
    )


async def _pack(filled: Filled, worker: Viewer) -> None:
    """An entry of the neighbourhood's own, published; a draft of it; an overlay."""
    place_id, mark = filled.place_id, filled.mark
    today = clock.today()
    content = EntryContent.model_validate(
        {
            **piece_of_pack().entries[1].model_dump(),
            "id": f"local-{place_id}",
            "title": f"{mark}自家的事",
            "fee": f"{mark}二元",
            "valid_from": {"date": today},
            "review_by": today - dt.timedelta(days=1),
            "phrasings": [f"{mark}怎么办"],
            "sample_questions": [f"{mark}怎么办"],
        }
    )
    made = await publishing.draft(content, by=worker, category_slug="household-id", place_id=place_id)
    await publishing.publish(made.id, by=await hired(f"{mark}老高", RoleName.SECRETARY, place_id))
    draft = await publishing.draft(
        content.model_copy(update={"fee": f"{mark}三元"}), by=worker, category_slug="household-id", place_id=place_id
    )
    await publishing.overlay(KEY, by=worker, place_id=place_id, body=snapshots.Overlay(remark=f"{mark}本居委说明"))
    filled.blanks.update(local_key=content.id, local_draft=draft.id)


async def _shared(land: Land) -> None:
    """Drafts of entries that every neighbourhood shows, one written here and one imported."""
    worker = await viewer_of(land.here.staff_id)
    assert worker is not None
    first, second = piece_of_pack().entries[2:4]
    await _due_soon()
    draft = await publishing.draft(
        first.model_copy(update={"fee": "这一回改成二十五元"}), by=worker, category_slug="household-id"
    )
    change = second.model_copy(update={"fee": "每次30元"})
    await packs.import_packs([Pack(change.category, "household-id", (change,))], by=SYSTEM, publish=False)
    imported = await EntryVersion.exclude(imported_at=None).filter(state=VersionState.DRAFT).get()
    for filled in (land.here, land.beside):
        filled.blanks.update(draft=draft.id, imported=imported.id)


async def _due_soon() -> None:
    """One that every neighbourhood shows is to be looked at soon, and changes every January."""
    row = await EntryVersion.get(entry__key=KEY)
    soon = row.content.model_copy(update={"review_by": clock.today() + dt.timedelta(days=9), "changes_in": [1]})
    await EntryVersion.filter(id=row.id).update(body=soon.model_dump_json())
