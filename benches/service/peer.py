"""The peer of the service's benchmark: FastAPI and uvicorn, one worker, doing the same work.

A pydantic model of the fields of German Credit that the service's model asks for; a scorecard as dictionary lookups that gives the score and the four
greatest reasons; each score committed to SQLite (WAL, synchronous=FULL) before it is answered.

    peer.py DATA.csv DATABASE FIELD…

prints the port it listens at and serves until its standard input ends.
"""

import bisect
import csv
import json
import math
import os
import socket
import sqlite3
import statistics
import sys
import threading
import uuid

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model

TARGET, BAD = "creditability", "bad"
FACTOR = 20 / math.log(2)


def weight(good, bad, goods, bads):
    """Points of an attribute: its weight of evidence, scaled to 20 points to double the odds."""
    return round(FACTOR * math.log(((good + 0.5) / goods) / ((bad + 0.5) / bads)))


def fit(rows, name):
    """Edges of intervals, or none, and points by attribute."""
    cells = [row[name] for row in rows]
    numeric = all(cell.lstrip("-").isdigit() for cell in cells)
    edges = sorted(set(statistics.quantiles(map(int, cells), n=5))) if numeric else None
    key = (lambda cell: bisect.bisect(edges, int(cell))) if numeric else (lambda cell: cell)
    bads = sum(row[TARGET] == BAD for row in rows)
    counts = {}
    for row in rows:
        good, bad = counts.get(key(row[name]), (0, 0))
        is_bad = row[TARGET] == BAD
        counts[key(row[name])] = (good + (not is_bad), bad + is_bad)
    points = {one: weight(good, bad, len(rows) - bads, bads) for one, (good, bad) in counts.items()}
    return edges, points, max(points.values())


with open(sys.argv[1], newline="", encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
CARD = {name: fit(ROWS, name) for name in sys.argv[3:]}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


Application = create_model(
    "Application",
    __base__=Strict,
    **{name: (int if edges is not None else str, ...) for name, (edges, _, _) in CARD.items()},
)


class Submission(Strict):
    applicant: str | None = None
    application: Application


database = sqlite3.connect(sys.argv[2], isolation_level=None, check_same_thread=False)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=FULL")
database.execute("CREATE TABLE scores (id TEXT PRIMARY KEY, applicant TEXT, score INTEGER, decision TEXT, body TEXT)")

app = FastAPI()


@app.post("/v1/scores", status_code=201)
async def score(submission: Submission):
    fields = submission.application.model_dump()
    total, lost = 600, []
    attributes = []
    for name, (edges, points, best) in CARD.items():
        value = fields[name]
        got = points.get(value if edges is None else bisect.bisect(edges, value), 0)
        total += got
        lost.append((best - got, name))
        attributes.append({"characteristic": name, "points": got})
    lost.sort(reverse=True)
    decision = "approve" if total >= 640 else "refer" if total >= 620 else "decline"
    answer = {
        "id": str(uuid.uuid4()),
        "applicant": submission.applicant,
        "score": total,
        "probability_of_bad": 1 / (1 + math.exp((total - 600) / FACTOR)),
        "decision": decision,
        "reasons": [{"rank": rank, "code": name, "points_lost": less} for rank, (less, name) in enumerate(lost[:4], 1)],
        "attributes": attributes,
    }
    row = (answer["id"], submission.applicant, total, decision, json.dumps({"application": fields, "answer": answer}))
    database.execute("INSERT INTO scores VALUES (?, ?, ?, ?, ?)", row)
    return answer


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # Ends with whoever started it.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])
