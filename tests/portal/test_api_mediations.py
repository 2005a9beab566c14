"""Mediation and rooms in the API: what each side does for itself, what the desk does, and what a room settles."""

from __future__ import annotations

import pytest

from casework.cases import reporting
from casework.cases.reporting import Facts
from models.case import CaseSource
from models.person import RoleName
from models.team import Team as CaseTeam
from models.transaction import fetch
from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client
from tests.portal.test_mediation_pages import OTHERS, SECRET, lives
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
DAY = "2026-03-20"


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    await take_in_catalogue()
    return await hire(client)


@pytest.fixture
async def api(client: Client) -> Api:
    return Api(client)


async def mediator(team: Team) -> Colleague:
    return await person(team.chen.client, "孙老师", role=RoleName.MEDIATOR, place_id=team.chen.viewer.place_id or 0)


async def agreed(api: Api, team: Team, *, wang: Colleague, li: Colleague, sun: Colleague) -> int:
    """Both want it, and 孙 leads it."""
    asked = {"where": "3号楼402", "other": "李叔", "matter": "夜里太响", "private": SECRET}
    one = int((await api.call("applyForMediation", wang, body=asked))["id"])
    await api.call("consentToMediation", li, id=one, body={})
    assert await api.call("chooseMediator", team.chen, id=one, body={"mediator": 10**6}) == 422
    await api.call("chooseMediator", team.chen, id=one, body={"mediator": sun.viewer.person_id})
    return one


async def talked(api: Api, one: int, *, team: Team, sun: Colleague, clock: StillClock) -> None:
    """A talk to which one side came, and what came of it."""
    at = {"way": "meet", "at": "2026-03-02T02:00:00Z", "where": "调解室"}
    assert await api.call("arrangeTalk", team.chen, id=one, body=at) == 403
    await api.call("arrangeTalk", sun, id=one, body=at)
    [talk] = (await api.call("readMediation", sun, id=one))["talks"]
    clock.forward(hours=2)
    await api.call("arriveAtTalk", team.chen, id=talk["id"], body={"party": "other"})
    found = {"result": "closer", "next_step": "draft", "minutes": "先量一次", "other": OTHERS}
    await api.call("recordTalk", sun, id=talk["id"], body=found)
    assert await api.call("recordTalk", sun, id=talk["id"], body=found) == 409


async def confirmed(api: Api, one: int, *, sun: Colleague, wang: Colleague, li: Colleague) -> None:
    """A draft that one side does not want, and another that both confirm."""
    await api.call("draftAgreement", sun, id=one, body={"text": "八点后不施工", "follow_up_on": DAY})
    await api.call("objectToAgreement", wang, id=one, body={"text": "七点"})
    await api.call("draftAgreement", sun, id=one, body={"text": "七点后不施工", "follow_up_on": DAY})
    for side in (wang, li):
        assert await api.call("confirmAgreement", side, id=one, body={"agreement": 1}) == 409
        await api.call("confirmAgreement", side, id=one, body={"agreement": 2})


async def test_from_asking_for_it_to_what_was_kept(api: Api, team: Team, clock: StillClock) -> None:
    wang, li, sun = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402"), await mediator(team)
    one = await agreed(api, team, wang=wang, li=li, sun=sun)
    await api.call("tellMediator", li, id=one, body={"text": OTHERS})
    await talked(api, one, team=team, sun=sun, clock=clock)
    await confirmed(api, one, sun=sun, wang=wang, li=li)
    await api.call("sayKept", wang, id=one)
    await api.call("sayBroken", li, id=one, body={"text": OTHERS})
    own = await api.call("readOwnMediation", wang, id=one)
    assert (own["kept_word"], own["other_kept_word"], own["talks"][0]["minutes"]) == ("kept", "broken", "先量一次")
    assert OTHERS not in str(own)
    shown = await api.call("readMediation", team.chen, id=one)
    assert (OTHERS in str(shown), [side["kept"] for side in shown["sides"]]) == (False, ["kept", "broken"])
    assert await api.call("keepAgreement", sun, id=one, body={}) == 409
    heard = {"party": "other", "way": "phone", "is_kept": True}
    assert await api.call("recordFollowUp", team.chen, id=one, body=heard) == 409
    await api.call("recordFollowUp", team.chen, id=one, body={**heard, "way": "paper"})
    await api.call("noteTrip", team.chen, id=one, body={"party": "other"})
    await api.call("putOffFollowUp", sun, id=one, body={"follow_up_on": "2026-04-20"})
    await api.call("keepAgreement", sun, id=one, body={})
    listed = {name: await api.call("listMediations", team.chen, list=name) for name in ("open", "ended")}
    assert ([*listed["open"]["mediations"]], listed["ended"]["mediations"][0]["state"]) == ([], "kept")
    assert await api.call("listMediations", team.chen, list="x") == 422
    assert await api.call("listMediations", team.outsider, list="ended") == {"mediations": []}
    assert await api.call("readMediation", team.outsider, id=one) == 404


async def test_what_ends_otherwise(api: Api, team: Team) -> None:
    wang, li, sun = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402"), await mediator(team)
    asked = {"other": "装修队", "phone": "13900001111", "matter": "划坏电梯"}
    one = (await api.call("applyForMediation", wang, body=asked))["id"]
    assert await api.call("applyForMediation", team.chen, body=asked) == 403
    assert await api.call("applyForMediation", wang, body={**asked, "matter": " "}) == 422
    assert await api.call("withdrawMediation", li, id=one) == 404
    await api.call("withdrawMediation", wang, id=one)
    given = {
        "name": "王阿姨",
        "own_where": "3号楼501",
        "came": True,
        "where": "3号楼402",
        "other": "李叔",
        "matter": "响",
    }
    two = (await api.call("takeDownMediation", team.chen, body=given))["id"]
    await api.call("recordConsent", team.chen, id=two, body={"party": "applicant", "way": "in_person", "agrees": True})
    await api.call("refuseMediation", li, id=two)
    three = await agreed_with(api, team, wang=wang, sun=sun)
    await api.call("failMediation", sun, id=three, body={"reason": "no_terms"})
    assert await api.call("stopMediation", wang, id=three) == 409
    assert await api.call("breachAgreement", sun, id=three, body={}) == 409


async def agreed_with(api: Api, team: Team, *, wang: Colleague, sun: Colleague) -> int:
    """Somebody outside said yes by telephone."""
    asked = {"other": "外面的老赵", "phone": "13900002222", "matter": "占了车位"}
    one = int((await api.call("applyForMediation", wang, body=asked))["id"])
    await api.call("recordConsent", team.chen, id=one, body={"party": "other", "way": "phone", "agrees": True})
    await api.call("chooseMediator", team.chen, id=one, body={"mediator": sun.viewer.person_id})
    return one


async def test_a_room_from_the_call_to_the_minutes(api: Api, team: Team) -> None:
    chen, place_id = team.chen, team.chen.viewer.place_id or 0
    await team.gao.send("/cases/teams", name="维修组", key="repairs", unit="property", takes="building")
    unit = (await CaseTeam.get(place_id=place_id, key="repairs")).id
    called = {"at": "2026-03-03T02:00:00Z", "where": "会议室", "purpose": "几户都说有声音", "teams": [unit]}
    assert await api.call("callRoom", chen, body=called) == 422
    names = {"police": "张警官", "mediator": "顾老师", "lawyer": "周律师"}
    room = (await api.call("callRoom", chen, body={**called, "names": names}))["id"]
    assert await api.call("callRoom", chen, body={**called, "names": names}) == 409
    assert (await api.call("listRooms", chen))["rooms"][0]["unfilled"] == ["居委会"]
    await api.call("fillSeat", chen, id=room, body={"key": "committee", "person": team.gao.viewer.person_id})
    shown = await api.call("readRoom", chen, id=room)
    assert (shown["missing"], shown["line"]["case_id"]) == ([], None)
    for seat in shown["seats"]:
        await api.call("arriveInRoom", chen, id=room, body={"seat": seat["id"]})
    await api.call("concludeInRoom", chen, id=room, body={"text": "上门量一次", "seat": f"team-{unit}"})
    await api.call("closeRoom", chen, id=room, body={"minutes": "说过了"})
    own = {one["key"]: one["id"] for one in shown["seats"]}
    assert await api.call("confirmMinutes", chen, id=room, body={"seat": own["committee"]}) == 403
    await api.call("confirmMinutes", team.gao, id=room, body={"seat": own["committee"]})
    await api.call("confirmMinutes", chen, id=room, body={"seat": own["police"], "way": "paper"})
    [conclusion] = (await api.call("readRoom", chen, id=room))["conclusions"]
    which = {"conclusion": conclusion["id"], "kind": "stair_light"}
    assert (await api.call("carryOutConclusion", chen, id=room, body=which))["number"]
    assert await api.call("carryOutConclusion", chen, id=room, body=which) == 409
    assert await api.call("cancelRoom", chen, id=room, body={}) == 409
    assert await api.call("readRoom", team.outsider, id=room) == 404


async def test_a_mediation_of_a_case_is_made_read_and_its_other_side_pointed_out(api: Api, team: Team) -> None:
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    facts = Facts("stair_light", "楼上夜里太响")
    case = (await reporting.report(facts, by=wang.viewer, source=CaseSource.WEB)).id
    asked = {"other": "楼上的", "matter": "夜里太响"}
    for refused, by in ((403, wang), (404, team.outsider), (422, team.chen)):
        body = asked if refused != 422 else {**asked, "matter": " "}
        assert await api.call("mediateCase", by, id=case, body=body) == refused
    one = (await api.call("mediateCase", team.chen, id=case, body=asked))["id"]
    [line] = (await api.call("listMediationsOfCase", team.chen, id=case))["mediations"]
    assert (line["id"], line["case_id"], line["applicant"]) == (one, case, "王阿姨")
    assert await api.call("listMediationsOfCase", team.outsider, id=case) == 404
    assert await api.call("pointOutOtherSide", team.chen, id=one, body={"phone": " "}) == 422
    assert await api.call("pointOutOtherSide", team.outsider, id=one, body={"phone": "13900003333"}) == 404
    await api.call("pointOutOtherSide", team.chen, id=one, body={"person": li.viewer.person_id})
    await api.call("consentToMediation", wang, id=one, body={})
    await api.call("consentToMediation", li, id=one, body={})
    assert await api.call("pointOutOtherSide", team.chen, id=one, body={"phone": "13900003333"}) == 409


async def test_private_words_and_a_signature_are_the_mediators_alone(api: Api, team: Team, clock: StillClock) -> None:
    wang, li, sun = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402"), await mediator(team)
    one = await agreed(api, team, wang=wang, li=li, sun=sun)
    for call in ("keepPrivateNote", "speakToSide"):
        words = {"party": "other", "text": f"{OTHERS}{call}"}
        for by in (team.chen, team.gao, team.outsider, wang):
            assert await api.call(call, by, id=one, body=words) == 403
        await api.call(call, sun, id=one, body=words)
        assert await api.call(call, sun, id=one, body={**words, "text": " "}) == 422
    found = (await api.call("listPrivateWords", sun, id=one))["notes"]
    assert [(note["party"], note["kind"]) for note in found] == [
        *(("applicant", "told"), ("other", "kept"), ("other", "said"))
    ]
    assert [await api.call("listPrivateWords", by, id=one) for by in (team.chen, team.gao)] == [{"notes": []}] * 2
    own = {side: str(await api.call("readOwnMediation", who, id=one)) for side, who in (("w", wang), ("l", li))}
    assert [OTHERS in own["w"], "speakToSide" in own["l"], "keepPrivateNote" in own["l"]] == [False, True, False]
    await api.call("draftAgreement", sun, id=one, body={"text": "八点后不施工", "follow_up_on": DAY})
    paper = {"party": "other", "agreement": 1, "paper": "卷宗第三页"}
    assert [await api.call("signOnPaper", by, id=one, body=paper) for by in (team.gao, li)] == [403, 403]
    assert await api.call("signOnPaper", sun, id=one, body={**paper, "agreement": 2}) == 409
    await api.call("signOnPaper", sun, id=one, body=paper)
    shown = await api.call("readMediation", team.chen, id=one)
    assert [side["confirm_way"] for side in shown["sides"]] == ["", "paper"]


async def test_of_a_talk_to_which_nobody_came_both_hear_that_it_is_off(api: Api, team: Team, clock: StillClock) -> None:
    wang, li, sun = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402"), await mediator(team)
    one = await agreed(api, team, wang=wang, li=li, sun=sun)
    at = {"way": "meet", "at": "2026-03-02T02:00:00Z", "where": "调解室"}
    await api.call("arrangeTalk", sun, id=one, body=at)
    [talk] = (await api.call("readMediation", sun, id=one))["talks"]
    for refused, by in ((403, team.chen), (404, team.outsider), (403, wang)):
        assert await api.call("cancelTalk", by, id=talk["id"]) == refused
    await api.call("cancelTalk", sun, id=talk["id"])
    assert await api.call("cancelTalk", sun, id=talk["id"]) == 409
    [talk] = (await api.call("readOwnMediation", li, id=one))["talks"]
    assert talk["is_cancelled"]


async def looks() -> list[tuple[object, ...]]:
    """What the audit log holds of looks at numbers and private words, the oldest first."""
    rows = await fetch(
        "SELECT verb, actor_id, subject, subject_id, place_id, detail FROM audit_line"
        " WHERE verb IN ('mediation.reveal', 'mediation.unseal') ORDER BY number"
    )
    return [tuple(row.values()) for row in rows]


async def test_every_look_leaves_by_json_what_it_leaves_on_the_page(api: Api, team: Team) -> None:
    wang, sun = await lives(team, "王阿姨", "501"), await mediator(team)
    one = await agreed_with(api, team, wang=wang, sun=sun)
    await api.call("tellMediator", wang, id=one, body={"text": SECRET})
    await team.chen.send(f"/mediations/{one}/reveal", party="other")
    await team.gao.send(f"/mediations/{one}/unseal")
    by_page = await looks()
    assert await api.call("revealNumber", team.chen, id=one, body={"party": "other"}) == {"phone": "13900002222"}
    opened = await api.call("unsealPrivateWords", team.gao, id=one)
    assert [(note["party"], note["text"]) for note in opened["notes"]] == [("applicant", SECRET)]
    assert (len(by_page), await looks()) == (2, by_page * 2)
    for refused, by in ((403, team.chen), (403, sun), (404, team.outsider), (403, wang)):
        assert await api.call("unsealPrivateWords", by, id=one) == refused
    for refused, by, party in ((404, team.chen, "applicant"), (404, team.outsider, "other"), (422, team.chen, "x")):
        assert await api.call("revealNumber", by, id=one, body={"party": party}) == refused
    assert len(await looks()) == 4, "a refusal shows nothing"
