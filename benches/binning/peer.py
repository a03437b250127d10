"""The peer of the binning benchmark: optbinning on the rows and under the constraints that it is handed.

Reads one JSON document from standard input (see `Request` in crates/training/benches/binning.rs) and writes one to
standard output: the information value of each feature for each setting and split, and the time of a warm fit.
"""

import json
import logging
import sys
import time
import warnings

import pandas as pd
from optbinning import BinningProcess, OptimalBinning

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def information_value(values, bad, dtype, constraints):
    binning = OptimalBinning(dtype=dtype, solver="cp", **constraints)
    binning.fit(values, bad)
    # Splits that the solver did not prove optimal in time would make for an unfair comparison.
    assert binning.status == "OPTIMAL", binning.status
    table = binning.binning_table
    table.build()
    return float(table.iv), len(table.n_event) - 2


def fit_seconds(frame, bad, categorical, repeats):
    times = []
    for _ in range(repeats):
        process = BinningProcess(list(frame.columns), categorical_variables=categorical, min_bin_size=0.05, n_jobs=1)
        start = time.perf_counter()
        process.fit(frame, bad)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    request = json.load(sys.stdin)
    frame = pd.read_csv(request["file"], keep_default_na=False, skipinitialspace=True)
    categories = frame[request["categorical"]].astype(object)
    frame[request["categorical"]] = categories.where(categories != "", None)
    bad = (frame[request["target"]].astype(str) == request["bad"]).to_numpy().astype(int)
    features = request["numeric"] + request["categorical"]
    frame[request["numeric"]] = frame[request["numeric"]].apply(pd.to_numeric, errors="coerce")
    answer = {"iv": {}, "fit_seconds": {}}
    for split, rows in request["splits"].items():
        part, outcome = frame.iloc[rows], bad[rows]
        answer["fit_seconds"][split] = fit_seconds(
            part[features], outcome, request["categorical"], request["repeats"]
        )
        for setting in request["settings"]:
            for feature in features:
                dtype = "numerical" if feature in request["numeric"] else "categorical"
                iv, bins = information_value(part[feature].to_numpy(), outcome, dtype, setting["constraints"])
                answer["iv"].setdefault(split, {}).setdefault(setting["name"], {})[feature] = [iv, bins]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
