"""Settings from the environment (prefix ``MULIN_``): secrets, addresses, folders. A wrong or unknown one is refused."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.problems import WrongUse
from models.database import dialect_of
from models.errors import Invalid

PREFIX = "MULIN_"
TEST_PREFIX = "MULIN_TEST_"
ROOT = Path(__file__).parent.parent


class SettingsInvalid(WrongUse):
    """One line that names the setting and says what is wrong with it."""


class Settings(BaseSettings):
    """What an installation decides; every field may be given as ``MULIN_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = f"sqlite://{ROOT / 'data' / 'mulin.db'}"
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str | None = None
    secret_key: Annotated[str, Field(min_length=16)] | None = None
    old_secret_keys: list[str] = []
    community_dir: Path = ROOT / "community"
    data_dir: Path = ROOT / "data"
    place: str = "demo"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    lease_seconds: Annotated[float, Field(ge=2, le=300)] = 30
    relay_url: str | None = None
    relay_secret: Annotated[str, Field(min_length=16)] | None = None

    @field_validator("database_url")
    @classmethod
    def known_database(cls, value: str) -> str:
        """Only SQLite and PostgreSQL addresses."""
        try:
            dialect_of(value)
        except Invalid as error:
            raise ValueError("must start with sqlite:// or postgres://") from error
        return value

    @field_validator("community_dir")
    @classmethod
    def existing_folder(cls, value: Path) -> Path:
        """The community folder must hold rules.toml."""
        if not (value / "rules.toml").is_file():
            raise ValueError(f"{value} has no rules.toml")
        return value


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises SettingsInvalid with one line naming the first wrong one."""
    given = os.environ if environment is None else environment
    _refuse_unknown(given)
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsInvalid(f"{name}: {first['msg']}") from error
    if (settings.relay_url is None) != (settings.relay_secret is None):
        raise SettingsInvalid("MULIN_RELAY_URL: must be set together with MULIN_RELAY_SECRET")
    return settings


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(given):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known:
            raise SettingsInvalid(f"{name}: no such setting")


def secret_keys(settings: Settings) -> list[str]:
    """The secret keys, newest first. Without a setting one is made once in the data folder, for its owner only."""
    if settings.secret_key is not None:
        return [settings.secret_key, *settings.old_secret_keys]
    path = settings.data_dir / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return [path.read_text(encoding="ascii"), *settings.old_secret_keys]
