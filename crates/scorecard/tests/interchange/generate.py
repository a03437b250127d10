"""Writes the fixtures of this folder with the tools themselves: their tables, and the scores that they give.

Each tool wants its own environment, since they ask for different versions of NumPy and pandas:

    python3 -m venv o && o/bin/pip install optbinning==1.0.0 pandas==3.1.1
    python3 -m venv s && s/bin/pip install scorecardpy==0.1.9.7 pandas==2.1.4 numpy==1.26.4
    python3 -m venv t && t/bin/pip install toad==0.1.7 pandas==2.3.3 numpy==2.2.6 scipy scikit-learn joblib seaborn
    o/bin/python generate.py optbinning; s/bin/python generate.py scorecardpy; t/bin/python generate.py toad

German Credit, with gaps, a special code and fractions put in, so that every kind of bin is there.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
FIELDS = ["duration_months", "purpose", "telephone", "credit_amount", "age", "savings"]


def data():
    table = pd.read_csv(HERE.parents[3] / "data/german-credit.csv")
    bad = (table.pop("creditability") == "bad").astype(int)
    table["age"] = table["age_years"] / 7  # split points of many digits
    table = table[FIELDS].copy()
    for name in ["purpose", "telephone", "savings"]:
        table[name] = table[name].astype(object)
    table["purpose"] = table["purpose"].replace({"repairs": "men's repairs", "others": 'so-called "others"'})
    table = table.astype({"credit_amount": float, "duration_months": float})
    table.loc[5:40, "credit_amount"] = -9  # a special code
    table.loc[60:110, "age"] = np.nan
    table.loc[200:260, "savings"] = np.nan
    return table, bad


def applicants(table):
    """Rows to score: every sixth, then one field at a time changed to something rare or never seen."""
    rows = table.iloc[::6].copy()
    first = table.iloc[0]
    for name in FIELDS:
        values = [np.nan]
        if table[name].dtype == object:
            values += ["never seen", "yes", "a,b", "None"]
        else:
            values += [-9.0, -1.0, 0.0, 1e6, 8.5, 25.0 / 7, 3.641]
        for value in values:
            changed = first.copy()
            changed[name] = value
            rows = pd.concat([rows, changed.to_frame().T.astype(table.dtypes)], ignore_index=True)
    return rows.reset_index(drop=True)


def write_rows(tool, rows, **scores):
    # Floats in full: their shortest form that reads back equal.
    rows.assign(**scores).to_csv(HERE / f"{tool}.rows.csv", index=False)


def optbinning():
    from optbinning import BinningProcess, Scorecard

    table, bad = data()

    def fitted(table, **options):
        process = BinningProcess(
            list(table.columns), categorical_variables=["purpose", "telephone", "savings"], special_codes=[-9]
        )
        scaling = {"pdo": 20, "odds": 50, "scorecard_points": 600}
        card = Scorecard(
            process, LogisticRegression(), scaling_method="pdo_odds", scaling_method_params=scaling, **options
        )
        return card

    card = fitted(table).fit(table, bad.values)
    rows = applicants(table)
    card.table("summary").to_csv(HERE / "optbinning.summary.csv")
    card.table("detailed").to_csv(HERE / "optbinning.detailed.csv")
    process = card.binning_process_
    bins = {name: process.get_binned_variable(name).to_dict() for name in process.get_support(names=True)}
    (HERE / "optbinning.bins.json").write_text(json.dumps(bins, default=float) + "\n")

    # pandas' own texts instead of NumPy's objects: the bins print otherwise. Whole points and an intercept.
    strings = table.astype({name: "str" for name in ["purpose", "telephone", "savings"]})
    whole = fitted(strings, intercept_based=True, rounding=True)
    whole.fit(strings, bad.values, metric_special="empirical", metric_missing="empirical", show_digits=8)
    whole.table("detailed").to_csv(HERE / "optbinning.intercept.csv", index=False)
    (HERE / "optbinning.intercept.json").write_text(json.dumps(float(whole.intercept_)) + "\n")
    whole_rows = rows.astype({name: "str" for name in ["purpose", "telephone", "savings"]})
    write_rows(
        "optbinning", rows, score=card.score(rows), bad=card.predict_proba(rows)[:, 1], whole=whole.score(whole_rows)
    )


def scorecardpy():
    import scorecardpy as sc

    table, bad = data()
    rows = applicants(table)
    # scorecardpy finds a special code only where both the bins and the column to score print it as a whole number.
    table = table.astype({"credit_amount": int})
    bins = sc.woebin(table.assign(bad=bad), "bad", special_values={"credit_amount": [-9]}, no_cores=1)
    # Missing values and an interval in one bin, as an analyst merges them by hand.
    age = [float(b) for b in bins["age"].breaks if b not in ("missing", "inf")]
    breaks = {"age": [str(age[0])] + ["missing%,%" + str(b) for b in age[1:2]] + [str(b) for b in age[2:]]}
    bins = sc.woebin(
        table.assign(bad=bad), "bad", special_values={"credit_amount": [-9]}, breaks_list=breaks, no_cores=1
    )
    woe = sc.woebin_ply(table, bins, no_cores=1)
    model = LogisticRegression().fit(woe, bad)
    card = sc.scorecard(bins, model, woe.columns)
    pd.concat(card).to_csv(HERE / "scorecardpy.card.csv")
    joined = pd.concat(card, ignore_index=True)
    joined = joined.merge(pd.concat(bins, ignore_index=True), how="left", on=["variable", "bin"])
    joined.to_csv(HERE / "scorecardpy.counts.csv", index=False)
    pd.concat(bins).to_csv(HERE / "scorecardpy.bins.csv")
    known = rows[rows["credit_amount"].notna()].astype({"credit_amount": int})
    unknown = rows[rows["credit_amount"].isna()]
    score = pd.concat([sc.scorecard_ply(known, card)["score"], sc.scorecard_ply(unknown, card)["score"]])
    write_rows("scorecardpy", rows, score=score.sort_index())


def toad():
    import toad

    table, bad = data()
    numbers, texts = ["duration_months", "credit_amount", "age"], ["purpose", "telephone", "savings"]
    combiner = toad.transform.Combiner()
    combiner.fit(table[numbers + texts], bad, method="dt", min_samples=0.05, empty_separate=True)
    binned = combiner.transform(table[numbers + texts])
    transformer = toad.transform.WOETransformer()
    woe = transformer.fit_transform(binned, bad)
    card = toad.ScoreCard(combiner=combiner, transer=transformer, pdo=60, rate=2, base_odds=35, base_score=750)
    card.fit(woe, bad)
    rows = applicants(table)
    card.export(to_json=str(HERE / "toad.card.json"), decimal=12)
    card.export(to_csv=str(HERE / "toad.card.csv"))
    combiner.export(to_json=str(HERE / "toad.bins.json"))
    # The scores of the card as rounded to two decimals: the same sum of what the data frame says.
    _, sub = card.predict(rows[numbers + texts], return_sub=True)
    rounded = sub[numbers + texts].astype(float).round(2).sum(axis=1)
    write_rows(
        "toad",
        rows,
        score=card.predict(rows[numbers + texts]),
        bad=card.predict_proba(rows[numbers + texts])[:, 1],
        rounded=rounded,
    )


{"optbinning": optbinning, "scorecardpy": scorecardpy, "toad": toad}[sys.argv[1]]()
