package habit

import (
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// One row in a thousand is taken for fraud: the strangest thousandth is fraud as likely as not, the strangest
// half with a chance of 1/1000·2 to 1, which is 1 in 501.
func TestChanceOfRarity(t *testing.T) {
	for rare, want := range map[int64]int64{
		0: 999_000, octave: 1_996_007, 10 * octave: 505_928_853, -5: 999_000, 1 << 40: 999_999_068,
	} {
		if got := chanceOf(rare); got < want-2 || got > want+2 {
			t.Errorf("chanceOf(%d) = %d, want %d", rare, got, want)
		}
	}
}

// Of 1,000 rows of value 0 to 9, 100 each, half have 5 or more: log2(2) = 256/256. What stands between a
// value and the next one that was seen (6: log2(10/4) = 338/256; after 9 nothing, so half a row: log2(2000))
// lies between their rarities.
func TestRarityOfATail(t *testing.T) {
	var tail tail
	for i := range 1000 {
		tail.count(int32(i % 10))
	}
	tail.settle()
	for _, c := range []struct{ value, from, to int32 }{{0, 0, 39}, {5, 256, 338}, {9, 850, 2807}} {
		if r := tail.rarity(c.value); r < c.from || r > c.to {
			t.Errorf("rarity of %d is %d, not within %d and %d", c.value, r, c.from, c.to)
		}
	}
	if tail.rarity(100) <= tail.rarity(9) {
		t.Error("what was never seen is not rarer")
	}
}

// A rush of small amounts at a terminal that is else slow is stranger than either alone.
func TestRushOfSmallAmounts(t *testing.T) {
	m := New(Options{Delay: day})
	pay := func(card, terminal int, at int64, amount int) int64 {
		x := sale(stream.Key(card), stream.Key(1000+terminal), noon+tillproof.LocalTime(at), int64(amount))
		return m.Surprise(m.Observe(x))
	}
	const half = 1800
	for i := range 400 {
		pay(1+i%40, i%8, int64(i)*half, 900+i*37%400)
	}
	alone := pay(77, 3, 401*half, 90)
	var last int64
	for i := range 16 {
		last = pay(1+i, 2, 402*half+int64(i)*20, 20+i)
	}
	if last < 2*alone {
		t.Errorf("the last of the rush has chance %d, a single one %d", last, alone)
	}
}

// A card that always paid about 20.00 pays 9,000.00 twice, then 20.68: only the two are strange.
func TestOrdinaryRowAfterTwoFrauds(t *testing.T) {
	m := New(Options{Delay: day})
	at := int64(0)
	pay := func(card int, amount int64) int64 {
		at += 1800
		return m.Surprise(m.Observe(sale(stream.Key(card), 7, noon+tillproof.LocalTime(at), amount)))
	}
	for i := range 2000 {
		pay(1+i%40, 1900+int64(i*37%200))
	}
	first, second, third := pay(5, 900_000), pay(5, 900_000), pay(5, 2068)
	if third*10 > first || third*10 > second {
		t.Errorf("chances %d, %d, then %d", first, second, third)
	}
}
