"""Who hears of a post: whom its board asks, at once. Who hears of a reply: its thread's author at once where it is
official, everybody else with the day's letter."""

from __future__ import annotations

from collections.abc import Sequence

from courier import notices
from courier.letters import Letter, Link
from forum.kinds import BoardKind
from forum.mentions import Named
from forum.sight import Found, not_theirs
from forum.states import subject_of
from models.board import BoardName
from models.transaction import fetch, listed
from models.wording import say
from people import pushes
from people.pushes import Needs, PushKind
from people.telling import tell_resident
from people.viewers import Viewer

READS = "board.read"
_ASKED = (
    "SELECT DISTINCT r.person_id FROM post p JOIN role r ON r.place_id=p.place_id JOIN person n ON n.id=r.person_id"
    " WHERE p.id=$1 AND n.is_active AND r.name IN ({roles}) AND r.person_id<>p.author_id AND NOT ({anothers})"
    " ORDER BY r.person_id"
)


async def tell_asked(post_id: int, kind: BoardKind, *, place_id: int, title: str, is_private: bool) -> None:
    """Tell those whom a board asks (the police, the doctor, the property company of the asker's estate) where they
    work that a neighbour has asked, in the transaction of the post; of a private question nothing but that."""
    key = "board.tell.asked_private" if is_private else "board.tell.asked"
    letter = Letter(
        say(key, board=kind.name, title="" if is_private else title),
        links=(Link(say("board.tell.link"), f"/posts/{post_id}"),),
    )
    for person_id in await asked_by(post_id, kind):
        await notices.tell_person(letter, person_id=person_id, kind="post.asked", needs=f"{READS}@{place_id}")


async def asked_by(post_id: int, kind: BoardKind) -> list[int]:
    """Who is asked by a post of a board, at the unit that owes the answer; nobody by name where that is the
    committee."""
    if not kind.confidants:
        return []
    roles = ", ".join(f"'{role.value}'" for role in sorted(kind.confidants))
    rows = await fetch(_ASKED.format(roles=roles, anothers=not_theirs(kind, person="r.person_id")), post_id)
    return [row["person_id"] for row in rows]


async def tell_of_reply(post: Found, *, named: Sequence[Named], by: Viewer, is_official: bool) -> None:
    """Tell of a reply that was just published, in its transaction. Of a private question nothing is told but to the two
    sides of it, and then without its words."""
    link = (Link(say("board.tell.link"), f"/posts/{post.id}"),)
    title = say("board.tell.private") if post.is_private else post.title
    if is_official and post.author_id != by.person_id:
        letter = Letter(say("board.tell.official", board=post.kind.name, title=title), links=link)
        await tell_resident(letter, person_id=post.author_id, kind="post.official")
    listening = await _listening(post.id)
    told_already = {by.person_id, post.author_id if is_official else None}
    hearing = [one for one in listening if one not in told_already]
    letter = Letter(say("board.tell.reply", board=post.kind.name, title=title), links=link)
    await pushes.push_to_people(
        letter,
        person_ids=hearing,
        kind=PushKind.NEIGHBOURS,
        subject=subject_of(post.id),
        needs=Needs(READS, post.place_id),
        board=post.kind.key,
    )
    if named and not post.is_private:
        fresh = [one for one in named if one.person_id is None or one.person_id not in (*listening, *told_already)]
        await tell_mentioned(post.id, title=post.title, place_id=post.place_id, named=fresh, by=by, board=post.kind.key)


async def _listening(post_id: int) -> list[int]:
    rows = await fetch("SELECT person_id FROM post_follow WHERE post_id=$1 AND is_on ORDER BY id", post_id)
    return [row["person_id"] for row in rows]


async def tell_mentioned(
    post_id: int,
    *,
    title: str,
    place_id: int,
    named: Sequence[Named],
    by: Viewer,
    board: BoardName | None = None,
) -> None:
    """Neighbours with the day's letter; the people of a unit at once, where they work."""
    letter = Letter(say("board.tell.mention", title=title), links=(Link(say("board.tell.link"), f"/posts/{post_id}"),))
    people = [one.person_id for one in named if one.person_id not in (None, by.person_id)]
    needs = Needs(READS, place_id)
    await pushes.push_to_people(
        letter, person_ids=people, kind=PushKind.NEIGHBOURS, subject=subject_of(post_id), needs=needs, board=board
    )
    for person_id in await _of_teams([one.team_id for one in named if one.team_id is not None]):
        await notices.tell_person(letter, person_id=person_id, kind="post.mention", needs=f"{READS}@{place_id}")


async def _of_teams(team_ids: Sequence[int]) -> list[int]:
    if not team_ids:
        return []
    sql = f"SELECT DISTINCT person_id FROM team_member WHERE team_id IN ({listed(team_ids)}) ORDER BY person_id"
    rows = await fetch(sql)
    return [row["person_id"] for row in rows]
