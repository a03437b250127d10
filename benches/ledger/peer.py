"""The peer of the ledger benchmark: Python's hashlib checking the chains of a copy, as docs/ledger.md shows it.

Reads one JSON document from standard input (see `Request` in crates/store/benches/ledger.rs) and writes one to standard
output: the entries, and the seconds of the fastest of some rounds over the file.
"""

import hashlib
import json
import sys
import time


def check(path):
    last, entries = {}, 0
    with open(path, "rb") as copy:
        for line in copy:
            if line[73:83] != b'","entry":':
                continue
            stated, body = line[9:73], line[83:-2]
            chain = body[9 : body.index(b",")]
            found = hashlib.sha256(last.get(chain, bytes(32)) + body)
            if found.hexdigest().encode() != stated:
                raise SystemExit(f"altered: {body[:80]}")
            last[chain] = found.digest()
            entries += 1
    return entries


def main():
    request = json.load(sys.stdin)
    times = []
    for _ in range(request["rounds"]):
        start = time.process_time()
        entries = check(request["file"])
        times.append(time.process_time() - start)
    json.dump({"entries": entries, "seconds": min(times)}, sys.stdout)


if __name__ == "__main__":
    main()
