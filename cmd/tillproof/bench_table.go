package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
)

// benchDone shows the scores.
func (d *door) benchDone(ctx context.Context, f *benchFlags, rows []benchRow) error {
	return d.stdout(ctx, func(w io.Writer) error {
		if d.json {
			return encode(w, benchJSON(f, rows))
		}
		d.benchSetsTable(w, f, rows)
		d.benchKindsTable(w, rows)
		if f.faults {
			d.benchFaults(w, rows)
		}
		_, err := fmt.Fprintf(w, "\n%s\n\n%s\n", d.text("cmd.bench.perfect", tillproof.Params{
			"n": strconv.Itoa(benchPerfectSets(rows)), "sets": strconv.Itoa(len(rows)),
		}), d.text("cmd.bench.legend", nil))
		return err
	})
}

func benchPerfectSets(rows []benchRow) int {
	n := 0
	for _, r := range rows {
		if r.score.Perfect() {
			n++
		}
	}
	return n
}

// benchSetsTable has a line for each set.
func (d *door) benchSetsTable(w io.Writer, f *benchFlags, rows []benchRow) {
	columns := []string{
		"set", "sales", "match_precision", "match_recall", "break_precision", "break_recall", "explained",
		"wrong", "coarse", "loss",
	}
	if f.results == "" {
		columns = append(columns, "time", "memory")
	}
	lines := [][]string{d.benchHeads(columns)}
	for _, r := range rows {
		s, breaks := r.score, r.score.AllBreaks()
		line := []string{
			r.key.Set, strconv.Itoa(s.Matches.True), bench.Percent(s.Matches.Precision()),
			bench.Percent(s.Matches.Recall()), bench.Percent(breaks.Precision()),
			bench.Percent(breaks.Recall()), fmt.Sprintf("%d/%d", s.Deposits.Found, s.Deposits.Knowable),
			strconv.Itoa(s.Deposits.False()), strconv.Itoa(s.Coarse),
			tillproof.FormatMinor(s.LossOff, s.Currency),
		}
		if f.results == "" {
			line = append(line, fmt.Sprintf("%d ms", r.millis), fmt.Sprintf("%d MiB", r.peak>>20))
		}
		lines = append(lines, line)
	}
	writeGrid(w, lines)
}

// benchKindsTable has a line for each kind of break, over all sets.
func (d *door) benchKindsTable(w io.Writer, rows []benchRow) {
	lines := [][]string{d.benchHeads([]string{"break", "knowable", "found", "false", "precision", "recall"})}
	for _, kind := range tillproof.BreakKinds {
		var sum bench.Tally
		for _, r := range rows {
			if t := r.score.Breaks[string(kind)]; t != nil {
				sum = sum.Plus(*t)
			}
		}
		if sum == (bench.Tally{}) {
			continue
		}
		lines = append(lines, []string{
			d.text("break."+string(kind), nil), strconv.Itoa(sum.Knowable), strconv.Itoa(sum.Found),
			strconv.Itoa(sum.False()), bench.Percent(sum.Precision()), bench.Percent(sum.Recall()),
		})
	}
	fmt.Fprintln(w)
	writeGrid(w, lines)
}

func (d *door) benchHeads(names []string) []string {
	heads := make([]string, len(names))
	for i, n := range names {
		heads[i] = d.text("cmd.bench.head."+n, nil)
	}
	return heads
}

// maxFaultRecords keeps a line of a fault on a screen.
const maxFaultRecords = 4

// benchFaults lists what is false and what is missing, set by set.
func (d *door) benchFaults(w io.Writer, rows []benchRow) {
	for _, r := range rows {
		if len(r.score.Faults) > 0 {
			fmt.Fprintf(w, "\n%s\n", d.paint(w, bold, r.key.Set))
		}
		for _, f := range r.score.Faults {
			records := strings.Join(f.Records[:min(maxFaultRecords, len(f.Records))], " ")
			if len(f.Records) > maxFaultRecords {
				records += " …"
			}
			parts := []string{d.text("cmd.bench.fault."+f.What, nil)}
			for _, part := range []string{f.Kind, f.Amount, f.Cause, harmless(mask(records))} {
				if part != "" {
					parts = append(parts, part)
				}
			}
			fmt.Fprintln(w, "  "+strings.Join(parts, "  "))
		}
	}
}

// writeGrid writes cells in columns, the first to the left and numbers to the right.
func writeGrid(w io.Writer, lines [][]string) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], cells(cell))
		}
	}
	for _, line := range lines {
		for i, cell := range line {
			blank := strings.Repeat(" ", widths[i]-cells(cell))
			switch i {
			case 0:
				fmt.Fprint(w, cell, blank)
			default:
				fmt.Fprint(w, "  ", blank, cell)
			}
		}
		fmt.Fprintln(w)
	}
}

// cells is how many cells of a console a text of the catalogue takes: Han characters take two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= firstWide {
			n++
		}
	}
	return n
}

// firstWide is where the blocks of East Asian characters begin among those that the catalogue uses.
const firstWide = 0x2e80

// benchSchema names the form of the scores as JSON; additive changes only.
const benchSchema = "tillproof.bench/1"

type benchTally struct {
	bench.Tally
	False     int         `json:"false"`
	Precision json.Number `json:"precision"`
	Recall    json.Number `json:"recall"`
}

func tallyJSON(t bench.Tally) benchTally {
	return benchTally{
		t, t.False(), json.Number(bench.Ratio(t.Precision())), json.Number(bench.Ratio(t.Recall())),
	}
}

type benchSetJSON struct {
	Set       string                `json:"set"`
	Kind      string                `json:"kind"`
	Custom    string                `json:"custom"`
	Noise     string                `json:"noise"`
	Seed      uint64                `json:"seed"`
	From      tillproof.Date        `json:"from"`
	To        tillproof.Date        `json:"to"`
	Currency  tillproof.Currency    `json:"currency"`
	Matches   benchTally            `json:"matches"`
	Breaks    map[string]benchTally `json:"breaks"`
	AllBreaks benchTally            `json:"all_breaks"`
	Deposits  benchTally            `json:"deposits"`
	Wrong     int                   `json:"wrong_explanations"`
	Coarse    int                   `json:"coarse_explanations"`
	Refused   int                   `json:"refused"`
	Unknown   int                   `json:"unknown_records"`
	Repeated  int                   `json:"repeated"`
	LossError string                `json:"loss_error"`
	Perfect   bool                  `json:"perfect"`
	Millis    int64                 `json:"ms"`
	Peak      uint64                `json:"peak_heap_bytes"`
	Faults    []bench.Fault         `json:"faults"`
}

// benchResult is the whole in JSON.
type benchResult struct {
	Schema string         `json:"schema"`
	Sets   []benchSetJSON `json:"sets"`
}

func benchJSON(f *benchFlags, rows []benchRow) benchResult {
	out := benchResult{Schema: benchSchema, Sets: []benchSetJSON{}}
	for _, r := range rows {
		s, k := r.score, r.key
		set := benchSetJSON{
			Set: k.Set, Kind: k.Kind, Custom: k.Custom, Noise: k.Noise, Seed: k.Seed, From: k.From, To: k.To,
			Currency: k.Currency, Matches: tallyJSON(s.Matches), Breaks: map[string]benchTally{},
			AllBreaks: tallyJSON(s.AllBreaks()), Deposits: tallyJSON(s.Deposits), Wrong: s.Deposits.False(),
			Coarse: s.Coarse, Refused: s.Refused, Unknown: s.Unknown, Repeated: s.Repeated,
			LossError: tillproof.FormatMinor(s.LossOff, s.Currency), Perfect: s.Perfect(), Millis: r.millis,
			Peak: r.peak, Faults: []bench.Fault{},
		}
		for kind, t := range s.Breaks {
			set.Breaks[kind] = tallyJSON(*t)
		}
		if f.faults {
			set.Faults = append(set.Faults, s.Faults...)
		}
		out.Sets = append(out.Sets, set)
	}
	return out
}
