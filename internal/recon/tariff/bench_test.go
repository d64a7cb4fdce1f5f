package tariff

import (
	"math/rand/v2"
	"testing"

	"github.com/tillproof/tillproof"
)

// A chain's year: a million sales, one change, one row in a hundred odd.
func BenchmarkMillion(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	rows := append(randomRows(r, truth{rate: 3_800}, 500_000, 0, 180),
		randomRows(r, truth{rate: 6_000, fixed: 10}, 500_000, 180, 180)...)
	for i := range rows {
		if i%100 == 0 {
			rows[i].fee += 7
		}
	}
	run := runOf(tillproof.CardDebit, rows...)
	b.ResetTimer()
	for range b.N {
		if err := Fit(run); err != nil {
			b.Fatal(err)
		}
	}
}
