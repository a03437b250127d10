"""The peer of the lake's benchmark: DuckDB counts scores by band and attributes by characteristic over the same files.

Reads one JSON document from standard input (see `Request` in crates/lake/benches/lake.rs) and writes one to standard output:
the counts, the seconds of the fastest of some rounds, and the process's greatest memory in bytes.
"""

import json
import resource
import sys
import time

import duckdb


def main():
    request = json.load(sys.stdin)
    connection = duckdb.connect()
    connection.execute(f"SET threads = {request['threads']}")
    files = f"read_parquet('{request['folder']}/date=*/*.parquet', hive_partitioning = true)"
    model = f"model_hash = '{request['model_hash']}'"
    bands = " ".join(f"WHEN score < {edge} THEN {place}" for place, edge in enumerate(request["edges"]))
    by_band = f"SELECT CASE {bands} ELSE {len(request['edges'])} END AS band, count(*) FROM {files} WHERE {model} GROUP BY band"
    by_attribute = (
        "SELECT c.name, c.attribute, count(*) FROM "
        f"(SELECT unnest(characteristics) AS c FROM {files} WHERE {model}) GROUP BY ALL"
    )
    times = []
    for _ in range(request["rounds"]):
        start = time.perf_counter()
        scores = connection.execute(by_band).fetchall()
        attributes = connection.execute(by_attribute).fetchall()
        times.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    json.dump({"scores": scores, "attributes": attributes, "seconds": min(times), "memory": memory}, sys.stdout)


if __name__ == "__main__":
    main()
