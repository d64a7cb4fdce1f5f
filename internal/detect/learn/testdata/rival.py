#!/usr/bin/env python3
"""Average precision of XGBoost on the rows that TestAgainstXGBoost writes: trained on the first file, judged on
the second. Debian's python3-xgboost; the settings are those of DefaultParams."""
import sys

import numpy
import xgboost

MISSING = -(1 << 31)


def load(path):
    rows = numpy.loadtxt(path, delimiter=",", dtype=numpy.int64)
    facts = rows[:, 1:].astype(numpy.float32)
    facts[rows[:, 1:] == MISSING] = numpy.nan
    return facts, rows[:, 0]


def precision(label, score):
    """Sum over the distinct scores, from the highest, of recall gained times precision there."""
    order = numpy.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    last = numpy.append(numpy.flatnonzero(numpy.diff(score)), len(score) - 1)
    hits = numpy.cumsum(label)[last]
    return float(numpy.sum(numpy.diff(hits, prepend=0) * hits / (last + 1)) / label.sum())


facts, label = load(sys.argv[1])
model = xgboost.train({
    "objective": "binary:logistic", "max_depth": 5, "eta": 0.08, "subsample": 0.7, "colsample_bytree": 0.7,
    "lambda": 1, "min_child_weight": 2, "tree_method": "hist", "max_bin": 254, "nthread": 1,
    "seed": int(sys.argv[3]),
}, xgboost.DMatrix(facts, label), 150)
facts, label = load(sys.argv[2])
print("%.4f" % precision(label, model.predict(xgboost.DMatrix(facts))))
