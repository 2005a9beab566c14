"""Forms in which neighbours write: what was typed, photos kept until it is sent, and the draft it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forum import drafts
from forum.drafts import Draft
from forum.posts import Published
from models.errors import Taken
from models.file import FileKind
from models.post import PostState
from people import files
from people.files import FileLine
from people.viewers import Viewer
from portal.forms import Sent
from portal.uploads import must_be_few


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. ``seq`` is the state of the draft it shows, in ``slot``; ``key`` makes it post once."""

    title: str = ""
    text: str = ""
    photos: tuple[str, ...] = ()
    is_private: bool = False
    seq: int = 0
    key: str = ""
    slot: str = ""

    @staticmethod
    def of_draft(draft: Draft, *, key: str) -> Typed:
        """As it was left."""
        return Typed(draft.title, draft.text, draft.photos, draft.is_private, draft.seq, key, draft.slot)

    @staticmethod
    def of_form(sent: Sent) -> Typed:
        """As it came, with the photos that were kept before and are still wanted."""
        seq, dropped = sent.text("seq"), sent.texts("drop_photo")
        return Typed(
            title=sent.text("title"),
            text=sent.text("text"),
            photos=tuple(name for name in sent.text("photos").split() if name not in dropped),
            is_private=bool(sent.text("private")),
            seq=int(seq) if seq.isdecimal() and len(seq) < 9 else 0,
            key=sent.text("key"),
            slot=sent.text("slot"),
        )

    def as_draft(self, slot: str) -> Draft:
        """As it is kept."""
        return Draft(slot, self.title, self.text, self.photos, self.is_private, self.seq)


async def kept(stands: Typed, first: str, *, by: Viewer) -> tuple[Typed, str]:
    """存草稿: as it stands from now on, and the word for it. Where another form for the same was quicker it is kept
    beside that, so that neither's words are lost."""
    slot, word = drafts.slot_beside(first, stands.slot), "draft_saved"
    try:
        await drafts.save(stands.as_draft(slot), by=by)
    except Taken:
        slot, word = (await drafts.apart(stands.as_draft(slot), by=by)).slot, "draft_apart"
    found = await drafts.draft(slot, viewer=by)
    return Typed.of_draft(found, key=stands.key), word


def word_of(made: Published, done: str) -> str:
    """The word for what became of a post or reply: why it is held, that something was masked, or that it is done."""
    if made.state is PostState.HELD:
        return made.reason.rpartition(".")[2] or "held_words"
    return "post_masked" if made.hidden else done


async def typed(sent: Sent, photos: Sequence[bytes], *, by: Viewer, place_id: int) -> Typed:
    """A form as it was sent, its new photos kept beside those it had; refused where they are too many together."""
    stands = Typed.of_form(sent)
    must_be_few([*stands.photos, *photos])
    stored = [await files.keep(one, by=by, kind=FileKind.PHOTO, place_id=place_id) for one in photos]
    return replace(stands, photos=(*stands.photos, *(one.name for one in stored)))


async def previews(names: Sequence[str], *, by: Viewer) -> list[FileLine]:
    """The photos of a form that is not sent yet, as far as they are still there."""
    return await files.by_ids(await files.own_waiting(names, by=by))
