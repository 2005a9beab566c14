"""Drafts: what was typed survives a lost session; a tab that is behind can neither overwrite nor bring back.

Every change has a number. It is taken only from who has seen the last one; sending, too, is a change, after which the
row stays without words. Who was not first keeps their words beside, in a slot of their own (``apart``): of two forms
open at once for one board each has its draft. A draft is nobody else's and leaves no line in the audit log.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from courier import limits
from forum.words import MOST_TEXT, one_line
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from nlp.normalise import clean_input
from people.permissions import allow
from people.viewers import Viewer

RATE = "120/minute"
MOST_SHOWN, MOST_APART = 50, 9
"""How many drafts are listed, and how many one may have for one board or thread at once."""
_SLOT = re.compile(r"(new:[a-z_]{1,20}|reply:[0-9]{1,18})(:[2-9])?|edit:(post|reply):[0-9]{1,18}")
_COLUMNS = "slot, board, title, text, photos, is_private, seq, changed_at"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a slot; ``seq`` goes back with the next change, 0 where nothing was ever kept."""

    slot: str
    title: str = ""
    text: str = ""
    photos: tuple[str, ...] = ()
    is_private: bool = False
    seq: int = 0
    changed_at: dt.datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.title or self.text or self.photos)


def slot_for_new(board: str) -> str:
    """The first slot of a new post."""
    return f"new:{board}"


def slot_for_reply(post_id: int) -> str:
    """The first slot of a reply in a thread."""
    return f"reply:{post_id}"


def slot_beside(first: str, typed: str) -> str:
    """One of the slots beside a first one, as a form or an address names it ('2', 'new:issues:2'); the first itself
    where it names none."""
    number = typed.removeprefix(f"{first}:")
    is_one = len(number) == 1 and number.isascii() and number.isdecimal() and number > "1"
    return f"{first}:{number}" if is_one else first


def _draft(row: Row) -> Draft:
    return Draft(
        slot=row["slot"],
        title=row["title"],
        text=row["text"],
        photos=tuple(row["photos"].split()),
        is_private=bool(row["is_private"]),
        seq=row["seq"],
        changed_at=moment(row["changed_at"]),
    )


async def draft(slot: str, *, viewer: Viewer) -> Draft:
    """What the viewer has in a slot, also where it is empty."""
    allow(viewer, "post.draft", None)
    row = await fetch_one(f"SELECT {_COLUMNS} FROM post_draft WHERE person_id=$1 AND slot=$2", viewer.person_id, slot)
    return _draft(row) if row else Draft(slot)


async def drafts(*, viewer: Viewer) -> list[Draft]:
    """草稿箱: everything unsent, the latest first."""
    allow(viewer, "post.draft", None)
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM post_draft WHERE person_id=$1 AND (title<>'' OR text<>'' OR photos<>'')"
        f" ORDER BY changed_at DESC, id DESC LIMIT {MOST_SHOWN}",
        viewer.person_id,
    )
    return [_draft(row) for row in rows]


_SAVE = (
    "INSERT INTO post_draft (created_at, changed_at, person_id, slot, place_id, title, text, photos, is_private, seq)"
    " VALUES ($1,$1,$2,$3,$4,$5,$6,$7,$8,1) ON CONFLICT (person_id, slot) DO UPDATE SET changed_at=excluded.changed_at,"
    " title=excluded.title, text=excluded.text, photos=excluded.photos, is_private=excluded.is_private,"
    " seq=post_draft.seq+1 WHERE post_draft.seq=$9 RETURNING seq"
)


async def save(wanted: Draft, *, by: Viewer) -> int:
    """存草稿: gives the new number; Taken where somebody has a newer one open, or it was sent meanwhile."""
    text = await _checked(wanted, by=by)
    async with transaction():
        row = await fetch_one(_SAVE, *_values(wanted, text, slot=wanted.slot, by=by), wanted.seq)
        if row is None or (row["seq"] == 1 and wanted.seq != 0):
            raise Taken("draft.stale")
    return row["seq"]


async def _checked(wanted: Draft, *, by: Viewer) -> str:
    """The words as they are kept, of who may keep some, in a slot there is."""
    allow(by, "post.draft", None)
    if by.person_id is None or by.place_id is None:
        raise NotAllowed("not_allowed", verb="post.draft")
    if not _SLOT.fullmatch(wanted.slot):
        raise NotFound("draft.not_found")
    text = clean_input(wanted.text)
    if len(text) > MOST_TEXT:
        raise Invalid("post.too_long", most=MOST_TEXT)
    await limits.spend("drafts", str(by.person_id), rate=RATE)
    return text


def _values(wanted: Draft, text: str, *, slot: str, by: Viewer) -> tuple[object, ...]:
    title, photos = one_line(wanted.title)[:80], " ".join(wanted.photos)[:400]
    return clock.now(), by.person_id, slot, by.place_id, title, text, photos, wanted.is_private


_FREE = "post_draft.title='' AND post_draft.text='' AND post_draft.photos=''"
_BESIDE = _SAVE.replace("post_draft.seq=$9", _FREE)
"""Into a slot that is free: never used, or emptied."""


async def apart(wanted: Draft, *, by: Viewer) -> Draft:
    """另存一份: words that another form was quicker than, in a free slot beside its own; gives it as it stands there.
    Taken where there are too many already."""
    text = await _checked(wanted, by=by)
    first = ":".join(wanted.slot.split(":")[:2])
    if wanted.slot.startswith("edit:"):
        raise NotFound("draft.not_found")
    async with transaction():
        for number in range(2, MOST_APART + 1):
            slot = f"{first}:{number}"
            row = await fetch_one(_BESIDE, *_values(wanted, text, slot=slot, by=by))
            if row is not None:
                return replace(wanted, slot=slot, text=text, seq=row["seq"])
    raise Taken("draft.many", most=MOST_APART)


_EMPTY = (
    "UPDATE post_draft SET title='', text='', photos='', is_private=$1, seq=seq+1, changed_at=$2"
    " WHERE person_id=$3 AND slot=$4"
)


async def end(slot: str, *, seq: int | None, sent: str, by: Viewer) -> None:
    """What was in a slot has been sent, in the transaction that sends it. What another tab wrote since stays; the very
    words that were sent do not, though they were kept once more while they were on their way."""
    if seq is not None:
        values = (False, clock.now(), by.person_id, slot)
        await execute(f"{_EMPTY} AND (seq=$5 OR text=$6)", *values, seq, clean_input(sent))


async def drop(slot: str, *, by: Viewer) -> None:
    """丢掉草稿: whatever is in a slot."""
    allow(by, "post.draft", None)
    async with transaction():
        await execute(_EMPTY, False, clock.now(), by.person_id, slot)  # noqa: FBT003


async def forget(older_than: dt.datetime, limit: int) -> int:
    """Delete drafts nobody has touched since a moment, so many at a time."""
    return await execute(
        "DELETE FROM post_draft WHERE id IN (SELECT id FROM post_draft WHERE changed_at<$1 ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
