"""Asks DuckDB: statements first, then a query whose rows are written as JSON."""

import json
import sys

import duckdb

request = json.load(sys.stdin)
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
for statement in request["first"]:
    connection.execute(statement)
json.dump(connection.execute(request["query"]).fetchall(), sys.stdout, default=str)
