package detect

import (
	"bytes"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// suspect is a row of a made stream: its amount in thousandths is the chance that byAmount gives it, and an
// even one is the terminal's.
type suspect struct {
	at       int64 // seconds after the first
	amount   int64
	card     stream.Key
	terminal stream.Key
}

func (s suspect) txn(ref int64) stream.Txn {
	day, _ := tillproof.NewDate(2026, 9, 16)
	return stream.Txn{
		Ref: ref, At: day.At(12, 0, 0) + tillproof.LocalTime(s.at), Timed: true, Amount: s.amount,
		Currency: tillproof.CNY, Kind: tillproof.Sale, Status: tillproof.Posted, Card: s.card,
		Terminal: s.terminal, Merchant: 9, RRN: stream.Key(100 + ref), STAN: -1,
	}
}

func watched(t *testing.T, opts Options, rows ...suspect) *Engine {
	t.Helper()
	e := NewEngine(opts)
	for i, s := range rows {
		if err := e.Push(s.txn(int64(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	return e
}

// line is an incident in short.
type line struct {
	rule                       tillproof.RuleID
	count, sum, chance, expect int64
}

func linesOf(e *Engine) []line {
	var all []line
	for _, in := range e.Incidents() {
		all = append(all, line{
			in.Rule.ID, int64(in.Count), in.Sum, in.Chance / (Certain / 1000), in.Expected(),
		})
	}
	return all
}

func wantLines(t *testing.T, e *Engine, want ...line) {
	t.Helper()
	if got := linesOf(e); !slices.Equal(got, want) {
		t.Errorf("incidents %v, want %v", got, want)
	}
}

// bookOf is a book of one rule that speaks of the rows of a terminal once it has seen so many of them.
func bookOf(id tillproof.RuleID, rows, score int) Book {
	return Book{Rules: []Rule{{
		ID: id, Score: score, Reasons: []string{string(id)}, Needs: []Need{NeedRows},
		stream: func(l *look, r *Rule, a *Alarm) bool {
			for i := l.Terminal.Len() - 1; i >= 0; i-- {
				if s := l.Terminal.Back(i); s.Stands() {
					a.Rows = append(a.Rows, part(s))
				}
			}
			a.Rows, a.Key = append(a.Rows, l.itself()), l.Tx.Terminal
			return l.Tx.Stands() && len(a.Rows) >= rows
		},
	}}}
}

// taught is a teacher that has learned.
func taught() *byAmount { return &byAmount{learned: true} }

// What the teacher says about a row of which a rule speaks is told there, whether the rule speaks at once or
// later; of other rows the teacher speaks itself.
func TestRuleAndTeacherSpeakOnce(t *testing.T) {
	rows := []suspect{{0, 501, 1, 1}, {60, 901, 2, 1}, {120, 301, 3, 1}, {180, 701, 4, 2}}
	opts := Options{Teacher: taught(), Book: bookOf("third", 3, 300)}
	// 0.501·501 + 0.901·901 = 251.0 + 811.8; the rule alone would save 0.3·1703 = 510.9.
	want := []line{{"third", 3, 1703, 901, 251 + 811}, {LearnedScore, 1, 701, 701, 491}}
	e := watched(t, opts, rows...)
	wantLines(t, e, want...)
	in := e.Incidents()[0]
	if in.Likely() != 901_000_000 || len(in.Why) != 1 || in.Why[0].Value != 901 {
		t.Errorf("chance %d, reasons %v", in.Likely(), in.Why)
	}
	wantLines(t, e, want...) // asking changes nothing
	opts.Rows = 1            // rows that are not named are known all the same when they come
	rows = append(rows[:3:3], suspect{180, 801, 5, 1})
	wantLines(t, watched(t, opts, rows...), // 0.801·801 = 641.6; the second row came before the rule spoke
		line{"third", 4, 2504, 801, 251 + 641}, line{LearnedScore, 1, 901, 901, 811})
}

// The strongest of several incidents of a row is told more; what a rule is worth without the teacher stays.
func TestTeacherSpeaksWithTheStrongest(t *testing.T) {
	book := bookOf("weak", 1, 100)
	book.Rules = append(book.Rules, bookOf("strong", 1, 900).Rules...)
	wantLines(t, watched(t, Options{Teacher: taught(), Book: book}, suspect{0, 501, 1, 1}),
		line{"weak", 1, 501, 0, 50}, line{"strong", 1, 501, 501, 450})
}

// A rule whose rows were undone speaks no more, and a sale that was undone is no suspicion.
func TestSuspicionsOutliveTheirRule(t *testing.T) {
	sale, undone := suspect{0, 501, 1, 1}.txn(0), suspect{60, 601, 2, 1}.txn(1)
	void := suspect{120, 601, 2, 1}.txn(2)
	void.Kind, void.RRN, void.Original = tillproof.Void, 5, undone.RRN
	for _, c := range []struct {
		rows []stream.Txn
		want []line
	}{
		{[]stream.Txn{sale, undone}, []line{{"second", 2, 1102, 601, 251 + 361}}},
		{[]stream.Txn{sale, undone, void}, []line{ // the last is the void itself
			{LearnedScore, 1, 501, 501, 251}, {LearnedScore, 1, 601, 601, 361},
		}},
	} {
		e := NewEngine(Options{Teacher: taught(), Book: bookOf("second", 2, 300)})
		for _, x := range c.rows {
			if err := e.Push(x); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
		wantLines(t, e, c.want...)
	}
}

// Suspicions of a card within a day are one incident; those of three cards at one terminal, each within an
// hour of the one before, are the terminal's.
func TestCrowdAtATerminal(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []suspect
		want []int64 // how many rows each incident has
	}{
		{"three cards", []suspect{{0, 501, 1, 1}, {3600, 503, 2, 1}, {7200, 505, 3, 1}}, []int64{3}},
		{"a pause", []suspect{{0, 501, 1, 1}, {3600, 503, 2, 1}, {7201, 505, 3, 1}}, []int64{1, 1, 1}},
		{"two cards", []suspect{{0, 501, 1, 1}, {1, 503, 2, 1}, {2, 505, 1, 1}}, []int64{2, 1}},
		{"two terminals", []suspect{{0, 501, 1, 1}, {1, 503, 2, 1}, {2, 505, 3, 2}}, []int64{1, 1, 1}},
		{"a card's day", []suspect{{0, 501, 1, 1}, {86_400, 503, 1, 2}, {172_801, 505, 1, 1}}, []int64{2, 1}},
		{"its other hours", []suspect{
			{0, 501, 1, 1}, {60, 503, 2, 1}, {120, 505, 3, 1}, {9000, 502, 4, 1}, {9001, 507, 1, 1},
		}, []int64{4, 1}},
	} {
		var got []int64
		for _, in := range watched(t, Options{Teacher: taught()}, c.rows...).Incidents() {
			got = append(got, int64(in.Count))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: rows %v, want %v", c.name, got, c.want)
		}
	}
}

// Where nothing has been learned, a card must be known and the row extreme, or six cards must be strange one
// after the other. Whoever asks for less gets all.
func TestStrangeAloneIsRarelyTold(t *testing.T) {
	known := func(n int, last int64) []suspect {
		var rows []suspect
		for i := range n {
			rows = append(rows, suspect{int64(i) * 86_400, 20, 1, 1})
		}
		return append(rows, suspect{int64(n) * 86_400, last, 1, 1})
	}
	crowd := func(n int) []suspect {
		var rows []suspect
		for i := range n {
			rows = append(rows, suspect{int64(i) * 60, 500, stream.Key(i + 1), 1})
		}
		return rows
	}
	for _, c := range []struct {
		name  string
		rows  []suspect
		least int64
		want  int
	}{
		{"known and extreme", known(10, 801), 0, 1},
		{"hardly known", known(9, 801), 0, 0},
		{"not extreme", known(10, 799), 0, 0},
		{"asked for", known(9, 501), Certain / 2, 1},
		{"five cards", crowd(5), 0, 0},
		{"six cards", crowd(6), 0, 1},
	} {
		e := watched(t, Options{Teacher: &byAmount{}, Least: c.least}, c.rows...)
		if got := e.Incidents(); len(got) != c.want {
			t.Errorf("%s: %d incidents, want %d", c.name, len(got), c.want)
		}
	}
}

// A rule that the user keeps silent does not swallow what the teacher says, one of the book no more than his
// own; and the teacher can be kept silent too.
func TestSilentRuleTakesNoSuspicion(t *testing.T) {
	own := CustomRule{
		Rule: Rule{ID: "own", Score: 900, Reasons: []string{"own"}},
		Test: func(*stream.Look, []int32) bool { return true },
		Key:  func(x *stream.Txn) stream.Key { return x.Terminal },
	}
	silent := func(ids ...tillproof.RuleID) func(*Incident) bool {
		return func(in *Incident) bool { return slices.Contains(ids, in.Rule.ID) }
	}
	alone := line{LearnedScore, 1, 501, 501, 251}
	e := watched(t, Options{Teacher: taught(), Custom: []CustomRule{own}, Silent: silent("own")},
		suspect{0, 501, 1, 1})
	wantLines(t, e, alone)
	book := Options{Teacher: taught(), Book: bookOf("first", 1, 300), Silent: silent("first")}
	e = watched(t, book, suspect{0, 501, 1, 1})
	wantLines(t, e, alone)
	if kept := e.Silenced(); len(kept) != 1 || kept[0].Rule.ID != "first" || kept[0].Chance != 0 {
		t.Errorf("kept silent: %+v", kept)
	}
	book.Silent = silent("first", LearnedScore)
	e = watched(t, book, suspect{0, 501, 1, 1})
	wantLines(t, e)
	if kept := e.Silenced(); len(kept) != 2 {
		t.Errorf("%d kept silent, want 2", len(kept))
	}
}

// Beyond the limit suspicions are counted; the state keeps what rules took, and those of a rule that is in
// the book no more speak for themselves.
func TestSuspicionsAreKept(t *testing.T) {
	opts := Options{Teacher: taught(), Book: bookOf("first", 1, 300), Rows: 1}
	e := watched(t, opts, suspect{0, 501, 1, 1}, suspect{60, 601, 2, 1}, suspect{120, 701, 3, 1})
	for _, c := range []struct {
		book Book
		want []line
	}{
		{opts.Book, []line{{"first", 3, 1803, 701, 251 + 361 + 491}}},
		{Book{}, []line{{LearnedScore, 3, 1803, 701, 251 + 361 + 491}}},
	} {
		opts.Book = c.book
		again, err := RestoreEngine(bytes.NewReader(savedEngine(t, e)), opts)
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, again, c.want...)
	}
	e = NewEngine(Options{Teacher: taught()})
	e.suspected.limit = 1
	for i := range 3 {
		if _, err := e.Decide(suspect{int64(i), 501, 1, 1}.txn(int64(i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := e.Incidents(); len(n) != 1 || n[0].Count != 1 || e.Dropped() != 2 {
		t.Errorf("%d incidents, %d dropped", len(n), e.Dropped())
	}
}

// A finding of the learned score is never without a reason: where no fact can be counted, that is said.
func TestLearnedScoreAlwaysGivesAReason(t *testing.T) {
	e := watched(t, Options{Teacher: taught()}, suspect{0, 501, 1, 1})
	all := e.Incidents()
	r := tillproof.NewRecord(tillproof.Sale)
	reasons := func() []tillproof.Note {
		found, err := e.Describe(all, tillproof.Terminal, func(int64) *tillproof.Record { return &r })
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		return found[0].Reasons
	}
	if got := reasons(); len(got) != 2 || got[1].Code != "habit.says.amount" {
		t.Errorf("%v", got)
	}
	all[0].Why = nil
	if got := reasons(); len(got) != 2 || got[1].Code != "detect.learned_score.untold" {
		t.Errorf("%v", got)
	}
}
