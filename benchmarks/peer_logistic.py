"""Does with scikit-learn, in the peers' environment, what fitting needs: ``peer_logistic.py TASK IN OUT``.

``fit``: a multinomial logistic regression. IN holds ``indices``, ``offsets``, ``values`` (rows of a sparse matrix),
``width``, ``dense``, ``labels``, ``weights`` (one per row); OUT gets ``classes``, ``weights`` (features, classes) and
``constant`` (classes,). ``group``: k-means (Sculley 2010). IN holds ``vectors`` and ``groups`` (how many); OUT gets
``groups`` (one per vector).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import MiniBatchKMeans
from sklearn.linear_model import LogisticRegression

STRENGTH = 10.0
STEPS = 400
AT_A_TIME = 4096


def group(given: Mapping[str, Any]) -> dict[str, Any]:
    """Groups of like vectors; the same ones every time."""
    groups = MiniBatchKMeans(int(given["groups"]), random_state=0, n_init=1, batch_size=AT_A_TIME)
    return {"groups": groups.fit(given["vectors"].astype(np.float32)).labels_}


def fit(given: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of every feature for every label."""
    rows = len(given["labels"])
    grams = csr_matrix((given["values"], given["indices"], given["offsets"]), shape=(rows, int(given["width"])))
    features = hstack([grams, csr_matrix(given["dense"])]).tocsr()
    fitted = LogisticRegression(C=STRENGTH, max_iter=STEPS).fit(
        features, given["labels"], sample_weight=given["weights"]
    )
    return {"classes": fitted.classes_, "weights": fitted.coef_.T, "constant": fitted.intercept_}


def main(task: str, source: str, target: str) -> None:
    """Do a task and write what comes of it."""
    np.savez(target, **{"fit": fit, "group": group}[task](np.load(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
