"""The peer of the quality benchmark: optbinning's way from a table to a scorecard, on the rows that it is handed.

Reads one JSON document from standard input (see `Request` in crates/training/benches/quality.rs) and writes one to
standard output: for each split the AUC of the scores of its test rows, and the seconds that the fit took.
"""

import json
import logging
import os
import sys
import time
import warnings

# One core, settled before the libraries that would take more are loaded.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def card(features, categorical):
    """Bins of at least 5 %, at most 10, as the other side has them; scikit-learn's ridge of the same strength; points
    on the same scale, rounded to whole numbers."""
    process = BinningProcess(features, categorical_variables=categorical, min_bin_size=0.05, max_n_bins=10, n_jobs=1)
    return Scorecard(
        binning_process=process,
        estimator=LogisticRegression(C=1.0, max_iter=1000),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": 20, "odds": 50, "scorecard_points": 600},
        rounding=True,
    )


def main():
    request = json.load(sys.stdin)
    frame = pd.read_csv(request["file"], keep_default_na=False, skipinitialspace=True)
    frame[request["categorical"]] = frame[request["categorical"]].astype(object)
    bad = (frame[request["target"]].astype(str) == request["bad"]).to_numpy().astype(int)
    features = request["numeric"] + request["categorical"]
    answer = []
    for split in request["splits"]:
        train, test = split["train"], split["test"]
        scorecard = card(features, request["categorical"])
        part, outcome = frame.iloc[train][features], bad[train]
        start = time.perf_counter()
        scorecard.fit(part, outcome)
        seconds = time.perf_counter() - start
        scores = scorecard.score(frame.iloc[test][features])
        answer.append({"auc": roc_auc_score(1 - bad[test], scores), "seconds": seconds})
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
