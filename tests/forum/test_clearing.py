"""What neighbours wrote goes by age, by wish, and with the account: nothing of it is left behind anywhere."""

from __future__ import annotations

import json

import pytest

from casework import retention
from casework.privacy import copies, leaving
from forum import clearing, drafts, posts, replies, threads
from forum.drafts import Draft
from forum.sight import visible
from models.errors import NotFound
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.test_private import asked
from tests.words_left import where

WORDS = "桂花树下三只猫"


async def clear_all() -> None:
    """One run over everything on boards, and what waits to be told of it."""
    for kind in (*clearing.KINDS, *(one for one in retention.KINDS if one.name in {"push", "bell_line"})):
        await retention.clear(kind, by=SYSTEM)


async def test_words_go_in_their_order(cast: Neighbours, clock: StillClock) -> None:
    standing, gone = await cast.post(WORDS), await cast.post(WORDS)
    await posts.edit(standing, by=cast.wang, text=f"{WORDS}，又一只")
    await replies.delete(await cast.reply(standing, WORDS), by=cast.li, reason=WORDS)
    await posts.delete(gone, by=cast.wang, reason=WORDS)
    await drafts.save(Draft("new:issues", title=WORDS, text=WORDS), by=cast.li)
    clock.forward(days=91)
    await clear_all()
    assert await where(WORDS) == {"post.title", "post.text"}
    clock.forward(days=1_800)
    await clear_all()
    assert await where(WORDS) == set()


async def test_a_private_question_goes_with_the_conversations(cast: Neighbours, clock: StillClock) -> None:
    post = await asked(cast)
    await cast.reply(post, WORDS, by=cast.doctor)
    clock.forward(days=731)
    await clear_all()
    assert await where("睡不好") | await where(WORDS) == set()


async def test_a_thread_stays_when_its_author_leaves_and_says_so(cast: Neighbours) -> None:
    post = await cast.post(WORDS)
    await drafts.save(Draft("new:issues", text="没发完"), by=cast.wang)
    copy = json.loads(await copies.copy_of(by=cast.wang, in_full=True))
    assert WORDS in json.dumps(copy, ensure_ascii=False)
    await leaving.delete_account(by=cast.wang)
    thread = await threads.thread(post, viewer=cast.li)
    assert thread.author is not None
    assert (thread.author.name, thread.post.text) == ("已注销", WORDS)
    assert await where("没发完") == set()
    with pytest.raises(NotFound):
        await visible(post, cast.outsider)
