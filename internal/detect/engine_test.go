package detect

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// small limits, so that forgetting happens in a crowded world.
var small = stream.Limits{Cards: 8, Terminals: 8, Merchants: 4, Sales: 16}

// stood is a stream of records and the engine's options for it.
func stood(t *rapid.T) ([]tillproof.Record, Options) {
	run := crowded(t)
	limits := rapid.SampledFrom([]stream.Limits{small, stream.DefaultLimits()}).Draw(t, "limits")
	opts := Options{
		Book: Default(), Policy: run.Policy, Memory: limits,
		Rows: rapid.SampledFrom([]int{2, DefaultRows}).Draw(t, "named"), Lateness: secondsOfDay,
	}
	return run.Records[tillproof.Terminal], opts
}

// told is what an engine has found, by the content of the rows alone.
func told(t testing.TB, e *Engine, rows []tillproof.Record) []string {
	t.Helper()
	findings, err := e.Describe(e.Incidents(), tillproof.Terminal, func(ref int64) *tillproof.Record {
		return &rows[ref]
	})
	if err != nil {
		t.Fatal(err)
	}
	run := &tillproof.Run{}
	run.Records[tillproof.Terminal] = rows
	return said(run, findings)
}

func pushAll(t testing.TB, e *Engine, rows []tillproof.Record, order []int) {
	t.Helper()
	for _, i := range order {
		if err := e.Push(TxnOf(int64(i), &rows[i])); err != nil {
			t.Fatal(err)
		}
	}
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// byTime is the order of rows in time as a file may have it: those of one moment come as they will.
func byTime(t *rapid.T, rows []tillproof.Record, late int) []int {
	order := rapid.Permutation(upTo(len(rows))).Draw(t, "order")
	delay := map[int]int64{}
	for i := range rows {
		delay[i] = int64(max(TxnOf(0, &rows[i]).At, -1<<40)) + int64(rapid.IntRange(0, late).Draw(t, "delay"))
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(delay[a], delay[b]) })
	return order
}

// Neither the order of rows of one moment nor lateness within the bound changes what is found. The rows that
// are the same to the engine are told apart by their place only: they are given different amounts of cents.
func TestStreamOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, opts := stood(rt)
		for i := range rows {
			rows[i].Refs.STAN = fmt.Sprint(i + 1)
		}
		opts.Teacher = &byAmount{learned: rapid.Bool().Draw(rt, "learned")}
		a := NewEngine(opts)
		opts.Teacher = &byAmount{learned: a.opts.Teacher.(*byAmount).learned}
		b := NewEngine(opts)
		for _, c := range []struct {
			e    *Engine
			late int
		}{{a, 0}, {b, secondsOfDay}} {
			pushAll(t, c.e, rows, byTime(rt, rows, c.late))
			if err := c.e.End(); err != nil || c.e.Late() != 0 {
				t.Fatal(err, c.e.Late())
			}
		}
		if d := gocmp.Diff(told(t, a, rows), told(t, b, rows)); d != "" {
			t.Fatalf("another order, other findings:\n%s", d)
		}
	})
}

// stubTeacher gives a chance that depends on all it was told, in order.
type stubTeacher struct{ state uint64 }

func (s *stubTeacher) mix(n uint64) { s.state = (s.state ^ n) * 0x100000001b3 }

func (s *stubTeacher) Next(t *stream.Txn) ([]int32, int64) {
	s.mix(uint64(t.Ref))
	return nil, int64(s.state % 1_000_000_000)
}

func (s *stubTeacher) Know(l *stream.Label) { s.mix(uint64(l.Txn.Ref) + 1<<40) }

func (s *stubTeacher) Why([]int32) ([]teach.Reason, bool) {
	return []teach.Reason{{Fact: int32(s.state % 3), Value: 7, Share: 1000}}, s.state%2 == 0
}

func (s *stubTeacher) Model() *learn.Model { return nil }

func (s *stubTeacher) Walk(t *stream.Tape) { stream.Word8(t, &s.state) }

func savedEngine(t testing.TB, e *Engine) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := e.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An engine that was stopped anywhere and restored decides, finds and is saved as one that never stopped.
func TestEngineRestoredIsNeverStopped(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, opts := stood(rt)
		order := byTime(rt, rows, secondsOfDay/2)
		cut := rapid.IntRange(0, len(rows)).Draw(rt, "cut")
		least := rapid.SampledFrom([]int64{0, Certain / 3}).Draw(rt, "least") // 0: the extreme only
		var heard [2][]string
		hear := func(i int) Options {
			o := opts
			o.Teacher, o.Least = &stubTeacher{}, least
			o.OnDecision = func(d Decision) {
				heard[i] = append(heard[i], fmt.Sprint(d.Ref, d.Chance, len(d.Alarms)))
			}
			return o
		}
		feed := func(e *Engine, order []int) {
			for _, i := range order {
				x := TxnOf(int64(i), &rows[i])
				if i%3 == 0 {
					e.Know(stream.Label{Txn: x, Known: x.At + 40_000, Fraud: i%2 == 0})
				}
				if err := e.Push(x); err != nil {
					t.Fatal(err)
				}
			}
		}
		whole, first := NewEngine(hear(0)), NewEngine(hear(1))
		whole.relay.size = rapid.IntRange(1, 20).Draw(rt, "batch")
		first.relay.size = rapid.IntRange(1, 20).Draw(rt, "other batch")
		feed(whole, order)
		feed(first, order[:cut])
		state := savedEngine(t, first)
		again, err := RestoreEngine(bytes.NewReader(state), hear(1))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(savedEngine(t, again), state) {
			t.Fatal("a restored engine is saved otherwise")
		}
		feed(again, order[cut:])
		if !bytes.Equal(savedEngine(t, again), savedEngine(t, whole)) {
			t.Fatal("a restored engine goes on otherwise")
		}
		for _, e := range []*Engine{whole, again} {
			if err := e.End(); err != nil {
				t.Fatal(err)
			}
		}
		if d := gocmp.Diff(told(t, whole, rows), told(t, again, rows)); d != "" {
			t.Fatal(d)
		}
		if d := gocmp.Diff(heard[0], heard[1]); d != "" {
			t.Fatal(d)
		}
	})
}

// One row at a time gives the answers of a pass over the file.
func TestDecideIsPush(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, opts := stood(rt)
		var want []string
		pass := opts
		pass.Teacher = &stubTeacher{}
		pass.OnDecision = func(d Decision) { want = append(want, fmt.Sprint(d.Ref, d.Chance, len(d.Alarms))) }
		batch := NewEngine(pass)
		batch.relay.size = rapid.IntRange(1, 20).Draw(rt, "batch")
		pushAll(t, batch, rows, upTo(len(rows)))
		if err := batch.End(); err != nil {
			t.Fatal(err)
		}
		opts.Teacher = &stubTeacher{}
		live := NewEngine(opts)
		all := make([]stream.Txn, len(rows))
		for i := range rows {
			all[i] = TxnOf(int64(i), &rows[i])
		}
		slices.SortFunc(all, func(a, b stream.Txn) int { return stream.Compare(&a, &b) })
		var got []string
		for _, x := range all {
			d, err := live.Decide(x)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(d.Ref, d.Chance, len(d.Alarms)))
		}
		// A row that comes a day late is passed on at once; the crowded world spans two days.
		if batch.Late() == 0 {
			if d := gocmp.Diff(want, got); d != "" {
				t.Fatal(d)
			}
			if d := gocmp.Diff(told(t, batch, rows), told(t, live, rows)); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// diary is a teacher that writes down what it is asked and told.
type diary struct{ lines []string }

func (d *diary) Next(t *stream.Txn) ([]int32, int64) {
	d.lines = append(d.lines, fmt.Sprint("row ", t.Ref))
	return nil, 0
}

func (d *diary) Know(l *stream.Label) {
	d.lines = append(d.lines, fmt.Sprint("verdict ", l.Txn.Ref, l.Fraud))
}

func (d *diary) Why([]int32) ([]teach.Reason, bool) { return nil, false }

func (d *diary) Model() *learn.Model { return nil }

func (d *diary) Walk(*stream.Tape) {}

// A verdict is heard at the moment from which it is known, before the rows of that moment, and never earlier,
// in whatever order verdicts were handed in.
func TestVerdictsComeWhenTheyAreKnown(t *testing.T) {
	at := func(ref int64, second int) stream.Txn {
		return stream.Txn{Ref: ref, At: tillproof.LocalTime(second), Timed: true}
	}
	d := &diary{}
	e := NewEngine(Options{Teacher: d})
	e.Know(stream.Label{Txn: at(2, 20), Known: 60, Fraud: true})
	e.Know(stream.Label{Txn: at(1, 10), Known: 50})
	e.Know(stream.Label{Txn: at(3, 30), Known: 50, Fraud: true})
	e.Know(stream.Label{Txn: at(4, 40), Known: 99, Fraud: true})
	for _, x := range []stream.Txn{
		at(1, 10), at(2, 20), at(3, 30), at(4, 49), at(5, 50), at(6, 55), at(7, 98),
	} {
		if err := e.Push(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"row 1", "row 2", "row 3", "row 4", "verdict 1 false", "verdict 3 true", "row 5", "row 6",
		"verdict 2 true", "row 7",
	}
	if d := gocmp.Diff(want, d.lines); d != "" {
		t.Error(d)
	}
}

// nightSale is a sale at three in the morning.
func nightSale(n int) tillproof.Record {
	r := tillproof.NewRecord(tillproof.Sale)
	day, _ := tillproof.NewDate(2026, time.September, 16)
	r.Time, r.Amount = day.At(3, n, 0), tillproof.NewMoney(int64(100*(n+1)), tillproof.CNY)
	r.Refs.Merchant, r.Refs.Terminal, r.Refs.STAN = "M1", "10000001", fmt.Sprint(n+1)
	r.Refs.RRN = fmt.Sprint(1000 + n)
	r.ID = tillproof.RecordIDOf(tillproof.Terminal, fmt.Append(nil, n), 0)
	return r
}

func nightOptions() Options {
	p := tillproof.Policy{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		p.Hours = append(p.Hours, tillproof.Opening{Day: d, Open: 8 * 60, Close: 22 * 60})
	}
	return Options{Book: Default(), Policy: p}
}

// Of an incident the first rows are named, the others are counted, and its money is that of all.
func TestNamedRowsAreBounded(t *testing.T) {
	var rows []tillproof.Record
	for n := range 10 {
		rows = append(rows, nightSale(n))
	}
	opts := nightOptions()
	opts.Rows = 3
	e := NewEngine(opts)
	pushAll(t, e, rows, upTo(len(rows)))
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	findings, err := e.Describe(e.Incidents(), tillproof.Terminal, func(ref int64) *tillproof.Record {
		return &rows[ref]
	})
	if err != nil || len(findings) != 1 {
		t.Fatal(findings, err)
	}
	f := findings[0] // 1.00 + 2.00 + … + 10.00
	p := f.Reasons[0].Params
	if len(f.Records) != 3 || f.Amount.Minor() != 5500 || p["n"] != "10" || p["to"] != "2026-09-16T03:09:00" {
		t.Errorf("%d rows, %s, %v", len(f.Records), f.Amount, p)
	}
	if want := []int64{0, 1, 2, 9}; !slices.Equal(Wanted(e.Incidents()), want) {
		t.Errorf("wanted rows %v, want %v", Wanted(e.Incidents()), want)
	}
}

// A full book of incidents takes no new one and counts the alarms; those that belong to an old one still join
// it.
func TestAlarmsBeyondTheBookAreCounted(t *testing.T) {
	other := nightSale(5)
	other.Refs.Merchant, other.Refs.Terminal, other.Time = "M2", "10000002", other.Time-120
	rows := []tillproof.Record{nightSale(0), other, nightSale(4)}
	e := NewEngine(nightOptions())
	e.found.limit = 1
	pushAll(t, e, rows, upTo(3))
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	if n := len(e.Incidents()); n != 1 || e.Dropped() != 1 || e.Incidents()[0].Count != 2 {
		t.Errorf("%d incidents, %d dropped", n, e.Dropped())
	}
	if h := e.Held(); h.Rows != 3 || h.Merchants != 2 || h.Sales != 3 {
		t.Errorf("held %+v", h)
	}
}

// A sale that a later row undoes leaves its incident, and an incident without sales is none.
func TestUndoneSaleLeavesItsIncident(t *testing.T) {
	rows := []tillproof.Record{nightSale(0), nightSale(1)}
	void := func(n int) tillproof.Record {
		r := nightSale(n)
		r.Kind, r.Refs.Original, r.Refs.RRN = tillproof.Void, r.Refs.RRN, "9"
		r.Time += 1200
		return r
	}
	for _, c := range []struct {
		voids []int
		want  int64 // the money of the incident, 0: none
	}{{nil, 300}, {[]int{0}, 200}, {[]int{1}, 100}, {[]int{0, 1}, 0}} {
		all := slices.Clone(rows)
		for _, n := range c.voids {
			all = append(all, void(n))
		}
		e := NewEngine(nightOptions())
		pushAll(t, e, all, upTo(len(all)))
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
		var got int64
		for _, in := range e.Incidents() {
			got += in.Sum
		}
		if got != c.want || len(e.Incidents()) != min(1, int(c.want)) {
			t.Errorf("voids %v: %d in %d incidents, want %d", c.voids, got, len(e.Incidents()), c.want)
		}
	}
}

// byAmount is a teacher for whom a row's chance is its amount in thousandths; even amounts are the
// terminal's.
type byAmount struct {
	last    int64
	learned bool
}

func (b *byAmount) Next(t *stream.Txn) ([]int32, int64) {
	b.last = t.Amount
	return []int32{int32(t.Amount)}, t.Amount * (Certain / 1000)
}

func (b *byAmount) Know(*stream.Label) {}

func (b *byAmount) Why(facts []int32) ([]teach.Reason, bool) {
	return []teach.Reason{{Fact: habit.Amount, Value: facts[0], Share: 1000}}, facts[0]%2 == 0
}

// Model is there from 601 on: a teacher that has learned.
func (b *byAmount) Model() *learn.Model {
	if b.learned = b.learned || b.last == 601; b.learned {
		return &learn.Model{}
	}
	return nil
}

func (b *byAmount) Walk(*stream.Tape) {}

// Rows that are likely to be fraud become incidents of their terminal or card, told by the row with the
// highest chance; the money that a look saves is that of each at its chance.
func TestLearnedScore(t *testing.T) {
	sale := func(n, amount int, at int64, card string) tillproof.Record {
		r := nightSale(n)
		r.Time += tillproof.LocalTime(at)
		r.Amount, r.Refs.Customer = tillproof.NewMoney(int64(amount), tillproof.CNY), card
		return r
	}
	rows := []tillproof.Record{
		sale(0, 500, 0, "a"), // terminal, 0.500 × 500 = 250
		sale(1, 900, 100, "b"),
		sale(2, 499, 200, "a"), // below one half
		sale(3, 601, 300, "a"), // card a, 0.601 × 601 = 361.2
		sale(4, 701, 400, "b"), // card b, 0.701 × 701 = 491.4
		sale(5, 600, 100_000, "a"),
	}
	e := NewEngine(Options{Teacher: &byAmount{}, Least: Certain / 2})
	pushAll(t, e, rows, upTo(len(rows)))
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	type line struct{ count, sum, chance, expected int64 }
	var got []line
	for _, in := range e.Incidents() {
		got = append(got, line{int64(in.Count), in.Sum, in.Chance / (Certain / 1000), in.Expected()})
	}
	lines := []line{
		{2, 1400, 900, 250 + 810}, // the first two: one terminal's day
		{1, 601, 601, 361},
		{1, 701, 701, 491},
		{1, 600, 600, 360}, // a day later
	}
	if !slices.Equal(got, lines) {
		t.Errorf("incidents %v, want %v", got, lines)
	}
	findings, err := e.Describe(e.Incidents(), tillproof.Terminal, func(ref int64) *tillproof.Record {
		return &rows[ref]
	})
	if err != nil || len(findings) != 4 {
		t.Fatal(findings, err)
	}
	codes := map[string]int{}
	for _, f := range findings {
		for _, n := range f.Reasons {
			codes[n.Code]++
		}
		if f.Innocent.Code != "detect.innocent.learned_score" {
			t.Errorf("nothing would make it innocent: %+v", f.Innocent)
		}
	}
	want := map[string]int{
		"detect.learned_score.strange_terminal": 1, "detect.learned_score.terminal": 1,
		"detect.learned_score.card": 2, "habit.says.amount": 4,
	}
	if !maps.Equal(codes, want) {
		t.Errorf("sentences %v", codes)
	}
	e = NewEngine(Options{Teacher: &byAmount{}, Least: Certain / 10})
	pushAll(t, e, rows, upTo(len(rows)))
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	var counts []int // card a's 499 joins its 601
	for _, in := range e.Incidents() {
		counts = append(counts, in.Count)
	}
	if !slices.Equal(counts, []int{2, 2, 1, 1}) {
		t.Errorf("rows of incidents from a tenth on: %v", counts)
	}
}

// A user's rule is asked like those of the book, gives its own sentence, and may keep an incident to itself.
func TestCustomRule(t *testing.T) {
	rows := []tillproof.Record{nightSale(0), nightSale(1), nightSale(2)}
	large := CustomRule{
		Rule: Rule{
			ID: "own.large", Version: 3, Severity: tillproof.Low, Score: 300, Reasons: []string{"own"},
		},
		Test: func(l *stream.Look, _ []int32) bool { return l.Tx.Amount >= 200 },
		Key:  func(x *stream.Txn) stream.Key { return x.Terminal },
		Gap:  100,
		Say: func(in *Incident, record func(int64) *tillproof.Record) tillproof.Note {
			ref := record(in.Parts[0].Ref).Refs.RRN
			return tillproof.Note{Code: "own", Params: tillproof.Params{"ref": ref}}
		},
	}
	hidden := large
	hidden.Rule.ID = "own.hidden"
	e := NewEngine(Options{
		Custom: []CustomRule{large, hidden},
		Silent: func(in *Incident) bool { return in.Rule.ID == "own.hidden" && in.Sum == 500 },
	})
	pushAll(t, e, rows, upTo(3))
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	findings, err := e.Describe(e.Incidents(), tillproof.Terminal, func(ref int64) *tillproof.Record {
		return &rows[ref]
	})
	if err != nil || len(findings) != 1 || len(e.Silenced()) != 1 || e.Silenced()[0].Rule.ID != "own.hidden" {
		t.Fatal(findings, err, len(e.Silenced()))
	}
	f := findings[0] // 2.00 and 3.00, a minute apart
	if f.Rule != "own.large" || f.Amount.Minor() != 500 || f.Reasons[0].Params["ref"] != "1001" ||
		f.Version != 3 || len(f.Records) != 2 {
		t.Errorf("%+v", f)
	}
}

// FuzzRestoreEngine gives states whose digest is right and whose content need not be: what is taken can go
// on, and be saved again.
func FuzzRestoreEngine(f *testing.F) {
	rows := []tillproof.Record{nightSale(0), nightSale(1), nightSale(2)}
	opts := nightOptions()
	opts.Memory, opts.Teacher, opts.Least = small, &byAmount{}, Certain/10 // the third row waits
	e := NewEngine(opts)
	pushAll(f, e, rows, upTo(3))
	e.Know(stream.Label{Txn: TxnOf(0, &rows[0]), Known: TxnOf(0, &rows[0]).At + 100_000, Fraud: true})
	if e.drain(); len(e.found.all) == 0 || len(e.suspected.all) != 2 {
		f.Fatal("the seed has", len(e.found.all), "incidents and", len(e.suspected.all), "suspicions")
	}
	state := savedEngine(f, e)
	f.Add(state[:len(state)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		e, err := RestoreEngine(bytes.NewReader(append(bytes.Clone(body), sum[:]...)), opts)
		if err != nil {
			var coded *tillproof.Error
			if !errors.As(err, &coded) || coded.Code == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		for n := range 3 {
			r := nightSale(n + 3)
			_ = e.Push(TxnOf(int64(n), &r)) // a hostile sum may overflow
		}
		_ = e.End()
		savedEngine(t, e)
	})
}
