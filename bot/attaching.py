"""What came along with a message: written down with its line, and put to what it is about."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import Memory
from bot.scene import Scene
from casework import attachments
from courier import limits, signals
from models.rules import rules
from people import fetching, files

MOST = 10
"""Photos of one message; the largest album there is."""


async def may_attach(lane: str, count: int) -> bool:
    """Whether so many more files may come from somebody in this hour."""
    return all([await limits.hit("files", lane, rate=rules().limits.files) for _ in range(min(count, MOST))])


async def write_down(scene: Scene) -> None:
    """Note every file with the line it came with, in the transaction of the answer: to be fetched, or here already."""
    talk, to = scene.talk, attachments.to_line(scene.line_id)
    for one in scene.attached[:MOST]:
        if one.name:
            await files.attach([one.name], to=to, by=scene.viewer, line_id=scene.line_id)
            continue
        await fetching.want(
            one.source,
            channel=talk.channel,
            kind=one.kind,
            place_id=talk.place_id,
            contact_id=talk.contact_id,
            person_id=talk.person_id,
            to=to,
            line_id=scene.line_id,
            problem=one.problem or ("" if scene.may_attach else "too_many"),
        )
    if scene.attached:
        signals.publish(signals.FILES)


async def tell_not_taken(scene: Scene) -> None:
    """Say, behind the answer, that what came along could not be taken, and why."""
    refused = next((one for one in scene.attached if one.problem), None)
    if refused is not None:
        await attachments.tell_not_taken(
            refused.problem, kind=refused.kind, line_id=scene.line_id, contact_id=scene.talk.contact_id
        )


def remembered(scene: Scene) -> Memory:
    """The memory with this line among those whose photos belong to what is said next."""
    lines = (*scene.memory.photo_lines, scene.line_id)[-MOST:]
    return replace(scene.memory, photo_lines=lines)


async def take_along(scene: Scene, question_id: int, *line_ids: int) -> None:
    """Put to a question what came with this message, with the lines it is about, and shortly before."""
    await attachments.take_along({*line_ids, scene.line_id, *scene.memory.photo_lines}, question_id=question_id)
