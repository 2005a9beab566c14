"""Locks are taken in one order: the things themselves, the audit's head, then the lanes. Nothing waits in a ring."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest
from tortoise.context import TortoiseContext

from models.errors import Refusal
from people import contacts, disowning, households, residences
from people.joining import deciding, vouching
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, chat, let_in, version

_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
_TOLD = {"lane", "staff_notice"}
_THINGS = {"building", "join_request", "residence", "contact", "web_session", "person"}


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    """Nobody lives there yet."""
    return await joining.found()


async def joined(estates: Estates, address: str = "wang", **changes: object):  # noqa: ANN201
    """Somebody who was let in; gives their chat."""
    who = await chat(estates.town.here, address)
    await let_in(await joining.ask(estates, who, **changes), by=estates.worker, person_id=deciding.NEW)
    return who


def written(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Which tables were written, in this order; the log is emptied."""
    found = [match[1] for line in caplog.messages if (match := _WRITES.match(line))]
    caplog.clear()
    return found


def must_be_in_order(tables: list[str]) -> None:
    """No thing after the audit's head, nobody told before it."""
    head = tables.index("audit_head")
    assert not _TOLD & set(tables[:head]), tables
    assert _TOLD & set(tables[head:]), tables
    assert not _THINGS & set(tables[head:]), tables


async def test_every_decision_takes_its_locks_in_one_order(estates: Estates, caplog: pytest.LogCaptureFixture) -> None:
    wang = await joined(estates, relation="tenant")
    asks = [
        await joining.ask(estates, await chat(estates.town.here, f"a{at}"), name=name, relation="tenant")
        for at, name in enumerate(("甲示范", "乙示范", "丙示范"))
    ]
    viewer = await joining.viewer(wang)
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    await vouching.vouch(asks[0], by=viewer)
    must_be_in_order(written(caplog))
    await let_in(asks[1], by=estates.worker)
    must_be_in_order(written(caplog))
    await deciding.refuse(asks[2], by=estates.worker, version=0, reason="not_known")
    must_be_in_order(written(caplog))
    await deciding.refuse(asks[0], by=estates.worker, version=await version(asks[0]), reason="not_known")
    must_be_in_order([table for table in written(caplog) if table != "role"])


async def test_what_a_household_says_takes_its_locks_in_one_order(
    estates: Estates, caplog: pytest.LogCaptureFixture
) -> None:
    wang = await joined(estates)
    await joined(estates, "son", name="王小示", relation="family")
    viewer = await joining.viewer(wang)
    [home] = await households.my_homes(viewer=viewer)
    son = next(one for one in home.members if not one.is_self)
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    await households.report(son.residence_id, by=viewer)
    must_be_in_order(written(caplog))
    await residences.move_out(son.residence_id, by=estates.worker)
    must_be_in_order(written(caplog))


async def test_not_me_takes_its_locks_in_one_order(
    estates: Estates, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    wang = await joined(estates)
    clock.forward(days=2)
    code = await contacts.make_code(by=await joining.viewer(wang))
    second = await chat(estates.town.here, "second")
    await contacts.bind(code.digits, by=await joining.viewer(second), contact_id=second.contact_id)
    viewer = await joining.viewer(wang)
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    assert (await disowning.disown(by=viewer)).chats == 1
    must_be_in_order(written(caplog))


@pytest.mark.databases("postgres")
async def test_of_decisions_moves_and_words_at_once_none_waits_for_ever(estates: Estates) -> None:
    wang = await joined(estates)
    asks = [
        await joining.ask(estates, await chat(estates.town.here, f"a{at}"), name=f"{at}示范王") for at in "甲乙丙丁"
    ]
    viewer = await joining.viewer(wang)
    deeds = [
        deed
        for one in asks
        for deed in (
            deciding.approve(one, by=estates.worker, version=0),
            deciding.refuse(one, by=estates.worker, version=0, reason="not_known"),
            vouching.vouch(one, by=viewer),
            disowning.disown(by=viewer),
        )
    ]
    done = await asyncio.wait_for(asyncio.gather(*deeds, return_exceptions=True), 60)
    assert [one for one in done if isinstance(one, BaseException) and not isinstance(one, Refusal)] == []
