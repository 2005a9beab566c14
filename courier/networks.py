"""Which network an address counts for where tries are limited."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

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
