"""The tables between two steps of a migration: each model as it stood then, with what it points at."""

from __future__ import annotations

import pytest
from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.operations import AddField, CreateModel

from models.migration_state import DrawnState

HOME = CreateModel("Home", [("id", fields.IntField(primary_key=True)), ("label", fields.TextField())], {"table": "h"})
STAY = CreateModel(
    "Stay",
    [("id", fields.IntField(primary_key=True)), ("home", fields.ForeignKeyField("models.Home"))],
    {"table": "stay"},
)


def after(*steps: CreateModel | AddField) -> DrawnState:
    """The tables after some steps."""
    state = DrawnState.empty({})
    for step in steps:
        step.state_forward("models", state)
    return state


def test_a_model_is_drawn_with_what_it_points_at() -> None:
    stay = after(STAY, HOME).apps.get_model("models.Stay")
    home = stay._meta.fields_map["home"]
    assert isinstance(home, ForeignKeyFieldInstance)
    assert (home.related_model._meta.db_table, stay._meta.fields_db_projection["home_id"]) == ("h", "home_id")


def test_what_was_before_a_step_stays_as_it_was() -> None:
    state = after(HOME)
    before = state.clone()
    AddField("Home", "floor", fields.IntField(null=True)).state_forward("models", state)
    drawn = [one.apps.get_model("models.Home")._meta.fields_map for one in (before, state)]
    assert ["floor" in found for found in drawn] == [False, True]


def test_what_points_at_nothing_is_refused() -> None:
    after(STAY, HOME).validate_relations_initialized()
    with pytest.raises(RuntimeError, match=r"Stay -> models\.Home"):
        after(STAY).validate_relations_initialized()
