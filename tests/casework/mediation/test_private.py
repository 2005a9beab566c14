"""No side reads the other side's private words, and no staff but the mediator and who leads: asked of every door."""

from __future__ import annotations

import asyncio
import datetime as dt
import json

import pytest

from casework import retention, timelines
from casework.mediation import agreements, applying, consents, ending, own, private, showing
from casework.mediation.applying import Asked
from casework.privacy import copies, leaving
from casework.privacy.kept import kept
from models import clock
from models.audit import AuditLine
from models.errors import NotAllowed, NotFound, WrongState
from models.mediation import Mediation, MediationNote
from models.notice import StaffNotice
from models.person import Role, RoleName
from models.sealed import unseal
from models.transaction import fetch
from people.viewers import SYSTEM, viewer_of
from tests.casework.conftest import told
from tests.casework.mediation.conftest import MATTER, OTHERS_SECRET, SECRET, Quarrel

MEDIATORS = "调解员记的：王急着用钱"
SAID = "调解员对李说：能不能先付一半"


async def spoken(quarrel: Quarrel) -> Mediation:
    """Every kind of private word of both sides."""
    made = await quarrel.talking()
    await private.tell(made.id, by=quarrel.li, text=OTHERS_SECRET)
    await private.note(made.id, by=quarrel.sun, party="applicant", text=MEDIATORS)
    await private.speak(made.id, by=quarrel.sun, party="other", text=SAID)
    return made


def has(found: object, *words: str) -> set[str]:
    """Which of the words stand anywhere in what was found."""
    return {word for word in words if word in str(found)}


ALL = (SECRET, OTHERS_SECRET, MEDIATORS, SAID)


async def test_each_side_reads_its_own_and_the_mediator_everything(quarrel: Quarrel) -> None:
    made = await spoken(quarrel)
    seen = {who: await own.own_mediation(made.id, viewer=who) for who in (quarrel.wang, quarrel.li)}
    assert has(seen[quarrel.wang], *ALL) == {SECRET}
    assert has(seen[quarrel.li], *ALL) == {OTHERS_SECRET, SAID}
    assert has(await private.notes(made.id, viewer=quarrel.sun), *ALL) == set(ALL)


async def test_staff_read_none_and_a_lead_only_with_a_line_in_the_log(quarrel: Quarrel) -> None:
    made = await spoken(quarrel)
    for who in (quarrel.cast.chen, quarrel.cast.gao):
        shown = await showing.mediation(made.id, viewer=who)
        assert has([shown, await private.notes(made.id, viewer=who)], *ALL) == set()
    assert not await AuditLine.filter(verb="mediation.unseal").exists()
    assert has(await private.unseal(made.id, by=quarrel.cast.gao), *ALL) == set(ALL)
    assert await AuditLine.filter(verb="mediation.unseal", actor_id=quarrel.cast.gao.person_id).count() == 1
    assert [one.what for one in (await kept(viewer=quarrel.li)).looks] == ["private"], "they read who looked"
    for who in (quarrel.cast.chen, quarrel.sun, quarrel.li):
        with pytest.raises((NotAllowed, NotFound)):
            await private.unseal(made.id, by=who)
    for who in (quarrel.teacher, quarrel.far, quarrel.cast.outsider):
        with pytest.raises(NotFound):
            await private.notes(made.id, viewer=who)


async def test_no_chat_notice_step_or_table_holds_them_in_the_open(quarrel: Quarrel) -> None:
    await spoken(quarrel)
    everybody = [quarrel.wang, quarrel.li, quarrel.xiaowang, quarrel.sun, quarrel.cast.chen, quarrel.cast.gao]
    assert has([await told(one) for one in everybody], *ALL) == set()
    assert has(await StaffNotice.all().values("text"), *ALL) == set()
    for table in ("mediation", "mediation_side", "mediation_note", "mediation_step", "mediation_session", "audit_line"):
        assert has(await fetch(f"SELECT * FROM {table}"), *ALL, MATTER) == set(), table


async def test_the_copy_and_the_page_of_ones_data_hold_ones_own_only(quarrel: Quarrel) -> None:
    await spoken(quarrel)
    for who, words in ((quarrel.wang, {SECRET}), (quarrel.li, {OTHERS_SECRET, SAID})):
        whole = (await copies.copy_of(by=who, in_full=True)).decode()
        assert has(whole, *ALL) == words
        assert "M-0001" in json.loads(whole)["调解"][0].values()
        assert has([await kept(viewer=who), (await copies.copy_of(by=who, in_full=False)).decode()], *ALL) == set()
    assert json.loads(await copies.copy_of(by=quarrel.xiaowang, in_full=True))["调解"] == []


async def test_what_was_told_before_a_side_changed_hands_is_not_read_by_who_has_it_now(quarrel: Quarrel) -> None:
    made = await applying.apply(Asked("楼上漏水", where="3幢501室"), by=quarrel.li)
    await private.tell(made.id, by=quarrel.xiaowang, text=SECRET)
    await consents.consent(made.id, by=quarrel.wang)
    await private.tell(made.id, by=quarrel.wang, text=OTHERS_SECRET)
    whole = (await copies.copy_of(by=quarrel.wang, in_full=True)).decode()
    assert has([await own.own_mediation(made.id, viewer=quarrel.wang), whole], *ALL) == {OTHERS_SECRET}
    await leaving.delete_account(by=quarrel.xiaowang)
    assert has([unseal(one.text_sealed) for one in await MediationNote.all()], *ALL) == {OTHERS_SECRET}


async def test_a_timeline_names_the_mediation_and_nothing_said_in_it(quarrel: Quarrel) -> None:
    await spoken(quarrel)
    for person in (quarrel.wang, quarrel.li):
        line = await timelines.of_person(person.person_id or 0, viewer=quarrel.cast.chen)
        assert [one.text for one in line.lines if one.what == "mediation"] == ["M-0001"]
        assert has(line, *ALL, MATTER) == set()


async def test_staff_who_are_a_side_or_live_with_one_are_no_staff_of_it(quarrel: Quarrel) -> None:
    made = await spoken(quarrel)
    now = clock.now()
    for person in (quarrel.li, quarrel.xiaowang):
        await Role.create(
            created_at=now, person_id=person.person_id, place_id=quarrel.cast.here.id, name=RoleName.SECRETARY
        )
        lead = await viewer_of(person.person_id or 0)
        assert lead is not None
        assert await showing.mediations(viewer=lead) == []
        line = await timelines.of_person(quarrel.wang.person_id or 0, viewer=lead)
        assert [one for one in line.lines if one.what == "mediation"] == []
        for attempt in (
            showing.mediation(made.id, viewer=lead),
            private.unseal(made.id, by=lead),
            agreements.draft(made.id, by=lead, text="归我说", follow_up_on=clock.today() + dt.timedelta(days=3)),
            ending.fail(made.id, by=lead, reason="no_terms"),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_a_mediator_without_the_role_any_more_reads_nothing(quarrel: Quarrel) -> None:
    made = await spoken(quarrel)
    await Role.filter(person_id=quarrel.sun.person_id).delete()
    former = await viewer_of(quarrel.sun.person_id or 0)
    assert former is not None
    with pytest.raises((NotAllowed, NotFound)):
        await private.notes(made.id, viewer=former)


async def test_two_who_confirm_at_once_both_count(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    day = clock.today() + dt.timedelta(days=7)
    await agreements.draft(made.id, by=quarrel.sun, text="说好了", follow_up_on=day)
    await asyncio.gather(*(agreements.confirm(made.id, by=one, agreement=1) for one in (quarrel.wang, quarrel.li)))
    assert (await Mediation.get(id=made.id)).state.value == "signed"


async def test_words_go_with_age_and_with_the_account_and_the_counts_stay(quarrel: Quarrel) -> None:
    made = await spoken(quarrel)
    with pytest.raises(WrongState):
        await leaving.delete_account(by=quarrel.li)
    await ending.stop(made.id, by=quarrel.wang)
    await leaving.delete_account(by=quarrel.li)
    left = [unseal(one.text_sealed) for one in await MediationNote.all()]
    assert has(left, *ALL) == {SECRET, MEDIATORS}
    quarrel.clock.forward(days=800)
    kind = next(one for one in retention.KINDS if one.name == "mediation")
    assert (await retention.clear(kind, by=SYSTEM)).rows == 1
    assert await MediationNote.all().count() == 0
    assert MATTER not in unseal((await Mediation.get(id=made.id)).matter_sealed)
    assert await Mediation.all().count() == 1
