package habit

import (
	"math/rand/v2"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// BenchmarkObserve takes the facts of a list of card transactions: 5,000 cards at 2,000 terminals.
func BenchmarkObserve(b *testing.B) {
	dice := rand.New(rand.NewPCG(7, 9))
	rows := make([]stream.Txn, 1<<20)
	for i := range rows {
		rows[i] = stream.Txn{
			Ref: int64(i), At: tillproof.LocalTime(1_790_000_000 + int64(i)*9), Timed: true,
			Card: stream.Key(1 + dice.IntN(5000)), Terminal: stream.Key(1 + dice.IntN(2000)),
			Amount: 100 + dice.Int64N(30_000), Currency: tillproof.CNY, Kind: tillproof.Sale, STAN: -1,
		}
	}
	m, i := New(Options{Delay: 7 * day}), 0
	for b.Loop() {
		m.Observe(&rows[i%len(rows)])
		i++
	}
}
