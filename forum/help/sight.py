"""What is asked for as a viewer sees it: its state in words, who took it on, and what they may do.

For whom an elder's wish was brought is read by who brought it, by staff, and by who took it on; by nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forum.items.telling import neighbourly
from forum.posts import PARENT
from forum.sight import LIVES as ANYBODY_LIVES
from forum.sight import Found, maybe, visible
from forum.states import STATES
from models import clock
from models.errors import NotAllowed, NotFound
from models.person import RoleName
from models.post import PostState
from models.rules import rules
from models.transaction import Row, fetch_one, moment
from models.wish import WishKind, WishState
from models.wording import say, say_date
from people import files, shown
from people.files import FileLine
from people.permissions import allow, may
from people.shown import Shown
from people.viewers import Viewer

LIVES = ANYBODY_LIVES.format(who="p.author_id", at="w.place_id")
"""That who asked still belongs here; in SQL."""
READ = (
    "SELECT w.id AS wish_id, w.kind, w.state AS wish_state, w.for_person_id, w.only_volunteers, w.claimed_by_id,"
    f" w.claimed_at, w.fresh_at, w.done_at, w.thanks, CASE WHEN {LIVES} THEN 1 ELSE 0 END AS asker_lives, p.*"
    " FROM wish w JOIN post p ON p.id=w.post_id"
)


class Side(StrEnum):
    """Who looks: who asked, who took it on, or anybody else."""

    ASKER = "asker"
    HELPER = "helper"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish as it was just read."""

    id: int
    post: Found
    kind: WishKind
    state: WishState
    for_person_id: int | None
    only_volunteers: bool
    claimed_by_id: int | None
    claimed_at: dt.datetime | None
    fresh_at: dt.datetime
    thanks: str
    asker_lives: bool

    @property
    def expires_at(self) -> dt.datetime:
        """When it stands no longer, where nobody took it on."""
        return self.fresh_at + dt.timedelta(days=rules().wishes.expires_days)

    @property
    def is_expired(self) -> bool:
        """Whether nobody took it on in time."""
        return self.state is WishState.OPEN and self.expires_at <= clock.now()

    @property
    def is_open(self) -> bool:
        """Whether somebody may still take it on."""
        return self.state is WishState.OPEN and self.asker_lives and not self.is_expired

    @property
    def is_shown(self) -> bool:
        """Whether every neighbour sees it."""
        return STATES[self.post.state].is_shown


@dataclass(frozen=True, slots=True)
class MayDo:
    """What the viewer may do with it now."""

    claim: bool = False
    let_go: bool = False
    release: bool = False
    finish: bool = False
    withdraw: bool = False
    renew: bool = False


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as a viewer sees it. ``for_whom`` and ``helper`` are '' for whoever is not to read them."""

    post: Found
    title: str
    author: Shown | None
    photos: tuple[FileLine, ...]
    kind: WishKind
    state: WishState
    is_expired: bool
    is_for_other: bool
    only_volunteers: bool
    for_whom: str
    helper: str
    thanks: str
    expires_at: dt.datetime
    side: Side
    words: str
    mark: str
    may: MayDo


def read(row: Row, post: Found) -> Asked:
    """A wish from its row and its post."""
    return Asked(
        id=row["wish_id"],
        post=post,
        kind=WishKind(row["kind"]),
        state=WishState(row["wish_state"]),
        for_person_id=row["for_person_id"],
        only_volunteers=bool(row["only_volunteers"]),
        claimed_by_id=row["claimed_by_id"],
        claimed_at=maybe(row["claimed_at"]),
        fresh_at=moment(row["fresh_at"]),
        thanks=row["thanks"],
        asker_lives=bool(row["asker_lives"]),
    )


async def asked(post_id: int, *, viewer: Viewer) -> Asked:
    """The wish of a post, for whoever sees the post; NotFound where it has none."""
    post = await visible(post_id, viewer)
    row = await fetch_one(f"{READ} WHERE w.post_id=$1", post.id)
    if row is None:
        raise NotFound("wish.not_found")
    return read(row, post)


async def own(post_id: int, *, by: Viewer, verb: str) -> Asked:
    """A wish of one's own for a verb."""
    found = await asked(post_id, viewer=by)
    allow(by, verb, found.post.place_id)
    if found.post.author_id != by.person_id:
        raise NotAllowed("wish.not_yours")
    return found


async def wish(post_id: int, *, viewer: Viewer) -> WishView:
    """一个心愿, for whoever sees its post."""
    found = await asked(post_id, viewer=viewer)
    people = await shown.shown(_people(found), viewer=viewer, place_id=found.post.place_id)
    photos = await files.of(PARENT, [found.post.id])
    side = side_of(found, viewer)
    knows = side is not Side.OTHER or may(viewer, "wish.ask_for", found.post.place_id)
    return WishView(
        post=found.post,
        title=found.post.title,
        author=people.get(found.post.author_id),
        photos=tuple(one for one in photos.get(found.post.id, []) if one.is_kept),
        kind=found.kind,
        state=found.state,
        is_expired=found.is_expired,
        is_for_other=found.for_person_id is not None,
        only_volunteers=found.only_volunteers,
        for_whom=_named(people, found.for_person_id) if knows else "",
        helper=_named(people, found.claimed_by_id) if knows else "",
        thanks=found.thanks,
        expires_at=found.expires_at,
        side=side,
        words=words_for(found, side, _named(people, found.claimed_by_id)),
        mark=mark_of(found, side),
        may=_may(found, side, viewer),
    )


async def wish_of(post_id: int, *, viewer: Viewer) -> WishView | None:
    """The same, None where the post is words alone."""
    try:
        return await wish(post_id, viewer=viewer)
    except NotFound as refusal:
        if refusal.key != "wish.not_found":
            raise
        return None


def _people(found: Asked) -> list[int]:
    return [one for one in (found.post.author_id, found.for_person_id, found.claimed_by_id) if one is not None]


def _named(people: Mapping[int, Shown], person_id: int | None) -> str:
    """Somebody as building and chosen name."""
    if person_id is None:
        return ""
    who = people.get(person_id)
    return neighbourly(who.building, who.name) if who else say("privacy.gone")


def side_of(found: Asked, viewer: Viewer) -> Side:
    """As who somebody looks at it."""
    if viewer.person_id is not None and viewer.person_id == found.post.author_id:
        return Side.ASKER
    is_helper = viewer.person_id is not None and viewer.person_id == found.claimed_by_id
    return Side.HELPER if is_helper else Side.OTHER


def may_claim(found: Asked, viewer: Viewer) -> bool:
    """Whether somebody is one of those who may take it on: where it is kept for volunteers, they and staff."""
    place_id = found.post.place_id
    if not may(viewer, "wish.claim", place_id) or viewer.person_id == found.for_person_id:
        return False
    is_named = viewer.holds(RoleName.VOLUNTEER, place_id) or may(viewer, "wish.ask_for", place_id)
    return not found.only_volunteers or is_named


def _may(found: Asked, side: Side, viewer: Viewer) -> MayDo:
    is_claimed = found.state is WishState.CLAIMED
    if side is Side.ASKER:
        is_open = found.state is WishState.OPEN
        return MayDo(release=is_claimed, finish=is_claimed, withdraw=is_open, renew=found.is_expired)
    if side is Side.HELPER:
        return MayDo(let_go=is_claimed)
    is_shown = found.post.state is PostState.PUBLISHED
    return MayDo(claim=is_shown and found.is_open and may_claim(found, viewer))


def mark_of(found: Asked, side: Side) -> str:
    """Its state in a word, for lists."""
    if found.is_expired or (found.state is WishState.OPEN and not found.asker_lives):
        return say("wish.mark.expired")
    if found.state is WishState.CLAIMED and side is Side.HELPER:
        return say("wish.mark.yours")
    return say(f"wish.mark.{found.state.value}")


def words_for(found: Asked, side: Side, helper: str) -> str:
    """Its state as a sentence for who reads it."""
    if found.is_expired:
        return say(f"wish.words.expired_{'asker' if side is Side.ASKER else 'other'}")
    if found.state is WishState.OPEN:
        key = "open_asker" if side is Side.ASKER else "open_volunteers" if found.only_volunteers else "open"
        return say(f"wish.words.{key}", until=say_date(clock.local(found.expires_at).date()))
    if found.state is WishState.CLAIMED:
        return say(f"wish.words.claimed_{side.value}", who=helper)
    return say(f"wish.words.{found.state.value}")
