package recon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

func tradeFiles(texts map[tillproof.Side]string) []File {
	var files []File
	for _, side := range tillproof.Sides {
		files = append(files, File{
			Name: side.String() + ".csv", At: strings.NewReader(texts[side]), Size: int64(len(texts[side])),
			Side: side, Profile: "gen",
		})
	}
	return files
}

func resultOf(t *testing.T, dir string) map[string]any {
	t.Helper()
	var got map[string]any
	b, err := os.ReadFile(filepath.Join(dir, "result.json"))
	if err != nil || json.Unmarshal(b, &got) != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return got
}

// listsOf are the lists of a folder.
func listsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

var tradeVariants = map[string]func(*trade){
	"plain":   func(*trade) {},
	"quoted":  func(g *trade) { g.quote, g.crlf = true, true },
	"letters": func(g *trade) { g.letters = true },
	"turned":  func(g *trade) { g.turned = true },
	"Chinese": func(g *trade) { g.chinese, g.yuan = true, true },
	"all": func(g *trade) {
		g.chinese, g.yuan, g.turned, g.quote, g.crlf, g.letters = true, true, true, true, true, true
	},
}

// chineseLayouts are the layouts of the speed benchmark with Chinese headers and amounts in yuan, beside the
// shipped ones.
func chineseLayouts(t *testing.T) *profile.Book {
	t.Helper()
	book := profile.Builtin()
	for _, side := range []string{"terminal", "acquirer", "bank"} {
		raw, err := os.ReadFile(filepath.Join("..", "format", "profile", "data", "gen_"+side+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("name: gen_", "name: cngen_", "family: gen", "family: cngen",
			"unit: minor", "unit: major").Replace(string(raw))
		for name, chinese := range chineseHead {
			text = strings.ReplaceAll(text, "["+name+"]", "["+chinese+"]")
		}
		layout, err := profile.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		book = book.With(layout)
	}
	return book
}

// TestLargeIsRight: every list of a month with one of everything has the length and the sum that its maker
// counted, held as a whole and in passes; and both ways leave the same lists, row by row.
func TestLargeIsRight(t *testing.T) {
	for name, vary := range tradeVariants {
		t.Run(name, func(t *testing.T) {
			g := newTrade(7)
			vary(g)
			texts := g.files()
			files := func() []File {
				files := tradeFiles(texts)
				for i := range files {
					if g.chinese {
						files[i].Profile = "cn" + files[i].Profile
					}
				}
				return files
			}
			opt := Options{Formats: all.With(chineseLayouts(t))}
			large, held := filepath.Join(t.TempDir(), "large"), filepath.Join(t.TempDir(), "held")
			lim := Limits{Memory: 256 << 20, Workers: 2, Out: large}
			answer, err := CheckLarge(t.Context(), files(), opt, lim)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range answer.Run.Completeness {
				if !c.Holds() {
					t.Errorf("%s: %+v", c.Side, c)
				}
			}
			lim.Out, lim.Memory = held, 1<<30
			if _, err := CheckWithin(t.Context(), files(), opt, lim); err != nil {
				t.Fatal(err)
			}
			for _, dir := range []string{large, held} {
				got := resultOf(t, dir)
				for what, n := range g.want {
					if got[what] != float64(n) {
						t.Errorf("%s: %s is %v, made %d", dir, what, got[what], n)
					}
				}
			}
			sameLists(t, listsOf(t, large), listsOf(t, held))
		})
	}
}

// TestTheWayIsPartOfTheRun: passes hold fewer lists, so they are another run, and name the same pairs.
func TestTheWayIsPartOfTheRun(t *testing.T) {
	texts := newTrade(12).files()
	opt := Options{Formats: all.Formats()}
	answer, err := CheckLarge(t.Context(), tradeFiles(texts), opt, Limits{Memory: LeastMemory, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	held, err := CheckWithin(t.Context(), tradeFiles(texts), opt, Limits{Memory: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	passes := answer.Run
	if !passes.Basis.Passes || held.Basis.Passes || passes.Basis.ID == held.Basis.ID {
		t.Errorf("passes %+v, held %+v", passes.Basis, held.Basis)
	}
	count := map[tillproof.Method]int{}
	for _, m := range held.Matches {
		count[m.Method]++
	}
	if len(count) < 2 || !maps.Equal(count, passes.Pairs) {
		t.Errorf("held %v, in passes %v", count, passes.Pairs)
	}
}

// TestAFeeIsListedRowByRow: one tariff that three rows break is one break, and three lines of its list. The
// fees are 60, 120 and 31 where 0.38 % of 100.00, 200.00 and 50.00 make 38, 76 and 19.
func TestAFeeIsListedRowByRow(t *testing.T) {
	key := "merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,"
	log := key + "amount,fee,local_time,type,resp_code,orig_rrn\n"
	report := "settle_date," + key + "txn_time,type,gross,fee,net\n"
	for i, c := range [][2]int{{10000, 60}, {20000, 120}, {5000, 31}, {30000, 114}} {
		ref := fmt.Sprintf("898310148121001,00000038,000001,00000%d,60600000000%d,622200******000%[1]d", i, i)
		when := fmt.Sprintf("2026-03-02T09:0%d:00", i)
		log += fmt.Sprintf("%s,%d,%d,%s,SALE,00,\n", ref, c[0], c[1], when)
		report += fmt.Sprintf("2026-03-02,%s,%s,SALE,%d,%d,%d\n", ref, when, c[0], c[1], c[0]-c[1])
	}
	texts := map[tillproof.Side]string{
		tillproof.Terminal: log, tillproof.Acquirer: report,
		tillproof.Bank: "book_date,account_no,reference,amount,balance\n" +
			"2026-03-03,1,898310148121001,64675,64675\n",
	}
	opt := Options{Formats: all.Formats()}
	opt.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 3800}}
	dir := filepath.Join(t.TempDir(), "held")
	run, err := CheckWithin(t.Context(), tradeFiles(texts), opt, Limits{Memory: 1 << 30, Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Breaks) != 1 || run.Breaks[0].Residual.Minor() != 78 {
		t.Fatalf("breaks: %+v", run.Breaks)
	}
	rows := strings.Split(strings.TrimSpace(listsOf(t, dir)["fee_mismatch.csv"]), "\n")
	head := strings.Split(rows[0], ",")
	var got []string
	for _, row := range rows[1:] {
		c := strings.Split(row, ",")
		cell := func(name string) string { return c[slices.Index(head, name)] }
		got = append(got, strings.Join([]string{
			cell("rrn"), cell("gross"), cell("fee"), cell("diff"), cell("terminal_line"),
			cell("acquirer_line"),
		}, " "))
	}
	want := []string{
		"606000000000 10000 -60 22 2 2", "606000000001 20000 -120 44 3 3", "606000000002 5000 -31 12 4 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	r, err := bulk.OpenResult(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for _, ref := range run.Breaks[0].Records {
		if l, err := r.Records(run.Record(ref).ID); err != nil || len(l) != 1 || l[0].List != "fee_mismatch" {
			t.Errorf("%s: %+v, %v", run.Record(ref).ID, l, err)
		}
	}
}

// sameLists compares lists row by row; the two ways write them in different orders.
func sameLists(t *testing.T, a, b map[string]string) {
	t.Helper()
	for name, text := range a {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		x := strings.Split(text, "\n")
		y := strings.Split(b[name], "\n")
		slices.Sort(x)
		slices.Sort(y)
		for i := range max(len(x), len(y)) {
			if i >= len(x) || i >= len(y) || x[i] != y[i] {
				t.Errorf("%s: %d and %d rows:\n%s\n%s", name, len(x), len(y), at(x, i), at(y, i))
				break
			}
		}
	}
}

func at(rows []string, i int) string {
	if i < len(rows) {
		return rows[i]
	}
	return "none"
}

// TestLargeIsOneAnswer: neither the workers nor the memory change a byte of what is left.
func TestLargeIsOneAnswer(t *testing.T) {
	texts := newTrade(8).files()
	opt := Options{Formats: all.Formats()}
	var first map[string]string
	for _, lim := range []Limits{
		{Memory: LeastMemory, Workers: 1}, {Memory: 1 << 30, Workers: 3}, {Memory: 0, Workers: 2},
	} {
		lim.Out = filepath.Join(t.TempDir(), "out")
		if _, err := CheckLarge(t.Context(), tradeFiles(texts), opt, lim); err != nil {
			t.Fatal(err)
		}
		lists := listsOf(t, lim.Out)
		if first == nil {
			first = lists
		}
		for name, text := range lists {
			if first[name] != text {
				t.Errorf("%s differs with %+v", name, lim)
			}
		}
	}
}

// TestLargeLeavesNothing: a run that is stopped leaves neither a folder nor a temporary file.
func TestLargeLeavesNothing(t *testing.T) {
	texts := newTrade(9).files()
	dir, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	lim := Limits{Memory: LeastMemory, Workers: 2, Out: filepath.Join(dir, "out")}
	lim.Pass = func(pass string, done, _ int64) {
		if pass == "recon.pass.keys" && done == 3 {
			stop()
		}
	}
	_, err := CheckLarge(ctx, tradeFiles(texts), Options{Formats: all.Formats()}, lim)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	for _, d := range []string{dir, temp} {
		if left, _ := os.ReadDir(d); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
}

// TestOutIsOurs: lists of another program are not written over; an earlier result is.
func TestOutIsOurs(t *testing.T) {
	texts := newTrade(10).files()
	opt := Options{Formats: all.Formats()}
	dir := t.TempDir()
	foreign := filepath.Join(dir, "matched.csv")
	if err := os.WriteFile(foreign, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lim := Limits{Memory: LeastMemory, Workers: 2, Out: dir}
	var e *tillproof.Error
	if _, err := CheckLarge(t.Context(), tradeFiles(texts), opt, lim); !errors.As(err, &e) ||
		e.Code != "recon.bulk.not_ours" {
		t.Errorf("foreign list: %v", err)
	}
	if b, _ := os.ReadFile(foreign); string(b) != "mine\n" {
		t.Errorf("foreign list is now %q", b)
	}
	if err := os.Remove(foreign); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := CheckLarge(t.Context(), tradeFiles(texts), opt, lim); err != nil {
			t.Error(err)
		}
	}
}

// TestResultAnswers: the result says where the rows of a matched key stand, and in which list a record is.
func TestResultAnswers(t *testing.T) {
	texts := newTrade(11).files()
	dir := filepath.Join(t.TempDir(), "out")
	lim := Limits{Memory: LeastMemory, Workers: 2, Out: dir}
	opt := Options{Formats: all.Formats()}
	if _, err := CheckLarge(t.Context(), tradeFiles(texts), opt, lim); err != nil {
		t.Fatal(err)
	}
	r, err := bulk.OpenResult(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	lists := listsOf(t, dir)
	asked := 0
	for i, row := range strings.Split(lists["matched.csv"], "\n")[1:] {
		c := strings.Split(row, ",")
		if i%97 != 0 || len(c) < 6 || c[5] != "exact" {
			continue
		}
		pairs, err := r.Pairs(c[0], c[1], c[2])
		if err != nil || len(pairs) != 1 {
			t.Fatalf("%s: %v, %v", row, pairs, err)
		}
		for _, p := range []bulk.Place{pairs[0].Terminal, pairs[0].Acquirer} {
			side, _ := tillproof.ParseSide(r.Sources[p.Source].Side)
			line, _, _ := strings.Cut(texts[side][p.Offset:], "\n")
			if !strings.Contains(line, c[0]+","+c[1]) || !strings.Contains(line, ","+c[2]+",") {
				t.Errorf("%s stands at %+v: %s", row, p, line)
			}
		}
		asked++
	}
	if asked < 20 {
		t.Errorf("%d keys asked for", asked)
	}
	if pairs, err := r.Pairs("898310148121001", "00000099", "606000000001"); err != nil || len(pairs) > 0 {
		t.Errorf("a key of nobody: %v, %v", pairs, err)
	}
	resultNames(t, r, lists["missing.csv"])
}

// resultNames asks for the records of a list by their ids.
func resultNames(t *testing.T, r *bulk.Result, list string) {
	t.Helper()
	rows := strings.Split(strings.TrimSpace(list), "\n")
	id := slices.Index(strings.Split(rows[0], ","), "id")
	for _, row := range rows[1:] {
		rec, err := tillproof.ParseRecordID(strings.Split(row, ",")[id])
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Records(rec)
		if err != nil || len(got) != 1 || got[0].List != "missing" || strings.Join(got[0].Cells, ",") != row {
			t.Errorf("%s: %+v, %v", row, got, err)
		}
	}
	if l, err := r.Records(tillproof.RecordID{1}); len(l) > 0 || err != nil {
		t.Errorf("a record of nobody: %v, %v", l, err)
	}
}
