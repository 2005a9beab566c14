"""互助、微心愿: asked for oneself or for an elder, taken on once, let go, done by the asker's word, with thanks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier.letters import Letter, Link
from forum import posts
from forum.help.sight import Asked, asked, may_claim, own
from forum.items.telling import name_of
from forum.moderation.screen import Verdict, Words, screen
from forum.posts import NewPost, Published
from forum.sight import LIVES, hold
from forum.states import SHOWN_SQL
from forum.words import text_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.post import PostState
from models.rules import rules
from models.transaction import execute, fetch, fetch_one, transaction
from models.wish import WishKind, WishState
from models.wording import say
from nlp.exposed import Exposed, shield
from people import acting, pushes
from people.audit import record
from people.permissions import allow, may
from people.pushes import Needs, PushKind
from people.telling import tell_resident
from people.viewers import Viewer

MOST_THANKS = 100


@dataclass(frozen=True, slots=True)
class NewWish:
    """What somebody asks for; ``for_person_id``: the elder for whom they bring it, None for themselves; ``lines``:
    those of a chat whose photos it carries."""

    kind: str
    text: str
    title: str = ""
    for_person_id: int | None = None
    only_volunteers: bool = False
    photos: tuple[str, ...] = ()
    key: str = ""
    lines: tuple[int, ...] = ()


_ASK = (
    "INSERT INTO wish (created_at, post_id, place_id, kind, state, for_person_id, only_volunteers, fresh_at, thanks,"
    " version) VALUES ($1,$2,$3,$4,'open',$5,$6,$1,'',1) RETURNING id"
)


async def ask(new: NewWish, *, by: Viewer, place_id: int) -> Published:
    """求助、许愿: a post of the board with what is asked for; volunteers hear of it with the day's letter."""
    allow(by, "wish.ask", place_id)
    if new.kind not in {*WishKind}:
        raise Invalid("wish.kind")
    if new.for_person_id is not None:
        await _must_speak_for(new, by=by, place_id=place_id)

    async def along(post_id: int) -> None:
        values = (post_id, place_id, new.kind, new.for_person_id, new.only_volunteers)
        row = await fetch_one(_ASK, clock.now(), *values)
        assert row is not None
        await record(by, "wish.ask", subject="wish", subject_id=row["id"], place_id=place_id, detail=new.kind)
        await _tell_volunteers(post_id, place_id=place_id, by=by)

    post = NewPost(
        BoardName.MUTUAL_HELP.value,
        new.text,
        title=new.title,
        photos=new.photos,
        key=new.key,
        lines=new.lines,
    )
    return await posts.publish(post, by=by, place_id=place_id, along=along)


async def _must_speak_for(new: NewWish, *, by: Viewer, place_id: int) -> None:
    """Staff bring a wish of anybody of the place, a helper of whom they act for; neither name nor door stands in it."""
    person_id = new.for_person_id or 0
    row = await fetch_one("SELECT name, place_id FROM person WHERE id=$1 AND is_active", person_id)
    if row is None or row["place_id"] != place_id:
        raise NotFound("person.not_found")
    if not may(by, "wish.ask_for", place_id):
        await acting.stands_for(person_id, viewer=by)
    words = f"{new.title}\n{new.text}"
    if row["name"] in words or Exposed.HOME in shield(words).found:
        raise Invalid("wish.names_somebody")


async def _tell_volunteers(post_id: int, *, place_id: int, by: Viewer) -> None:
    """Of what neighbours may read already; what is held first is found by who looks for it."""
    rows = await fetch(
        f"SELECT r.person_id FROM role r JOIN post p ON p.id=$2 AND p.state='{PostState.PUBLISHED.value}'"
        f" WHERE r.place_id=$1 AND r.name='{RoleName.VOLUNTEER.value}' ORDER BY r.person_id",
        place_id,
        post_id,
    )
    link = Link(say("wish.tell.link"), f"/wishes/{post_id}")
    await pushes.push_to_people(
        Letter(say("wish.tell.new"), links=(link,)),
        person_ids=[row["person_id"] for row in rows if row["person_id"] != by.person_id],
        kind=PushKind.NEIGHBOURS,
        subject=f"post:{post_id}",
        needs=Needs("board.read", place_id),
    )


_CLAIM = (
    "UPDATE wish SET state='claimed', claimed_by_id=$1, claimed_at=$2, version=version+1 WHERE id=$3 AND state='open'"
    " AND fresh_at>$4 RETURNING id"
)


async def claim(post_id: int, *, by: Viewer) -> None:
    """我来: take it on. Of all who do at once the database takes one; for the others it is taken. Under the post's row,
    so that nobody takes on what is taken away at this moment."""
    found = await asked(post_id, viewer=by)
    allow(by, "wish.claim", found.post.place_id)
    _must_be_to_be_had(found, by=by)
    async with transaction():
        await _must_have_few(by.person_id)
        if await hold(post_id) is not PostState.PUBLISHED:
            raise WrongState("wish.over")
        expired = clock.now() - dt.timedelta(days=rules().wishes.expires_days)
        if await fetch_one(_CLAIM, by.person_id, clock.now(), found.id, expired) is None:
            raise Taken("wish.claimed")
        await _record(by, "wish.claim", found)
        who = await name_of(by.person_id or 0, found.post.place_id)
        await _tell(found, found.post.author_id, "claimed", who=who)


def _must_be_to_be_had(found: Asked, *, by: Viewer) -> None:
    if found.post.author_id == by.person_id:
        raise Invalid("wish.own")
    if found.state is WishState.CLAIMED:
        raise Taken("wish.claimed")
    if found.post.state is not PostState.PUBLISHED or not found.is_open:
        raise WrongState("wish.expired" if found.is_expired else "wish.over")
    if not may_claim(found, by):
        raise NotAllowed("wish.volunteers")


async def _must_have_few(person_id: int | None) -> None:
    """Under the person's row, so that two at once are counted one after the other; where one cannot let go, since it
    is not shown or one has moved away, one is not counted."""
    await execute("UPDATE person SET is_active=is_active WHERE id=$1", person_id)
    lives = LIVES.format(who="w.claimed_by_id", at="w.place_id")
    row = await fetch_one(
        "SELECT count(*) AS n FROM wish w JOIN post p ON p.id=w.post_id WHERE w.claimed_by_id=$1"
        f" AND w.state='claimed' AND p.state IN ({SHOWN_SQL}) AND {lives}",
        person_id,
    )
    if row is not None and row["n"] >= rules().wishes.most_claims:
        raise Invalid("wish.too_many", most=rules().wishes.most_claims)


_OPEN_AGAIN = (
    "UPDATE wish SET state='open', claimed_by_id=NULL, claimed_at=NULL, fresh_at=$1, version=version+1"
    " WHERE id=$2 AND state='claimed' AND claimed_by_id=$3 RETURNING id"
)


async def let_go(post_id: int, *, by: Viewer) -> None:
    """帮不了了: who took it on gives it back; others may take it on from then on, and the asker is told."""
    found = await asked(post_id, viewer=by)
    allow(by, "wish.let_go", found.post.place_id)
    if found.claimed_by_id != by.person_id:
        raise NotAllowed("wish.not_yours")
    async with transaction():
        await _again(found)
        await _record(by, "wish.let_go", found)
        await _tell(found, found.post.author_id, "let_go")


async def release(post_id: int, *, by: Viewer) -> None:
    """换个人: the asker asks anew, without any blame; who had taken it on is told."""
    found = await own(post_id, by=by, verb="wish.release")
    async with transaction():
        await _again(found)
        await _record(by, "wish.release", found)
        await _tell(found, found.claimed_by_id, "released")


async def _again(found: Asked) -> None:
    if await fetch_one(_OPEN_AGAIN, clock.now(), found.id, found.claimed_by_id) is None:
        raise Taken("wish.changed")


async def finish(post_id: int, *, by: Viewer, thanks: str = "") -> None:
    """帮到了: it is done, by the word of who asked, with thanks that neighbours read."""
    found = await own(post_id, by=by, verb="wish.finish")
    words = await _thanks(thanks, found, by=by) if thanks.strip() else ""
    async with transaction():
        changed = await fetch_one(
            "UPDATE wish SET state='done', done_at=$1, thanks=$2, version=version+1 WHERE id=$3 AND state='claimed'"
            " RETURNING claimed_by_id",
            clock.now(),
            words,
            found.id,
        )
        if changed is None:
            raise WrongState("wish.not_claimed")
        await _record(by, "wish.finish", found)
        await _tell(found, changed["claimed_by_id"], "thanked" if words else "done", thanks=words)


async def thank(post_id: int, *, by: Viewer, thanks: str) -> None:
    """谢谢: words of thanks for what is done already, by who asked, once."""
    found = await own(post_id, by=by, verb="wish.finish")
    words = await _thanks(thanks, found, by=by)
    async with transaction():
        thanked = await fetch_one(
            "UPDATE wish SET thanks=$1, version=version+1 WHERE id=$2 AND state='done' AND thanks=''"
            " RETURNING claimed_by_id",
            words,
            found.id,
        )
        if thanked is None:
            raise WrongState("wish.thanked")
        await _record(by, "wish.finish", found)
        await _tell(found, thanked["claimed_by_id"], "thanked", thanks=words)


async def _thanks(typed: str, found: Asked, *, by: Viewer) -> str:
    """As it may be kept: screened like any words on a board, and refused where those would be held."""
    text = text_of(typed, most=MOST_THANKS)
    screened = await screen(Words(text), by=by, place_id=found.post.place_id, board=found.post.kind.key)
    if screened.verdict is not Verdict.PASS:
        raise Invalid(screened.reason if screened.verdict is Verdict.REFUSE else "wish.thanks")
    return " ".join(screened.text.split())


async def withdraw(post_id: int, *, by: Viewer) -> None:
    """不用了: it is no longer asked for."""
    found = await own(post_id, by=by, verb="wish.withdraw")
    async with transaction():
        changed = await execute(
            "UPDATE wish SET state='withdrawn', done_at=$1, version=version+1 WHERE id=$2 AND state='open'",
            clock.now(),
            found.id,
        )
        if changed != 1:
            raise WrongState("wish.over")
        await _record(by, "wish.withdraw", found)


async def renew(post_id: int, *, by: Viewer) -> None:
    """再求一次: what nobody took on in time is asked for from today."""
    found = await own(post_id, by=by, verb="wish.renew")
    if not found.is_expired:
        raise WrongState("wish.not_expired")
    async with transaction():
        changed = await execute(
            "UPDATE wish SET fresh_at=$1, version=version+1 WHERE id=$2 AND state='open'", clock.now(), found.id
        )
        if changed != 1:
            raise Taken("wish.changed")
        await _record(by, "wish.renew", found)


async def _record(by: Viewer, verb: str, found: Asked) -> None:
    await record(by, verb, subject="wish", subject_id=found.id, place_id=found.post.place_id)


async def _tell(found: Asked, person_id: int | None, key: str, /, **facts: object) -> None:
    if person_id is None:
        return
    link = Link(say("wish.tell.link"), f"/wishes/{found.post.id}")
    letter = Letter(say(f"wish.tell.{key}", title=found.post.title, **facts), links=(link,))
    await tell_resident(letter, person_id=person_id, kind=f"wish.{key}")
