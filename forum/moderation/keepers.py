"""Who looks after a board: its moderators and the committee, as those who are told of something there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from casework.conversations import OPENS
from courier import notices
from courier.letters import Letter
from models.board import BoardName
from models.person import RoleName
from models.transaction import fetch
from models.wording import say
from people.permissions import PERMISSIONS, may_on
from people.viewers import Viewer

_HOLD = (
    "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1 AND p.is_active"
    " AND r.name IN ({roles}) AND (r.boards='' OR ' ' || r.boards || ' ' LIKE '% ' || $2 || ' %') ORDER BY r.person_id"
)


async def keepers(place_id: int, board: BoardName, *, verb: str) -> list[int]:
    """Everybody who may do a verb on a board of a place."""
    roles = ", ".join(f"'{role}'" for role in PERMISSIONS[verb] if role in [*RoleName])
    return [row["person_id"] for row in await fetch(_HOLD.format(roles=roles), place_id, board.value)]


async def moderators(place_id: int, board: BoardName) -> list[int]:
    """The moderators of a board; those who lead the place where it has none."""
    for roles in ("'moderator'", "'secretary'"):
        found = await fetch(_HOLD.format(roles=roles), place_id, board.value)
        if found:
            return [row["person_id"] for row in found]
    return []


def boards_sql(viewer: Viewer, verb: str, place_id: int) -> str:
    """The boards of a place on which the viewer may do a verb, as the list of an SQL ``IN``."""
    mine = [board for board in BoardName if may_on(viewer, verb, place_id, board=board.value)]
    return ", ".join(f"'{board.value}'" for board in mine) or "''"


async def tell(
    letter: Letter,
    people: Collection[int],
    *,
    kind: str,
    place_id: int,
    verb: str,
    but: Collection[int],
    opens: str = "",
    choice: str = "",
) -> None:
    """Tell some of them what they may look at, wherever they can be reached; ``opens`` is what the ``choice`` leads to,
    which stands in chats that take a digit of theirs."""
    needs = f"{verb}@{place_id}"
    in_chats = _by_digit(letter, choice) if choice else None
    facts = {OPENS: opens} if opens else None
    for person_id in people:
        if person_id not in but:
            await notices.tell_person(
                letter, person_id=person_id, kind=kind, needs=needs, in_chats=in_chats, facts=facts
            )


def _by_digit(letter: Letter, choice: str) -> Letter:
    return replace(letter, text=f"{letter.text}{say('moderation.tell.by_digit')}", choices=(choice,))
