"""The folder in which files lie: written whole or not at all, under names that say nothing and cannot be guessed."""

from __future__ import annotations

import math
import os
import re
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{40}")
_PREVIEW = ".preview"
UNDER_WAY = ".part"
_folder: Path | None = None


def use_folder(folder: Path) -> None:
    """Choose the folder, once at start; it is made when the first file comes."""
    global _folder
    _folder = folder


def folder() -> Path:
    """Where files lie."""
    if _folder is None:
        raise RuntimeError("use_folder() was not called at start")
    return _folder


def path_of(name: str, *, is_preview: bool = False) -> Path:
    """Where a file of ours lies, or its preview."""
    if not _NAME.fullmatch(name):
        raise ValueError("no name of ours")
    return folder() / name[:2] / f"{name}{_PREVIEW if is_preview else ''}"


def put(content: bytes, *, preview: bytes | None = None) -> str:
    """Keep a file, and its preview where it has one; gives its name. It lies there safely when this returns."""
    name = secrets.token_hex(20)
    if preview is not None:
        _write(path_of(name, is_preview=True), preview)
    _write(path_of(name), content)
    return name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}{UNDER_WAY}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    unfinished.replace(path)


def remove(names: Collection[str]) -> None:
    """Take files away, with their previews; one that is gone already is no harm."""
    for name in names:
        for is_preview in (False, True):
            path_of(name, is_preview=is_preview).unlink(missing_ok=True)


def unlink(paths: Collection[Path]) -> None:
    """Take away what lies in the folder without a row."""
    for path in paths:
        path.unlink(missing_ok=True)


def names_before(seconds: float) -> Iterator[tuple[str, Path]]:
    """What was written before a moment (seconds since 1970): the name of the file it belongs to, and where it lies."""
    if _folder is None:
        return
    for path in folder().glob("[0-9a-f][0-9a-f]/*"):
        name, _, _ = path.name.partition(".")
        if _NAME.fullmatch(name) and _written_at(path) < seconds:
            yield name, path


def _written_at(path: Path) -> float:
    """When a file was written; one that is gone meanwhile, or has its name by now, just now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf
