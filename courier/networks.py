"""Who sent something, which network that counts for where tries are limited, and what is of the public internet."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_INSIDE_OTHERS = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""Networks of IPv6 whose addresses lead on to one of IPv4, which may be anything (NAT64, 6to4, Teredo)."""
HOUSEHOLD = 64
"""Whoever has one IPv6 address has the 2**64 of its network, so that is what is counted."""


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """The address itself, of IPv6 the network of 64 bits; what is no address stays as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), HOUSEHOLD), strict=False))


def sender_of(remote: str | None, *, forwarded: str) -> str:
    """Who sent it, as a proxy on this machine names them; '' for this machine itself, behind which anybody may be."""
    if not is_loopback(remote):
        return remote or ""
    last = forwarded.rpartition(",")[2].strip()
    return "" if is_loopback(last) else last


@lru_cache(maxsize=1024)
def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own; one that cannot be read is not."""
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Whether a host of an address is a number and no name, also in the old ways of writing one."""
    if all(part and (part.isdecimal() or part.lower().startswith("0x")) for part in host.split(".")):
        return True
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an address is of the public internet: not this machine, not a network of somebody's own, no multicast."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _INSIDE_OTHERS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
