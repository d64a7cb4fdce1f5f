package detect

import (
	"bytes"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// thieved is five weeks of five hundred cards in which one row in sixty is fraud of eight times its amount,
// known a day later.
func thieved(n int) (rows []stream.Txn, labels []stream.Label) {
	state := uint64(11)
	below := func(n uint64) uint64 {
		state = state*6364136223846793005 + 1442695040888963407
		return (state >> 33) % n
	}
	for i := range n {
		t := stream.Txn{
			Ref: int64(i), At: tillproof.LocalTime(1_790_000_000 + i*120), Timed: true,
			Card: stream.Key(1 + below(500)), Terminal: stream.Key(1 + below(40)),
			Amount: int64(100 + below(9000)), Currency: tillproof.CNY, Kind: tillproof.Sale, STAN: -1,
		}
		if i%97 == 5 {
			t.Card = 0
		}
		if i%89 == 3 {
			t.Terminal, t.Aside = 0, true
		}
		if i%60 == 7 {
			t.Amount *= 8
			labels = append(labels, stream.Label{Txn: t, Known: t.At + secondsOfDay, Fraud: true})
		}
		rows = append(rows, t)
	}
	return rows, labels
}

// opined is what an engine with a teacher said about a row.
type opined struct {
	chance int64
	why    string
}

// playHalves sends rows through an engine with a teacher of little room, so that it thins and forgets; live
// rows are decided one by one. It answers what was said, the state of the teacher, and its trainings.
func playHalves(t *testing.T, live bool, size int) (all []opined, state []byte, lessons int) {
	t.Helper()
	rows, labels := thieved(25_000)
	teacher, err := teach.New(teach.Options{Delay: secondsOfDay, Room: teach.Room{
		Waiting: 300, Frauds: 200, Hard: 100, Easy: 800,
	}})
	if err != nil {
		t.Fatal(err)
	}
	hear := func(d Decision) {
		s := opined{chance: d.Chance}
		for _, a := range d.Alarms {
			for _, r := range a.Why {
				n := r.Note(tillproof.CNY)
				s.why += n.Code + n.Params["value"] + n.Params["share"] + ";"
			}
		}
		all = append(all, s)
	}
	e := NewEngine(Options{Teacher: teacher, Least: Certain / 20, OnDecision: hear})
	e.relay.size = size
	for _, l := range labels {
		e.Know(l)
	}
	for i := range rows {
		if !live {
			err = e.Push(rows[i])
		} else if d, wrong := e.Decide(rows[i]); !rows[i].Aside {
			hear(d)
			err = wrong
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	tape := stream.TapeTo(&b, [4]byte{'t', 'e', 's', 't'}, 1)
	teacher.Walk(tape)
	if err := tape.Close(); err != nil {
		t.Fatal(err)
	}
	return all, b.Bytes(), len(teacher.Record())
}

// A teacher that works in halves says of each row what it says of one at a time, through trainings and new
// models, and is in the same state at the end.
func TestHalvesAreOneTeacher(t *testing.T) {
	want, wantState, lessons := playHalves(t, true, 1)
	if lessons < 3 || len(want) < 24_000 {
		t.Fatalf("%d lessons, %d rows", lessons, len(want))
	}
	told := 0
	for _, s := range want {
		if s.why != "" {
			told++
		}
	}
	if told < 100 {
		t.Fatalf("only %d rows with reasons", told)
	}
	for _, size := range []int{1, 7, teach.PageRows} {
		got, state, _ := playHalves(t, false, size)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("batches of %d, row %d: %v, want %v", size, i, got[i], want[i])
			}
		}
		if !bytes.Equal(state, wantState) {
			t.Errorf("batches of %d: another state", size)
		}
	}
}
