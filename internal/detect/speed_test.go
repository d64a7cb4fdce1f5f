//go:build unix

package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// busyRows are transactions of a city: 5,000 cards on 2,000 terminals of 400 merchants, one in forty refused,
// one in a hundred a refund. Where full is true the rows have all that a terminal log shows, else only what a
// list of card transactions does.
func busyRows(n int, full bool) []stream.Txn {
	dice := rand.New(rand.NewPCG(7, 9))
	rows := make([]stream.Txn, n)
	for i := range rows {
		terminal := dice.IntN(2000)
		t := &rows[i]
		*t = stream.Txn{
			Ref: int64(i), At: tillproof.LocalTime(1_790_000_000 + int64(i)*9), Timed: true,
			Card: stream.KeyOf(fmt.Sprint("card", dice.IntN(5000))), Amount: 100 + dice.Int64N(30_000),
			Terminal: stream.KeyOf(fmt.Sprint(10_000_000 + terminal)),
			Currency: tillproof.CNY, Kind: tillproof.Sale, STAN: -1,
		}
		if dice.IntN(40) == 0 {
			t.Status, t.Response = tillproof.Declined, [2]byte{'5', '1'}
		}
		if !full {
			continue
		}
		t.Merchant = stream.KeyOf(fmt.Sprint(104_310_058_120_000 + terminal/5))
		t.STAN, t.RRN = int32(i%1_000_000), stream.RefKey(fmt.Sprint(626_000_000_000+i))
		t.Auth, t.Batch = stream.RefKey(fmt.Sprint(100_000+i)), stream.Key(1+i/50_000)
		copy(t.Mask[:], fmt.Sprintf("621234%04d", dice.IntN(5000)))
		t.Entry = tillproof.EntryChip
		if dice.IntN(100) == 0 {
			t.Kind = tillproof.Refund
		}
	}
	return rows
}

// cpu is the time that the process has had on any core.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStream is the whole book over a stream, in processor time: other work on the machine does not
// count.
func BenchmarkStream(b *testing.B) {
	for _, full := range []bool{false, true} {
		b.Run(fmt.Sprintf("full=%v", full), func(b *testing.B) {
			rows := busyRows(1_000_000, full)
			opts := nightOptions()
			opts.Policy.SplitLimit, opts.Policy.Terminals = 100_000, []tillproof.TerminalID{"T1"}
			opts.Policy.Hours = nil
			b.ResetTimer()
			var spent time.Duration
			for range b.N {
				opts.Book.Rules = slices.DeleteFunc(Default().Rules, func(r Rule) bool {
					return r.ID == UnknownTerminal // it would find each row
				})
				e := NewEngine(opts)
				from := cpu()
				for i := range rows {
					if err := e.Push(rows[i]); err != nil {
						b.Fatal(err)
					}
				}
				if err := e.End(); err != nil {
					b.Fatal(err)
				}
				spent += cpu() - from
				b.ReportMetric(float64(len(e.Incidents())), "incidents")
			}
			b.ReportMetric(float64(len(rows)*b.N)/spent.Seconds(), "rows/cpu-s")
		})
	}
}

// learned is a teacher with a model of the usual size: of a month in which one transaction in a hundred
// is fraud of six times its amount, which is known a day later.
func learned(b *testing.B, full bool) *learn.Model {
	b.Helper()
	t, err := teach.New(teach.Options{Delay: 24 * 3600})
	if err != nil {
		b.Fatal(err)
	}
	e := NewEngine(Options{Book: Default(), Teacher: t})
	rows := busyRows(300_000, full)
	for i := range rows {
		if i%100 == 0 {
			rows[i].Amount *= 6
			e.Know(stream.Label{Txn: rows[i], Known: rows[i].At + 24*3600, Fraud: true})
		}
		if err := e.Push(rows[i]); err != nil {
			b.Fatal(err)
		}
	}
	if err := e.End(); err != nil || t.Model() == nil {
		b.Fatalf("model %v, %v", t.Model(), err)
	}
	return t.Model()
}

// judge is a teacher that asks a model and learns nothing more.
func judge(b *testing.B, m *learn.Model) *teach.Teacher {
	b.Helper()
	t, err := teach.New(teach.Options{Model: m, Fixed: true})
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// BenchmarkScored is the whole book and a model over a stream, on two processors: rows in a second of the
// clock and of the processors.
func BenchmarkScored(b *testing.B) {
	for _, full := range []bool{false, true} {
		b.Run(fmt.Sprintf("full=%v", full), func(b *testing.B) {
			m := learned(b, full)
			rows := busyRows(1_000_000, full)
			var spent, took time.Duration
			b.ResetTimer()
			for range b.N {
				e := NewEngine(Options{Book: Default(), Teacher: judge(b, m)})
				busy, from := cpu(), time.Now()
				for i := range rows {
					if err := e.Push(rows[i]); err != nil {
						b.Fatal(err)
					}
				}
				if err := e.End(); err != nil {
					b.Fatal(err)
				}
				spent, took = spent+cpu()-busy, took+time.Since(from)
			}
			b.ReportMetric(float64(len(rows)*b.N)/took.Seconds(), "rows/s")
			b.ReportMetric(float64(len(rows)*b.N)/spent.Seconds(), "rows/cpu-s")
		})
	}
}

// BenchmarkDecide is the time until the answer about one row of a live stream, without and with a model.
func BenchmarkDecide(b *testing.B) {
	for _, name := range []string{"rules", "rules and model"} {
		b.Run(name, func(b *testing.B) {
			fresh := func() *Engine { return NewEngine(Options{Book: Default()}) }
			if name != "rules" {
				m := learned(b, true)
				fresh = func() *Engine { return NewEngine(Options{Book: Default(), Teacher: judge(b, m)}) }
			}
			decide(b, fresh)
		})
	}
}

func decide(b *testing.B, fresh func() *Engine) {
	b.Helper()
	rows := busyRows(300_000, true)
	e := fresh()
	took := make([]time.Duration, 0, len(rows))
	for i := 0; b.Loop(); i++ {
		if i == len(rows) {
			e, i = fresh(), 0
		}
		from := time.Now()
		if _, err := e.Decide(rows[i]); err != nil {
			b.Fatal(err)
		}
		if len(took) < cap(took) {
			took = append(took, time.Since(from))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(float64(took[len(took)-1].Nanoseconds()), "max-ns")
}
