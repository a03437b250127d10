"""Scores applications by PMML documents with another engine.

Usage: engines.py jpmml|pmml4s. Reads one JSON object a line from standard input, {"document": PMML text, "rows":
[{field: value}]}, and answers each with one line, `answers` and [{output field: value} or {"error": text}].
"""

import json
import sys


def jpmml():
    from jpmml_evaluator import make_backend, make_evaluator

    backend = make_backend("jpype")

    def open_document(text):
        evaluator = make_evaluator(text.encode(), backend=backend)
        return lambda row: evaluator.evaluate(dict(row), nan_as_missing=False)

    return open_document


def pmml4s():
    from pypmml import Model

    def open_document(text):
        model = Model.fromString(text)
        return lambda row: model.predict(row)

    return open_document


def plain(value):
    """A result as JSON can say it; a double as the text that gives it back exactly."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return repr(value)
    return str(value)


def failure(error):
    return {"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}


def score(evaluate, row):
    try:
        return {str(name): plain(value) for name, value in evaluate(row).items()}
    except Exception as error:  # whatever an engine throws is its answer
        return failure(error)


def main():
    open_document = {"jpmml": jpmml, "pmml4s": pmml4s}[sys.argv[1]]()
    for line in sys.stdin:
        task = json.loads(line)
        try:
            evaluate = open_document(task["document"])
            answers = [score(evaluate, row) for row in task["rows"]]
        except Exception as error:
            answers = [failure(error)] * len(task["rows"])
        # Engines print remarks of their own.
        print("answers " + json.dumps(answers), flush=True)


main()
