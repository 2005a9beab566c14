"""In which proposals somebody has a part, for their own page and copy: what they put, support, and wrote otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from models.transaction import fetch
from models.wording import say


@dataclass(frozen=True, slots=True)
class ProposalKept:
    """A proposal and their part in it; ``text``: the words of an amendment of theirs."""

    proposal: str
    part: str
    text: str


_PARTS = (
    "SELECT r.id, r.number, p.title, 'author' AS part, '' AS text FROM proposal r JOIN post p ON p.id=r.post_id"
    " WHERE r.author_id=$1 UNION ALL SELECT r.id, r.number, p.title, 'support', '' FROM proposal_support u"
    " JOIN proposal r ON r.id=u.proposal_id JOIN post p ON p.id=r.post_id WHERE u.person_id=$1"
    " UNION ALL SELECT r.id, r.number, p.title, 'amendment', a.text FROM amendment a"
    " JOIN proposal r ON r.id=a.proposal_id JOIN post p ON p.id=r.post_id WHERE a.author_id=$1"
    " ORDER BY 1 DESC, 4 LIMIT $2"
)


async def proposals(person_id: int, *, most: int) -> tuple[ProposalKept, ...]:
    """The latest first."""
    rows = await fetch(_PARTS, person_id, most)
    return tuple(
        ProposalKept(f"{row['number']} {row['title']}", say(f"proposal.part.{row['part']}"), row["text"])
        for row in rows
    )
