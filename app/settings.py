"""Settings from the environment (prefix ``MULIN_``): secrets, addresses, folders. A wrong or unknown one is refused."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.problems import WrongUse
from models.database import SQLITE, dialect_of, sqlite_path
from models.errors import Invalid

PREFIX = "MULIN_"
OF_TESTS = frozenset({"MULIN_TEST_POSTGRES_URL", "MULIN_TEST_REDIS_URL", "MULIN_TEST_SURE"})
"""What the tests read; the service only knows that they are no slip."""
ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "tests" / "questions"
"""The outside test questions of a checkout; an installed service has none."""


NOTICE_WORDS = frozenset({"what", "how", "time"})
"""What a field of WeChat's notice may say."""
_NOTICE_FIELD = re.compile(r"[a-z_]{2,30}[0-9]{1,2}")
SecretKey = Annotated[str, Field(min_length=16)]


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
    secret_key: SecretKey | None = None
    old_secret_keys: Annotated[tuple[SecretKey, ...], NoDecode] = ()
    community_dir: Path = ROOT / "community"
    data_dir: Path = ROOT / "data"
    files_dir: Path | None = None
    place: str = "demo"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    lease_seconds: Annotated[float, Field(ge=2, le=300)] = 30
    telegram_token: Annotated[str, Field(pattern=r"^[0-9]{5,15}:[A-Za-z0-9_-]{20,60}$")] | None = None
    telegram_base_url: str = "https://api.telegram.org/bot"
    telegram_file_url: str = "https://api.telegram.org/file/bot"
    telegram_mode: Literal["webhook", "polling"] = "polling"
    telegram_secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,256}$")] | None = None
    wechat_app_id: Annotated[str, Field(pattern=r"^wx[0-9A-Za-z_-]{1,60}$")] | None = None
    wechat_app_secret: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{4,128}$")] | None = None
    wechat_token: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{3,32}$")] | None = None
    wechat_aes_key: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{43}$")] | None = None
    wechat_mode: Literal["plain", "compatible", "safe"] = "safe"
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_open_base: str = "https://open.weixin.qq.com"
    wechat_notice_template: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{10,64}$")] | None = None
    wechat_notice_fields: Annotated[dict[str, str], NoDecode] = {"thing1": "what", "time2": "time"}
    wecom_api_base: str = "https://qyapi.weixin.qq.com"
    relay_url: str | None = None
    relay_secret: Annotated[str, Field(min_length=16)] | None = None

    @field_validator("database_url")
    @classmethod
    def known_database(cls, value: str) -> str:
        """Only SQLite and PostgreSQL addresses, of a file or of a port there can be."""
        try:
            is_file = dialect_of(value) == SQLITE
        except Invalid as error:
            raise ValueError("must start with sqlite:// or postgres://") from error
        if is_file and (not sqlite_path(value).name or sqlite_path(value).is_dir()):
            raise ValueError("must name a file, such as sqlite:///srv/mulin/mulin.db")
        if not is_file:
            _ = urlsplit(value).port  # A ValueError says what is wrong with it.
        return value

    @field_validator(
        *("public_url", "relay_url", "telegram_base_url", "telegram_file_url"),
        *("wechat_api_base", "wechat_open_base", "wecom_api_base"),
    )
    @classmethod
    def web_address(cls, value: str | None) -> str | None:
        """An address that a browser or a gateway can open, as paths are put behind it: without a slash at its end."""
        return value if value is None else _address(value, "http", "https").rstrip("/")

    @field_validator("telegram_base_url", "telegram_file_url")
    @classmethod
    def with_path_of_bots(cls, value: str, info: ValidationInfo) -> str:
        """The token stands right behind it; a server's bare address gets the path that is usual there."""
        if urlsplit(value).path:
            return value
        return f"{value}{'/file/bot' if info.field_name == 'telegram_file_url' else '/bot'}"

    @field_validator("redis_url")
    @classmethod
    def redis_address(cls, value: str | None) -> str | None:
        """An address of a Redis server, or of its socket on this machine."""
        if value is not None and value.startswith("unix:///") and value.isprintable():
            return value
        return value if value is None else _address(value, "redis", "rediss")

    @field_validator("old_secret_keys", mode="before")
    @classmethod
    def list_of_keys(cls, value: object) -> object:
        """A JSON list, as written in the environment."""
        try:
            keys = json.loads(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError('must be a JSON list such as ["an earlier key"]') from error
        if not isinstance(keys, list | tuple):
            raise ValueError('must be a JSON list such as ["an earlier key"]')
        return tuple(keys)

    @field_validator("wechat_notice_fields", mode="before")
    @classmethod
    def fields_of_a_notice(cls, value: object) -> object:
        """A JSON object: each field of the account's template, and what it says."""
        try:
            fields = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            fields = None
        names = dict(fields) if isinstance(fields, dict) else {}
        if not names or not all(_NOTICE_FIELD.fullmatch(str(one)) and names[one] in NOTICE_WORDS for one in names):
            raise ValueError('must be a JSON object such as {"thing1": "what", "thing3": "how", "time2": "time"}')
        return names

    @field_validator("community_dir")
    @classmethod
    def existing_folder(cls, value: Path) -> Path:
        """The community folder must hold rules.toml."""
        if not (value / "rules.toml").is_file():
            raise ValueError(f"{value} has no rules.toml")
        return value


def _address(value: str, *schemes: str) -> str:
    """``value`` itself where it is an address of one of the schemes, with a host."""
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good or not value.isprintable() or " " in value:
        raise ValueError(f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host")
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
        raise SettingsInvalid(f"{name}: {first['msg'].removeprefix('Value error, ')}") from error
    if (settings.relay_url is None) != (settings.relay_secret is None):
        raise SettingsInvalid("MULIN_RELAY_URL: must be set together with MULIN_RELAY_SECRET")
    _refuse_half_of_wechat(settings)
    if settings.telegram_token and settings.telegram_mode == "webhook":
        _refuse_half_a_webhook(settings)
    return settings


def _refuse_half_of_wechat(settings: Settings) -> None:
    """An account needs its id, its secret and its token, and a key where pushes are encrypted."""
    names = ("wechat_app_id", "wechat_app_secret", "wechat_token")
    given = [name for name in names if getattr(settings, name) is not None]
    missing = [name for name in names if name not in given]
    if given and settings.wechat_aes_key is None and settings.wechat_mode != "plain":
        missing.append("wechat_aes_key")
    if given and missing:
        raise SettingsInvalid(f"{PREFIX}{missing[0].upper()}: must be set for WeChat")


def _refuse_half_a_webhook(settings: Settings) -> None:
    """Telegram must know where to post, and what to prove itself by; a stand-in may post to where we listen."""
    is_real = settings.telegram_base_url == Settings.model_fields["telegram_base_url"].default
    for name in ("telegram_secret", *(["public_url"] if is_real else [])):
        if getattr(settings, name) is None:
            raise SettingsInvalid(f"{PREFIX}{name.upper()}: must be set for MULIN_TELEGRAM_MODE=webhook")


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | OF_TESTS
    for name in sorted(given):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsInvalid(f"{name}: no such setting")


def files_folder(settings: Settings) -> Path:
    """Where photos lie: the folder that is set, else ``files`` beside an SQLite database or in the data folder."""
    if settings.files_dir is not None:
        return settings.files_dir
    is_file = dialect_of(settings.database_url) == SQLITE
    return (sqlite_path(settings.database_url).parent if is_file else settings.data_dir) / "files"


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
