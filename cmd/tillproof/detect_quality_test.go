package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/synth/cards"
)

// The small brother of `make detect-bench`: six weeks of the second generator through the command, judged on
// the last two.
const (
	qualityDays  = 42
	qualityFrom  = 28
	qualityCards = 1500
)

// cardWorld is a labelled set on disk, as the program sees it: a table without verdicts, and a file of them.
type cardWorld struct {
	rows  []cards.Row
	table string
}

func makeCards(t *testing.T) *cardWorld {
	t.Helper()
	rows, err := cards.Make(cards.Options{Seed: 4, Cards: qualityCards, Days: qualityDays})
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	table.WriteString("tx_id,tx_datetime,customer_id,terminal_id,amount\n")
	for i, r := range rows {
		at := time.Unix(r.At, 0).UTC().Format("2006-01-02T15:04:05")
		line := []string{
			strconv.Itoa(i), at, strconv.Itoa(int(r.Card)), strconv.Itoa(int(r.Terminal)),
			strconv.FormatFloat(float64(r.Amount)/100, 'f', 2, 64),
		}
		table.WriteString(strings.Join(line, ",") + "\n")
	}
	w := &cardWorld{rows, filepath.Join(t.TempDir(), "in.csv")}
	if err := os.WriteFile(w.table, table.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// day is the day of a row, counted from the first.
func (w *cardWorld) day(i int) int { return int(w.rows[i].At/86400 - w.rows[0].At/86400) }

// scores runs the command with the verdicts of the rows before a day.
func (w *cardWorld) scores(t *testing.T, before int) []float64 {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "scores.csv")
	args := []string{"detect", "--in", w.table, "--scores", out, "--exit-zero", "-q", "--json"}
	if before > 0 {
		var verdicts bytes.Buffer
		verdicts.WriteString("tx_id,label\n")
		for i, r := range w.rows {
			if r.Scenario > 0 && w.day(i) < before {
				verdicts.WriteString(strconv.Itoa(i) + ",1\n")
			}
		}
		path := filepath.Join(dir, "labels.csv")
		if err := os.WriteFile(path, verdicts.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--labels", path, "--label-delay", "7d")
	}
	std := streams{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	if code := run(t.Context(), args, std, noEnv, time.Now); code != exitClean {
		t.Fatalf("exit %d: %s", code, std.err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != len(w.rows)+1 || lines[0] != "tx_id,score" {
		t.Fatalf("%d lines for %d rows, head %q", len(lines), len(w.rows), lines[0])
	}
	scores := make([]float64, len(w.rows))
	for i, line := range lines[1:] {
		id, score, _ := strings.Cut(line, ",")
		v, err := strconv.ParseFloat(score, 64)
		if err != nil || id != strconv.Itoa(i) || v < 0 || v > 1 {
			t.Fatalf("line %d: %q", i+2, line)
		}
		scores[i] = v
	}
	return scores
}

// rank is the average precision of scores over the last two weeks.
func (w *cardWorld) rank(score func(i int) float64) float64 {
	var judged []learn.Judged
	for i, r := range w.rows {
		if w.day(i) >= qualityFrom {
			judged = append(judged, learn.Judged{
				Margin: int32(math.Round(score(i) * 1e9)), Weight: 1, Fraud: r.Scenario > 0,
			})
		}
	}
	return float64(learn.Rank(judged).Precision) / 1e9
}

// With verdicts the score must rank far better than without, and without better than the amount alone, on a
// set that shares nothing with the engine. The world is small: there are some hundred frauds to learn from. A
// verdict must not move a score before it is known.
func TestDetectOnCardsOfAnotherMake(t *testing.T) {
	w := makeCards(t)
	blind, taught := w.scores(t, 0), w.scores(t, qualityDays)
	amount := w.rank(func(i int) float64 { return float64(w.rows[i].Amount) / 1e8 })
	none := w.rank(func(i int) float64 { return blind[i] })
	ours := w.rank(func(i int) float64 { return taught[i] })
	t.Logf("average precision: amount %.3f, no labels %.3f, labels %.3f", amount, none, ours)
	if none < 1.1*amount {
		t.Errorf("without labels %.3f, the amount alone has %.3f", none, amount)
	}
	if ours < 2*none {
		t.Errorf("with labels %.3f, without %.3f", ours, none)
	}

	const cut = 21
	half := w.scores(t, cut)
	changed := 0
	for i := range w.rows {
		switch {
		case half[i] == taught[i]:
		case w.day(i) < cut+7:
			t.Fatalf("row %d of day %d knows verdicts of day %d or later", i, w.day(i), cut)
		default:
			changed++
		}
	}
	if changed == 0 {
		t.Error("verdicts of three weeks change nothing")
	}
}
