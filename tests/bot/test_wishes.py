"""微心愿 for an elder in a chat: brought by who acts for them, named to nobody, and given up by one digit."""

from __future__ import annotations

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome
from models.joining import ActingKind
from models.post import Post
from models.transaction import transaction
from models.wish import Wish
from people import acting
from people.viewers import SYSTEM
from tests.bot.stage import Stage
from tests.people.neighbours import CHAT, neighbour


async def says(stage: Stage, text: str) -> str:
    """The helper writes; gives what came back."""
    said = await dialogue.respond(Incoming(CHAT, "son", stage.place_id, text, key="unused"))
    assert said.letter is not None
    assert said.outcome in (Outcome.WISH, Outcome.BEHALF)
    return said.letter.text


async def test_a_wish_of_an_elder_is_brought_in_a_chat_and_names_nobody(stage: Stage) -> None:
    elder = await neighbour(stage.place_id, "王秀英", address="wang")
    helper = await neighbour(stage.place_id, "王小明", address="son")
    async with transaction():
        await acting.stand(
            helper.person_id, elder.person_id, by=SYSTEM, place_id=stage.place_id, kind=ActingKind.FAMILY
        )
    await says(stage, "代王秀英")
    await says(stage, "许个微心愿")
    assert "替 王秀英 求" in await says(stage, "2")
    await says(stage, "王秀英想有人陪着读报")
    assert "不要写名字" in await says(stage, "1")
    assert "只请志愿者接" in await says(stage, "想有人陪着读报")
    assert "发出去了" in await says(stage, "1")
    wish, post = await Wish.get(), await Post.get()
    assert (wish.for_person_id, wish.only_volunteers) == (elder.person_id, True)
    assert "王秀英" not in post.title + post.text
    await says(stage, "许微心愿")
    await says(stage, "1")
    assert "没有发" in await says(stage, "0")
    assert await Wish.all().count() == 1
