"""公示、项目、公约、评议 by digits: reading, objecting in words, signing, what is overdue, rating, results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import handing, promise_words
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum.promises import appraisals, covenants, milestones, objections, projects, publications, signatures
from forum.promises.appraisals import appraisal
from forum.promises.covenants import covenant
from forum.promises.objections import Objection
from forum.promises.projects import project
from forum.promises.publications import Publication, publication
from forum.promises.tallies import STARS
from forum.property.sums import yuan
from models.errors import Invalid
from models.wording import say, say_date, say_refusal
from people.permissions import may

MOST, MOST_LINES, LONGEST = 8, 10, 400
_READS = "project.read"


async def take(scene: Scene) -> Reply | None:
    """公示、项目、到期没兑现、公约、评议; what was picked of one; or the words of an objection."""
    if scene.chosen is not None:
        return await _do(scene) if scene.chosen.kind in (OfferKind.PROMISE, OfferKind.PROMISE_WORDS) else None
    if (waits := _asked_for_words(scene)) is not None:
        return await _object(scene, waits)
    start = next((deed for word, deed in _STARTS.items() if says(word, scene.heard.normalised)), None)
    if start is None:
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, _READS, scene.place_id):
        return reply(scene, Outcome.PROMISE, say("promise.chat.join_first"))
    return await start(scene, "")


def _asked_for_words(scene: Scene) -> int | None:
    """To which publication words were asked for just now; a wish for a person is no objection."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.PROMISE_WORDS), None)
    if waits is None or scene.bare or not just_asked(scene) or handing.wants_person(scene):
        return None
    return int(waits.value.partition(":")[2])


async def _do(scene: Scene) -> Reply:
    """What a picked line does."""
    assert scene.chosen is not None
    verb, _, value = scene.chosen.value.partition(":")
    return await _DEEDS[verb](scene, value)


def _offer(label: str, value: str) -> Offer:
    return Offer(label, OfferKind.PROMISE, value)


def _told(scene: Scene, text: str, path: str, *, offers: tuple[Offer, ...] = ()) -> Reply:
    """A reply with the page where all of it stands."""
    told = reply(scene, Outcome.PROMISE, text, offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("promise.chat.full"), path),)))


async def _publications(scene: Scene, _value: str) -> Reply:
    found = await publications.publications(viewer=scene.viewer, place_id=scene.place_id)
    shown = [one for one in found if one.is_running][:MOST]
    offers = tuple(
        _offer(
            say("promise.chat.publication_line", title=one.title, until=say_date(one.last_day))
            if one.takes_objections
            else say("promise.chat.publication_line_over", title=one.title),
            f"publication:{one.id}",
        )
        for one in shown
    )
    text = say("promise.chat.which_publication" if offers else "promise.chat.no_publications")
    return _told(scene, text, "/publications", offers=offers)


async def _publication(scene: Scene, value: str, *, above: str = "") -> Reply:
    found = await publication(int(value), viewer=scene.viewer)
    said = await objections.objections(int(value), viewer=scene.viewer)
    text = "\n".join([*filter(None, [above]), _head(found), shortened(found.text, most=LONGEST), *_said(found, said)])
    own = next((one for one in said if one.is_own), None)
    offers: tuple[Offer, ...] = ()
    if found.may_object and own is None:
        offers = (_offer(say("promise.chat.object"), f"ask:{value}"),)
    elif own is not None and own.state.value == "open":
        offers = (_offer(say("promise.chat.withdraw"), f"withdraw:{value}"),)
    return _told(scene, text, f"/publications/{value}", offers=offers)


def _head(found: Publication) -> str:
    line = found.line
    key = "publication_head" if line.takes_objections else "publication_over"
    outcome, until = say(f"promise.outcome.{line.outcome.value}"), say_date(line.last_day)
    return say(f"promise.chat.{key}", number=line.number, title=line.title, outcome=outcome, until=until)


def _said(found: Publication, said: list[Objection]) -> list[str]:
    if not said:
        return []
    lines = [say("promise.chat.objections_head", count=found.line.objections, waiting=found.line.waiting)]
    for one in said[:MOST_LINES]:
        lines.append(say("promise.chat.objection_line", text=shortened(one.text or say("promise.held"), most=80)))
        if one.answer:
            role = say(f"staff.role.{one.as_role.value}") if one.as_role else ""
            lines.append(say("promise.chat.objection_answer", role=role, answer=shortened(one.answer, most=120)))
    return lines


async def _ask_objection(scene: Scene, value: str, *, above: str = "") -> Reply:
    text = "\n".join(filter(None, [above, say("promise.chat.ask_objection")]))
    never = Offer(say("promise.chat.never_mind"), OfferKind.PROMISE_WORDS, f"publication:{value}")
    return reply(scene, Outcome.PROMISE, text, offers=(never,))


async def _object(scene: Scene, publication_id: int) -> Reply:
    """The words as an objection; what cannot be taken is asked for again, with why."""
    try:
        await objections.make(publication_id, by=scene.viewer, text=scene.original)
    except Invalid as refusal:
        return await _ask_objection(scene, str(publication_id), above=say_refusal(refusal))
    return _told(scene, say("promise.chat.objected"), f"/publications/{publication_id}")


async def _withdraw(scene: Scene, value: str) -> Reply:
    await objections.withdraw(int(value), by=scene.viewer)
    return _told(scene, say("promise.chat.withdrawn"), f"/publications/{value}")


async def _projects(scene: Scene, _value: str) -> Reply:
    found = (await projects.projects(viewer=scene.viewer, place_id=scene.place_id))[:MOST]
    offers = tuple(
        _offer(
            say(
                "promise.chat.project_line",
                title=one.title,
                done=one.done,
                milestones=one.milestones,
                state=say(f"promise.project_state.{one.state.value}"),
            ),
            f"project:{one.id}",
        )
        for one in found
    )
    text = say("promise.chat.which_project" if offers else "promise.chat.no_projects")
    overdue = (_offer(say("promise.chat.overdue"), "overdue:"),) if offers else ()
    return _told(scene, text, "/projects", offers=(*offers, *overdue))


async def _project(scene: Scene, value: str) -> Reply:
    found = await project(int(value), viewer=scene.viewer)
    offers = (
        _offer(say("promise.chat.spendings"), f"spendings:{value}"),
        _offer(say("promise.chat.back"), "projects:"),
    )
    return _told(scene, promise_words.of_project(found), f"/projects/{value}", offers=offers)


async def _spendings(scene: Scene, value: str) -> Reply:
    found = await project(int(value), viewer=scene.viewer)
    lines = [
        say(
            "promise.chat.spending_line",
            day=say_date(one.spent_on),
            what=one.what,
            payee=one.payee,
            yuan=yuan(one.fen),
        )
        for one in found.spendings[-MOST_LINES:]
    ]
    head = say("promise.chat.spendings_head", title=found.line.title) if lines else say("promise.chat.no_spendings")
    back = (_offer(say("promise.chat.to_project"), f"project:{value}"),)
    return _told(scene, "\n".join([head, *lines]), f"/projects/{value}", offers=back)


async def _overdue(scene: Scene, _value: str) -> Reply:
    found = await milestones.overdue(viewer=scene.viewer, place_id=scene.place_id)
    lines = [
        say(
            "promise.chat.overdue_line",
            project=one.project,
            milestone=one.milestone.title,
            unit=one.unit,
            days=one.milestone.days_late,
        )
        for one in found[:MOST_LINES]
    ]
    head = say("promise.chat.overdue_head" if lines else "promise.chat.no_overdue")
    return _told(scene, "\n".join([head, *lines]), "/projects/overdue")


async def _covenants(scene: Scene, _value: str) -> Reply:
    found = (await covenants.covenants(viewer=scene.viewer, place_id=scene.place_id))[:MOST]
    offers = tuple(
        _offer(
            say("promise.chat.covenant_line", title=one.title, number=one.number, signed=one.signed),
            f"covenant:{one.covenant_id}",
        )
        for one in found
    )
    text = say("promise.chat.which_covenant" if offers else "promise.chat.no_covenants")
    return _told(scene, text, "/covenants", offers=offers)


async def _covenant(scene: Scene, value: str) -> Reply:
    found = await covenant(int(value), viewer=scene.viewer)
    newest, own = found.newest, await signatures.own(found, viewer=scene.viewer)
    head = say(
        "promise.chat.covenant_head",
        title=found.title,
        number=newest.number,
        day=say_date(newest.valid_from),
        by=say(f"promise.signed_by.{newest.signed_by.value}"),
        signed=newest.signed,
    )
    lines = [head, shortened(newest.text, most=LONGEST), *([say("promise.chat.own_signed")] if own.has_signed else [])]
    offers: tuple[Offer, ...] = ()
    if own.may_sign:
        offers = (
            _offer(say("promise.chat.sign"), f"sign:{value}:{newest.number}:0"),
            _offer(say("promise.chat.sign_named"), f"sign:{value}:{newest.number}:1"),
        )
    return _told(scene, "\n".join(lines), f"/covenants/{value}", offers=offers)


async def _sign(scene: Scene, value: str) -> Reply:
    covenant_id, number, shows = (int(one) for one in value.split(":"))
    await signatures.sign(covenant_id, by=scene.viewer, number=number, shows_name=bool(shows))
    return _told(scene, say("promise.chat.signed"), f"/covenants/{covenant_id}")


async def _appraisals(scene: Scene, _value: str) -> Reply:
    found = await appraisals.appraisals(viewer=scene.viewer, place_id=scene.place_id)
    waits = tuple(
        _offer(
            say("promise.chat.appraisal_line", title=one.title, until=say_date(one.last_day)),
            f"rate:{one.id}",
        )
        for one in [one for one in found if one.waits][:MOST]
    )
    results = tuple(
        _offer(say("promise.chat.result_line", title=one.title), f"result:{one.id}") for one in found if one.is_settled
    )
    text = say("promise.chat.which_appraisal" if waits else "promise.chat.no_appraisals")
    return _told(scene, text, "/appraisals", offers=(*waits, *results)[:MOST])


async def _result(scene: Scene, value: str) -> Reply:
    """What came out, once it was counted."""
    found = await appraisal(int(value), viewer=scene.viewer)
    return _told(scene, promise_words.of_result(found), f"/appraisals/{value}")


async def _rate(scene: Scene, value: str) -> Reply:
    """What came of it, then who carried it out, a digit each."""
    appraisal_id, *stars = (int(one) for one in value.split(":"))
    found = await appraisal(appraisal_id, viewer=scene.viewer)
    if len(stars) == 2:
        await appraisals.rate(appraisal_id, by=scene.viewer, outcome=stars[0], unit=stars[1])
        return _told(scene, say("promise.chat.rated"), f"/appraisals/{appraisal_id}")
    offers = tuple(_offer(say("promise.chat.star", star=star), f"rate:{value}:{star}") for star in range(1, STARS + 1))
    key = "ask_unit" if stars else "ask_outcome"
    text = say(f"promise.chat.{key}", title=found.line.title, unit=found.line.unit)
    return reply(scene, Outcome.PROMISE, text, offers=offers)


Deed = Callable[[Scene, str], Awaitable[Reply]]
_STARTS: Mapping[str, Deed] = {
    "publications": _publications,
    "projects": _projects,
    "overdue": _overdue,
    "covenants": _covenants,
    "appraisals": _appraisals,
}
_DEEDS: Mapping[str, Deed] = {
    **_STARTS,
    "publication": _publication,
    "ask": _ask_objection,
    "withdraw": _withdraw,
    "project": _project,
    "spendings": _spendings,
    "covenant": _covenant,
    "sign": _sign,
    "rate": _rate,
    "result": _result,
}
