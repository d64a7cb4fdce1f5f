#!/usr/bin/env python3
"""How soon compromised terminals are flagged where an alert is a line, as `detect` shows it, and not a row.

    lines.py --fdh DIR --scores SCORES.csv [--from 2018-06-01] [--to 2018-07-31] [--budgets 50,100]

DIR holds train.csv.gz and eval.py, the judge; SCORES is what `detect --scores` wrote for it.  Rows of a day stand by
their score.  Whoever looks at a row looks at what else is suspected that day of its terminal, and of its card: these
rows cost no line of their own.  Only the scores of the day decide, so nothing is known that was not known then.
"""
import argparse
import importlib.util
import os
from collections import defaultdict

SUSPECTED = 0.02  # rows below are nobody's line; the program's own limit under a budget


def judge_of(path):
    spec = importlib.util.spec_from_file_location("judge", path)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    return judge


def alerts(days, scores, budget, by_card):
    """The rows that are looked at, the lines, and the lines whose first row is no fraud."""
    looked, lines, wrong = set(), 0, 0
    for rows in days:
        left, terminals, cards = budget, set(), set()
        for r in sorted(rows, key=lambda r: (-scores[r[0]], r[0])):
            if r[4] in terminals or by_card and r[3] in cards:
                if scores[r[0]] >= SUSPECTED:
                    looked.add(r[0])
                continue
            if left == 0:
                break
            left, lines, wrong = left - 1, lines + 1, wrong + (not r[6])
            looked.add(r[0])
            terminals.add(r[4])
            cards.add(r[3])
    return looked, lines, wrong


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--fdh", required=True)
    p.add_argument("--scores", required=True)
    p.add_argument("--from", dest="first", default="2018-06-01")
    p.add_argument("--to", dest="last", default="2018-07-31")
    p.add_argument("--budgets", default="50,100")
    args = p.parse_args()
    judge = judge_of(os.path.join(args.fdh, "eval.py"))
    rows, scores = judge.load_truth([os.path.join(args.fdh, "train.csv.gz")]), judge.load_scores(args.scores)
    first, last = judge.dayno(args.first), judge.dayno(args.last)
    on = defaultdict(list)
    for r in rows:
        on[r[2]].append(r)
    print("| a line is | a day | precision of lines | recall of rows | rows looked at a day | terminals | median days |")
    print("|---|---|---|---|---|---|---|")
    for name, by_card in (("a terminal's day", False), ("a terminal's or a card's day", True)):
        for budget in map(int, args.budgets.split(",")):
            looked, lines, wrong = alerts([on[d] for d in range(first, last + 1)], scores, budget, by_card)
            said = judge.alert_stats(rows, looked, first, last)
            t = said.get("terminals") or {"episodes": 0, "flagged": 0, "median_delay_days": "-"}
            print("| %s | %d | %.3f | %.3f | %.1f | %d of %d | %s |" % (
                name, budget, 1 - wrong / lines, said["recall"], said["alerts_per_day"],
                round(t["flagged"] * t["episodes"]), t["episodes"], t["median_delay_days"]))


main()
