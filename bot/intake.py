"""A problem told in a chat becomes a case where its kind is sure and its place is known; else it goes to the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import handing, sorting
from bot.handing import Handed
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import alarms, deadlines
from casework.cases import answering, catalogue, following, joining, photos, reporting
from casework.cases.joining import Likely
from casework.cases.kinds import Kind
from casework.cases.reporting import Facts
from courier.letters import Letter, Link
from models import clock
from models.case import Case, CaseSource
from models.errors import Refusal
from models.question import QuestionKind
from models.transaction import savepoint
from models.wording import say, say_moment

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """What is to become a case."""

    handed: Handed
    kind: Kind
    where: str


async def calling(scene: Scene, text: str, *, kind: Kind | None) -> str:
    """What stands above the reply to a report that cannot wait: what to do until then, and that somebody is paged."""
    if kind is None or not kind.sounds_dangerous(text):
        return ""
    paged = [say("emergency.calling")] if await _is_paged(scene, text) else []
    return "".join(f"{line}\n" for line in [kind.emergency, *paged] if line)


async def _is_paged(scene: Scene, text: str) -> bool:
    """Raise the alarm; the report goes on even where nobody can be alarmed."""
    try:
        async with savepoint():
            await alarms.raise_alarm(
                by=scene.viewer, conversation_id=scene.talk.conversation_id, kind=sorting.ALARM, text=text
            )
    except Refusal:
        return False
    return True


async def take_in(scene: Scene, handed: Handed, *, kind: Kind | None) -> Reply:
    """上报: offer open cases that may be the same, once; else report it. What cannot be a case goes to the desk."""
    told = await _told(scene, handed, kind)
    if told is None:
        return await handing.report(scene, handed)
    same = [] if told.kind.sounds_dangerous(handed.text) else await _same(scene, told)
    return _offered(scene, told, same) if same else await _report(scene, told)


async def _told(scene: Scene, handed: Handed, kind: Kind | None) -> _Told | None:
    if kind is None or not handed.where:
        return None
    if await following.count_open(scene.talk.conversation_id, viewer=scene.viewer) >= sorting.MOST_OPEN:
        return None
    return _Told(handed, kind, _place_of(handed))


def _place_of(handed: Handed) -> str:
    return (sorting.place_in(handed.text) or handed.text) if handed.where == handed.text else handed.where


async def _same(scene: Scene, told: _Told) -> list[Likely]:
    found = await sorting.same(
        told.kind,
        text=told.handed.text,
        where=told.where,
        viewer=scene.viewer,
        place_id=scene.place_id,
        photos=await photos.sent_with(_lines(scene, told.handed)),
    )
    return found[:MOST_OFFERED]


def _offered(scene: Scene, told: _Told, same: list[Likely]) -> Reply:
    lines = tuple(Offer(_label(one), OfferKind.REPORT_SAME, str(one.id)) for one in same)
    handed = told.handed
    waiting = replace(
        scene.memory, report_line=handed.line_id, report_text=handed.text, report_where=told.where, entry=""
    )
    memory = replace(waiting, question=handed.text, question_line=handed.line_id, candidates=handed.ranked)
    offers = (*lines, Offer(say("report.none_of_them"), OfferKind.REPORT_NEW))
    return reply(scene, Outcome.REPORT, say("report.same_as"), offers=offers, memory=memory, ranked=handed.ranked)


def _label(one: Likely) -> str:
    where, state = one.where or say("report.somewhere"), say(f"my_cases.state.{one.state.value}")
    return say("report.likely", kind=one.kind, where=where, state=state, number=one.number, many=one.reporters)


def is_waiting(scene: Scene) -> bool:
    """Whether a report waits to hear if it is one of those that were offered."""
    return bool(scene.memory.report_line and scene.memory.report_where)


async def ask_again(scene: Scene) -> Reply:
    """The same list once more; where nothing of it is open any more, the report is made."""
    handed = handing.report_waiting(scene, kind=QuestionKind.REPORT)
    return await take_in(scene, handed, kind=await sorting.kind_meant(handed.text, place_id=scene.place_id))


async def report_new(scene: Scene, *, more: str = "", asks: bool = True) -> Reply:
    """都不是: none of those offered; what is said instead belongs to the report."""
    handed = handing.report_waiting(scene, kind=QuestionKind.REPORT)
    if more:
        handed = replace(handed, text=f"{handed.text}\n{more}")
    kind = await sorting.kind_meant(scene.memory.report_text, place_id=scene.place_id)
    if kind is None:
        return await handing.report(scene, handed)
    return await _report(scene, _Told(handed, kind, handed.where), asks=asks)


async def report_first(scene: Scene) -> Reply:
    """A question instead of a digit: the report is made, so that it is not lost; the question may be put again."""
    said = await report_new(scene, asks=False)
    letter = said.letter or Letter("")
    return replace(said, letter=replace(letter, text=f"{letter.text}\n{say('report.then_ask')}"))


async def join(scene: Scene, case_id: int) -> Reply:
    """我也是: follow the case that was offered, and put one's own words to it; one that ended meanwhile is not it."""
    try:
        async with savepoint():
            case = await joining.join(case_id, by=scene.viewer, conversation_id=scene.talk.conversation_id)
            await answering.add(case.id, by=scene.viewer, text=_words(scene))
            lines = {scene.memory.report_line, scene.line_id, *scene.memory.photo_lines}
            await answering.bring_photos(case.id, by=scene.viewer, line_ids=lines)
    except Refusal:
        return await report_new(scene)
    kind = await catalogue.kind_of(case.kind_key, case.place_id)
    text = say("report.joined", number=case.number, kind=kind.name)
    said = _told_of(scene, case, text)
    return replace(said, memory=replace(said.memory, case=case.id))


def _words(scene: Scene) -> str:
    """What was about to be reported; of a list that was picked from later, what is said now."""
    memory = scene.memory
    return f"{memory.report_text}\n{memory.report_where}".strip() or scene.masked


async def _report(scene: Scene, told: _Told, *, asks: bool = True) -> Reply:
    try:
        async with savepoint():
            case = await _opened(scene, told)
    except Refusal:
        return await handing.report(scene, told.handed)
    missing = [] if told.kind.sounds_dangerous(told.handed.text) else _missing(case)
    asks = asks and bool(missing)
    more = say("report.more", what=say("report.and").join(say(f"report.fact.{one}") for one in missing))
    lines = [await _about(case, told), say("report.danger"), *([more] if asks else [])]
    said = _told_of(scene, case, "\n".join(lines))
    return replace(said, memory=replace(said.memory, case=case.id, telling=case.id if asks else 0))


def _missing(case: Case) -> list[str]:
    """Of the five facts, those that were not said; how it came about alone is not asked for."""
    known = {"who": case.who_text, "when": case.when_text, "how": case.how_text}
    found = [name for name, said in known.items() if not said]
    return found if found != ["how"] else []


def _lines(scene: Scene, handed: Handed) -> set[int]:
    """Lines of which the photos belong to what is reported."""
    return {handed.line_id, scene.line_id, *scene.memory.photo_lines}


async def _opened(scene: Scene, told: _Told) -> Case:
    handed, elder = told.handed, await handing.asked_for(scene)
    facts = Facts(
        told.kind.id,
        handed.text,
        who=sorting.whom_in(handed.text),
        where=told.where,
        when=sorting.time_in(handed.text),
        sealed_from=await handing.written(scene, handed),
        on_behalf_of=elder.elder if elder else "",
        behalf_person_id=elder.elder_id if elder else None,
    )
    conversation_id = scene.talk.conversation_id
    case = await reporting.report(facts, by=scene.viewer, source=CaseSource.CHAT, conversation_id=conversation_id)
    await photos.take_along(_lines(scene, handed), case=case, by=scene.viewer)
    return case


async def late_photo(scene: Scene) -> Case | None:
    """Put what came right after a report, or late of its album, to the case it became; None where it was not a case."""
    case_id = scene.memory.telling or scene.memory.case
    if not case_id:
        return None
    try:
        async with savepoint():
            return await answering.bring_photos(case_id, by=scene.viewer, line_ids={scene.line_id})
    except Refusal:
        return None


async def late_place(scene: Scene) -> Case | None:
    """Put a point that came right after a report to the case it became; None where it was not a case."""
    try:
        async with savepoint():
            return await answering.add(scene.memory.telling, by=scene.viewer, text=scene.masked)
    except Refusal:
        return None


async def _about(case: Case, told: _Told) -> str:
    """Its number, who is responsible, when it is due; out of hours it also says when the desk opens."""
    now, due, contact = clock.now(), case.due_at or case.created_at, case.contact_due or case.created_at
    key = "report.case" if deadlines.is_open(now) else "report.case_closed"
    text = say(
        key,
        number=case.number,
        kind=told.kind.name,
        who=await handing.name_of(case.owner_id),
        where=case.where_text or say("report.on_the_map"),
        due=say_moment(due),
        contact=say_moment(contact),
        opens=say_moment(deadlines.opens_next(now)),
    )
    return text if deadlines.is_open(now) else f"{text}\n{say('hand_over.urgent')}"


def _told_of(scene: Scene, case: Case, text: str) -> Reply:
    said = reply(scene, Outcome.REPORT, text, memory=handing.reported(scene), ranked=scene.ranked_in_context)
    link = Link(say("cases.reporter.link"), f"/my/cases/{case.id}")
    letter = said.letter or Letter(text)
    return replace(said, letter=replace(letter, links=(link,)))
