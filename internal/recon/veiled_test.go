package recon_test

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/recon/match"
	"github.com/tillproof/tillproof/internal/synth"
)

// TestVeiled takes labelled months and hides what joins them, as other systems do: first the report keeps the
// terminal's number in another field beside one of its own, then no side shows a number or a card. The pairs
// must still be the true ones.
func TestVeiled(t *testing.T) {
	cal, _ := pack.Calendar("CN")
	for name, hide := range map[string]func(*tillproof.Record, int){
		"other field": func(r *tillproof.Record, i int) {
			r.Refs.Order, r.Refs.RRN = r.Refs.RRN, fmt.Sprintf("8816%08d", i)
			r.Refs.STAN, r.Refs.Batch, r.Refs.Auth = "", "", ""
		},
		"nothing": func(r *tillproof.Record, i int) {
			r.Refs.Order, r.Refs.RRN = fmt.Sprintf("8816%08d", i), ""
			r.Refs.STAN, r.Refs.Batch, r.Refs.Auth, r.Refs.Original = "", "", "", ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(8) {
				veil(t, synth.Medium(seed+1, cal), name == "nothing", hide)
			}
		})
	}
}

func veil(t *testing.T, o synth.Options, cardless bool, hide func(*tillproof.Record, int)) {
	t.Helper()
	dir := t.TempDir()
	key, err := synth.Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := synth.Policy(o)
	if err != nil {
		t.Fatal(err)
	}
	run := check(t, dir, policy, key.Files.Terminal, key.Files.Acquirer)
	for i := range run.Records[tillproof.Acquirer] {
		hide(&run.Records[tillproof.Acquirer][i], i)
	}
	for side := range run.Records {
		for i := range run.Records[side] {
			if cardless {
				run.Records[side][i].Card = tillproof.Card{}
			}
		}
	}
	if err := match.Reconcile(run); err != nil {
		t.Fatal(err)
	}
	want := map[synth.Pair]bool{}
	for _, p := range key.Matches {
		want[p] = true
	}
	v := verdict{t, run, &key}
	wrong, by := 0, map[tillproof.Method]int{}
	for _, m := range run.Matches {
		by[m.Method]++
		p := synth.Pair{int32(v.line(m.Left).Line), int32(v.line(m.Right).Line)}
		if !want[p] {
			wrong++
		}
		delete(want, p)
	}
	// A row of the report that comes twice is refused; two amounts are one sale only by a number.
	refused := 0
	for _, f := range key.Facts {
		twice := f.Code == string(tillproof.SettledTwice)
		if twice || cardless && f.Code == string(tillproof.AmountMismatch) {
			refused++
		}
	}
	if wrong > 0 || len(want) > refused {
		t.Errorf("seed %d: %d false pairs, %d of %d not found, %d can be refused, %v", o.Seed, wrong,
			len(want), len(key.Matches), refused, by)
	}
}
