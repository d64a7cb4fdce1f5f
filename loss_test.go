package tillproof_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// What docs/loss.md says, break by break, written a second time: the figures that a residual of +100 and
// one of −100 go to.
func TestLossOfEachBreak(t *testing.T) {
	none := tillproof.Loss{}
	confirmed := tillproof.Loss{Confirmed: tillproof.LossParts{Principal: 100}}
	fees := tillproof.Loss{Confirmed: tillproof.LossParts{Fees: 100}}
	atRisk := tillproof.Loss{AtRisk: tillproof.LossParts{Principal: 100}}
	owed := tillproof.Loss{Owed: 100}
	table := map[tillproof.BreakKind][2]tillproof.Loss{
		tillproof.NotSettled:       {confirmed, owed},
		tillproof.NotOnTerminal:    {atRisk, owed},
		tillproof.SettledTwice:     {confirmed, owed},
		tillproof.AmountMismatch:   {confirmed, owed},
		tillproof.FeeMismatch:      {fees, none},
		tillproof.NotDeposited:     {confirmed, owed},
		tillproof.DepositShort:     {confirmed, owed},
		tillproof.DepositOver:      {confirmed, owed},
		tillproof.Late:             {none, none},
		tillproof.UnexpectedDebit:  {atRisk, none},
		tillproof.UnexpectedCredit: {none, owed},
		tillproof.Ambiguous:        {none, none},
		tillproof.OutcomeUnknown:   {none, none},
	}
	for _, kind := range tillproof.BreakKinds {
		want, known := table[kind]
		if !known {
			t.Errorf("%s has no row", kind)
			continue
		}
		for i, residual := range []int64{100, -100} {
			b := tillproof.Break{Kind: kind, Residual: tillproof.NewMoney(residual, tillproof.CNY)}
			checkLoss(t, b, want[i])
		}
		checkLoss(t, tillproof.Break{Kind: kind, Residual: tillproof.NewMoney(0, tillproof.CNY)}, none)
	}
}

// checkLoss asks that a break alone makes the loss, and that the line says so too.
func checkLoss(t *testing.T, b tillproof.Break, want tillproof.Loss) {
	t.Helper()
	losses, lines, err := tillproof.SumLoss([]tillproof.Break{b}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want == (tillproof.Loss{}) {
		if len(losses) != 0 || len(lines) != 0 {
			t.Errorf("%s of %s is a loss: %+v", b.Kind, b.Residual, losses)
		}
		return
	}
	want.Currency = tillproof.CNY
	if len(losses) != 1 || losses[0] != want {
		t.Errorf("%s of %s: %+v, not %+v", b.Kind, b.Residual, losses, want)
	}
	if len(lines) != 1 || lines[0].Amount.Minor() != 100 || lines[0].Break != 0 || lines[0].Finding != -1 {
		t.Errorf("%s of %s: lines %+v", b.Kind, b.Residual, lines)
	}
}

// A month worked out by hand: two currencies, all figures.
func TestSumLoss(t *testing.T) {
	yuan := func(n int64) tillproof.Money { return tillproof.NewMoney(n, tillproof.CNY) }
	yen := func(n int64) tillproof.Money { return tillproof.NewMoney(n, tillproof.Currency{'J', 'P', 'Y'}) }
	breaks := []tillproof.Break{
		{Kind: tillproof.NotSettled, Residual: yuan(12_000)},
		{Kind: tillproof.FeeMismatch, Residual: yuan(72_469)},
		{Kind: tillproof.SettledTwice, Residual: yuan(-8_746)},
		{Kind: tillproof.NotSettled, Residual: yuan(-500)}, // a refund the customer has not got
		{Kind: tillproof.DepositShort, Residual: yen(900)},
		{Kind: tillproof.Late, Residual: yuan(0)},
		{Kind: tillproof.UnexpectedDebit, Residual: yuan(3_000)},
	}
	findings := []tillproof.Finding{
		{Rule: "out_of_hours", AtRisk: true, Amount: yuan(43_050)},
		{Rule: "card_repeats", Amount: yuan(1_000_000)},
		{Rule: "refund_without_sale", AtRisk: true, Amount: yuan(0)}, // all its rows stand in breaks
	}
	row := tillproof.RowRef{Side: tillproof.Acquirer, N: 7}
	open := []tillproof.OpenItem{{Row: row, Amount: yuan(9_950)}, {Row: row, Amount: yuan(-10_000)}}

	losses, lines, err := tillproof.SumLoss(breaks, findings, open)
	if err != nil {
		t.Fatal(err)
	}
	want := []tillproof.Loss{
		{
			Currency: tillproof.CNY, Confirmed: tillproof.LossParts{Principal: 12_000, Fees: 72_469},
			AtRisk: tillproof.LossParts{Principal: 46_050}, Timing: -50, Owed: 9_246,
		},
		{Currency: tillproof.Currency{'J', 'P', 'Y'}, Confirmed: tillproof.LossParts{Principal: 900}},
	}
	if d := cmp.Diff(want, losses); d != "" {
		t.Errorf("losses (-want +got):\n%s", d)
	}
	if len(lines) != 9 {
		t.Errorf("%d lines, not 9: %+v", len(lines), lines)
	}
	for _, l := range lines {
		named := 0
		if l.Break >= 0 {
			named++
		}
		if l.Finding >= 0 {
			named++
		}
		if l.Row != (tillproof.RowRef{}) {
			named++
		}
		if named != 1 {
			t.Errorf("a line names %d things: %+v", named, l)
		}
	}
}

// TestOpenItemsAsAdjusted: a sale waits with its own amount, or with the one to which the till adjusted it.
func TestOpenItemsAsAdjusted(t *testing.T) {
	yuan := func(minor int64) tillproof.Money { return tillproof.NewMoney(minor, tillproof.CNY) }
	run := &tillproof.Run{}
	run.Records[tillproof.Terminal] = []tillproof.Record{
		{Amount: yuan(7800)}, {Amount: yuan(5000)}, {Amount: yuan(1)},
	}
	run.States[tillproof.Terminal] = []tillproof.RowState{
		{Status: tillproof.Timing, Adjusted: yuan(8970)},
		{Status: tillproof.Timing},
		{Status: tillproof.Matched},
	}
	var got []tillproof.Money
	for _, o := range tillproof.OpenItems(run) {
		got = append(got, o.Amount)
	}
	if want := []tillproof.Money{yuan(8970), yuan(5000)}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSumLossOverflow(t *testing.T) {
	most := tillproof.NewMoney(math.MaxInt64, tillproof.CNY)
	b := tillproof.Break{Kind: tillproof.NotSettled, Residual: most}
	_, _, err := tillproof.SumLoss([]tillproof.Break{b, b}, nil, nil)
	if !errors.Is(err, tillproof.ErrOverflow) {
		t.Errorf("twice the largest amount: %v", err)
	}
}

func TestSumLossOfNothing(t *testing.T) {
	losses, lines, err := tillproof.SumLoss(nil, nil, nil)
	if err != nil || len(losses) != 0 || len(lines) != 0 {
		t.Errorf("%v, %v, %v", losses, lines, err)
	}
}

// The lines are the proof of the figures: they add up to them, each positive but for timing.
func TestLinesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		breaks := rapid.SliceOf(rapid.Custom(func(t *rapid.T) tillproof.Break {
			residual := rapid.Int64Range(-1e12, 1e12).Draw(t, "residual")
			return tillproof.Break{
				Kind:     rapid.SampledFrom(tillproof.BreakKinds[:]).Draw(t, "kind"),
				Residual: tillproof.NewMoney(residual, tillproof.CNY),
			}
		})).Draw(t, "breaks")
		losses, lines, err := tillproof.SumLoss(breaks, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var sum, total int64
		for _, l := range lines {
			if l.Amount.Minor() <= 0 {
				t.Fatalf("line %+v", l)
			}
			sum += l.Amount.Minor()
		}
		for _, l := range losses {
			total += l.Confirmed.Principal + l.Confirmed.Fees + l.AtRisk.Principal + l.AtRisk.Fees + l.Owed
		}
		if sum != total {
			t.Fatalf("lines make %d, figures %d", sum, total)
		}
	})
}
