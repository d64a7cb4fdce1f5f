package habit

import (
	"math/bits"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// How strange a row is can be said before there is any verdict: each of a few facts is compared with what the
// same fact was for all rows so far, and the doublings of rarity are added up. What is strange about the
// money counts in full; other things only where they are rare indeed, else their noise would drown it.

// LeastRows is how many rows must have passed before one of them can be as strange as one in four thousand:
// of fewer, the strangest is no rarer than one in twice their number.
const LeastRows = 2000

// oddity is a fact of which high values are strange.
type oddity struct {
	fact  int
	over  int32 // rarity that is not counted yet
	part  int32 // of the rest: quarters
	lower bool  // low values are strange instead
	past  bool  // it is what the card did before, see ordinary
}

// ordinary reports whether a row in itself is nothing new for its card: about the usual amount, where the
// card was before. What the card did before makes no such row strange, else the purchase that follows a fraud
// would rank as high as the fraud.
func ordinary(v *Vector) bool { return !unusual(v[CardRatio]) && v[CardNewTerminal] != 1 }

var oddities = [...]oddity{
	{fact: CardRatio, part: 4},
	{fact: Amount, over: 6 * octave, part: 4}, // rarer than one row in 64
	{fact: AmountRatio, over: 6 * octave, part: 4},
	{fact: CardVeryHigh7d, part: 2, past: true},
	{fact: CardPace, over: 4 * octave, part: 2, past: true},
	{fact: CardNewTerminals3h, over: 4 * octave, part: 2, past: true},
	{fact: CardSmallRun, over: 8 * octave, part: 2},
	{fact: CardDeclines1d, over: 8 * octave, part: 2, past: true},
	{fact: TerminalHighShare, over: 8 * octave, part: 2},
	{fact: TerminalDeclineShare, over: 8 * octave, part: 2},
	{fact: TerminalHourShare, over: 4 * octave, part: 2, lower: true},
	// The last two belong together, see tested.
	{fact: TerminalPace, over: 4 * octave, part: 2},
	{fact: TerminalSmallShare, over: 4 * octave, part: 2},
}

// tested is from where on a terminal that is busier than it usually is, and takes smaller amounts than its
// cards usually pay, is stranger than both together: so stolen numbers are tried out.
const tested = 3 * octave

const (
	tailBins   = 512 // sixteen to a doubling
	fullTail   = 1 << 20
	perBillion = 1_000_000_000

	// frauds in a billion rows are taken for granted while no verdict says otherwise: one row in a thousand.
	// Then the strangest row in a thousand is fraud as likely as not.
	taken = 1_000_000
)

// tail keeps how many rows had at least some value.
type tail struct {
	counts [tailBins]uint32
	rare   [tailBins + 1]int32 // -octave·log2 of the share of rows at or above; worked out now and then
	rows   uint32
	next   uint32 // rows at which rare is worked out again
}

// rarity of a value: octave·log2 of how few rows had as much.
func (t *tail) rarity(value int32) int32 {
	bin, rest := tailBin(value)
	return t.rare[bin] + (t.rare[bin+1]-t.rare[bin])*rest/octave
}

func (t *tail) count(value int32) {
	bin, _ := tailBin(value)
	t.counts[bin]++
	if t.rows++; t.rows >= t.next {
		t.settle()
	}
}

func tailBin(value int32) (bin, rest int32) {
	log := min(log2(int64(value)+1), tailBins*octave/16-1)
	return log * 16 / octave, log * 16 % octave
}

func (t *tail) settle() {
	if t.rows >= fullTail {
		t.rows = 0
		for i := range t.counts {
			t.counts[i] /= 2
			t.rows += t.counts[i]
		}
	}
	all := log2(int64(t.rows) * 2)
	above := uint32(0)
	for i := tailBins; i >= 0; i-- {
		if i < tailBins {
			above += t.counts[i]
		}
		t.rare[i] = all - log2(max(1, int64(above)*2)) // as if half a row more stood above all
	}
	t.next = t.rows + max(16, t.rows/16)
}

// surprise adds up what is strange.
type surprise struct {
	tails [len(oddities)]tail
	sums  tail
}

// value is what the oddity sees of a vector: from 0 up, the strangest highest.
func (o *oddity) value(v *Vector) (x int32, shown bool) {
	x = v[o.fact]
	if o.lower && x != Missing {
		x = 1000 - x
	}
	return max(0, x), x != Missing
}

func (s *surprise) weight(i int, x int32, v *Vector) int32 {
	o := &oddities[i]
	if o.past && ordinary(v) {
		return 0
	}
	return max(0, s.tails[i].rarity(x)-o.over) * o.part / 4
}

// testing is what a rush of small amounts adds.
func (s *surprise) testing(v *Vector) int32 {
	product := int64(octave)
	for i := len(oddities) - 2; i < len(oddities); i++ {
		x, shown := oddities[i].value(v)
		if !shown {
			return 0
		}
		product = product * int64(max(0, s.tails[i].rarity(x)-tested)) / octave
	}
	return int32(product / 2)
}

// Surprise is a chance, in parts of a thousand million, that the row of this vector is fraud, where nothing
// is known but how strange it is. It learns what is common from each row it is asked about: once for a row.
func (m *Memory) Surprise(v *Vector) int64 {
	sum := int32(0)
	for i := range oddities {
		if x, shown := oddities[i].value(v); shown {
			sum += m.surprise.weight(i, x, v)
			m.surprise.tails[i].count(x)
		}
	}
	sum += m.surprise.testing(v)
	rare := m.surprise.sums.rarity(sum)
	m.surprise.sums.count(sum)
	return chanceOf(int64(rare))
}

// Strange writes into parts what each fact adds to the surprise of a row, in 256ths of a doubling.
func (m *Memory) Strange(v *Vector, parts *[FactCount]int32) {
	*parts = [FactCount]int32{}
	for i := range oddities {
		if x, shown := oddities[i].value(v); shown {
			parts[oddities[i].fact] = m.surprise.weight(i, x, v)
		}
	}
	parts[TerminalSmallShare] += m.surprise.testing(v)
}

// chanceOf is odds of taken · 2^rare, as a chance.
func chanceOf(rare int64) int64 {
	rare = max(0, rare)
	whole, rest := min(rare/octave, 30), rare%octave
	odds := int64(taken) << whole
	odds += odds * rest / octave
	hi, lo := bits.Mul64(uint64(odds), perBillion)
	chance, _ := bits.Div64(hi, lo, uint64(perBillion+odds))
	return int64(chance)
}

func (s *surprise) walk(t *stream.Tape) {
	for i := range s.tails {
		s.tails[i].walk(t)
	}
	s.sums.walk(t)
}

func (t *tail) walk(p *stream.Tape) {
	for i := range t.counts {
		stream.Word4(p, &t.counts[i])
	}
	for i := range t.rare {
		stream.Word4(p, &t.rare[i])
	}
	stream.Word4(p, &t.rows)
	stream.Word4(p, &t.next)
}
