"""What a proxy on this very machine says of the browser behind it; nobody else's word is taken."""

from __future__ import annotations

import ipaddress

from aiohttp import web

from courier.networks import network_of


def _is_behind_own_proxy(request: web.Request) -> bool:
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def is_https(request: web.Request) -> bool:
    """Whether the browser speaks https, to us or to our own proxy; its cookies are then kept from plain http."""
    if request.secure:
        return True
    return request.headers.get("X-Forwarded-Proto", "").lower() == "https" and _is_behind_own_proxy(request)


def address(request: web.Request) -> str:
    """The network the browser's tries count for; our own proxy adds its address last."""
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return network_of(last if last and _is_behind_own_proxy(request) else request.remote or "")


def origin(request: web.Request) -> str:
    """The site's address as the browser has it, to be written on paper."""
    return f"{'https' if is_https(request) else 'http'}://{request.host}"
