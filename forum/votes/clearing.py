"""How long photos of papers are kept after a count: until whoever has something against it has said so."""

from __future__ import annotations

from casework.retention import Kind
from forum.votes import paper_photos
from models.rule_shapes import Keep


def _days(keep: Keep) -> int:
    return keep.paper_photos_days


KINDS: tuple[Kind, ...] = (Kind("paper_photo", _days, paper_photos.forget),)
