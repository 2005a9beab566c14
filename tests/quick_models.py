"""What Tortoise works out of the models for a kind of database, once for each kind: it does so again at every opening,
which takes longer than most tests, and every test opens a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from functools import cache

from tortoise.apps import Apps
from tortoise.models import Model

_OF_A_KIND = (
    "basetable",
    "basequery",
    "basequery_all_fields",
    "filters",
    "db_native_fields",
    "db_default_fields",
    "db_complex_fields",
)
"""What differs between databases of what is worked out; the rest is the same and stays."""
_work_out = Apps._build_initial_querysets
_Kind = tuple[str | None, ...]
_known: dict[_Kind, dict[type[Model], dict[str, object]]] = {}
_last: _Kind | None = None
"""What the models are ready for at the moment."""


def remember_models() -> None:
    """From now on, and in this process only."""
    Apps._build_initial_querysets = _remembered
    Apps._discover_models = staticmethod(cache(Apps._discover_models))


def _remembered(self: Apps) -> None:
    global _last
    models = list(_models(self))
    kind = tuple(model._meta.default_connection for model in models)
    if kind == _last and _known[kind].keys() == set(models):
        return
    if kind not in _known or _known[kind].keys() != set(models):
        for model in models:
            _give(model, _taken(model))  # What it works out it puts into what is there, be that another kind's.
        _work_out(self)
        _known[kind] = {model: _taken(model) for model in models}
    for model, known in _known[kind].items():
        _give(model, known)
    _last = kind


def _models(apps: Apps) -> Iterator[type[Model]]:
    return (model for app in apps.apps.values() for model in app.values())


def _taken(model: type[Model]) -> dict[str, object]:
    return {name: copy(getattr(model._meta, name)) for name in _OF_A_KIND}


def _give(model: type[Model], known: dict[str, object]) -> None:
    for name, value in known.items():
        setattr(model._meta, name, copy(value) if isinstance(value, dict | list) else value)
