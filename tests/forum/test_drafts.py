"""Drafts of forms that are open at once: each keeps its own, and sending one ends none of the others."""

from __future__ import annotations

import asyncio

import pytest

from forum import drafts
from forum.drafts import Draft
from models.errors import NotFound, Taken
from tests.forum.conftest import Neighbours


async def test_two_forms_at_once_keep_a_draft_each_and_sending_one_ends_its_own(cast: Neighbours) -> None:
    slot = drafts.slot_for_new("issues")
    first = await drafts.save(Draft(slot, text="灯坏了"), by=cast.wang)
    with pytest.raises(Taken):
        await drafts.save(Draft(slot, text="门禁坏了"), by=cast.wang)
    second = await drafts.apart(Draft(slot, text="门禁坏了"), by=cast.wang)
    assert (second.slot, second.seq) == (f"{slot}:2", 1)
    assert await drafts.save(Draft(second.slot, text="门禁坏了三天", seq=1), by=cast.wang) == 2
    await cast.post("门禁坏了三天", draft_seq=2, draft_slot=second.slot)
    assert [one.text for one in await drafts.drafts(viewer=cast.wang)] == ["灯坏了"]
    await cast.post("灯坏了", draft_seq=first)
    assert await drafts.drafts(viewer=cast.wang) == []


async def test_drafts_apart_at_once_get_a_slot_each_and_are_not_without_end(cast: Neighbours) -> None:
    slot = drafts.slot_for_reply(await cast.post())
    wanted = [Draft(slot, text=f"第{number}份") for number in range(8)]
    made = await asyncio.gather(*(drafts.apart(one, by=cast.wang) for one in wanted))
    assert {one.slot for one in made} == {f"{slot}:{number}" for number in range(2, 10)}
    with pytest.raises(Taken):
        await drafts.apart(Draft(slot, text="第九份"), by=cast.wang)
    await drafts.drop(f"{slot}:5", by=cast.wang)
    assert (await drafts.apart(Draft(f"{slot}:2", text="第九份"), by=cast.wang)).slot == f"{slot}:5"
    assert (await drafts.apart(Draft(slot, text="别人的"), by=cast.li)).slot == f"{slot}:2"
    for wrong in ("new:issues:10", "new:issues:1", "edit:post:1:2", f"{slot}:2:2"):
        with pytest.raises(NotFound):
            await drafts.save(Draft(wrong, text="没有这样的"), by=cast.wang)
