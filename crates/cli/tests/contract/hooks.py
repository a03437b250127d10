"""What the API's document cannot say about a request, put right before the request is sent.

A schema says what a cursor looks like, not that it was issued; that a key ends at some time, not that this lies ahead; that
an application has fields, not which ones the model in force asks for. Requests that are meant to be taken are made to fit
here, so that a refusal of one is a fault. Requests that are meant to be refused go out as they were made.
"""

import collections
import csv
import datetime
import hashlib
import io
import json
import os
import uuid

import schemathesis

APPLICATION = json.loads(os.environ["PLIMSOLL_TEST_APPLICATION"])
# Ids of whoever calls: revoking or deleting them would be the end of the test.
OWN = set(os.environ["PLIMSOLL_TEST_OWN"].split(","))

# What lists answered: their cursors, and the ids of what is in them.
issued = set()
listed = collections.defaultdict(list)
# The test makes it before anything is listed.
listed["/v1/flags"].append("trial")


@schemathesis.hook
def after_call(context, case, response):
    path = case.operation.path
    if case.method != "GET" or "{" in path or response.status_code != 200:
        return
    if "json" not in response.headers.get("Content-Type", response.headers.get("content-type", [""]))[0]:
        return
    body = response.json()
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        issued.add((path, body.get("next")))
        ids = [entry.get("id", entry.get("name")) for entry in body["data"] if isinstance(entry, dict)]
        listed[path] = [id for id in ids if id not in OWN and id is not None][:20] or listed[path]


@schemathesis.hook
def before_call(context, case, **kwargs):
    # What is changed here is this case's alone: cases share the parts that they are made of.
    case.path_parameters, case.query = dict(case.path_parameters or {}), dict(case.query or {})
    if case.method != "GET" and case.path_parameters.get("id") in OWN:
        case.path_parameters["id"] = str(uuid.uuid4())
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "cursor" in case.query and (case.operation.path, case.query["cursor"]) not in issued:
        del case.query["cursor"]
    existing(case)
    fit = FITS.get(case.operation.label)
    if fit is not None:
        fit(case)
    unrepeated(case)


def mark(case):
    """A number that depends on the case only, so that a seed gives the same run."""
    return hashlib.sha256(repr((case.path_parameters, case.query, case.body)).encode())


def existing(case):
    """Two in three ids are of something that is there. Sequences bring the ids of what they made themselves."""
    collection, found, _ = case.operation.path.partition("/{id}")
    ids = listed[collection]
    if found and ids and case.meta.phase.name.value != "stateful":
        number = mark(case).digest()[0]
        if number % 3:
            case.path_parameters["id"] = ids[number % len(ids)]


def unrepeated(case):
    """Another request is another Idempotency-Key, of the same length where it is long."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None:
        end = mark(case).hexdigest()[:16]
        case.headers["Idempotency-Key"] = key[:-16] + end if len(key) > 16 else key + end


def score(case):
    case.body = {**case.body, "application": APPLICATION}


def what_if(case):
    """Fields of the application are what can be changed and what can be left as it is."""
    change = {name: APPLICATION[name] for name in case.body.get("change") or {} if name in APPLICATION}
    fixed = [name for name in case.body.get("fixed") or [] if name in APPLICATION]
    case.body = {**case.body, "application": APPLICATION, "change": change, "fixed": fixed}


def scores(case):
    submissions = case.body["applications"][:100]
    case.body = {"applications": [{**submission, "application": APPLICATION} for submission in submissions]}


def password(case):
    """One that is not among the first that are tried."""
    case.body = {**case.body, "password": f"{mark(case).hexdigest()[:12]} lighthouses"}


def key(case):
    """A key that has ended before it is made is refused."""
    if case.body.get("expires") is not None:
        year = datetime.datetime.now().year + 1
        expires = f"{year}{case.body['expires'][4:]}".replace("-02-29", "-02-28")
        case.body = {**case.body, "expires": expires}


def days(case):
    """At most a year, and the last day not before the first."""
    if "from" in case.query:
        case.query["to"] = case.query["from"]


def table():
    text = io.StringIO()
    csv.writer(text).writerows([APPLICATION.keys(), APPLICATION.values()])
    return text.getvalue()


def file(case):
    """A file of one application in the format that was drawn."""
    if case.query.get("reference") not in APPLICATION:
        case.query.pop("reference", None)
    if case.media_type == "application/x-ndjson":
        case.body = json.dumps(APPLICATION)
    elif case.media_type == "text/csv":
        case.body = table()
    elif case.media_type == "multipart/form-data":
        case.body = {"file": table()}


def inspected(case):
    if case.media_type == "text/csv":
        case.body = table()


def report(case):
    """The report of a model that has one."""
    with open(os.environ["PLIMSOLL_TEST_REPORT"], encoding="utf-8") as file:
        case.body = json.load(file)
    case.path_parameters["id"] = os.environ["PLIMSOLL_TEST_REPORTED"]


def form(case):
    """SQL is in some dialect."""
    if case.query.get("format") == "sql":
        case.query.setdefault("dialect", "duckdb")


def other(name, collection, part):
    """Something that is there, in a parameter that is no id of its own collection."""

    def fit(case):
        if listed[collection]:
            value = listed[collection][mark(case).digest()[0] % len(listed[collection])]
            if part == "body":
                case.body = {**case.body, name: value}
            else:
                case.path_parameters[name] = value

    return fit


def evaluation(case):
    """A flag that there is, for somebody: one that is on for a share of the people asks for whom."""
    case.path_parameters["key"] = listed["/v1/flags"][mark(case).digest()[0] % len(listed["/v1/flags"])]
    if not (case.body.get("context") or {}).get("targetingKey"):
        case.body = {**case.body, "context": {"targetingKey": "customer-4711"}}


def document(which):
    """A document that is in the registry already, under a name of its own."""

    def fit(case):
        if case.media_type == "application/json":
            with open(os.environ[f"PLIMSOLL_TEST_{which}"], encoding="utf-8") as file:
                case.body = {**json.load(file), "name": mark(case).hexdigest()[:16]}

    return fit


FITS = {
    "GET /v1/ledger/entries/{id}/proof": other("id", "/v1/scores", "path"),
    "GET /v1/models/{id}/document": form,
    "GET /v1/monitoring": days,
    "GET /v1/monitoring/challengers": days,
    "POST /ofrep/v1/evaluate/flags/{key}": evaluation,
    "POST /v1/batches": file,
    "POST /v1/keys": key,
    "POST /v1/models": document("MODEL"),
    "POST /v1/policies": document("POLICY"),
    "POST /v1/policies/{id}/test": other("model", "/v1/models", "body"),
    "POST /v1/scores": score,
    "POST /v1/scores:batch": scores,
    "POST /v1/scores:what-if": what_if,
    "POST /v1/trainings/inspect": inspected,
    "POST /v1/users": password,
    "POST /v1/users/{id}/password": password,
    "PUT /v1/models/{id}/report": report,
}
