"""Activities as JSON: what is to come, signing up and in, calling one, who signed up, and hours of volunteers."""

from __future__ import annotations

from aiohttp import web

from forum.activities import attending, calling, hours, lists, signing_up
from forum.activities.attending import SignUpLine
from forum.activities.calling import NewActivity
from forum.activities.sight import Called, OwnPlace, activity
from models.operation import Body, Operation, Parameter
from portal.api.acting import REFUSED, TOKEN, acting, acting_as_somebody, acts, id_of, reading_as_somebody
from portal.api.activity_shapes import (
    ActivitiesAnswer,
    ActivityAnswer,
    ActivityDoneAnswer,
    ActivityLineAnswer,
    AttendedAnswer,
    CallBody,
    CallOffBody,
    CertifiedHoursAnswer,
    CertifyHoursBody,
    CheckInBody,
    CodeAnswer,
    HoursAnswer,
    MarkBody,
    OwnPlaceAnswer,
    PlacesBody,
    ShiftAnswer,
    ShowCodeBody,
    SignUpAnswer,
    SignUpsAnswer,
)
from portal.api.boards import PublishedAnswer, author_of, published
from portal.api.reading import MOST_ID, answer, day_in_query, given, number_in_path, told
from portal.session import neighbours_in


async def show(request: web.Request) -> web.Response:
    """社区活动."""
    who = await reading_as_somebody(request)
    coming = await lists.coming(viewer=who.viewer, place_id=who.place_id)
    past = await lists.past(viewer=who.viewer, place_id=who.place_id)
    return answer(ActivitiesAnswer(coming=[_line(one) for one in coming], past=[_line(one) for one in past]))


def _line(line: lists.ActivityLine) -> ActivityLineAnswer:
    return told(ActivityLineAnswer, line, state=line.state.value, own=line.own.value if line.own else "")


async def show_one(request: web.Request) -> web.Response:
    """看活动."""
    who = await reading_as_somebody(request)
    found = await activity(number_in_path(request, "id"), viewer=who.viewer)
    return answer(_one(found))


def _one(found: Called) -> ActivityAnswer:
    own = _own(found.own) if found.own else None
    post = {"post_id": found.post.id, "title": found.post.title, "text": found.post.text}
    return told(ActivityAnswer, found, state=found.state.value, own=own, **post)


def _own(own: OwnPlace) -> OwnPlaceAnswer:
    return OwnPlaceAnswer(state=own.state.value, ahead=own.ahead, is_present=own.is_present)


async def call(request: web.Request) -> web.Response:
    """发活动."""
    who = await acting_as_somebody(request)
    body = await given(request, CallBody)
    new = NewActivity(**body.model_dump())
    return published(await calling.call(new, by=who.viewer, place_id=who.place_id))


async def sign_up(request: web.Request) -> web.Response:
    """报名."""
    who = await acting_as_somebody(request)
    return answer(_own(await signing_up.sign_up(number_in_path(request, "id"), by=who.viewer)))


async def cancel(request: web.Request) -> web.Response:
    """取消报名."""
    who = await acting_as_somebody(request)
    await signing_up.cancel(number_in_path(request, "id"), by=who.viewer)
    return answer(ActivityDoneAnswer(done=True))


async def set_places(request: web.Request) -> web.Response:
    """改名额."""
    who = await acting_as_somebody(request)
    body = await given(request, PlacesBody)
    await calling.set_places(number_in_path(request, "id"), by=who.viewer, places=body.places)
    return answer(ActivityDoneAnswer(done=True))


async def call_off(request: web.Request) -> web.Response:
    """取消活动."""
    who = await acting_as_somebody(request)
    body = await given(request, CallOffBody)
    await calling.call_off(number_in_path(request, "id"), by=who.viewer, reason=body.reason)
    return answer(ActivityDoneAnswer(done=True))


async def show_code(request: web.Request) -> web.Response:
    """出示签到码."""
    who = await acting_as_somebody(request)
    body = await given(request, ShowCodeBody)
    code = await attending.show_code(number_in_path(request, "id"), by=who.viewer, is_new=body.is_new)
    return answer(CodeAnswer(code=code))


async def check_in(request: web.Request) -> web.Response:
    """现场签到."""
    who = await acting_as_somebody(request)
    body = await given(request, CheckInBody)
    came = await attending.check_in(number_in_path(request, "id"), by=who.viewer, code=body.code)
    return answer(told(AttendedAnswer, came))


async def show_sign_ups(request: web.Request) -> web.Response:
    """报名名单."""
    who = await reading_as_somebody(request)
    lines = await attending.sign_ups(number_in_path(request, "id"), viewer=who.viewer)
    return answer(SignUpsAnswer(sign_ups=[_sign_up(one) for one in lines]))


def _sign_up(line: SignUpLine) -> SignUpAnswer:
    return told(SignUpAnswer, line, state=line.state.value, who=author_of(line.who))


async def mark(request: web.Request) -> web.Response:
    """补签、改时长."""
    who = await acting_as_somebody(request)
    body = await given(request, MarkBody)
    post_id, line = number_in_path(request, "id"), number_in_path(request, "line")
    await attending.mark(post_id, line, by=who.viewer, **body.model_dump())
    return answer(ActivityDoneAnswer(done=True))


async def show_hours(request: web.Request) -> web.Response:
    """我的志愿时长."""
    who = await reading_as_somebody(request)
    since, until = day_in_query(request, "since"), day_in_query(request, "until")
    own = await hours.mine(viewer=who.viewer, place_id=neighbours_in(who), since=since, until=until)
    return answer(HoursAnswer(minutes=own.minutes, shifts=[told(ShiftAnswer, one) for one in own.shifts]))


async def certify_hours(request: web.Request) -> web.Response:
    """志愿时长证明."""
    who, body = await acting(request), await given(request, CertifyHoursBody)
    person_id, days = number_in_path(request, "id"), {"since": body.since, "until": body.until}
    found = await hours.certify(person_id, by=who.viewer, place_id=who.place_id, **days)
    return answer(told(CertifiedHoursAnswer, found, shifts=[told(ShiftAnswer, one) for one in found.shifts]))


_ONE = id_of("post")
_LINE = Parameter("line", "path", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "the sign-up's id")
_DAYS = tuple(
    Parameter(name, "query", {"type": "string", "format": "date"}, about)
    for name, about in (("since", "from this day on"), ("until", "up to this day"))
)
ROUTES = (
    web.get("/api/v1/activities", show),
    web.post("/api/v1/activities", call),
    web.get("/api/v1/activities/{id}", show_one),
    web.post("/api/v1/activities/{id}/sign_up", sign_up),
    web.post("/api/v1/activities/{id}/cancel", cancel),
    web.post("/api/v1/activities/{id}/set_places", set_places),
    web.post("/api/v1/activities/{id}/call_off", call_off),
    web.post("/api/v1/activities/{id}/show_code", show_code),
    web.post("/api/v1/activities/{id}/check_in", check_in),
    web.get("/api/v1/activities/{id}/sign_ups", show_sign_ups),
    web.post("/api/v1/activities/{id}/sign_ups/{line}", mark),
    web.get("/api/v1/hours", show_hours),
    web.post("/api/v1/people/{id}/hours", certify_hours),
)


def _act(
    name: str, verb: str, about: str, *, gives: type[Body] = ActivityDoneAnswer, takes: type[Body] | None = None
) -> Operation:
    """An operation that changes something of an activity."""
    path = f"/api/v1/activities/{{id}}/{verb}"
    more = (429,) if verb == "check_in" else ()
    return Operation(name, "POST", path, about, gives, body=takes, parameters=(_ONE, TOKEN), refusals=(*REFUSED, *more))


_READS = (403, 404, 422)
OPERATIONS = (
    Operation(
        "listActivities",
        "GET",
        "/api/v1/activities",
        "What is to come, and what was",
        ActivitiesAnswer,
        refusals=(403,),
    ),
    Operation(
        "callActivity",
        "POST",
        "/api/v1/activities",
        "Call people to something, by who may",
        PublishedAnswer,
        body=CallBody,
        parameters=(TOKEN,),
        refusals=(*REFUSED, 429),
    ),
    Operation(
        "readActivity",
        "GET",
        "/api/v1/activities/{id}",
        "An activity, with the caller's own place",
        ActivityAnswer,
        parameters=(_ONE,),
        refusals=_READS,
    ),
    _act("signUp", "sign_up", "Take a place, or one in line where none is left", gives=OwnPlaceAnswer),
    _act("cancelSignUp", "cancel", "Give the place back; who waits longest has it at once"),
    _act("setPlaces", "set_places", "More or fewer places, never fewer than are taken", takes=PlacesBody),
    _act("callOffActivity", "call_off", "It does not take place; who signed up is told", takes=CallOffBody),
    _act("showCode", "show_code", "The digits to sign in with", gives=CodeAnswer, takes=ShowCodeBody),
    _act("checkIn", "check_in", "Sign in where it takes place", gives=AttendedAnswer, takes=CheckInBody),
    Operation(
        "listSignUps",
        "GET",
        "/api/v1/activities/{id}/sign_ups",
        "Who has a place and who waits, for who runs it",
        SignUpsAnswer,
        parameters=(_ONE,),
        refusals=_READS,
    ),
    Operation(
        "markSignUp",
        "POST",
        "/api/v1/activities/{id}/sign_ups/{line}",
        "Say that somebody was there, and for how long",
        ActivityDoneAnswer,
        body=MarkBody,
        parameters=(_ONE, _LINE, TOKEN),
        refusals=REFUSED,
    ),
    Operation(
        "readOwnHours",
        "GET",
        "/api/v1/hours",
        "The caller's hours as a volunteer",
        HoursAnswer,
        parameters=_DAYS,
        refusals=(403, 422),
    ),
    acts(
        "certifyHours",
        "people/{id}/hours",
        "Hours of somebody of the neighbourhood, to be stamped for them; it stands in the log",
        gives=CertifiedHoursAnswer,
        takes=CertifyHoursBody,
        parameters=(id_of("person"),),
        needs_staff=True,
    ),
)
