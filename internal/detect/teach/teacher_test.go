package teach

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// town is a small world: two hundred cards pay at forty terminals for ten weeks. From day 20 on, every fifth
// terminal is in wrong hands for three weeks, and all of its rows are fraud; some cards are used for much
// larger amounts than they are used to.
func town(days int) (txns []*stream.Txn, fraud map[*stream.Txn]bool) {
	r := rand.New(rand.NewPCG(11, 12))
	fraud = map[*stream.Txn]bool{}
	at := tillproof.LocalTime(1_772_323_200)
	end := at + tillproof.LocalTime(days)*day
	for start := at; at < end; at += tillproof.LocalTime(r.IntN(400)) {
		card, terminal := 1+r.IntN(200), 1+r.IntN(40)
		x := &stream.Txn{
			Ref: int64(len(txns)), At: at, Card: stream.Key(card), Terminal: stream.Key(1000 + terminal),
			Amount: int64(500 + 40*card + r.IntN(2000)), Kind: tillproof.Sale, Timed: true, STAN: -1,
		}
		n := int(at-start) / day
		if terminal%5 == 0 && n >= 20 && n%35 < 21 {
			fraud[x] = true
		} else if r.IntN(150) == 0 {
			x.Amount *= 6
			fraud[x] = true
		}
		txns = append(txns, x)
	}
	return txns, fraud
}

type answer struct {
	chance int64
	at     tillproof.LocalTime
}

func (a answer) judged(fraud bool) learn.Judged {
	return learn.Judged{Margin: int32(a.chance), Weight: 1, Fraud: fraud}
}

// play plays a world with verdicts that come after delay; at row stop the state is saved and read back.
func play(
	t testing.TB, txns []*stream.Txn, fraud map[*stream.Txn]bool, o Options, stop int,
) ([]answer, *Teacher) {
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	late, out := txns, make([]answer, 0, len(txns))
	for i, x := range txns {
		for late[0].At+week <= x.At {
			if fraud[late[0]] {
				e.Know(&stream.Label{Txn: *late[0], Known: late[0].At + week, Fraud: true})
			}
			late = late[1:]
		}
		if i == stop {
			state := saved(t, e)
			if e, err = New(o); err != nil {
				t.Fatal(err)
			}
			p := stream.TapeFrom(bytes.NewReader(state), [4]byte{'t', 'e', 's', 't'}, 1)
			if e.Walk(p); p.Close() != nil {
				t.Fatal(p.Err())
			}
			if !bytes.Equal(saved(t, e), state) {
				t.Fatalf("stop at %d: the state is not what it was", stop)
			}
		}
		_, chance := e.Next(x)
		out = append(out, answer{chance, x.At})
	}
	return out, e
}

func saved(t testing.TB, e *Teacher) []byte {
	var b bytes.Buffer
	p := stream.TapeTo(&b, [4]byte{'t', 'e', 's', 't'}, 1)
	e.Walk(p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// quick are params that train within the time of a test.
func quick() Options {
	p := learn.DefaultParams()
	p.Trees = 30
	return Options{Params: p}
}

func TestLearnsAndTellsWhy(t *testing.T) {
	txns, fraud := town(55)
	answers, e := play(t, txns, fraud, quick(), -1)
	record := e.Record()
	for len(record) > 0 && !record[0].Taken {
		record = record[1:]
	}
	if len(record) < 2 {
		t.Fatalf("%d lessons from the first that was taken on", len(record))
	}
	blind, _ := play(t, txns, nil, quick(), -1)
	var without, with []learn.Judged
	for i, x := range txns {
		if x.At > record[1].At {
			without = append(without, blind[i].judged(fraud[x]))
			with = append(with, answers[i].judged(fraud[x]))
		}
	}
	if was, is := learn.Rank(without), learn.Rank(with); is.Precision < was.Precision+100_000_000 {
		t.Errorf("average precision %d without and %d with verdicts", was.Precision, is.Precision)
	}
	x := *txns[len(txns)-1]
	// An amount that is usual for the card, at a terminal that is in wrong hands since day 35.
	x.At, x.Card, x.Terminal, x.Amount = x.At+60, 30, 1005, 2700
	facts, chance := e.Next(&x)
	reasons, terminal := e.Why(facts)
	if chance < 100_000_000 || !terminal || len(reasons) == 0 || reasons[0].Share < leastShare {
		t.Errorf("a bad terminal has chance %d, reasons %+v", chance, reasons)
	}
	for i, r := range reasons {
		if r.Note(tillproof.CNY).Code == "" || i > 0 && r.Share > reasons[i-1].Share {
			t.Errorf("reason %d is %+v", i, r)
		}
	}
	for _, l := range record {
		if l.Taken != (l.Marks.New.Precision > l.Marks.Old.Precision) {
			t.Errorf("%s: taken %v with %+v", l.At, l.Taken, l.Marks)
		}
	}
}

// Options, rows and verdicts being the same, so are all answers and every byte of the state, with any number
// of processors and with a stop anywhere, in the midst of a training too.
func TestRestoreIsNeverStopped(t *testing.T) {
	txns, fraud := town(50)
	o := quick()
	o.Room = Room{Waiting: 1000, Frauds: 300, Hard: 300, Easy: 1000} // so that rows are thinned
	want, e := play(t, txns, fraud, o, -1)
	end := saved(t, e)
	o.Workers = 2
	busy := 0
	for i, x := range txns {
		if record := e.Record(); x.At > record[0].At+hour {
			busy = i
			break
		}
	}
	for _, stop := range []int{1, busy, len(txns) / 2, len(txns) - 1} {
		got, e := play(t, txns, fraud, o, stop)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("stop at %d: row %d has %d, not %d", stop, i, got[i].chance, want[i].chance)
			}
		}
		if !bytes.Equal(saved(t, e), end) {
			t.Fatalf("stop at %d: the state differs at the end", stop)
		}
	}
}

// What is not known yet changes nothing: without the verdicts about the rows of the last five weeks, all
// answers before the first of them was known are the same.
func TestVerdictsNeverReachBack(t *testing.T) {
	txns, fraud := town(50)
	want, _ := play(t, txns, fraud, quick(), -1)
	cut := txns[0].At + 15*day
	fewer := map[*stream.Txn]bool{}
	for x := range fraud {
		if x.At < cut {
			fewer[x] = true
		}
	}
	got, _ := play(t, txns, fewer, quick(), -1)
	differ := false
	for i := range want {
		if want[i].at < cut+week && got[i] != want[i] {
			t.Fatalf("row %d knows a verdict too early", i)
		}
		differ = differ || got[i] != want[i]
	}
	if !differ {
		t.Fatal("the verdicts had no effect at all")
	}
}

// A verdict that is told twice counts once.
func TestToldTwice(t *testing.T) {
	txns, _ := town(3)
	var states [2][]byte
	for n := range 2 {
		e, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range txns {
			e.Next(x)
		}
		for range n + 1 {
			e.Know(&stream.Label{Txn: *txns[5], Known: txns[5].At + week, Fraud: true})
		}
		states[n] = saved(t, e)
	}
	if !bytes.Equal(states[0], states[1]) {
		t.Fatal("the second telling changed something")
	}
}

func TestBack(t *testing.T) {
	txns, fraud := town(80)
	_, e := play(t, txns, fraud, quick(), -1)
	var taken []*learn.Model
	for _, l := range e.Record() {
		if l.Model != nil {
			taken = append(taken, l.Model)
		}
	}
	if len(taken) < 2 || e.Model() != taken[len(taken)-1] {
		t.Fatalf("%d models kept", len(taken))
	}
	for i := len(taken) - 2; i >= 0; i-- {
		if !e.Back() || e.Model() != taken[i] {
			t.Fatalf("step %d back is not the model before", i)
		}
	}
	if e.Back() {
		t.Fatal("back beyond the first model")
	}
}

// A worse model is not taken, whatever it is, and an equal one neither.
func TestOnlyBetterIsTaken(t *testing.T) {
	for _, c := range []struct {
		new, old int64
		want     bool
	}{{5, 4, true}, {5, 5, false}, {4, 5, false}} {
		m := Marks{learn.Quality{Precision: c.new}, learn.Quality{Precision: c.old}}
		if m.better() != c.want {
			t.Errorf("%+v: taken %v", c, m.better())
		}
	}
}

func TestModelOfOtherFacts(t *testing.T) {
	d := learn.Dataset{Names: []string{"a"}, Rows: [][]int32{{1}, {2}}, Fraud: []bool{true, false}}
	m, err := learn.Train(d, learn.DefaultParams())
	if err != nil {
		t.Fatal(err)
	}
	var e *tillproof.Error
	if _, err := New(Options{Model: m}); !errors.As(err, &e) || e.Code != codeFacts {
		t.Fatal(err)
	}
}

// With more rows than room, each class stays within its room and the weights still add up to about all rows.
func TestSampleKeepsItsRoom(t *testing.T) {
	room := Room{Frauds: 100, Hard: 200, Easy: 400}
	r := rand.New(rand.NewPCG(1, 2))
	var s sample
	genuine := 0
	for i := range 20000 {
		x := row{at: tillproof.LocalTime(i), hash: r.Uint64(), weight: 1, fraud: i%400 == 0, hard: i%20 == 1}
		if s.add(x, room); !x.fraud {
			genuine++
		}
	}
	if s.counts[easy] > room.Easy || s.counts[hard] > room.Hard || s.rows.frauds() != 50 {
		t.Errorf("%v rows kept, %d frauds", s.counts, s.rows.frauds())
	}
	weight := 0
	for i := range s.rows {
		if x := &s.rows[i]; !x.fraud {
			weight += int(x.weight)
		}
	}
	if weight < genuine*85/100 || weight > genuine*115/100 {
		t.Errorf("weights add up to %d of %d genuine rows", weight, genuine)
	}
}
