"""The signature under a result sheet: Ed25519 (RFC 8032), with a key made of the service's secret."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.sealed import derived_key


def canonical(body: Mapping[str, object]) -> bytes:
    """What is signed: JSON with sorted names, no spaces, in UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(body: Mapping[str, object]) -> str:
    """The signature over a sheet without its signature, 128 hexadecimal digits."""
    return _key().sign(canonical(body)).hex()


def public_key() -> str:
    """By which a signature is checked, 64 hexadecimal digits."""
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(b"mulin result sheets"))
