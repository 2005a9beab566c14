"""Mediations for those who work on them, as JSON: the list, one of them, and what the desk and the mediator do."""

from __future__ import annotations

from aiohttp import web

from casework.cases import showing as case_showing
from casework.mediation import agreements, applying, consents, ending, following_up, mediators, sessions, showing, trips
from casework.mediation.applying import Asked, TakenDown
from casework.mediation.sessions import SessionRecord
from casework.mediation.showing import MediationLine, MediationList, Shown, SideLine
from models.errors import Invalid
from models.operation import Body, Operation, Parameter
from portal.api.acting import AFTER, acting, acts, id_of, reading, reads
from portal.api.mediation_shapes import (
    ArrangeTalkBody,
    ChooseMediatorBody,
    DraftAgreementBody,
    FailBody,
    FollowUpBody,
    MediateCaseBody,
    MediationAnswer,
    MediationLineAnswer,
    MediationLinesAnswer,
    MediationSideAnswer,
    PutOffFollowUpBody,
    RecordConsentBody,
    RecordTalkBody,
    SeenMediationBody,
    TakeDownBody,
    WhichSideBody,
)
from portal.api.mediation_verbs import MadeMediationAnswer
from portal.api.mediations import talk
from portal.api.reading import DoneAnswer, answer, given, number_in_path, number_in_query, told


def _line(one: MediationLine) -> MediationLineAnswer:
    return told(MediationLineAnswer, one)


def _side(one: SideLine) -> MediationSideAnswer:
    return told(MediationSideAnswer, one, kept=one.kept.word.value if one.kept else "")


def _whole(found: Shown) -> MediationAnswer:
    talks = [talk(one) for one in found.sessions]
    return told(MediationAnswer, found, line=_line(found.line), sides=[_side(one) for one in found.sides], talks=talks)


async def show(request: web.Request) -> web.Response:
    """调解."""
    who, asked = await reading(request, "mediation.read"), request.query.get("list", "open")
    if asked not in {*MediationList}:
        raise Invalid("api.bad_field", field="list", why=asked[:20])
    after = number_in_query(request, "after")
    found = await showing.mediations(viewer=who.viewer, which=MediationList(asked), after=after)
    return answer(MediationLinesAnswer(mediations=[_line(one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """一件调解."""
    who = await reading(request, "mediation.read")
    return answer(_whole(await showing.mediation(number_in_path(request, "id"), viewer=who.viewer)))


async def take_down(request: web.Request) -> web.Response:
    """登记调解."""
    who, body = await acting(request), await given(request, TakeDownBody)
    asked = Asked(body.matter, body.other, body.where, body.phone)
    whom = TakenDown(body.name, body.own_where, body.own_phone, came=body.came)
    made = await applying.take_down(asked, whom, by=who.viewer, place_id=who.place_id)
    return answer(told(MadeMediationAnswer, made))


async def show_of_case(request: web.Request) -> web.Response:
    """一件事的调解."""
    who = await reading(request, "mediation.read")
    case_id = number_in_path(request, "id")
    await case_showing.case(case_id, viewer=who.viewer)
    return answer(
        MediationLinesAnswer(mediations=[_line(one) for one in await showing.of_case(case_id, viewer=who.viewer)])
    )


async def of_case(request: web.Request) -> web.Response:
    """请人调解."""
    who, body = await acting(request), await given(request, MediateCaseBody)
    asked = Asked(body.matter, body.other, body.where, body.phone)
    made = await applying.of_case(number_in_path(request, "id"), asked, by=who.viewer)
    return answer(told(MadeMediationAnswer, made))


async def record_consent(request: web.Request) -> web.Response:
    """记下答复."""
    who, body = await acting(request), await given(request, RecordConsentBody)
    one = number_in_path(request, "id")
    await consents.record_consent(one, by=who.viewer, party=body.party, way=body.way, agrees=body.agrees)
    return answer(DoneAnswer())


async def choose(request: web.Request) -> web.Response:
    """定调解员."""
    who, body = await acting(request), await given(request, ChooseMediatorBody)
    one = number_in_path(request, "id")
    await mediators.choose(one, by=who.viewer, mediator_id=body.mediator, seen_version=body.version)
    return answer(DoneAnswer())


async def meet(request: web.Request) -> web.Response:
    """约时间."""
    who, body = await acting(request), await given(request, ArrangeTalkBody)
    given_way = {"way": body.way, "where": body.where}
    await sessions.meet(
        number_in_path(request, "id"), by=who.viewer, at=body.at, seen_version=body.version, **given_way
    )
    return answer(DoneAnswer())


async def arrive(request: web.Request) -> web.Response:
    """到了."""
    who, body = await acting(request), await given(request, WhichSideBody)
    await sessions.arrive(number_in_path(request, "id"), by=who.viewer, party=body.party)
    return answer(DoneAnswer())


async def cancel_meeting(request: web.Request) -> web.Response:
    """这次不谈了."""
    who = await acting(request)
    await sessions.cancel_meeting(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def record_session(request: web.Request) -> web.Response:
    """记谈得怎样."""
    who, body = await acting(request), await given(request, RecordTalkBody)
    found = SessionRecord(body.result, body.next_step, body.minutes, body.applicant, body.other)
    await sessions.record_session(number_in_path(request, "id"), found, by=who.viewer)
    return answer(DoneAnswer())


async def draft(request: web.Request) -> web.Response:
    """写协议."""
    who, body = await acting(request), await given(request, DraftAgreementBody)
    one, on = number_in_path(request, "id"), body.follow_up_on
    await agreements.draft(one, by=who.viewer, text=body.text, follow_up_on=on, seen_version=body.version)
    return answer(DoneAnswer())


async def fail(request: web.Request) -> web.Response:
    """没有调成."""
    who, body = await acting(request), await given(request, FailBody)
    await ending.fail(number_in_path(request, "id"), by=who.viewer, reason=body.reason, seen_version=body.version)
    return answer(DoneAnswer())


async def record_follow_up(request: web.Request) -> web.Response:
    """记下回访的答复."""
    who, body = await acting(request), await given(request, FollowUpBody)
    await following_up.record_follow_up(number_in_path(request, "id"), by=who.viewer, **body.model_dump())
    return answer(DoneAnswer())


async def keep(request: web.Request) -> web.Response:
    """回访：履行了."""
    who, body = await acting(request), await given(request, SeenMediationBody)
    await ending.keep(number_in_path(request, "id"), by=who.viewer, seen_version=body.version)
    return answer(DoneAnswer())


async def breach(request: web.Request) -> web.Response:
    """回访：没有履行."""
    who, body = await acting(request), await given(request, SeenMediationBody)
    await ending.breach(number_in_path(request, "id"), by=who.viewer, seen_version=body.version)
    return answer(DoneAnswer())


async def put_off(request: web.Request) -> web.Response:
    """再回访一次."""
    who, body = await acting(request), await given(request, PutOffFollowUpBody)
    one, on = number_in_path(request, "id"), body.follow_up_on
    await ending.put_off(one, by=who.viewer, follow_up_on=on, seen_version=body.version)
    return answer(DoneAnswer())


async def trip(request: web.Request) -> web.Response:
    """来跑了一趟."""
    who, body = await acting(request), await given(request, WhichSideBody)
    await trips.trip(number_in_path(request, "id"), by=who.viewer, party=body.party)
    return answer(DoneAnswer())


_ONE = "/api/v1/mediations/{id}"
ROUTES = (
    web.get("/api/v1/mediations", show),
    web.post("/api/v1/mediations", take_down),
    web.get("/api/v1/cases/{id}/mediations", show_of_case),
    web.post("/api/v1/cases/{id}/mediations", of_case),
    web.get(_ONE, show_one),
    web.post(f"{_ONE}/record_consent", record_consent),
    web.post(f"{_ONE}/choose", choose),
    web.post(f"{_ONE}/meet", meet),
    web.post("/api/v1/mediations/talks/{id}/arrive", arrive),
    web.post("/api/v1/mediations/talks/{id}/record_session", record_session),
    web.post("/api/v1/mediations/talks/{id}/cancel_meeting", cancel_meeting),
    web.post(f"{_ONE}/draft", draft),
    web.post(f"{_ONE}/fail", fail),
    web.post(f"{_ONE}/record_follow_up", record_follow_up),
    web.post(f"{_ONE}/keep", keep),
    web.post(f"{_ONE}/breach", breach),
    web.post(f"{_ONE}/put_off", put_off),
    web.post(f"{_ONE}/trip", trip),
)
_LIST = Parameter("list", "query", {"type": "string", "enum": [*MediationList]}, "open (if none), mine or ended")


def _acts(name: str, verb: str, takes: type[Body] | None, *, about: str, of: str = "mediation") -> Operation:
    """What is done to a mediation, or to one of its talks."""
    path = f"mediations/{{id}}/{verb}" if of == "mediation" else f"mediations/talks/{{id}}/{verb}"
    return acts(name, path, about, takes=takes, parameters=(id_of(of),), needs_staff=True)


OPERATIONS = (
    reads(
        "listMediations",
        "mediations",
        "A list of the desk, the newest first",
        gives=MediationLinesAnswer,
        parameters=(_LIST, AFTER),
        needs_staff=True,
    ),
    reads(
        "readMediation",
        "mediations/{id}",
        "One of them, without anybody's private words",
        gives=MediationAnswer,
        parameters=(id_of("mediation"),),
        needs_staff=True,
    ),
    acts(
        "takeDownMediation",
        "mediations",
        "Somebody asks at the desk or by telephone",
        takes=TakeDownBody,
        gives=MadeMediationAnswer,
        needs_staff=True,
    ),
    reads(
        "listMediationsOfCase",
        "cases/{id}/mediations",
        "Those that came of a case",
        gives=MediationLinesAnswer,
        parameters=(id_of("case"),),
        needs_staff=True,
    ),
    acts(
        "mediateCase",
        "cases/{id}/mediations",
        "Of a case; who reported it is asked before the other side hears",
        takes=MediateCaseBody,
        gives=MadeMediationAnswer,
        parameters=(id_of("case"),),
        needs_staff=True,
    ),
    _acts(
        "recordConsent",
        "record_consent",
        RecordConsentBody,
        about="What a side said by telephone, in person or on paper",
    ),
    _acts("chooseMediator", "choose", ChooseMediatorBody, about="Of the list; both sides hear who it is"),
    _acts("arrangeTalk", "meet", ArrangeTalkBody, about="Both sides are told when, how and where"),
    _acts("arriveAtTalk", "arrive", WhichSideBody, about="A side is there, or on the line", of="talk"),
    _acts("recordTalk", "record_session", RecordTalkBody, about="What came of a talk, and what comes next", of="talk"),
    _acts("cancelTalk", "cancel_meeting", None, about="Both sides are told; nobody had come yet", of="talk"),
    _acts("draftAgreement", "draft", DraftAgreementBody, about="Both sides read it, and each confirms"),
    _acts("failMediation", "fail", FailBody, about="It was not settled; both hear where they can go"),
    _acts(
        "recordFollowUp", "record_follow_up", FollowUpBody, about="What a side said of the agreement, and on which day"
    ),
    _acts("keepAgreement", "keep", SeenMediationBody, about="What was agreed is done, and neither side says otherwise"),
    _acts("breachAgreement", "breach", SeenMediationBody, about="It is not kept; both hear where they can go"),
    _acts("putOffFollowUp", "put_off", PutOffFollowUpBody, about="Another day of the follow-up"),
    _acts("noteTrip", "trip", WhichSideBody, about="A side came to the desk because of it"),
)
