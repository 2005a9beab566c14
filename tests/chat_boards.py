"""What happens on boards in a transcript beside the chat: one is switched on, somebody holds its office, a private
question is asked on its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from forum import board_settings, posts
from forum.board_settings import Wanted
from forum.posts import NewPost
from models import clock
from models.person import Person, Role, RoleName
from people.viewers import viewer_of
from tests.bot.stage import Stage


async def switch_on(stage: Stage, who: str, board: str, text: str) -> None:
    """开板块 doctor."""
    await board_settings.set_board(board, Wanted(is_on=True), by=await stage.viewer(who), place_id=stage.place_id)


async def be_doctor(stage: Stage, who: str, name: str, text: str) -> None:
    """任医生 李叔: somebody who is known here is the neighbourhood's family doctor."""
    person = await Person.get(name=name)
    await Role.create(created_at=clock.now(), person=person, place_id=stage.place_id, name=RoleName.DOCTOR)


async def ask_in_private(stage: Stage, who: str, board: str, text: str) -> None:
    """私下问 doctor 睡不好: by a neighbour on the page, with the box ticked."""
    asker = await viewer_of((await Person.get(name=who)).id)
    assert asker is not None
    await posts.publish(NewPost(board, text, is_private=True), by=asker, place_id=stage.place_id)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "开板块": switch_on,
    "任医生": be_doctor,
    "私下问": ask_in_private,
}
