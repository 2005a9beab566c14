"""What is kept of proposals: with the account, by age, and where moderation hides one or would move it away."""

from __future__ import annotations

import json

import pytest

from casework import retention
from casework.privacy import copies, leaving
from forum.deliberation import amending, clearing, deciding, lists, showing, supporting
from forum.deliberation.amending import NewAmendment
from forum.deliberation.found import standing
from forum.moderation import measures
from forum.moderation.measures import Wanted
from models.errors import NotFound, WrongState
from models.transaction import execute, fetch
from people.viewers import SYSTEM
from tests.forum.deliberation.conftest import WORDS, Council

OTHER = "装在小区门口，不装车棚。"


async def test_ones_own_part_stands_in_the_copy_of_ones_data(council: Council) -> None:
    writer = council.people[0]
    found = await council.put()
    await amending.amend(found.id, NewAmendment(OTHER, "车棚太窄"), by=writer)
    await supporting.support(found.id, by=writer)
    copy = json.dumps(json.loads(await copies.copy_of(by=writer, in_full=True)), ensure_ascii=False)
    assert all(words in copy for words in ("我替自己家附议了", "我写的修改建议", OTHER, "P-0001"))
    author = json.loads(await copies.copy_of(by=council.hall.homes["501"][0], in_full=True))
    assert "我提的" in json.dumps(author, ensure_ascii=False)


async def test_words_of_what_came_to_nothing_go_by_age_and_reasons_stay(council: Council) -> None:
    found = await council.supported()
    await amending.amend(found.id, NewAmendment(OTHER, "车棚太窄"), by=council.people[0])
    await deciding.refuse(found.id, by=council.cast.gao, reason="消防通道过不了。")
    going = await council.put("小花园装凉亭", "小花园里装一个凉亭，夏天乘凉。")
    await supporting.support(going.id, by=council.people[0])
    council.clock.forward(days=1_826)
    for kind in clearing.KINDS:
        await retention.clear(kind, by=SYSTEM)
    kept = [row["text"] for row in await fetch("SELECT text FROM proposal_version ORDER BY id")]
    assert [WORDS in text for text in kept] == [False, False]
    assert kept[1] == "小花园里装一个凉亭，夏天乘凉。"
    assert OTHER not in str(await fetch("SELECT text FROM amendment"))
    assert (await fetch("SELECT reason FROM proposal WHERE id=$1", found.id))[0]["reason"] == "消防通道过不了。"


async def test_a_hidden_proposal_is_seen_and_supported_by_nobody_until_it_is_back(council: Council) -> None:
    found, here = await council.put(), council.cast.here.id
    await execute("UPDATE post SET state='hidden' WHERE id=$1", found.post_id)
    with pytest.raises(NotFound):
        await showing.card(found.id, viewer=council.people[0])
    with pytest.raises(NotFound):
        await supporting.support(found.id, by=council.people[0])
    assert (await lists.proposals(viewer=council.people[0], place_id=here)).lines == ()
    assert await lists.counts(viewer=council.people[0], place_id=here) == {}
    with pytest.raises(WrongState):
        await supporting.support(found.id, by=council.hall.homes["501"][0])
    await execute("UPDATE post SET state='published' WHERE id=$1", found.post_id)
    assert (await supporting.support(found.id, by=council.people[0])).support_count == 1


async def test_a_proposal_is_not_moved_to_another_board(council: Council) -> None:
    found = await council.put()
    rule = next(iter(measures.house().rules)).key
    with pytest.raises(WrongState):
        await measures.move_to(found.post_id, Wanted(rule, "放错了", board="issues"), by=council.cast.gao)
    assert (await showing.card(found.id, viewer=council.people[0])).post.kind.key.value == "deliberation"


async def test_who_leaves_takes_support_back_while_it_is_sought_and_what_was_found_stays_counted(
    council: Council,
) -> None:
    aunt, son = council.hall.homes["501"]
    found = await council.supported()
    sought = await council.put("小花园装凉亭", "小花园里装一个凉亭，夏天乘凉。", by=council.people[0])
    await supporting.support(sought.id, by=aunt)
    await leaving.delete_account(by=aunt)
    await leaving.delete_account(by=council.people[0])
    assert ((await standing(found.id)).support_count, (await standing(sought.id)).support_count) == (3, 0)
    gone = (aunt.person_id, council.people[0].person_id)
    rows = await fetch("SELECT person_id FROM proposal_support")
    assert not [row for row in rows if row["person_id"] in gone]
    assert (await supporting.support(sought.id, by=son)).support_count == 1
