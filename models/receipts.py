"""By which a secret ballot is found again: a keyed hash of its vote and its receipt."""

from __future__ import annotations

from models.sealed import keyed_hash, keyed_hashes


def mark_of(vote_id: int, receipt: str) -> str:
    """By which a ballot is found again, and from which nobody without the key finds its receipt."""
    return keyed_hash(_named(vote_id, receipt))


def marks_of(vote_id: int, receipt: str) -> tuple[str, ...]:
    """The same under every key there is."""
    return keyed_hashes(_named(vote_id, receipt))


def _named(vote_id: int, receipt: str) -> str:
    return f"ballot {vote_id} {receipt}"


def receipt_in(text: str) -> str:
    """The receipt of an opened ballot, before what was chosen."""
    return text.partition(" ")[0]
