#!/usr/bin/env python3
"""make detect-bench: `tillproof detect` from a file to its scores, judged by eval.py, printed as Markdown.

    bench.py --binary bin/tillproof --fdh DIR [--rival-python /usr/bin/python3] [--work DIR] [--only fdh|cards]

DIR holds train.csv.gz, the first months of the Fraud Detection Handbook's published simulation, and eval.py, the
judge.  The program gets a table without verdicts, and a second file that lists the frauds; that a verdict counts only
7 days after its transaction is the program's own doing, and the weeks are judged in the order in which they came: no
score knows what was not known on that day.  The second set is made by `tillproof synth cards`, and XGBoost scores it
too (rival.py), retrained each week, its settings chosen on the weeks before.

Python 3 and its standard library; rival.py needs Debian's python3-xgboost.  What is missing stops the run.
"""
import argparse
import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

DELAY = "7d"
BUDGETS = ("50", "100")
# Windows of whole weeks; what comes before each is only learnt from.
FDH_WINDOWS = (("June", "2018-06-01", "2018-06-30"), ("July", "2018-07-01", "2018-07-31"),
               ("both", "2018-06-01", "2018-07-31"))
CARDS_SEEDS = ("1", "2")  # two worlds: one could be luck
CARDS_WINDOW = ("from the 11th week on", "2025-04-14", "2025-05-31")
CARDS_SIZE = ["--cards", "5000", "--days", "122"]
HEAD = ["engine", "window", "AP", "AUC", "CP@100", "50 a day: precision", "recall", "money",
        "100 a day: precision", "recall", "money", "terminals found", "median days"]


def refuse(text):
    sys.exit("detect-bench: " + text)


def reader(path):
    raw = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    return io.TextIOWrapper(raw, encoding="utf-8", newline="")


def split(truth, work):
    """The table as the program sees it, the verdicts, and the amounts as a score."""
    table, labels, amounts = (os.path.join(work, n) for n in ("in.csv", "labels.csv", "amounts.csv"))
    rows = 0
    with reader(truth) as f, open(table, "w") as t, open(labels, "w") as v, open(amounts, "w") as a:
        t.write("tx_id,tx_datetime,customer_id,terminal_id,amount\n")
        v.write("tx_id,label\n")
        a.write("tx_id,score\n")
        for r in csv.DictReader(f):
            rows += 1
            t.write(",".join((r["tx_id"], r["tx_datetime"], r["customer_id"], r["terminal_id"], r["amount"])) + "\n")
            a.write("%s,%s\n" % (r["tx_id"], r["amount"]))
            if r["label"] == "1":
                v.write("%s,1\n" % r["tx_id"])
    return table, labels, amounts, rows


class Bench:
    def __init__(self, args, work):
        self.args, self.work = args, work
        self.lines, self.speed = [], []

    def path(self, *names):
        return os.path.join(self.work, *names)

    def detect(self, name, table, labels, rows):
        scores = self.path(name + ".scores.csv")
        call = [self.args.binary, "detect", "--in", table, "--scores", scores, "--exit-zero", "--quiet", "--json"]
        if labels:
            call += ["--labels", labels, "--label-delay", DELAY]
        began = time.time()
        with open(self.path(name + ".json"), "w") as out, open(self.path("errors.txt"), "w") as err:
            child = subprocess.Popen(call, stdout=out, stderr=err)
            _, status, used = os.wait4(child.pid, 0)
        wall = time.time() - began
        if status != 0:
            with open(self.path("errors.txt")) as err:
                refuse("%s failed:\n%s" % (" ".join(call), err.read()))
        sys.stderr.write("%s: %d rows in %.0f s\n" % (name, rows, wall))
        self.speed.append((name, rows, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
        return scores

    def judge(self, engine, truth, scores, window, partial):
        title, first, last = window
        answer = scores + "." + first + ".json"
        call = [sys.executable, os.path.join(self.args.fdh, "eval.py"), "score", "--truth", truth, "--scores", scores,
                "--test-from", first, "--test-to", last, "--budgets", ",".join(BUDGETS), "--json", answer]
        done = subprocess.run(call + (["--partial"] if partial else []), capture_output=True, text=True)
        if done.returncode != 0:
            refuse("eval.py ended with %d:\n%s" % (done.returncode, done.stderr))
        with open(answer) as f:
            said = json.load(f)
        o = said["operating"]
        line = [engine, title, o["ap"], o["auc"], float(said["prequential_all"]["cp100"][0].split("+")[0])]
        for n in BUDGETS:
            b = o["budgets"][n]
            line += [b["precision"], b["recall"], b["money_recall"]]
        t = o["budgets"][BUDGETS[0]].get("terminals")
        line += [t["flagged"], t["median_delay_days"]] if t else ["", ""]
        for n in BUDGETS:
            print("%s, %s, %s a day: recall by scenario %s, money %s" % (
                engine, title, n, json.dumps(o["budgets"][n]["recall_by_scenario"]),
                json.dumps(o["budgets"][n]["money_recall_by_scenario"])), file=sys.stderr)
        return line

    def engines(self, name, truth):
        table, labels, amounts, rows = split(truth, self.work)
        return [("amount alone", amounts),
                ("tillproof, no labels", self.detect(name + ", no labels", table, None, rows)),
                ("tillproof", self.detect(name, table, labels, rows))]

    def judge_all(self, truth, scored, windows, partial):
        """The judge reads all rows in Python, which takes longer than scoring them: one process for each line."""
        with ThreadPoolExecutor(self.args.jobs) as pool:
            self.lines += pool.map(lambda x: self.judge(x[1][0], truth, x[1][1], x[0], partial),
                                   [(w, s) for w in windows for s in scored])

    def rival(self, truth, window):
        scores = self.path("rival.csv")
        call = [self.args.rival_python, os.path.join(os.path.dirname(os.path.abspath(__file__)), "rival.py"),
                "--truth", truth, "--from", window[1], "--to", window[2], "--scores", scores]
        calm = dict(os.environ, OMP_WAIT_POLICY="passive")  # else its threads spin where others work
        done = subprocess.run(call, stderr=subprocess.PIPE, text=True, env=calm)
        if done.returncode != 0:
            refuse("XGBoost did not answer:\n" + done.stderr)
        print(done.stderr.strip(), file=sys.stderr)
        return "XGBoost, tuned, weekly", scores

    def cards(self, seed):
        truth = self.path("cards.csv")
        subprocess.run([self.args.binary, "synth", "cards", *CARDS_SIZE, "--seed", seed, "--out", truth, "--force",
                        "--quiet"], check=True)
        scored = self.engines("cards, seed " + seed, truth) + [self.rival(truth, CARDS_WINDOW)]
        self.judge_all(truth, scored, [CARDS_WINDOW], True)

    def print(self, title):
        print("\n%s\n" % title)
        table([HEAD] + [[shown(v) for v in line] for line in self.lines])
        self.lines = []

    def print_speed(self):
        rows = [["run", "transactions", "seconds", "CPU seconds", "transactions a second", "peak memory, MB"]]
        for name, n, wall, cpu, memory in self.speed:
            rows.append([name, "{:,}".format(n), "%.1f" % wall, "%.1f" % cpu, "{:,.0f}".format(n / wall),
                         "%.0f" % memory])
        print("\nSpeed, from the file to the written scores, learning included\n")
        table(rows)


def shown(v):
    if v is None or v == "":
        return "–"
    return "%.3f" % v if isinstance(v, float) else str(v)


def table(rows):
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for r in rows[1:]:
        print("| " + " | ".join(r) + " |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--binary", required=True)
    p.add_argument("--fdh", required=True)
    p.add_argument("--rival-python", default="/usr/bin/python3")
    p.add_argument("--work")
    p.add_argument("--jobs", type=int, default=os.cpu_count(), help="judges at a time")
    p.add_argument("--only", choices=("fdh", "cards"))
    args = p.parse_args()
    truth = os.path.join(args.fdh, "train.csv.gz")
    for needed in (truth, os.path.join(args.fdh, "eval.py")):
        if not os.path.isfile(needed):
            refuse("%s is not there: give the folder with train.csv.gz and eval.py as FDH=DIR" % needed)
    if args.only != "fdh" and subprocess.run([args.rival_python, "-c", "import xgboost"],
                                             capture_output=True).returncode != 0:
        refuse("%s has no xgboost: install Debian's python3-xgboost, or name a Python that has it as "
               "PYTHON_XGBOOST=PATH" % args.rival_python)
    with tempfile.TemporaryDirectory(dir=args.work) as work:
        b = Bench(args, work)
        if args.only != "cards":
            b.judge_all(truth, b.engines("handbook", truth), FDH_WINDOWS, False)
            b.print("The handbook's simulation, labels after 7 days")
        if args.only != "fdh":
            for seed in CARDS_SEEDS:
                b.cards(seed)
                b.print("Cards of another make, seed %s, labels after 7 days" % seed)
        b.print_speed()


main()
