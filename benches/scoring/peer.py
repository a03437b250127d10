"""The peer of the scoring benchmark: optbinning's scorecard, fitted on the rows of a table and asked to score a file.

Reads one JSON document from standard input (see `Request` in crates/batch/benches/scoring.rs) and writes one to standard
output: the seconds of `Scorecard.score` on all rows in memory, and of the whole way from file to file.
"""

import json
import pathlib
import sys
import time

import pandas as pd

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
from quality.peer import card


def fastest(repeats, work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    request = json.load(sys.stdin)
    features = request["numeric"] + request["categorical"]
    table = pd.read_csv(request["table"], keep_default_na=False, skipinitialspace=True)
    bad = (table[request["target"]].astype(str) == request["bad"]).to_numpy().astype(int)
    table[request["categorical"]] = table[request["categorical"]].astype(object)
    scorecard = card(features, request["categorical"])
    scorecard.fit(table[features], bad)

    def read():
        frame = pd.read_csv(request["file"], keep_default_na=False)
        frame[request["categorical"]] = frame[request["categorical"]].astype(object)
        return frame

    def file_to_file():
        frame = read()
        frame["score"] = scorecard.score(frame[features])
        frame["pd"] = scorecard.predict_proba(frame[features])[:, 1]
        frame.to_csv(request["output"], index=False)

    frame = read()[features]
    answer = {
        "rows": len(frame),
        "score_seconds": fastest(request["repeats"], lambda: scorecard.score(frame)),
        "file_seconds": fastest(1, file_to_file),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
