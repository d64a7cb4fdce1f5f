#!/usr/bin/env python3
"""Scores card transactions with XGBoost on the features of the Fraud Detection Handbook: the rival of detect-bench.

    rival.py --truth cards.csv --from 2025-04-14 --to 2025-06-04 --scores OUT.csv

Features (chapter 3 of the handbook): amount, weekend, night; of the card the number and mean amount of its
transactions in 1, 7 and 30 days; of the terminal their number and the share of frauds in 1, 7 and 30 days, all
moved back by the 7 days after which a label is known.  For each week of the window a model is trained anew on all
rows whose label is known by then.  Its settings are chosen before the window, on the last two weeks whose labels are
known, from a grid.  Needs Debian's python3-xgboost (and the python3-numpy that comes with it).
"""
import argparse
import csv
import gzip
import io
import sys
from collections import defaultdict, deque
from datetime import date

try:
    import numpy
    import xgboost
except ImportError as missing:
    sys.exit("rival.py: %s: install Debian's python3-xgboost and give its Python as PYTHON_XGBOOST" % missing)

DAY = 86400
DELAY = 7
WINDOWS = (1, 7, 30)
GRID = [{"max_depth": depth, "eta": eta, "rounds": rounds}
        for depth in (3, 5, 7) for eta, rounds in ((0.3, 50), (0.1, 150), (0.05, 400))]


def seconds(text):
    days = (date(int(text[:4]), int(text[5:7]), int(text[8:10])) - date(1970, 1, 1)).days
    return days * DAY + int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])


def load(path):
    raw = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with io.TextIOWrapper(raw, encoding="utf-8", newline="") as f:
        rows = [(seconds(r["tx_datetime"]), int(r["tx_id"]), r["customer_id"], r["terminal_id"],
                 float(r["amount"]), int(r["label"])) for r in csv.DictReader(f)]
    rows.sort(key=lambda r: (r[0], r[1]))
    return rows


class Sums:
    """Count and sum of what came within each window before now, in one pass."""

    def __init__(self):
        self.queues = [deque() for _ in WINDOWS]
        self.count = [0] * len(WINDOWS)
        self.sum = [0.0] * len(WINDOWS)

    def add(self, at, value):
        for i, q in enumerate(self.queues):
            q.append((at, value))
            self.count[i] += 1
            self.sum[i] += value

    def trim(self, now):
        for i, q in enumerate(self.queues):
            while q and q[0][0] <= now - WINDOWS[i] * DAY:
                self.count[i] -= 1
                self.sum[i] -= q.popleft()[1]


def features(rows):
    table = numpy.zeros((len(rows), 3 + 4 * len(WINDOWS)), dtype=numpy.float32)
    cards, terminals = defaultdict(Sums), defaultdict(Sums)
    known = 0
    for i, (at, _, card, terminal, amount, _) in enumerate(rows):
        while rows[known][0] <= at - DELAY * DAY:
            cut = rows[known]
            terminals[cut[3]].add(cut[0] + DELAY * DAY, cut[5])
            known += 1
        c, t = cards[card], terminals[terminal]
        c.add(at, amount)
        c.trim(at)
        t.trim(at)
        day = at // DAY
        line = [amount, (day + 3) % 7 >= 5, at % DAY < 6 * 3600]
        for k in range(len(WINDOWS)):
            line += [c.count[k], c.sum[k] / c.count[k], t.count[k], t.sum[k] / t.count[k] if t.count[k] else 0]
        table[i] = line
    return table


def precision(label, score):
    """Average precision: over the distinct scores, from the highest, recall gained times precision there."""
    order = numpy.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    last = numpy.append(numpy.flatnonzero(numpy.diff(score)), len(score) - 1)
    hits = numpy.cumsum(label)[last]
    return float(numpy.sum(numpy.diff(hits, prepend=0) * hits / (last + 1)) / max(1, label.sum()))


def fit(x, y, setting, threads):
    params = {"objective": "binary:logistic", "tree_method": "hist", "subsample": 0.8, "colsample_bytree": 0.8,
              "seed": 1, "nthread": threads, "max_depth": setting["max_depth"], "eta": setting["eta"]}
    return xgboost.train(params, xgboost.DMatrix(x, y), setting["rounds"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--truth", required=True)
    p.add_argument("--from", dest="first", required=True)
    p.add_argument("--to", dest="last", required=True)
    p.add_argument("--scores", required=True)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    rows = load(a.truth)
    x = features(rows)
    y = numpy.array([r[5] for r in rows], dtype=numpy.float32)
    at = numpy.array([r[0] for r in rows])
    first, last = seconds(a.first + "T00:00:00"), seconds(a.last + "T00:00:00") + DAY

    known = first - DELAY * DAY  # rows before it have their label when the window begins
    learnt, held = at < known - 14 * DAY, (at >= known - 14 * DAY) & (at < known)
    best, best_ap = GRID[0], -1.0
    for setting in GRID:
        ap = precision(y[held], fit(x[learnt], y[learnt], setting, a.threads).predict(xgboost.DMatrix(x[held])))
        if ap > best_ap:
            best, best_ap = setting, ap
    print("chosen on the two weeks before: %s (average precision there %.3f)" % (best, best_ap), file=sys.stderr)

    with open(a.scores, "w") as out:
        out.write("tx_id,score\n")
        for week in range(first, last, 7 * DAY):
            model = fit(x[at < week - DELAY * DAY], y[at < week - DELAY * DAY], best, a.threads)
            now = (at >= week) & (at < min(week + 7 * DAY, last))
            scores = model.predict(xgboost.DMatrix(x[now]))
            for i, s in zip(numpy.flatnonzero(now), scores):
                out.write("%d,%.9f\n" % (rows[i][1], s))


main()
