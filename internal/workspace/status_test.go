package workspace

import (
	"errors"
	"math"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestSumWaiting sorts items by their day: what is past it, what is due over the weekend, and the rest.
func TestSumWaiting(t *testing.T) {
	cny, _ := tillproof.ParseCurrency("CNY")
	item := func(minor int64, expected tillproof.Date) tillproof.Waiting {
		return tillproof.Waiting{Amount: tillproof.NewMoney(minor, cny), Expected: expected}
	}
	const today = tillproof.Date(20_000)
	got, err := sumWaiting([]tillproof.Waiting{
		item(100, today-1), item(-30, today-5), item(1000, today), item(200, today+3), item(7, today+4),
		item(5, tillproof.NoDate),
	}, today)
	want := WaitingSum{
		Currency: cny, Overdue: 2, Soon: 2, Later: 2, OverdueSum: 70, SoonSum: 1200, Amount: 1282,
		First: today - 5,
	}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	_, err = sumWaiting([]tillproof.Waiting{item(math.MaxInt64, today+9), item(1, today+9)}, today)
	if !errors.Is(err, tillproof.ErrOverflow) {
		t.Errorf("a sum beyond the range of an amount: %v", err)
	}
}
