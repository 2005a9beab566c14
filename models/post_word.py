"""What a post is found by: its words as the segmenter cuts them, beside it and written with it."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index

from models.base import Noun
from models.post import Post


class PostWord(Noun):
    """The words of one post, a space between two; ``cut_at`` is empty as long as they are still to be cut.

    ``kind_key`` is the kind of work that it surely is about, for the topics of the week; '' where it is about none.

    The database makes the row with the post, empties it when title or text change and drops it when the post is deleted
    (models/count_triggers.py); its own engine finds what is in it (models/full_text.py).
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "models.Post", related_name="cut", on_delete=fields.CASCADE
    )
    words = fields.TextField(default="")
    kind_key = fields.CharField(max_length=40, null=True)
    cut_at = fields.DatetimeField(null=True)
    post_id: int

    class Meta:
        table = "post_word"
        indexes = (Index(fields=("cut_at", "id")),)
