"""Fits a multinomial logistic regression with scikit-learn, in the peers' environment: ``peer_logistic.py IN OUT``.

IN holds ``indices``, ``offsets``, ``values`` (rows of a sparse matrix), ``width``, ``dense``, ``labels``, ``weights``
(one per row); OUT gets ``classes``, ``weights`` (features, classes) and ``constant`` (classes,).
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

STRENGTH = 30.0
STEPS = 400


def main(source: str, target: str) -> None:
    given = np.load(source)
    rows = len(given["labels"])
    grams = csr_matrix((given["values"], given["indices"], given["offsets"]), shape=(rows, int(given["width"])))
    features = hstack([grams, csr_matrix(given["dense"])]).tocsr()
    fitted = LogisticRegression(C=STRENGTH, max_iter=STEPS).fit(
        features, given["labels"], sample_weight=given["weights"]
    )
    np.savez(target, classes=fitted.classes_, weights=fitted.coef_.T, constant=fitted.intercept_)


if __name__ == "__main__":
    main(*sys.argv[1:])
