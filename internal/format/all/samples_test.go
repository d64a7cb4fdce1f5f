package all

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/wrap"
)

var samplesDir = flag.String("samples", "", "folder of sample files with their INDEX.tsv")

// sample is one row of INDEX.tsv. Its figures come from a checker that shares no code with the readers.
type sample struct {
	path                   string
	entries, credit, debit string
	opening, closing       string // several statements: joined by " | "
}

// TestSamples reads every sample and compares entries, sums and balances; an invalid one gives its code.
func TestSamples(t *testing.T) {
	if *samplesDir == "" {
		t.Skip("samples: no -samples directory given") // make samples and .ci/run give it, and fail without
	}
	listed := map[string]bool{}
	for _, s := range readIndex(t) {
		listed[s.path] = true
		t.Run(s.path, func(t *testing.T) {
			if code := refused[s.path]; code != "" {
				checkRefused(t, s, code)
				return
			}
			checkSample(t, s)
		})
	}
	said := slices.AppendSeq(slices.Collect(maps.Keys(refused)), maps.Keys(figures))
	for _, path := range said {
		if !listed[path] {
			t.Errorf("%s is said to differ from INDEX.tsv, which does not have it", path)
		}
	}
	t.Logf("samples: %d compared", len(listed))
}

func readIndex(t *testing.T) []sample {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(*samplesDir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	var out []sample
	for _, row := range rows[1:] {
		get := func(name string) string {
			if i, ok := col[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			t.Fatalf("INDEX.tsv has no column %s", name)
			return ""
		}
		s := sample{
			get("path"), get("entries"), get("sum_credit"), get("sum_debit"),
			get("opening"), get("closing"),
		}
		if f, known := figures[s.path]; known {
			s.entries, s.credit, s.debit = f.entries, f.credit, f.debit
		}
		out = append(out, s)
	}
	return out
}

func inputOfSample(path string) (*format.Input, error) {
	raw, err := os.ReadFile(filepath.Join(*samplesDir, path))
	if err != nil {
		return nil, err
	}
	return format.NewInput(path, bytes.NewReader(raw), int64(len(raw)))
}

// checkClaimed: exactly one format is sure of a sample by its content; an archive is none, its files are.
func checkClaimed(t *testing.T, path string) {
	t.Helper()
	in, err := inputOfSample(path)
	if err != nil {
		t.Fatal(err)
	}
	in.Head.Name = "download"
	best, claims := 0, []string{}
	for _, f := range Formats() {
		switch c := f.Sniff(&in.Head).Confidence; {
		case c > best:
			best, claims = c, []string{f.Name}
		case c == best && c > 0:
			claims = append(claims, f.Name)
		}
	}
	if len(claims) != 1 && !strings.HasSuffix(path, ".zip") {
		t.Errorf("claimed by %v, want one", claims)
	}
}

func load(path string) (tillproof.Source, error) {
	in, err := inputOfSample(path)
	if err != nil {
		return tillproof.Source{}, err
	}
	content, packed, err := wrap.Open(in)
	if err != nil {
		return tillproof.Source{}, err
	}
	if packed {
		return loadAll(content)
	}
	return format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error { return nil })
}

// loadAll reads the files of an archive as one: INDEX.tsv has one row for it.
func loadAll(content wrap.Content) (tillproof.Source, error) {
	var sum tillproof.Source
	for _, m := range content.Members {
		in, err := m.Input()
		if err != nil {
			return sum, err
		}
		src, err := format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error { return nil })
		if err != nil {
			return sum, err
		}
		sum.Format, sum.Issues = src.Format, append(sum.Issues, src.Issues...)
		sum.Statements = append(sum.Statements, src.Statements...)
		sum.Totals.Entries += src.Totals.Entries
		var over [2]error
		sum.Totals.SumCredit, over[0] = sum.Totals.SumCredit.Add(src.Totals.SumCredit)
		sum.Totals.SumDebit, over[1] = sum.Totals.SumDebit.Add(src.Totals.SumDebit)
		if err := errors.Join(over[:]...); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func checkSample(t *testing.T, s sample) {
	checkClaimed(t, s.path)
	src, err := load(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := strconv.Atoi(s.entries); err != nil || src.Totals.Entries != want {
		t.Errorf("%d entries, want %s", src.Totals.Entries, s.entries)
	}
	equal(t, "credits", src.Totals.SumCredit, s.credit)
	equal(t, "debits", src.Totals.SumDebit, s.debit)
	var opening, closing []*tillproof.Exact
	for _, st := range src.Statements {
		if st.Opening != nil {
			opening = append(opening, st.Opening)
		}
		if st.Closing != nil {
			closing = append(closing, st.Closing)
		}
	}
	balances(t, "opening", opening, s.opening)
	balances(t, "closing", closing, s.closing)
	if t.Failed() {
		t.Logf("%s %s, issues %+v", src.Format, src.Dialect, src.Issues)
	}
}

func balances(t *testing.T, what string, got []*tillproof.Exact, want string) {
	t.Helper()
	if want == "" {
		return
	}
	all := strings.Split(want, " | ")
	if len(got) < len(all) {
		t.Errorf("%d %s balances, want %s", len(got), what, want)
		return
	}
	for i, w := range all {
		equal(t, what, *got[i], w)
	}
}

// equal compares decimals as numbers: 8.85 and 8.850 are the same.
func equal(t *testing.T, what string, got tillproof.Exact, want string) {
	t.Helper()
	if want == "" {
		return // INDEX.tsv gives no sum
	}
	w, err := tillproof.ParseExact(want)
	if err != nil {
		t.Errorf("%s: INDEX.tsv has %q", what, want)
		return
	}
	if d, err := got.Add(w.Neg()); err != nil || d.Unscaled != 0 {
		t.Errorf("%s %s, want %s", what, got, want)
	}
}

// checkRefused asks for the code of an invalid sample, as an error of the file or as one of its issues.
func checkRefused(t *testing.T, s sample, code string) {
	src, err := load(s.path)
	var e *tillproof.Error
	if errors.As(err, &e) {
		if e.Code != code {
			t.Errorf("error %s, want %s", e.Code, code)
		}
		return
	}
	if !slices.ContainsFunc(src.Issues, func(i tillproof.Issue) bool { return i.Code == code }) {
		t.Errorf("read as %s with issues %+v, want %s", src.Format, src.Issues, code)
	}
	if s.entries == "" {
		return
	}
	checkSample(t, s) // the rest of the file is read all the same
}
