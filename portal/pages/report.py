"""Reporting a problem by a form: five facts, and what may be the same is offered before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from casework import conversations
from casework.cases import catalogue, joining, recognising, reporting
from casework.cases.joining import Likely
from casework.cases.kinds import OTHER_MATTER, Kind
from casework.cases.reporting import Facts
from casework.cases.urgent import Urgent, urgent
from models.case import CaseSource
from models.errors import Invalid, Refusal, TooMany, WrongState
from models.file import FileKind
from models.rules import rules
from models.wording import say_refusal
from nlp.coordinates import point_in
from people import files, residents
from people.viewers import Viewer
from portal.chatter import chatter, renewed
from portal.forms import done, whole
from portal.render import page
from portal.security import LOCATING
from portal.session import Visitor, visitor
from portal.staff import done_words
from portal.uploads import MOST_PHOTOS, must_be_few, posted_with_photos

_FIELDS = ("what", "where", "when", "how", "who", "behalf", "kind", "photos", "point")


async def show(request: web.Request) -> web.Response:
    """报修、反映问题."""
    return await _form(request, {})


async def _form(
    request: web.Request,
    typed: Mapping[str, str],
    *,
    likely: list[Likely] | None = None,
    nearest: list[Kind] | None = None,
    refusal: Refusal | None = None,
) -> web.Response:
    shown = await page(
        request,
        "report.html",
        status=refusal.status if refusal else 200,
        typed={name: typed.get(name, "") for name in _FIELDS},
        likely=likely or [],
        nearest=nearest or [],
        longest=rules().max_message_chars,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )
    shown.headers.update(LOCATING)
    return shown


async def send(request: web.Request) -> web.StreamResponse:
    """上报: what is typed stays there until it has been taken."""
    given, who = await posted_with_photos(request), await visitor(request)
    typed = dict(given.fields)
    reporter = await _reporter(request) if given.photos or typed.get("photos") else None
    try:
        if reporter is not None and given.photos:
            typed["photos"] = await _kept(given.photos, by=reporter[0], place_id=who.place_id)
        kind, nearest = await _kind(typed, who.place_id)
        danger = urgent(typed["what"], kind)
        if kind is None and danger is None:
            return await _form(request, typed, nearest=nearest)
        kind = kind or await catalogue.kind_of(OTHER_MATTER, who.place_id)
        typed["kind"] = kind.id
        photos = await _waiting(typed, by=reporter[0]) if reporter else []
        if danger is None and not typed.get("sure") and (found := await _likely(typed, kind, who, photos=photos)):
            return await _form(request, typed, likely=found)
        case_id = await _report(request, typed, kind, reporter=reporter, danger=danger)
    except (Invalid, TooMany, WrongState) as refusal:
        return await _form(request, typed, refusal=refusal)
    return done(f"/my/cases/{case_id}", "my_case_report")


async def _kind(typed: Mapping[str, str], place_id: int) -> tuple[Kind | None, list[Kind]]:
    """The kind that was chosen or is surely meant; else the nearest to choose from, the last for anything else."""
    what = typed.get("what", "")
    if not what.strip():
        raise Invalid("case.empty")
    if typed.get("kind"):
        return await catalogue.kind_of(typed["kind"], place_id), []
    found = await recognising.guesses(what, place_id=place_id)
    if (meant := recognising.sure(found)) is not None:
        return meant, []
    other = await catalogue.kind_of(OTHER_MATTER, place_id)
    return (None, [*(one.kind for one in found if one.kind.id != OTHER_MATTER), other]) if found else (other, [])


async def _likely(typed: Mapping[str, str], kind: Kind, who: Visitor, *, photos: list[int]) -> list[Likely]:
    return await joining.likely(
        viewer=who.viewer,
        place_id=who.place_id,
        kind_key=kind.id,
        text=typed["what"],
        where=typed.get("where", ""),
        point=point_in(typed.get("point", "")),
        photos=photos,
    )


async def _waiting(typed: Mapping[str, str], *, by: Viewer) -> list[int]:
    return await files.own_waiting(typed.get("photos", "").split(",")[:MOST_PHOTOS], by=by)


async def _kept(photos: Sequence[bytes], *, by: Viewer, place_id: int) -> str:
    """The photos, kept until the report is sent; their names go along with what was typed."""
    must_be_few(photos)
    stored = [await files.keep(one, by=by, kind=FileKind.PHOTO, place_id=place_id) for one in photos]
    return ",".join(one.name for one in stored)


async def _report(
    request: web.Request,
    typed: Mapping[str, str],
    kind: Kind,
    *,
    reporter: tuple[Viewer, int | None] | None,
    danger: Urgent | None,
) -> int:
    """Danger is told of and paged for without a question, so that nothing is asked while somebody waits."""
    by, talk_id = reporter or await _reporter(request)
    facts = Facts(
        kind.id,
        typed["what"],
        who=typed.get("who", ""),
        when=typed.get("when", ""),
        where=typed.get("where", ""),
        how=typed.get("how", ""),
        on_behalf_of=typed.get("behalf", ""),
        point=point_in(typed.get("point", "")),
        photos=tuple(await _waiting(typed, by=by)),
    )
    place_id = (await visitor(request)).place_id
    read_in = await _talk(request) if danger is not None and talk_id is None else None
    made = await reporting.report(
        facts, by=by, source=CaseSource.WEB, conversation_id=talk_id, place_id=place_id, heard_in=read_in
    )
    return made.id


async def _talk(request: web.Request) -> int:
    """The chat of this browser, in which an answer is read."""
    browser = chatter(request)
    where = await residents.at(channel=residents.WEB, address=browser.address, place_id=browser.place_id)
    return (await conversations.open_at(where)).conversation_id


async def _reporter(request: web.Request) -> tuple[Viewer, int | None]:
    """Who is signed in reports as themselves; a guest from the chat of this browser, where the answer comes."""
    who = await visitor(request)
    if who.viewer.person_id is not None:
        return who.viewer, None
    browser = chatter(request)
    where = await residents.at(channel=residents.WEB, address=browser.address, place_id=browser.place_id)
    await renewed(request, where)
    talk = await conversations.open_at(where)
    return await residents.viewer_at(where), talk.conversation_id


async def join(request: web.Request) -> web.StreamResponse:
    """我也是: follow a case that is open already."""
    case_id = whole(request.match_info["id"])
    by, talk_id = await _reporter(request)
    await joining.join(case_id, by=by, conversation_id=talk_id)
    return done(f"/my/cases/{case_id}", "my_case_join")
