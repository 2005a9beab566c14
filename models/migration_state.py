"""The tables as they stand between two steps of a migration, drawn only where a step looks at them.

Tortoise draws every model anew, with all that its queries need, before and after each of more than a hundred steps: ten
seconds for an empty database, and the more the more models there are. A step looks at one table and those it points at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Key = tuple[str, str]
Models = Mapping[Key, ModelState]


class DrawnModels(StateApps):
    """Models drawn when they are asked for: each knows what it points at, not what points at it."""

    def __init__(self, models: Models, connections_of: dict[str, str]) -> None:
        super().__init__(default_connections=connections_of)
        self._models, self._connections_of = models, connections_of
        self._drawn: dict[Key, type[Model]] = {}

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """One model as it stands; KeyError where there is none."""
        key = self.split_reference(app_label) if model_name is None else (app_label, model_name)
        if key not in self._drawn:
            self._drawn[key] = self._draw(key)
        return self._drawn[key]

    def _draw(self, key: Key) -> type[Model]:
        around = StateApps(default_connections=self._connections_of, connections=self._connections)
        for app, name in dict.fromkeys((key, *_pointed_at(self._models[key]))):
            around.register_model(app, self._models[app, name].render(around))
        around._init_relations()
        around._build_initial_querysets()
        return around.get_model(*key)

    def forget(self) -> None:
        """Draw anew what is asked for next: something has changed."""
        self._drawn.clear()

    def unregister_model(self, app_label: str, model_name: str) -> None:  # noqa: ARG002
        """A model is gone, or bears another name."""
        self.forget()

    def copy(self, models: Models) -> DrawnModels:
        """The same over other models."""
        return DrawnModels(models, self._connections_of)


class DrawnState(State):
    """What Tortoise's steps change and look at, without the models drawn beforehand."""

    apps: DrawnModels

    @classmethod
    def empty(cls, connections_of: dict[str, str]) -> DrawnState:
        """No table yet."""
        models: dict[Key, ModelState] = {}
        return cls(models, DrawnModels(models, connections_of))

    def reload_model(self, app_label: str, model_name: str) -> None:  # noqa: ARG002
        """A model has changed."""
        self.apps.forget()

    def reload_models(self, model_tuples: Iterable[Key]) -> None:  # noqa: ARG002
        """Models have changed."""
        self.apps.forget()

    def clone(self) -> DrawnState:
        """What stays as it is now; steps put other fields and options in place of those here and change none."""
        models = {key: replace(one, fields=dict(one.fields), options=dict(one.options)) for key, one in self._all()}
        return DrawnState(models, self.apps.copy(models))

    def validate_relations_initialized(self) -> None:
        """Refuse a migration after which something points at a table that is not there."""
        lost = [f"{name} -> {app}.{to}" for (_, name), one in self._all() for app, to in _pointed_at(one)
                if (app, to) not in self.models]  # fmt: skip
        if lost:
            raise RuntimeError(f"models point at others that no migration has made: {', '.join(sorted(lost))}")

    def _all(self) -> Iterable[tuple[Key, ModelState]]:
        return self.models.items()


def _pointed_at(model: ModelState) -> Iterator[Key]:
    for field in model.fields.values():
        if isinstance(field, ForeignKeyFieldInstance | ManyToManyFieldInstance):
            app, _, name = str(field.model_name).partition(".")  # A migration names it; it has no class yet.
            yield app, name
