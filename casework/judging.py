"""Whether a draft would answer published questions worse than the pack does today: judged on an index in memory.

An entry's own questions are all asked; of other entries those that share enough with what the draft says. The index is
built in a thread and kept (``casework.indexes``), and is the one searched from the moment the draft is published.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework import guide, indexes, snapshots
from casework.guide import Zone
from casework.snapshots import ShownEntry, Snapshot
from models.entry_content import EntryContent, cleaned
from models.errors import Invalid
from nlp.postings import Shown
from nlp.retrieve import Index
from nlp.similar import grams
from people.audit import record
from people.permissions import allow
from people.scope import places_for
from people.viewers import Viewer

NEAR = 0.15
"""From this share of a question's character pairs on, a draft may be what is found for it. On the shipped pack that
leaves one question in three, and over 28 spoiled entries none of the 90 that got worse was overlooked."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an entry is to say, and whose it is (None: everybody's)."""

    content: EntryContent
    place_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a question finds first ('' nothing) and what its confidence allows."""

    key: str
    title: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Worse:
    """A published question that would be answered worse: whose it is, what it finds now, what it would find."""

    text: str
    key: str
    title: str
    place_id: int | None
    was: Standing
    now: Standing


@dataclass(frozen=True, slots=True)
class Judgement:
    """What gets worse, by the pack's revision that it was compared with."""

    revision: int
    worse: tuple[Worse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the entry that is right, and the place in which it is asked (None: where only shared ones show)."""

    text: str
    key: str
    place_id: int | None


@dataclass(frozen=True, slots=True)
class _Side:
    """One pack and how it is searched."""

    index: Index
    titles: Mapping[str, str]
    masks: dict[int | None, Shown]

    def standing(self, asked: _Asked) -> Standing:
        ranking = self.index.search(asked.text, shown=self.masks[asked.place_id], limit=1)
        if not ranking.hits:
            return Standing("", "", Zone.UNKNOWN)
        key = ranking.hits[0].key
        return Standing(key, self.titles[key], guide.zone_of(ranking.right_first, ranking.right_in_three))


LONGEST_REASON = 200

_last: tuple[Snapshot, tuple[Proposed, ...], tuple[Worse, ...]] | None = None


async def judge(proposed: Iterable[Proposed]) -> Judgement:
    """What published questions would be answered worse by one draft, or by an import's shared entries together; of one
    pack and one draft it is worked out once."""
    global _last
    given = tuple(proposed)
    if await guide.revision() == 0:
        return Judgement(0)
    async with indexes.one_at_a_time():
        await guide.refresh_if_changed()
        snapshot = await guide.current()
        if _last is None or _last[0] is not snapshot or _last[1] != given:
            _last = (snapshot, given, await asyncio.to_thread(_worse, snapshot, given))
        return Judgement(snapshot.revision, _last[2])


def shown_to(viewer: Viewer, worse: Sequence[Worse]) -> list[Worse]:
    """Those whose question the viewer may read: everybody's, and those of the entries of their own places."""
    places = places_for(viewer, "guide.draft")
    return [one for one in worse if places is None or one.place_id is None or one.place_id in places]


def accept(judged: Judgement, *, by: Viewer, place_id: int | None, despite: str) -> str:
    """Refuse what answers published questions worse unless somebody who may gives a reason; gives the reason kept."""
    if not judged.worse:
        return ""
    reason = " ".join(cleaned(despite).split())[:LONGEST_REASON]
    if not reason:
        raise Invalid("guide.answers_worse", count=len(judged.worse))
    allow(by, "guide.publish_worse", place_id)
    return reason


def kept_of(key: str, judged: Judgement | None, *, despite: str) -> dict[str, Any]:
    """What the version of one entry among several keeps: how many questions it answers worse or takes, and why."""
    concerned = [one for one in judged.worse if key in (one.key, one.now.key)] if judged else []
    return {"worse_count": len(concerned), "worse_reason": despite if concerned else ""}


async def record_worse(judged: Judgement, *, by: Viewer, subject_id: int | None, place_id: int | None) -> None:
    """Note that something was published although published questions are answered worse."""
    detail = f"{len(judged.worse)} questions"
    await record(
        by, "guide.publish_worse", subject="entry_version", subject_id=subject_id, place_id=place_id, detail=detail
    )


def _worse(snapshot: Snapshot, proposed: Sequence[Proposed]) -> tuple[Worse, ...]:
    new = {one.content.id: one for one in proposed if _is_searched_otherwise(snapshot.entries, one)}
    questions = list(_questions(snapshot.entries, new))
    if not questions:
        return ()
    before, after = _sides(snapshot, new, places={one.place_id for one in questions})
    found = (_compared(one, before=before, after=after, entries=snapshot.entries) for one in questions)
    return tuple(one for one in found if one is not None)


def _is_searched_otherwise(entries: Mapping[str, ShownEntry], one: Proposed) -> bool:
    """Whether anything that is searched changes: a fee alone changes no answer's finding."""
    shown = entries.get(one.content.id)
    return shown is None or snapshots.document(shown.content) != snapshots.document(one.content)


def _questions(entries: Mapping[str, ShownEntry], new: Mapping[str, Proposed]) -> Iterable[_Asked]:
    """What changed entries are asked for today, and the sample questions of others that are near what they will say."""
    near = frozenset(gram for one in new.values() for gram in _grams(one.content))
    home = next((one.place_id for one in new.values()), None)
    for key, shown in entries.items():
        if home is not None and shown.place_id not in (None, home):
            continue
        samples, place_id = shown.content.sample_questions, home if shown.place_id is None else shown.place_id
        own = [*samples, *shown.content.phrasings] if key in new else []
        texts = own or [text for text in samples if _is_near(text, near)]
        yield from (_Asked(text, key, place_id) for text in dict.fromkeys(texts))


def _grams(content: EntryContent) -> frozenset[str]:
    document = snapshots.document(content)
    return frozenset(gram for text in (*document.names, *document.phrasings, document.text) for gram in grams(text))


def _is_near(text: str, near: frozenset[str]) -> bool:
    asked = grams(text)
    return len(asked & near) >= NEAR * len(asked)


def _sides(snapshot: Snapshot, new: Mapping[str, Proposed], *, places: Collection[int | None]) -> tuple[_Side, _Side]:
    """The pack as it is and as it would be, with what each place shows."""
    before = {key: Proposed(shown.content, shown.place_id) for key, shown in snapshot.entries.items()}
    after = {**before, **new}
    documents = [snapshots.document(one.content) for one in after.values()]
    index = indexes.build(documents, segmenter=guide.segmenter(), words=guide.words())
    return _side(snapshot.index, before, places=places), _side(index, after, places=places)


def _side(index: Index, pack: Mapping[str, Proposed], *, places: Collection[int | None]) -> _Side:
    titles = {key: one.content.title for key, one in pack.items()}
    masks = {place: index.mask(lambda key, place=place: pack[key].place_id in (None, place)) for place in places}
    return _Side(index, titles, masks)


def _compared(asked: _Asked, *, before: _Side, after: _Side, entries: Mapping[str, ShownEntry]) -> Worse | None:
    """A question that would be answered worse, or None; what is right afterwards was never worse."""
    now = after.standing(asked)
    if now.key == asked.key:
        return None
    was = before.standing(asked)
    if _quality(asked, now) >= _quality(asked, was):
        return None
    shown = entries[asked.key]
    return Worse(asked.text, asked.key, shown.content.title, shown.place_id, was=was, now=now)


def _quality(asked: _Asked, standing: Standing) -> int:
    """2: found first. 1: not found, but nothing wrong is said either. 0: a wrong entry is told outright."""
    if standing.key == asked.key:
        return 2 if standing.zone is not Zone.UNKNOWN else 1
    return 0 if standing.zone is Zone.ANSWER else 1
