"""What a browser is called in the list of where somebody is signed in."""

from __future__ import annotations

from models.wording import say

_BROWSERS = (
    ("MicroMessenger", "wechat"),
    ("Edg", "edge"),
    ("Firefox", "firefox"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Windows", "windows"),
    ("Mac OS", "mac"),
    ("Linux", "linux"),
)


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    found = next((name for mark, name in names if mark in agent), "other")
    return say(f"staff.device.{found}")


def device_of(agent: str) -> str:
    """What a browser calls itself, in two plain words."""
    return say("staff.device.both", browser=_named(agent, _BROWSERS), system=_named(agent, _SYSTEMS))
