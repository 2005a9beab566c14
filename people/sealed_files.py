"""Files that lie sealed in the folder until somebody may look at them, so that whoever reads the folder sees none."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import Invalid
from models.sealed import is_fresh, seal_bytes, unseal_bytes
from people import shelf

_TOKEN = b"gAAAA"
"""How every sealed file begins, and no picture does."""


def sealed_copy(name: str) -> str:
    """A sealed copy of a file and its preview under a name of its own; '' where the file is gone."""
    return _copy(name, seal_bytes)


def opened_copy(name: str) -> str:
    """An open copy of a sealed file; '' where it is gone or no key opens it."""
    return _copy(name, _opened)


def resealed_copy(name: str) -> str:
    """A copy under the key in use; '' where it is under that already, is not sealed, is gone, or no key opens it."""
    return "" if _is_done(name) else _copy(name, lambda content: seal_bytes(_opened(content)))


def needs_other_key(name: str) -> bool:
    """Whether the key in use alone does not open a sealed file."""
    return not _is_done(name)


def _is_done(name: str) -> bool:
    try:
        content = shelf.path_of(name).read_bytes()
    except FileNotFoundError:
        return True
    return not content.startswith(_TOKEN) or is_fresh(content.decode())


def _opened(content: bytes) -> bytes:
    """As it is where it was never sealed: it was taken before files were."""
    return unseal_bytes(content) if content.startswith(_TOKEN) else content


def _copy(name: str, change: Callable[[bytes], bytes]) -> str:
    try:
        preview = change(shelf.path_of(name, is_preview=True).read_bytes())
        return shelf.put(change(shelf.path_of(name).read_bytes()), preview=preview)
    except (FileNotFoundError, Invalid):
        return ""
