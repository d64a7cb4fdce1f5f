package iso8583

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// oneTrace is a log in which every message has the same trace number: n sales that are asked and answered,
// of n amounts, at as many terminals as are named.
func oneTrace(n, terminals int) []string {
	var out []string
	for i := range n {
		at, amount := fmt.Sprintf("41:%08d", i%terminals), fmt.Sprintf("4:%012d", i+1)
		out = append(out, sale87("0200", at, amount), sale87("0210", at, amount, approved))
	}
	return out
}

// TestOneTraceNumber counts the exchanges that are looked at where thousands of messages share one trace
// number. All of them would be some million for each log.
func TestOneTraceNumber(t *testing.T) {
	const sales = 2000
	for name, terminals := range map[string]int{"a terminal each": sales, "forty": 40, "one": 1} {
		log := strings.Join(oneTrace(sales, terminals), "\n")
		src := &lineSource{lines: format.NewLines(strings.NewReader(log)), scan: lineScan{opt: in2026}}
		p := newPairing()
		var done []*exchange
		for m, err := src.next(); !errors.Is(err, io.EOF); m, err = src.next() {
			if err != nil {
				t.Fatal(err)
			}
			p.take(&m)
			done = append(done, p.due(m.n, false)...)
		}
		done = append(done, p.due(0, true)...)
		for _, x := range done {
			if x.ask == nil || x.answer == nil || x.ask.value[4] != x.answer.value[4] {
				t.Fatalf("%s: a sale and its answer are apart", name)
			}
		}
		if len(done) != sales || len(p.traces) != 0 {
			t.Errorf("%s: %d exchanges, %d traces left open", name, len(done), len(p.traces))
		}
		// An answer looks at one exchange; a request at those of its own terminal, at most reach.
		if most := sales * (1 + min(reach, sales/terminals)); p.looks > most {
			t.Errorf("%s: %d exchanges looked at, at most %d", name, p.looks, most)
		}
	}
}

// TestUnnamedTerminal: a message without a terminal belongs to the nearest that agrees, whichever terminal
// that has.
func TestUnnamedTerminal(t *testing.T) {
	for name, c := range map[string]struct {
		want     string
		messages []string
	}{
		"the answer names none": {"sale posted 12.34 EUR 00, sale unknown_outcome 99.00 EUR", []string{
			sale87("0200"), sale87("0200", other...), sale87("0210", "41:", approved),
		}},
		"the request names none": {"sale unknown_outcome 12.34 EUR, sale declined 12.34 EUR 51", []string{
			sale87("0200", "41:70010009"), sale87("0200", "41:"), sale87("0210", declined),
		}},
		"both have one that agrees": {"sale unknown_outcome 12.34 EUR, sale declined 12.34 EUR 51", []string{
			sale87("0200", "41:"), sale87("0200"), sale87("0210", declined),
		}},
	} {
		_, records := read(t, in2026, c.messages...)
		if got := strings.ReplaceAll(brief(records), " ,", ","); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// BenchmarkOneTraceNumber reads logs of one trace number and one terminal: ten times the messages take ten
// times as long, not a hundred.
func BenchmarkOneTraceNumber(b *testing.B) {
	for _, messages := range []int{2000, 20000} {
		log := []byte(strings.Join(oneTrace(messages/2, 1), "\n"))
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			for b.Loop() {
				if _, _, err := formattest.Load(log, Formats(), in2026); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(messages), "ns/message")
		})
	}
}
