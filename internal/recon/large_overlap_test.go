package recon

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// exports cuts a table into two that share a fifth of its rows, and says how many that are.
func exports(table string) (first, second string, shared int) {
	lines := strings.SplitAfter(strings.TrimSuffix(table, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	head, rows := lines[0], lines[1:]
	from, to := len(rows)*2/5, len(rows)*3/5
	return head + strings.Join(rows[:to], ""), head + strings.Join(rows[from:], ""), to - from
}

// TestOverlapsInPasses: two exports of each side that share rows leave what one file of all rows leaves. The
// second export is written another way in some variants, so that its rows do not take the fast path.
func TestOverlapsInPasses(t *testing.T) {
	for name, second := range map[string]func(string) string{
		"plain":  func(s string) string { return s },
		"quoted": func(s string) string { return strings.ReplaceAll(s, ",SALE,", `,"SALE",`) },
		"crlf":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			g := newTrade(21)
			texts := g.files()
			log := strings.SplitAfter(texts[tillproof.Terminal], "\n")
			// one refused sale is logged three times, and not by its number
			declined := func(l string) bool { return strings.Contains(l, ",SALE,51,") }
			refused := log[slices.IndexFunc(log, declined)]
			refused = strings.Replace(refused, ",606", ",", 1)
			mid := len(log) / 2
			log = slices.Insert(log, mid, refused, refused, refused)
			texts[tillproof.Terminal] = strings.Join(log, "")
			shared := map[tillproof.Side]int{}
			files := func() []File {
				var out []File
				for _, side := range tillproof.Sides {
					a, b, n := exports(texts[side])
					shared[side] = n
					for i, text := range []string{a, second(b)} {
						out = append(out, File{
							Name: fmt.Sprintf("%s%d.csv", side, i+1), At: strings.NewReader(text),
							Size: int64(len(text)), Side: side, Profile: "gen",
						})
					}
				}
				return out
			}
			held, passes, dir := bothWays(t, files, Options{})
			got := resultOf(t, dir)
			g.want["pos_rows"] += 3
			for what, n := range g.want {
				if got[what] != float64(n) {
					t.Errorf("%s is %v, made %d", what, got[what], n)
				}
			}
			for name, run := range map[string]*tillproof.Run{"held": held, "passes": passes} {
				for _, side := range tillproof.Sides {
					count, file := fmt.Sprint(shared[side]), side.String()+"2.csv"
					warns := func(n tillproof.Note) bool {
						return n.Code == "recon.overlap" && n.Params["n"] == count && n.Params["file"] == file
					}
					if !slices.ContainsFunc(run.Warnings, warns) {
						t.Errorf("%s, %s: no warning of %s lines: %v", name, side, count, run.Warnings)
					}
				}
			}
		})
	}
}

// TestFilesThatDoNotOverlapLoseNothing: those of two shops show the same days and share no line.
func TestFilesThatDoNotOverlapLoseNothing(t *testing.T) {
	g := newTrade(23)
	texts := g.files()
	files := func() []File {
		var out []File
		for _, side := range tillproof.Sides {
			lines := strings.SplitAfter(strings.TrimSuffix(texts[side], "\n"), "\n")
			lines[len(lines)-1] += "\n"
			parts := []string{lines[0], lines[0]}
			for _, l := range lines[1:] {
				shop := 0
				if merchant := strings.Index(l, "89831014812"); l[merchant+14] < '6' {
					shop = 1
				}
				parts[shop] += l
			}
			for i, text := range parts {
				out = append(out, File{
					Name: fmt.Sprintf("%s%d.csv", side, i+1), At: strings.NewReader(text),
					Size: int64(len(text)), Side: side, Profile: "gen",
				})
			}
		}
		return out
	}
	_, _, dir := bothWays(t, files, Options{})
	got := resultOf(t, dir)
	for what, n := range g.want {
		if got[what] != float64(n) {
			t.Errorf("%s is %v, made %d", what, got[what], n)
		}
	}
}

// TestALineTwiceInTheLaterExport: the second export shows a missing sale once more than the first. Its id
// counts the one that the first export has.
func TestALineTwiceInTheLaterExport(t *testing.T) {
	texts := newTrade(24).files()
	first, second, _ := exports(texts[tillproof.Terminal])
	held, _, _ := bothWays(t, func() []File { return tradeFiles(texts) }, Options{})
	lines := strings.SplitAfter(second, "\n")
	again := ""
	for _, r := range rowsWith(held, tillproof.Terminal, "break.not_settled") {
		for _, l := range lines[1 : len(lines)/3] {
			if strings.Contains(l, r.Refs.RRN) {
				again = l
			}
		}
	}
	if again == "" {
		t.Fatal("no missing sale stands in both exports")
	}
	second += again
	files := func() []File {
		out := tradeFiles(texts)[1:]
		for i, text := range []string{first, second} {
			out = append(out, File{
				Name: fmt.Sprintf("log%d.csv", i+1), At: strings.NewReader(text), Size: int64(len(text)),
				Side: tillproof.Terminal, Profile: "gen",
			})
		}
		return out
	}
	held, _, _ = bothWays(t, files, Options{})
	recs := held.Records[tillproof.Terminal]
	last := slices.MaxFunc(recs, func(a, b tillproof.Record) int {
		return cmp.Or(cmp.Compare(a.Origin.Source, b.Origin.Source),
			cmp.Compare(a.Origin.Line, b.Origin.Line))
	})
	held, passes, _ := bothWays(t, files, Options{Decisions: []tillproof.Decision{
		ruledBy(tillproof.RuleExclude, last.ID.String()),
	}})
	if !held.Decisions[0].Obeyed() || !passes.Decisions[0].Obeyed() {
		t.Errorf("%+v, %+v", held.Decisions, passes.Decisions)
	}
}
