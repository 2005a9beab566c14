"""Logistic models as nlp/coefficients.json holds them: fitted from named measures, and written beside the others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp.fitting import fit_logistic

FILE = Path(__file__).parent.parent / "nlp" / "coefficients.json"


def logistic(rows: Sequence[Mapping[str, float]], holds: npt.ArrayLike, names: Sequence[str] = ()) -> dict[str, object]:
    """A model of whether something holds, from those measures of each row that are named, or all of them."""
    names = names or tuple(rows[0])
    constant, weights = fit_logistic(
        np.asarray([[one[name] for name in names] for one in rows]), np.asarray(holds, dtype=float)
    )
    return {"constant": round(constant, 4), "weights": dict(zip(names, weights.round(4).tolist(), strict=True))}


def save(**fitted: object) -> None:
    """Write what was fitted; everything else in the file stays."""
    saved = json.loads(FILE.read_text(encoding="utf-8")) | fitted
    FILE.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted))
