"""A look at the bot's settings through Telegram's own eyes: the token, the webhook or the polling, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import User, WebhookInfo
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram import PATH
from bot.channels.telegram.updates import ALLOWED
from bot.findings import Finding, good, note, wrong

PORTS = frozenset({443, 80, 88, 8443})
"""Where Telegram posts to."""
MANY, SHORTEST = 100, 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings say: polling or webhook, this service's public address, and what Telegram proves itself by."""

    mode: str
    site: str
    server: str
    secret: str = ""


async def look(bot: ExtBot[None], wanted: Wanted) -> list[Finding]:
    """Everything that can be known from here; nothing is changed."""
    try:
        me = await bot.get_me()
        hook = await bot.get_webhook_info()
    except InvalidToken:
        return [wrong("Telegram does not know this token: copy it anew from @BotFather into MULIN_TELEGRAM_TOKEN")]
    except NetworkError:
        host = urlsplit(wanted.server).hostname
        return [
            wrong(
                f"{host} cannot be reached from here. Telegram is blocked on mainland networks: put an address that can"
                " be reached into MULIN_TELEGRAM_BASE_URL, or leave MULIN_TELEGRAM_TOKEN out; all else works"
            )
        ]
    except TelegramError as error:
        return [wrong(f"Telegram refuses: {type(error).__name__}")]
    return [*_about(me), *(_webhook(hook, wanted) if wanted.mode == "webhook" else _polling(hook)), *_waiting(hook)]


def _about(me: User) -> list[Finding]:
    found = [good(f"the token is good: it is the bot @{me.username}")]
    if not me.can_join_groups:
        found.append(note("the bot may not be put into groups (@BotFather, /setjoingroups), so no group can ask it"))
    return found


def _webhook(hook: WebhookInfo, wanted: Wanted) -> list[Finding]:
    """What Telegram has been told, beside what it should have been."""
    found = _address(wanted.site)
    if len(wanted.secret) < SHORTEST:
        found.append(note(f"MULIN_TELEGRAM_SECRET is short: {SHORTEST} letters and digits or more are not guessed"))
    url = f"{wanted.site}{PATH}"
    if not hook.url:
        found.append(note("no webhook is registered yet: the service registers it when it starts"))
    elif hook.url != url:
        text = f"Telegram posts to {hook.url}, not to {url}: start the service, or stop whatever else uses this token"
        found.append(wrong(text))
    else:
        found.append(good(f"Telegram posts to {url}"))
    if hook.url == url and hook.allowed_updates and set(hook.allowed_updates) != set(ALLOWED):
        found.append(note("Telegram posts other kinds of updates than wanted: restart the service"))
    if hook.last_error_message:
        found.append(wrong(f"Telegram's last try to post here failed: {hook.last_error_message}"))
    return found


def _address(site: str) -> list[Finding]:
    parts = urlsplit(site)
    if parts.scheme != "https":
        return [wrong("MULIN_PUBLIC_URL must begin with https:// for a webhook; polling needs no public address")]
    if (parts.port or 443) not in PORTS:
        return [wrong(f"Telegram posts to the ports {sorted(PORTS)} only, not to {parts.port}")]
    return []


def _polling(hook: WebhookInfo) -> list[Finding]:
    if hook.url:
        text = f"a webhook ({hook.url}) is registered, so nothing can be fetched: the service removes it when it starts"
        return [note(text)]
    return [good("updates are fetched (polling); no public address is needed")]


def _waiting(hook: WebhookInfo) -> list[Finding]:
    count = hook.pending_update_count
    if count > MANY:
        return [wrong(f"{count} updates wait to be taken: is the service running?")]
    return [good(f"{count} updates wait to be taken")]
