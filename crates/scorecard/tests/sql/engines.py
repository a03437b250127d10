"""Runs SELECT statements on a real engine. Standard input: JSON; standard output: JSON. See sql_engines.rs.

Asked: {"engine": name, "cases": [{"sql", "dialect", "columns": [[name, kind]], "rows": [[...]]}]}; kinds are number,
text, date, boolean and key; a date comes as a text. Answered: one list of rows a case, each row an object of texts and nulls; floats as repr writes
them, so that they read back to the last bit.
"""

import datetime
import decimal
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def value(cell, kind):
    """A cell as Python has it: numbers that JSON cannot say come as texts."""
    if cell is None or kind in ("text", "date", "boolean"):
        return cell
    if kind == "key":
        return int(cell)
    return float(cell)


def plain(cell):
    """A result as a text."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(cell)
    if isinstance(cell, decimal.Decimal):
        return format(cell, "f")
    return str(cell)


def answer(names, rows):
    return [dict(zip(names, map(plain, row))) for row in rows]


def typed_rows(case):
    kinds = [kind for _, kind in case["columns"]]
    return [[value(cell, kind) for cell, kind in zip(row, kinds)] for row in case["rows"]]


def quoted(name, mark='"'):
    return mark + name.replace(mark, mark * 2) + mark


def create(case, types, mark='"'):
    columns = ", ".join(f"{quoted(name, mark)} {types[kind]}" for name, kind in case["columns"])
    return f"CREATE TABLE applications ({columns})"


class Sqlite:
    """Columns without a type, so that each value keeps its own."""

    def __init__(self):
        import sqlite3

        self.connection = sqlite3.connect(":memory:")

    def run(self, case):
        cursor = self.connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS applications")
        # A column's collation must not reach the statement.
        types = {"key": "INTEGER", "number": "", "text": "COLLATE NOCASE", "date": "COLLATE NOCASE", "boolean": ""}
        cursor.execute(create(case, types))
        marks = ", ".join("?" * len(case["columns"]))
        rows = [
            # A cell of another kind than its column's comes as {"as": value}.
            [cell["as"] if isinstance(cell, dict) else value(cell, kind) for cell, (_, kind) in zip(row, case["columns"])]
            for row in case["rows"]
        ]
        cursor.executemany(f"INSERT INTO applications VALUES ({marks})", rows)
        cursor.execute(case["sql"])
        return answer([column[0] for column in cursor.description], cursor.fetchall())

    def close(self):
        self.connection.close()


def is_date(cell):
    """Whether PostgreSQL's type of dates holds a cell."""
    if cell is None or cell in ("infinity", "-infinity"):
        return True
    try:
        datetime.date.fromisoformat(cell.removesuffix(" BC"))
    except ValueError:
        return False
    return cell.removesuffix(" BC") == cell.removesuffix(" BC").strip()


class PostgreSql:
    """A server of its own in a temporary folder, reached through a socket there."""

    def __init__(self):
        import psycopg

        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not versions:
            raise SystemExit("no PostgreSQL under /usr/lib/postgresql")
        programs = versions[-1].parent
        self.folder = tempfile.TemporaryDirectory(prefix="plimsoll-postgresql-")
        home = self.folder.name
        # The server refuses to run as root.
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if user:
            import pwd

            entry = pwd.getpwnam("postgres")
            os.chown(home, entry.pw_uid, entry.pw_gid)
        data = os.path.join(home, "data")
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=home, **user,
        )
        self.log = open(os.path.join(home, "log"), "wb")
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "unix_socket_directories=" + home]
        self.server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=self.log, stderr=self.log, cwd=home, **user
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connection = psycopg.connect(host=home, user="tester", dbname="postgres", autocommit=True)
                # A statement must mean the same however the session writes dates.
                self.connection.execute("SET DateStyle = 'German'")
                return
            except psycopg.OperationalError:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    self.close()
                    raise
                time.sleep(0.05)

    def run(self, case):
        cursor = self.connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS applications")
        rows = typed_rows(case)
        # A column of dates alone has their type, else it is one of texts.
        for place, column in enumerate(case["columns"]):
            if column[1] == "date" and not all(map(is_date, (row[place] for row in rows))):
                column[1] = "text"
        types = {"key": "bigint", "number": "double precision", "text": "text", "date": "date", "boolean": "boolean"}
        cursor.execute(create(case, types))
        marks = ", ".join(f"%s::{types[kind]}" for _, kind in case["columns"])
        cursor.executemany(f"INSERT INTO applications VALUES ({marks})", rows)
        cursor.execute(case["sql"])
        return answer([column.name for column in cursor.description], cursor.fetchall())

    def close(self):
        if hasattr(self, "connection"):
            self.connection.close()
        self.server.terminate()
        self.server.wait()
        self.log.close()
        self.folder.cleanup()


def arrow(case):
    import pyarrow

    types = {
        "key": pyarrow.int64(), "number": pyarrow.float64(), "text": pyarrow.string(), "date": pyarrow.string(),
        "boolean": pyarrow.bool_(),
    }
    columns = list(zip(*typed_rows(case)))
    arrays = [pyarrow.array(list(cells), types[kind]) for cells, (_, kind) in zip(columns, case["columns"])]
    return pyarrow.table(arrays, names=[name for name, _ in case["columns"]])


class DuckDb:
    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()

    def run(self, case):
        self.connection.register("arrow_rows", arrow(case))
        self.connection.execute("CREATE OR REPLACE TABLE applications AS SELECT * FROM arrow_rows")
        found = self.connection.execute(case["sql"])
        return answer([column[0] for column in found.description], found.fetchall())

    def close(self):
        self.connection.close()


class DataFusion:
    def __init__(self):
        import datafusion

        self.context = datafusion.SessionContext()

    def run(self, case):
        if self.context.table_exist("applications"):
            self.context.deregister_table("applications")
        self.context.register_record_batches("applications", [arrow(case).to_batches()])
        found = self.context.sql(case["sql"]).to_arrow_table()
        return answer(found.column_names, zip(*(column.to_pylist() for column in found.columns)))

    def close(self):
        pass


class Spark:
    def __init__(self):
        from pyspark.sql import SparkSession

        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        self.session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )

    def run(self, case):
        from pyspark.sql import types

        kinds = {
            "key": types.LongType(), "number": types.DoubleType(), "text": types.StringType(),
            "date": types.StringType(), "boolean": types.BooleanType(),
        }
        schema = types.StructType([types.StructField(name, kinds[kind]) for name, kind in case["columns"]])
        self.session.createDataFrame(typed_rows(case), schema).createOrReplaceTempView("applications")
        found = self.session.sql(case["sql"])
        return answer(found.columns, found.collect())

    def close(self):
        self.session.stop()


class Transpiled(DuckDb):
    """A statement in a dialect whose engine is not here: read as that dialect, written for DuckDB, run there."""

    def __init__(self):
        super().__init__()
        # BigQuery's arithmetic that gives NULL where finite doubles overflow.
        for name, sign in [("add", "+"), ("subtract", "-"), ("multiply", "*")]:
            result = f"(a::DOUBLE {sign} b::DOUBLE)"
            allowed = f"isfinite{result} OR NOT isfinite(a::DOUBLE) OR NOT isfinite(b::DOUBLE)"
            self.connection.execute(f"CREATE MACRO safe_{name}(a, b) AS CASE WHEN {allowed} THEN {result} END")

    def run(self, case):
        import sqlglot

        statement = sqlglot.parse_one(case["sql"], read=case["dialect"], error_level=sqlglot.ErrorLevel.RAISE)
        # BigQuery's NUMERIC has nine decimals, and DuckDB multiplies decimals of at most 38 digits together.
        for decimal_type in statement.find_all(sqlglot.exp.DataType):
            if decimal_type.this == sqlglot.exp.DataType.Type.DECIMAL and not decimal_type.expressions:
                decimal_type.replace(sqlglot.exp.DataType.build("DECIMAL(18, 9)", dialect="duckdb"))
        return super().run({**case, "sql": statement.sql("duckdb")})


class Parsed:
    """A statement that is only read as its dialect."""

    def __init__(self):
        pass

    def run(self, case):
        import sqlglot

        dialect = {"postgresql": "postgres"}.get(case["dialect"], case["dialect"])
        statements = sqlglot.parse(case["sql"], read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
        assert len(statements) == 1 and isinstance(statements[0], sqlglot.exp.Select), "one SELECT"
        unknown = [node.sql() for node in statements[0].find_all(sqlglot.exp.Command)]
        assert not unknown, unknown
        return []

    def close(self):
        pass


ENGINES = {
    "sqlite": Sqlite, "postgresql": PostgreSql, "duckdb": DuckDb, "datafusion": DataFusion, "spark": Spark,
    "transpiled": Transpiled, "parsed": Parsed,
}


def main():
    asked = json.load(sys.stdin)
    engine = ENGINES[asked["engine"]]()
    answers = []
    try:
        for case in asked["cases"]:
            try:
                answers.append({"rows": engine.run(case)})
            except Exception as error:  # noqa: BLE001 - whatever the engine says is the test's to show
                answers.append({"problem": f"{type(error).__name__}: {error}"})
    finally:
        engine.close()
    json.dump(answers, sys.stdout)


main()
