"""The cast on the boards, a second moderator, and a thread on 邻里交流 that somebody finds fault with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from forum.moderation import word_lists
from forum.moderation.measures import Wanted
from models.conversation import Utterance
from models.moderation import Review
from models.person import RoleName
from models.post import Post as PostRow
from models.post import Reply as ReplyRow
from people.viewers import Viewer
from tests.forum.conftest import Neighbours, cast, person

__all__ = ["cast"]
RUDE = Wanted(rule="abuse", reason="说事情，不要骂人")


@dataclass
class House:
    """The cast, and 周版主 who looks after every board."""

    cast: Neighbours
    zhou: Viewer
    post: int

    async def state(self, post_id: int | None = None) -> str:
        """How the post stands."""
        return (await PostRow.get(id=post_id or self.post)).state.value

    async def review(self, thing_id: int | None = None) -> Review:
        """What stands in the queue of it."""
        return await Review.get(thing_id=thing_id or self.post, thing="post")


async def reply_state(reply_id: int) -> str:
    """How a reply stands."""
    return (await ReplyRow.get(id=reply_id)).state.value


async def told(who: Viewer) -> list[str]:
    """What somebody was told in their chat."""
    lines = Utterance.filter(conversation__contact__person_id=who.person_id).order_by("id")
    return [line.text for line in await lines]


@pytest.fixture
async def house(cast: Neighbours) -> House:
    """王阿姨 posted on 邻里交流."""
    word_lists.forget()
    zhou = await person("周版主", cast.here, RoleName.MODERATOR)
    return House(cast, zhou, await cast.post("昨天谁把车停在门口，真不像话", board="neighbours"))
