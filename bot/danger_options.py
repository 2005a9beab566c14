"""Options of conditions that tell of danger now (`community/danger_options.toml`): 现在闻得到味道吗？闻得到."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from casework import guide
from nlp.emergency import Emergency, EmergencyKind

_FILE = "danger_options.toml"
_community = Path(__file__).parent.parent / "community"


def use_folder(community: Path) -> None:
    """Choose the community folder, once at start, and read the file."""
    global _community
    _community = community
    danger_options.cache_clear()
    danger_options()


@lru_cache(maxsize=1)
def danger_options() -> Mapping[str, Mapping[str, EmergencyKind]]:
    """Of each entry the options that are danger, and which; ValueError where the file names a kind there is none of."""
    path = _community / _FILE
    if not path.exists():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        return {key: {answer: EmergencyKind(kind) for answer, kind in said.items()} for key, said in entries.items()}
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path}: {error}") from error


def danger_of(entry: str, answer: str) -> Emergency | None:
    """The danger that an option picked tells of, or None."""
    kind = danger_options().get(entry, {}).get(answer)
    if kind is None:
        return None
    call = next(rule.call for rule in guide.words().emergencies if rule.kind == kind.value)
    return Emergency(kind, call, answer, by_rule=True)
