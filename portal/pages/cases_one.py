"""One case for those who work on it: everything that is known, and every verb, one form each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aiohttp import web

from casework import canned
from casework.canned import Canned
from casework.cases import calls as case_calls
from casework.cases import catalogue, dispatching, following, notes, originals, owners, reading, repeats, showing
from casework.cases import photos as case_photos
from casework.cases.accepting import RefusalReason
from casework.cases.checking import CheckWay
from casework.cases.dispatching import ReturnReason
from casework.cases.kinds import Kind
from casework.cases.showing import Shown
from casework.cases.working import ContactWay, PauseReason
from casework.mediation import room_showing
from casework.mediation import showing as mediation_showing
from forum import case_results
from forum.promises import milestones
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.rules import rules
from nlp.discreet import where_for_neighbours
from people import files as stored
from people.files import FileLine
from people.permissions import may
from portal.case_verbs import VERBS, kept_photos
from portal.forms import Sent, done, form, verb_of, whole
from portal.session import Visitor
from portal.staff import staff_page, worker
from portal.uploads import form_with_photos

READ = "case.read"
WRITTEN = MappingProxyType({"reply": "text", "contact": "note"})
"""The verbs whose words go to who reported it, and the field in which they are written."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A verb's form with a text put into it, not sent yet."""

    verb: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


NOTHING = Composed()


async def _number(request: web.Request, who: Visitor) -> int:
    """The case's id; the address may also name it as people do, C-0001."""
    name = request.match_info["case"]
    return whole(name) if name.isdecimal() else await showing.by_number(name, viewer=who.viewer, place_id=who.place_id)


async def show(request: web.Request) -> web.Response:
    """一件事."""
    who = await worker(request, READ)
    return await _show(request, await _number(request, who), who)


async def state(request: web.Request) -> web.Response:
    """Its version now: who writes on the page is told that somebody else has done something."""
    who = await worker(request, READ)
    return web.json_response({"version": await showing.version(await _number(request, who), viewer=who.viewer)})


async def _photos(case_id: int, who: Visitor) -> list[FileLine]:
    found = await case_photos.photos(case_id, viewer=who.viewer)
    return await stored.by_ids([photo.file_id for photo in found])


async def _show(
    request: web.Request,
    case_id: int,
    who: Visitor,
    *,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
    original: str | None = None,
    composed: Composed = NOTHING,
) -> web.Response:
    with reading.once():
        shown = await showing.case(case_id, viewer=who.viewer)
        place_id, works_here = shown.line.place_id, may(who.viewer, "team.read", shown.line.place_id)
        kinds = await catalogue.kinds_of(place_id)
        return await staff_page(
            request,
            "staff/case.html",
            refusal=refusal,
            shown=shown,
            original=original,
            typed={**dict(sent.fields), **composed.fields} if sent is not None else {},
            named=sent.texts("mention") if sent is not None else [],
            units=sent.texts("team") if sent is not None else [],
            verb=composed.verb or request.match_info.get("verb", ""),
            is_composed=bool(composed.verb),
            canned=await _canned(shown, kinds, who),
            can=shown.can,
            steps=await following.steps(case_id, viewer=who.viewer),
            reporters=await showing.reporters(case_id, viewer=who.viewer),
            unit_calls=await case_calls.calls(case_id, viewer=who.viewer),
            photos=await _photos(case_id, who),
            earlier=await repeats.earlier(case_id, viewer=who.viewer),
            threads=await case_results.threads_of(case_id, viewer=who.viewer),
            milestone=await milestones.of_case(case_id, viewer=who.viewer),
            tells=not shown.line.is_private and may(who.viewer, "post.to_case", place_id),
            mediations=await mediation_showing.of_case(case_id, viewer=who.viewer) if works_here else [],
            rooms=await room_showing.rooms_of_case(case_id, viewer=who.viewer) if works_here else [],
            why=await showing.why_due(case_id, viewer=who.viewer),
            takers=await owners.takers(case_id, viewer=who.viewer),
            nameable=await notes.nameable(case_id, viewer=who.viewer),
            teams=await dispatching.to_whom(case_id, viewer=who.viewer),
            kinds=list(kinds.values()),
            lists={
                "refusal": [*RefusalReason],
                "return": [*ReturnReason],
                "pause": [*PauseReason],
                "contact": [*ContactWay],
                "check": [*CheckWay],
            },
            most_days=rules().cases.complex_days,
            me=who.viewer.person_id,
            now=clock.now(),
        )


async def _canned(shown: Shown, kinds: Mapping[str, Kind], who: Visitor) -> list[Canned]:
    """The place's texts, their blanks filled from this case; who joined it reads them too."""
    line, kind = shown.line, kinds.get(shown.kind_key)
    if not may(who.viewer, canned.VERB, line.place_id):
        return []
    values = canned.values_of(
        number=line.number,
        staff=who.viewer.name,
        where=where_for_neighbours(line.where),
        work=kind.name if kind else "",
        unit=line.team,
        due=line.due,
    )
    return await canned.canned_answers(viewer=who.viewer, place_id=line.place_id, values=values)


@form_with_photos
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Any verb; a refusal shows the case as it now is, and what was typed is kept."""
    name, verb = verb_of(request, VERBS)
    case_id = await _number(request, sent.who)
    try:
        if sent.photos:
            line = (await showing.case(case_id, viewer=sent.who.viewer)).line
            sent = await kept_photos(sent, place_id=line.place_id)
        found = await verb(case_id, sent)
    except (Taken, WrongState, Invalid, NotAllowed, TooMany) as refusal:
        return await _show(request, case_id, sent.who, sent=sent, refusal=refusal)
    return done(found or f"/cases/{case_id}", f"case_{name}")


@form
async def compose(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Put a text used often behind what is typed, for browsers without scripts."""
    case_id = await _number(request, sent.who)
    verb, _, number = sent.text("canned").partition(":")
    if verb not in WRITTEN:
        raise NotFound("page.not_found")
    shown = await showing.case(case_id, viewer=sent.who.viewer)
    texts = await _canned(shown, await catalogue.kinds_of(shown.line.place_id), sent.who)
    added = next((one.text for one in texts if str(one.id) == number), "")
    name = WRITTEN[verb]
    words = "\n".join(part for part in (sent.text(name).rstrip(), added) if part)
    return await _show(request, case_id, sent.who, sent=sent, composed=Composed(verb, {name: words}))


@form
async def unseal(request: web.Request, sent: Sent) -> web.StreamResponse:
    """看原话: shown once, on this page only; every look is on record."""
    case_id = await _number(request, sent.who)
    return await _show(request, case_id, sent.who, original=await originals.unseal(case_id, by=sent.who.viewer))
