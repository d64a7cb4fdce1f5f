package habit

import (
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/locale"
)

func TestSay(t *testing.T) {
	for _, c := range []struct {
		told        Told
		code, param string
		want        string
	}{
		{Told{Fact: CardRatio, Value: 6250, Of: 4, Usual: 2850}, "card_ratio", "n", "6.3"},
		{Told{Fact: CardRatio, Value: 6250, Of: 4, Usual: 2850}, "card_ratio", "usual", "28.50 CNY"},
		{Told{Fact: CardRatio, Value: 149, Of: 4, Usual: 2850}, "card_ratio", "of", "4"},
		{Told{Fact: CardRatio, Value: 149, Of: 4, Usual: 2850}, "card_ratio", "n", "0.15"},
		{Told{Fact: Amount, Value: 123450}, "amount", "n", "1234.50 CNY"},
		{Told{Fact: TerminalFraudShare30d, Value: 9, Of: 21}, "terminal_fraud_share_30d", "n", "9"},
		{Told{Fact: TerminalFraudShare30d, Value: 9, Of: 21}, "terminal_fraud_share_30d", "of", "21"},
		{Told{Fact: CardPace, Value: 5, Of: 12}, "card_pace", "n", "5"},
		{Told{Fact: TimeOfDay, Value: 130}, "time_of_day", "n", "02:10"},
		{Told{Fact: CardSteps, Value: 399}, "card_steps", "n", ""},
		{Told{Fact: CardSteps, Value: 400}, "card_steps.far", "n", ""},
		{Told{Fact: CardSteps, Value: -200}, "card_steps.below", "n", ""},
		{Told{Fact: CardRows}, "card_rows.none", "n", "0"},
		{Told{Fact: CardRows, Value: 1}, "card_rows", "n", "1"},
		{Told{Fact: TerminalRows1h, Value: 15}, "terminal_rows_1h", "n", "15"},
		{Told{Fact: TerminalRows1h, Value: 16}, "terminal_rows_1h.full", "n", "16"},
		{Told{Fact: EntryMode, Value: int32(tillproof.EntryKeyed)}, "entry_mode", "entry", "keyed"},
		{Told{Fact: Kind, Value: int32(tillproof.Refund)}, "kind", "kind", "refund"},
		{Told{Fact: Declined}, "declined.no", "n", ""},
	} {
		n := c.told.Say(414, tillproof.CNY)
		if n.Code != "habit.says."+c.code || n.Params[c.param] != c.want || n.Params["share"] != "41" {
			t.Errorf("%+v: %+v, want %q", c.told, n, c.want)
		}
	}
}

// Whatever can be told has a sentence, in both languages.
func TestEveryFactToldHasItsSentence(t *testing.T) {
	for f := range Facts {
		if _, other := toldAs[f]; other || f == TerminalMeanRatio || f == CardGood || f == TerminalGood ||
			f == CardSpent3h || f == CardSpent1d {
			continue
		}
		for _, value := range []int32{-500, 0, 1, 300, 500} {
			code := Told{Fact: int32(f), Value: value}.Say(0, tillproof.CNY).Code
			if !locale.Has(locale.EN, code) || !locale.Has(locale.ZH, code) {
				t.Errorf("no sentence %s", code)
			}
		}
	}
}

// teller plays a stream and keeps its last vector.
type teller struct {
	*Memory
	*Vector
}

func (e *teller) pay(card, terminal stream.Key, at tillproof.LocalTime, amount int64) {
	e.Vector = e.Observe(sale(card, terminal, noon+at, amount))
}

func (e *teller) want(t *testing.T, f int, want Told, ok bool) {
	t.Helper()
	got, is := e.last.Tell(f)
	if is != ok || ok && got != want {
		t.Errorf("%s is told as %+v %v, want %+v %v", Facts[f].Name, got, is, want, ok)
	}
}

// Others pay 100.00. A card's first row, its second and third are told by how often it was seen; then it has
// paid 28.50, 31.50 and 255.00, on average 105.00, of which 959.00 is 9.133 times. All rows of the terminal
// so far are 10 of 100.00 and these three: 1315.00 over 13.
func TestTellsTheAverageByHand(t *testing.T) {
	e := teller{Memory: New(Options{Delay: 7 * day})}
	for i := range 10 {
		e.pay(stream.Key(50+i), 7, tillproof.LocalTime(i)*hour, 10_000)
	}
	for i, amount := range []int64{2850, 3150, 25_500} {
		e.pay(1, 7, tillproof.LocalTime(day*(i+1)), amount)
		e.want(t, CardRatio, Told{Fact: CardRows, Value: int32(i)}, true)
		e.want(t, CardUsual, Told{Fact: CardRows, Value: int32(i)}, true)
	}
	e.pay(1, 7, 4*day, 95_900)
	e.want(t, CardRatio, Told{Fact: CardRatio, Value: 9133, Of: 3, Usual: 10_500}, true)
	e.want(t, CardSpent1d, Told{Fact: CardRows1d, Value: 1}, true) // a day before to the second
	e.want(t, CardSpent3h, Told{Fact: CardRatio, Value: 9133, Of: 3, Usual: 10_500}, true)
	e.want(t, TerminalUsual, Told{Fact: TerminalRatio, Value: 9480, Of: 13, Usual: 10_115}, true)
	e.want(t, CardOverLargest, Told{Fact: CardOverLargest, Value: 3760, Of: 3}, true)
	// The 255.00 was 8.5 times the 30.00 before, but of two rows only; the 959.00 is told to the next.
	e.want(t, CardHigh7d, Told{}, false)
	e.pay(1, 7, 5*day, 32_000)
	e.want(t, CardVeryHigh7d, Told{Fact: CardHigh14d, Value: 1}, true)
	// 320.00 over 319.75, the average of 1279.00 over 4 rows, is about usual.
	e.want(t, CardRatio, Told{}, false)
}

// Other currencies than the card's own make no average of it.
func TestTellsNoAverageOfTwoCurrencies(t *testing.T) {
	e := teller{Memory: New(Options{Delay: 7 * day})}
	for i := range 4 {
		x := sale(1, 7, noon+tillproof.LocalTime(i)*hour, 1000)
		if x.Currency = tillproof.CNY; i == 2 {
			x.Currency = (tillproof.Currency{'U', 'S', 'D'})
		}
		e.Observe(x)
	}
	x := sale(1, 7, noon+day, 9000)
	x.Currency = tillproof.CNY
	e.Vector = e.Observe(x)
	e.want(t, CardRatio, Told{}, false)
	e.want(t, CardOverLargest, Told{}, false)
}

// Three cards pay at a terminal each day. From the fifth day on all is fraud, confirmed a week late. On day
// 14 at 14:00 verdicts reach up to day 7: of 21 rows (7 days of 3) 12 are genuine, then 9 are fraud.
func TestTellsFraudsByHand(t *testing.T) {
	e := teller{Memory: New(Options{Delay: 7 * day})}
	var late []*stream.Txn
	for i := range 14 {
		for c := range 3 {
			x := sale(stream.Key(10+c), 2, noon+tillproof.LocalTime(i)*day+tillproof.LocalTime(c)*hour, 1000)
			for len(late) > 0 && late[0].At+7*day <= x.At {
				e.Know(&stream.Label{Txn: *late[0], Known: late[0].At + 7*day, Fraud: true})
				late = late[1:]
			}
			if e.Vector = e.Observe(x); i >= 4 {
				late = append(late, x)
			}
		}
	}
	// The last row was on day 14 at 14:00: that of day 7 at 14:00 had its verdict at this very moment.
	e.want(t, TerminalOdds, Told{Fact: TerminalFraudShare30d, Value: 9, Of: 21}, true)
	e.want(t, TerminalFraudShare, Told{Fact: TerminalFraudShare30d, Value: 9, Of: 21}, true)
	e.want(t, MerchantFraudShare, Told{}, false)
	e.want(t, TerminalCards, Told{Fact: TerminalCards, Value: 3, Of: 16}, true)
	e.want(t, TerminalRows7d, Told{Fact: TerminalRows7d, Value: 21}, true)
	// All 41 rows before stood within three hours of the day, 13 of them in the third.
	e.want(t, TerminalHourShare, Told{Fact: TerminalHourShare, Value: 13, Of: 41}, true)
	e.want(t, TerminalGoodSince, Told{Fact: TerminalFraudShare30d, Value: 9, Of: 21}, true)
}

// A terminal without a confirmed fraud is said nothing of, whatever the pooled share.
func TestTellsNoGuessedShare(t *testing.T) {
	e := teller{Memory: New(Options{Delay: day})}
	for i := range 20 {
		e.pay(1, stream.Key(1+i%2), tillproof.LocalTime(i)*hour, 1000)
	}
	bad := sale(1, 2, noon+19*hour, 1000)
	e.Know(&stream.Label{Txn: *bad, Known: noon + 20*hour, Fraud: true})
	e.pay(2, 1, 21*hour, 1000)
	if e.Vector[TerminalFraudShare] <= 0 {
		t.Fatal("no pooled share to be silent of")
	}
	e.want(t, TerminalFraudShare, Told{}, false)
	e.pay(2, 2, 22*hour, 1000)
	e.want(t, TerminalFraudShare, Told{Fact: TerminalFraudShare30d, Value: 1, Of: 1}, true)
}
