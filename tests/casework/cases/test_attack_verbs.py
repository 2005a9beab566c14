"""Every verb on a case by whoever must not, with whatever may be typed, and by a hundred at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from casework.cases import accepting, answering, checking, dispatching, joining, merging, owners, reporting, working
from casework.cases.reporting import Facts
from models.case import Case, CaseReporter, CaseSource, CaseStep
from models.errors import NotAllowed, NotFound, Refusal, Taken, WrongState
from models.transaction import fetch
from people.viewers import Viewer, viewer_of
from tests.casework.cases.conftest import Town, verbs
from tests.casework.cases.test_machine import VERBS
from tests.casework.conftest import resident

TYPED = [
    *("好了\x00完", "好了\ud800完", "😀👨‍👩‍👧" * 400),
    *("樓道燈壞了，請儘快處理", "<script>alert(1)</script>", "长" * 20_000),
]
OF_REPORTERS = {"solved", "unsolved", "object", "withdraw"}
"""What only those who reported it do; all others are the committee's, the unit's or the street's."""


async def _everything() -> list[object]:
    rows = [await fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("cases", "case_step", "case_reporter")]
    return [*rows, await fetch("SELECT * FROM outbox ORDER BY id")]


async def _in_every_state(town: Town) -> list[int]:
    """A case that was reported, one sent to the unit, one done, one answered, one closed."""
    cases = [await town.report(f"{number}号楼的楼道灯坏了") for number in range(5)]
    for case in cases[1:]:
        await accepting.accept(case.id, by=town.cast.chen)
        await dispatching.dispatch(case.id, by=town.cast.chen)
    for case in cases[2:]:
        await working.contact(case.id, by=town.wu, way="phone", note="约了下午")
        await working.handle(case.id, by=town.wu, note="换了灯泡")
    for case in cases[3:]:
        await checking.check(case.id, by=town.cast.chen, way="on_the_spot")
        await checking.reply(case.id, by=town.cast.gao, text="灯换好了")
    await answering.rate(cases[4].id, by=town.cast.wang, solved=True)
    return [case.id for case in cases]


def _another(number: int, numbers: list[int]) -> int:
    return next(one for one in numbers if one != number)


async def test_nobody_of_elsewhere_and_no_observer_does_anything_in_any_state(town: Town) -> None:
    numbers = await _in_every_state(town)
    other, _ = await resident("nosy", town.cast.here)
    strangers: dict[str, Viewer] = {"outsider": town.cast.outsider, "observer": town.cast.observer, "neighbour": other}
    before, let_through = await _everything(), []
    for who, viewer in strangers.items():
        for verb, do in VERBS.items():
            for number in numbers:
                try:
                    await do(number, viewer, _another(number, numbers))
                except (NotAllowed, NotFound):
                    continue
                except Refusal as refusal:
                    let_through.append((who, verb, number, type(refusal).__name__))
                else:
                    let_through.append((who, verb, number, "done"))
    assert let_through == []
    assert await _everything() == before, "nothing was written"


async def test_who_reported_it_does_none_of_the_staffs_work(town: Town) -> None:
    numbers = await _in_every_state(town)
    done = []
    for verb, do in VERBS.items():
        if verb not in OF_REPORTERS:
            for number in numbers:
                try:
                    await do(number, town.cast.wang, _another(number, numbers))
                    done.append((verb, number))
                except (NotAllowed, NotFound):
                    continue
    assert done == []


@pytest.mark.parametrize("text", TYPED)
async def test_whatever_is_typed_is_kept_without_breaking_anything(town: Town, text: str) -> None:
    facts = Facts("stair_light", text, who=text, when=text, where=text, how=text, on_behalf_of=text)
    case = await reporting.report(
        facts, by=town.cast.wang, source=CaseSource.CHAT, conversation_id=town.cast.wang_conversation
    )
    await accepting.accept(case.id, by=town.cast.chen)
    await dispatching.dispatch(case.id, by=town.cast.chen, note=text)
    await working.contact(case.id, by=town.wu, way="phone", note=text)
    await working.handle(case.id, by=town.wu, note=text)
    await checking.check(case.id, by=town.cast.chen, way="on_the_spot", note=text)
    await checking.reply(case.id, by=town.cast.gao, text=text)
    await answering.object_to(case.id, by=town.cast.wang, text=text)
    kept = await Case.get(id=case.id)
    assert "\x00" not in kept.text + kept.where_text
    assert (await verbs(case))[-1] == "reopen"


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200b", "\x00"])
async def test_what_says_nothing_is_no_report_and_no_reason(town: Town, text: str) -> None:
    with pytest.raises(Refusal):
        await town.report(text)
    cases = await _in_every_state(town)
    for deed in (
        lambda: accepting.refuse(cases[0], by=town.cast.chen, reason="law", where_to=text),
        lambda: working.handle(cases[1], by=town.wu, note=text),
        lambda: working.pause(cases[1], by=town.wu, reason="material", note=text),
        lambda: dispatching.send_back(cases[1], by=town.wu, reason="not_our_job", note=text),
    ):
        with pytest.raises(Refusal):
            await deed()


async def _at_once(deeds: list[Callable[[], Awaitable[object]]]) -> list[object]:
    return await asyncio.gather(*(deed() for deed in deeds), return_exceptions=True)


async def test_a_hundred_at_once_join_merge_rate_and_transfer_and_nothing_is_done_twice(town: Town) -> None:
    case, other = await town.report(), await town.report("5号楼的楼道灯坏了")
    chats = [await resident(f"crowd-{number}", town.cast.here) for number in range(50)]
    came = await _at_once(
        [lambda who=who, talk=talk: joining.join(case.id, by=who, conversation_id=talk) for who, talk in chats * 2]
    )
    assert not [one for one in came if isinstance(one, BaseException)]
    assert await CaseReporter.filter(case_id=case.id).count() == 51
    came = await _at_once([lambda: merging.merge(other.id, by=town.cast.chen, into=case.id)] * 100)
    assert len([one for one in came if isinstance(one, Case)]) == 1
    assert not [one for one in came if not isinstance(one, Case | Taken | WrongState)]
    assert await CaseReporter.filter(case_id=case.id).count() == 51
    holds = await viewer_of((await Case.get(id=case.id)).owner_id)
    assert holds is not None
    takes = next(one for one in (town.cast.chen, town.cast.lin) if one != holds)
    came = await _at_once([lambda: owners.transfer(case.id, by=holds, to=takes.person_id or 0)] * 100)
    assert len([one for one in came if isinstance(one, Case)]) == 1
    assert (await verbs(case)).count("transfer") == 1
    came = await _at_once([lambda: owners.receive(case.id, by=takes)] * 100)
    assert len([one for one in came if isinstance(one, Case)]) == 1
    assert await CaseStep.filter(case_id=case.id, verb="case.receive").count() == 1
    assert (await Case.get(id=case.id)).owner_id == takes.person_id
