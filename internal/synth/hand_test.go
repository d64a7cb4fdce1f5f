package synth

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestByHand holds the worked month of docs/benchmark.md: the page shows exactly what the generator gives,
// and the key says what was computed there by hand.
func TestByHand(t *testing.T) {
	o := Hand(china())
	f := must[Files](t)(Month(o))
	checkRun(t, o, f)
	b := read(t, f, English)
	page := string(must[[]byte](t)(os.ReadFile("../../docs/benchmark.md")))
	shows := func(s string) {
		t.Helper()
		if !strings.Contains(page, s) {
			t.Errorf("docs/benchmark.md does not show %q", s)
		}
	}
	shows("```text\n" + strings.ReplaceAll(string(f.Terminal), "\r\n", "\n") + "```\n")
	partner := map[int]int{}
	for _, p := range f.Key.Matches {
		partner[int(p[1])] = int(p[0])
	}
	for _, r := range b.acquirer {
		shows(fmt.Sprintf("| %d | %s | %s | %s | %s | ", r.line, r.settle, r.rrn, r.kind, yuan(r.amount)))
		shows(fmt.Sprintf(" | %s | %s | %d |\n", yuan(r.fee), yuan(r.net), partner[r.line]))
	}
	for _, e := range b.bank {
		shows(fmt.Sprintf("| %d | %s | %s | %s |\n", e.line, e.day, yuan(e.amount), e.narrative))
	}
	if n := strings.Count(page, "\n104310054110001,"); n != 13 || len(b.acquirer) != 11 || len(b.bank) != 9 {
		t.Errorf("the page has %d sales, the files %d, %d, %d", n, len(b.terminal), len(b.acquirer),
			len(b.bank))
	}
	byHand(t, f.Key)
}

// byHand is the answer of the page, in figures that no program computed.
func byHand(t *testing.T, k Key) {
	t.Helper()
	wantLoss := LossTruth{Confirmed: LossParts{Principal: 5192}, Timing: 6925}
	if got := *k.Loss["CNY"]; got != wantLoss {
		t.Errorf("loss %+v, by hand %+v", got, wantLoss)
	}
	wantEdges := Edges{AcquirerBefore: []int{}, TerminalAfter: []int{14}, PriorDeposits: []int{13}}
	if !reflect.DeepEqual(k.Edges, wantEdges) {
		t.Errorf("edges %+v, by hand %+v", k.Edges, wantEdges)
	}
	type fact struct {
		code             string
		amount, residual Fen
		record           Line
	}
	want := []fact{
		{"not_settled", 4270, 4270, Line{TerminalName, 8}}, {"deposit_short", 13300, 922, Line{BankName, 65}},
	}
	var got []fact
	for _, f := range k.Facts {
		got = append(got, fact{f.Code, f.Amount, f.Residual, f.Records[0]})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("facts %+v, by hand %+v", got, want)
	}
	var nets []Fen
	for _, d := range k.Deposits {
		nets = append(nets, d.Net)
	}
	if !reflect.DeepEqual(nets, []Fen{22169, 13300, 5004, 4905}) {
		t.Errorf("groups %v", nets)
	}
}
