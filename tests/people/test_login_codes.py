"""Ways in for those who live here: once, for a while, for one of many, and nothing for who took or guessed a code."""

from __future__ import annotations

import asyncio

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from models.audit import AuditLine
from models.clock import now
from models.contact import Contact
from models.errors import Invalid, NotAllowed, NotFound, TooMany, WrongState
from models.household import Residence, ResidenceState
from models.login import CodeKind, LoginCode
from models.message import Outbox
from models.person import Role, RoleName, WebSession
from people import contacts, disowning, ending, entering, login, login_codes, residents, sessions, staff
from people.entering import Browser, Entered
from people.permissions import may
from people.viewers import SYSTEM, guest, viewer_of
from people.visitors import address_of
from tests.conftest import StillClock
from tests.people import town
from tests.people.neighbours import Neighbour, neighbour
from tests.people.town import Town

HERE = Browser("安卓手机上的微信", "192.0.2.1")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No tries counted from other tests."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
async def place(db: TortoiseContext, clock: StillClock) -> Town:
    return await town.found()


@pytest.fixture
async def wang(place: Town) -> Neighbour:
    """王阿姨, who lives here and is known in a chat."""
    return await neighbour(place.here)


async def by_link(who: Neighbour, browser: Browser = HERE) -> Entered:
    way = await login_codes.make_code(by=await who.viewer())
    return await entering.enter_by_link(way.link, browser=browser)


async def test_the_link_and_the_code_of_one_letter_let_in_once_between_them(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_code(way.digits, browser=HERE)
    session = await login.find_session(entered.token)
    assert session is not None
    assert (session.person_id, session.via) == (wang.person_id, "relay")
    with pytest.raises(Invalid, match="link_gone"):
        await entering.enter_by_link(way.link, browser=HERE)


async def test_looking_at_a_link_does_not_use_it_up(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    for _ in range(3):
        assert (await login_codes.whose_link(way.link)).person_id == wang.person_id
    assert await entering.enter_by_link(way.link, browser=HERE)


async def test_a_link_has_192_random_bits_and_nothing_of_it_is_in_the_database(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    row = (await LoginCode.all().values())[0]
    assert len(way.link) == 32
    assert (len(way.digits), way.digits in str(row), way.link in str(row)) == (8, False, False)


async def test_of_a_hundred_at_once_one_comes_in(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    tried = (entering.enter_by_link(way.link, browser=HERE) for _ in range(100))
    came = [one for one in await asyncio.gather(*tried, return_exceptions=True) if not isinstance(one, Exception)]
    assert len(came) == 1
    assert await WebSession.filter(person_id=wang.person_id).count() == 1


async def test_after_ten_minutes_and_after_a_new_one_a_code_gains_nothing(wang: Neighbour, clock: StillClock) -> None:
    first = await login_codes.make_code(by=await wang.viewer())
    second = await login_codes.make_code(by=await wang.viewer())
    clock.forward(minutes=10)
    for digits in (first.digits, second.digits, "00000000", ""):
        with pytest.raises(Invalid) as refused:
            await entering.enter_by_code(digits, browser=HERE)
        assert refused.value.key == "login.code_wrong"


async def test_from_one_address_ten_numbers_may_be_tried_and_then_not_the_right_one(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    for number in range(10):
        with pytest.raises(Invalid):
            await entering.enter_by_code(f"{number:08}", browser=HERE)
    with pytest.raises(TooMany):
        await entering.enter_by_code(way.digits, browser=HERE)
    assert await LoginCode.all().count() == 1


async def test_one_household_of_ipv6_is_one_address(wang: Neighbour) -> None:
    for number in range(10):
        await login_codes.must_try(f"{number:010}", address=f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooMany):
        await login_codes.must_try("9999999999", address="2001:db8:1:2:ffff::1")


async def test_sixty_addresses_that_try_all_they_may_lock_nobody_out(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    for number in range(600):
        await login_codes.must_try(f"{number:08}", address=f"2001:db8:{number // 10:x}::1")
    assert await entering.enter_by_code(way.digits, browser=HERE)


async def test_printed_codes_have_a_limit_of_their_own_for_all(
    wang: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(login_codes.ALL_TRIES, CodeKind.PRINTED, "20/hour")
    for number in range(20):
        await login_codes.must_try(f"{number:010}", address=f"192.0.2.{number}")
    with pytest.raises(TooMany):
        await login_codes.must_try("9999999999", address="198.51.100.1")
    way = await login_codes.make_code(by=await wang.viewer())
    assert await entering.enter_by_code(way.digits, browser=HERE)


async def test_one_number_may_be_tried_five_times_from_anywhere(wang: Neighbour) -> None:
    for number in range(5):
        with pytest.raises(Invalid):
            await entering.enter_by_code("123456", browser=Browser("", f"192.0.2.{number}"))
    with pytest.raises(TooMany):
        await entering.enter_by_code("123456", browser=Browser("", "192.0.2.9"))


async def test_one_person_gets_five_codes_in_a_quarter_of_an_hour(wang: Neighbour) -> None:
    for _ in range(5):
        await login_codes.make_code(by=await wang.viewer())
    with pytest.raises(TooMany):
        await login_codes.make_code(by=await wang.viewer())


@pytest.mark.parametrize("role", [RoleName.WORKER, RoleName.ADMIN, RoleName.POLICE, RoleName.SUBDISTRICT_OBSERVER])
async def test_whoever_works_here_comes_in_by_password_only(place: Town, wang: Neighbour, role: RoleName) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    await Role.create(created_at=now(), person_id=wang.person_id, place_id=place.here, name=role)
    with pytest.raises(NotAllowed):
        await login_codes.make_code(by=await wang.viewer())
    with pytest.raises(Invalid):
        await entering.enter_by_link(way.link, browser=HERE)
    with pytest.raises(NotAllowed):
        await login_codes.print_code(wang.person_id, by=town.staff(RoleName.ADMIN, place.here))


async def test_who_moved_out_meanwhile_comes_in_to_what_is_kept_and_to_nothing_else(wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    await Role.filter(person_id=wang.person_id).delete()
    entered = await entering.enter_by_link(way.link, browser=HERE)
    may_do = {verb: may(entered.viewer, verb, None) for verb in ("privacy.read", "privacy.delete", "household.read")}
    assert may_do == {"privacy.read": True, "privacy.delete": True, "household.read": False}


async def test_a_guest_gets_no_code_and_a_telephone_number_is_nobody(place: Town, wang: Neighbour) -> None:
    with pytest.raises(NotAllowed):
        await login_codes.make_code(by=guest(place.here, contact_id=wang.contact_id))


async def test_a_printed_code_is_good_for_a_week_and_makes_a_resident_of_who_lives_here(
    place: Town, wang: Neighbour, clock: StillClock
) -> None:
    await Role.filter(person_id=wang.person_id).delete()
    slip = await login_codes.print_code(wang.person_id, by=town.staff(RoleName.WORKER, place.here))
    clock.forward(days=6, hours=23)
    entered = await entering.enter_by_code(slip.digits, browser=HERE)
    assert len(slip.digits) == 10
    assert entered.viewer.holds(RoleName.RESIDENT, place.here)
    with pytest.raises(Invalid):
        await entering.enter_by_code(slip.digits, browser=HERE)


async def test_a_printed_code_is_past_after_a_week_or_when_a_new_one_is_printed(
    place: Town, wang: Neighbour, clock: StillClock
) -> None:
    worker = town.staff(RoleName.WORKER, place.here)
    first = await login_codes.print_code(wang.person_id, by=worker)
    second = await login_codes.print_code(wang.person_id, by=worker)
    with pytest.raises(Invalid):
        await entering.enter_by_code(first.digits, browser=HERE)
    clock.forward(days=7)
    with pytest.raises(Invalid):
        await entering.enter_by_code(second.digits, browser=HERE)


async def test_the_desk_prints_for_its_own_who_live_somewhere_and_they_are_told(place: Town, wang: Neighbour) -> None:
    with pytest.raises(NotFound):
        await login_codes.print_code(wang.person_id, by=town.staff(RoleName.WORKER, place.there))
    with pytest.raises(NotFound):
        await login_codes.print_code(wang.person_id, by=town.staff(RoleName.PROPERTY, place.here))
    await login_codes.print_code(wang.person_id, by=town.staff(RoleName.WORKER, place.here))
    assert await Outbox.filter(kind="login.print_code", address="wang").count() == 1
    assert await AuditLine.filter(verb="login.print_code").count() == 1
    await Residence.all().update(state=ResidenceState.MOVED_OUT)
    with pytest.raises(WrongState):
        await login_codes.print_code(wang.person_id, by=town.staff(RoleName.WORKER, place.here))


async def chat_of(entered: Entered) -> Contact:
    """The chat that goes with a session."""
    session = await login.find_session(entered.token)
    assert session is not None
    return await Contact.get(channel="web", address=session.chat_address)


async def test_a_session_has_a_chat_of_its_own_which_ends_with_it(wang: Neighbour) -> None:
    chat = await chat_of(await by_link(wang))
    assert chat.person_id == wang.person_id
    await login.revoke_all(wang.person_id)
    after = await Contact.get(id=chat.id)
    assert (after.closed_at is not None, after.address == chat.address) == (True, False)


async def test_of_many_who_sign_in_at_once_each_has_their_own_chat(place: Town, wang: Neighbour) -> None:
    li = await neighbour(place.here, "李国强", address="li")
    entered = await asyncio.gather(*(by_link(who) for who in (wang, li)))
    assert [(await chat_of(one)).person_id for one in entered] == [wang.person_id, li.person_id]


async def test_a_cookie_noted_before_speaks_for_nobody(place: Town, wang: Neighbour) -> None:
    where = await residents.at(channel="web", address=address_of("g" * 43) or "", place_id=place.here)
    await Contact.filter(id=where.contact_id).update(person_id=wang.person_id)
    bound = await residents.at(channel="web", address=where.address, place_id=place.here)
    assert (await residents.viewer_at(bound)).person_id is None
    await entering.begin_resident(wang.person_id, contact_id=where.contact_id)
    again = await residents.at(channel="web", address=where.address, place_id=place.here)
    assert (again.contact_id == where.contact_id, again.person_id) == (False, None)


async def test_a_chat_that_is_not_theirs_is_not_carried_over(place: Town, wang: Neighbour) -> None:
    li = await neighbour(place.here, "李国强", address="li")
    for person_id in (None, li.person_id):
        where = await residents.at(channel="web", address=f"b{person_id}", place_id=place.here)
        await Contact.filter(id=where.contact_id).update(person_id=person_id)
        with pytest.raises(NotFound):
            await entering.begin_resident(wang.person_id, contact_id=where.contact_id)
    assert await WebSession.all().count() == 0


async def test_the_other_chats_are_told_and_one_word_ends_it(wang: Neighbour) -> None:
    entered = await by_link(wang)
    assert await Outbox.filter(kind="login", address="wang").count() == 1
    assert await disowning.disown(by=await wang.viewer()) == disowning.Disowned(1, 0)
    assert await login.find_session(entered.token) is None
    assert await disowning.disown(by=await wang.viewer()) == disowning.Disowned(0, 0)


async def test_a_session_of_the_day_before_yesterday_is_not_disowned(wang: Neighbour, clock: StillClock) -> None:
    entered = await by_link(wang)
    clock.forward(hours=25)
    assert not (await disowning.disown(by=await wang.viewer())).any
    assert await login.find_session(entered.token) is not None


async def test_a_session_in_use_lasts_on_and_one_that_is_not_ends_with_its_chat(
    wang: Neighbour, clock: StillClock
) -> None:
    entered = await by_link(wang)
    session = await login.find_session(entered.token)
    assert session is not None
    clock.forward(days=179)
    await sessions.look(session.id, slides_to=entering.RESIDENT_SESSION_LENGTH)
    clock.forward(days=179)
    assert await ending.end_expired() == 0
    assert await login.find_session(entered.token) is not None
    clock.forward(days=2)
    assert await ending.end_expired() == 1
    assert await Contact.filter(channel="web", person_id=wang.person_id, closed_at=None).count() == 0


async def test_the_list_says_where_how_and_when(wang: Neighbour) -> None:
    await by_link(wang)
    viewer = await viewer_of(wang.person_id)
    assert viewer is not None
    (line,) = await sessions.sessions(viewer=viewer)
    assert (line.device, line.via) == ("安卓手机上的微信", "relay")


async def test_a_stolen_code_does_not_throw_out_the_chat_that_tells_of_it(wang: Neighbour, clock: StillClock) -> None:
    viewer, entered = await wang.viewer(), await by_link(wang)
    session = await login.find_session(entered.token)
    assert session is not None
    with pytest.raises(WrongState):
        await contacts.unbind(wang.contact_id, by=entered.viewer, session_id=session.id)
    with pytest.raises(WrongState):
        await contacts.unbind(wang.contact_id, by=entered.viewer)
    assert (await disowning.disown(by=viewer)).sessions == 1
    second = await login.find_session((await by_link(wang)).token)
    assert second is not None
    clock.forward(hours=25)
    await contacts.unbind(wang.contact_id, by=entered.viewer, session_id=second.id)
    assert (await Contact.get(id=wang.contact_id)).closed_at is not None


async def test_a_session_lets_go_of_what_was_connected_after_it_began(
    place: Town, wang: Neighbour, clock: StillClock
) -> None:
    entered = await by_link(wang)
    session = await login.find_session(entered.token)
    assert session is not None
    clock.forward(minutes=5)
    new = await residents.at(channel="relay", address="new", place_id=place.here)
    code = await contacts.make_code(by=entered.viewer)
    await contacts.bind(code.digits, by=guest(place.here, contact_id=new.contact_id), contact_id=new.contact_id)
    await contacts.unbind(new.contact_id, by=entered.viewer, session_id=session.id)
    assert (await residents.at(channel="relay", address="new", place_id=place.here)).person_id is None


async def test_who_begins_to_work_here_keeps_no_way_in_of_a_resident(place: Town, wang: Neighbour) -> None:
    entered, spare = await by_link(wang), await contacts.make_code(by=await wang.viewer())
    chat = await chat_of(entered)
    await staff.grant(wang.person_id, by=SYSTEM, role=RoleName.WORKER, place_id=place.here)
    assert await login.find_session(entered.token) is None
    assert (await Contact.get(id=chat.id)).closed_at is not None
    assert [line.channel for line in await contacts.contacts(viewer=await wang.viewer())] == ["relay"]
    evil = await residents.at(channel="relay", address="evil", place_id=place.here)
    bound = await contacts.bind(spare.digits, by=guest(place.here), contact_id=evil.contact_id)
    assert (bound, (await Contact.get(id=evil.contact_id)).person_id) == (None, None)


async def test_nobody_who_works_here_is_known_by_a_browsers_chat(place: Town, wang: Neighbour) -> None:
    at = await residents.at(channel="web", address="b" * 40, place_id=place.here)
    await Contact.filter(id=at.contact_id).update(person_id=wang.person_id)
    await Role.create(created_at=now(), person_id=wang.person_id, place_id=place.here, name=RoleName.WORKER)
    await login.new_session(person_id=wang.person_id, data={}, contact_id=at.contact_id)
    at = await residents.at(channel="web", address="b" * 40, place_id=place.here)
    assert (await residents.viewer_at(at)).person_id is None


async def test_another_role_of_a_neighbour_ends_nothing(place: Town, wang: Neighbour) -> None:
    entered = await by_link(wang)
    await staff.grant(wang.person_id, by=SYSTEM, role=RoleName.VOLUNTEER, place_id=place.here)
    assert await login.find_session(entered.token) is not None
