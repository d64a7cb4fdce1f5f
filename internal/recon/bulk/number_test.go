package bulk

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestDigits: every length, against strconv, and every wrong byte in every place.
func TestDigits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= maxDigits; n++ {
		for range 200 {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte('0' + rng.IntN(10))
			}
			want, err := strconv.ParseUint(string(b), 10, 64)
			if got, ok := digits(b); err != nil || !ok || got != want {
				t.Fatalf("%s: %d %v", b, got, ok)
			}
			i, wrong := rng.IntN(n), byte(rng.IntN(256))
			b[i] = wrong
			if _, ok := digits(b); ok != (wrong >= '0' && wrong <= '9') {
				t.Fatalf("%q is digits: %v", b, ok)
			}
		}
	}
	for _, s := range []string{"", "12345678901234567"} {
		if _, ok := digits([]byte(s)); ok {
			t.Errorf("%q is digits", s)
		}
	}
}

// TestPackRRN: a reference comes back as it was written, leading zeros do not tell two apart, letters do.
func TestPackRRN(t *testing.T) {
	for _, s := range []string{
		"606007000283", "000000000001", "1", "A06007000283", "0B0607000283", "ZZZZZZZZZZZ9", "00A1", "7",
	} {
		v, ok := packRRN([]byte(s))
		if got := string(appendRRN(nil, v, len(s))); !ok || got != s {
			t.Errorf("%s comes back as %s, %v", s, got, ok)
		}
	}
	for _, s := range []string{
		"", "000000000000", "ABC", "6060070002831", "6.25900E+11", "12-34", "a1", "参考号1",
	} {
		if _, ok := packRRN([]byte(s)); ok {
			t.Errorf("%q is packed", s)
		}
	}
	same := func(a, b string) bool {
		x, _ := packRRN([]byte(a))
		y, _ := packRRN([]byte(b))
		return x == y
	}
	if !same("0012", "12") || !same("00A1", "A1") || same("12", "1C") || same("10", "A0") {
		t.Error("what tells references apart")
	}
}

// TestEntry: what an entry holds comes back from its bytes.
func TestEntry(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		e := entry{
			rrn: rng.Uint64(), term: rng.Uint32(), card: rng.Uint32(), time: rng.Uint32(),
			fee: int32(rng.Uint32()), amount: rng.Int64N(2*maxAmount) - maxAmount,
			merchant: rng.Uint32N(maxNames), source: uint8(rng.Uint32()), offset: rng.Int64N(maxOffset),
			flags: uint8(rng.Uint32()), cur: uint8(rng.IntN(4)),
			nr: uint8(rng.IntN(maxRRN + 1)),
		}
		var b [entrySize]byte
		e.put(b[:])
		var got entry
		if got.get(b[:]); got != e {
			t.Fatalf("%+v comes back as %+v", e, got)
		}
	}
}

// TestCards: two cards are told apart by what both show.
func TestCards(t *testing.T) {
	card := func(first, last string) uint32 {
		var c tillproof.Card
		copy(c.First[:], first)
		copy(c.Last[:], last)
		v, ok := packCard(&c)
		if !ok {
			t.Errorf("%s %s is not packed", first, last)
		}
		return v
	}
	a := card("622202", "0001")
	for _, c := range []struct {
		first, last string
		other       bool
	}{
		{"622202", "0001", false},
		{"622203", "0001", true},
		{"", "0001", false},
		{"622202", "0002", true},
		{"", "", false},
	} {
		if otherCard(a, card(c.first, c.last)) != c.other {
			t.Errorf("%+v", c)
		}
	}
	if _, ok := packCard(&tillproof.Card{Token: 1}); ok {
		t.Error("a token is packed: only whole rows tell such cards apart")
	}
}

// TestKept: a record comes back whole, details too, and cut bytes are an error, never a panic.
func TestKept(t *testing.T) {
	r := tillproof.NewRecord(tillproof.Sale)
	fill(reflect.ValueOf(&r).Elem(), 1)
	r.Kind, r.Status, r.Entry = tillproof.Refund, tillproof.Pending, tillproof.EntryQR
	r.Amount, r.Fee = tillproof.NewMoney(-12345, tillproof.CNY), tillproof.NewMoney(7, [3]byte{'U', 'S', 'D'})
	r.Net, r.Original = tillproof.NewMoney(1<<50, tillproof.CNY), tillproof.NewMoney(-1, tillproof.CNY)
	r.Children = []tillproof.Record{tillproof.NewRecord(tillproof.Entry), r}
	b := appendRecord(nil, &r)
	got, rest, err := readRecord(append(slices.Clone(b), "more"...))
	if err != nil || string(rest) != "more" || !reflect.DeepEqual(got, r) {
		t.Fatalf("%+v\n%+v\n%v %q", got, r, err, rest)
	}
	for n := range b {
		if _, _, err := readRecord(b[:n]); err == nil {
			t.Fatalf("%d of %d bytes are a record", n, len(b))
		}
	}
}

// fill gives every plain field a value of its own, so that one that is forgotten shows.
func fill(v reflect.Value, n int64) int64 {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				n = fill(v.Field(i), n)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			n = fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("值%d", n))
	case reflect.Int32, reflect.Int64:
		v.SetInt(n)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(n % 7))
	}
	return n + 1
}

// TestSortPlaces: the order is that of the hashes, equal ones together, and each entry is there once.
func TestSortPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const n, width = 5000, 13 // 5000 < 2^13
	hashes := make([]uint64, n)
	order := make([]uint64, n)
	for i := range hashes {
		hashes[i] = rng.Uint64() >> partitionBits
		if i%7 == 0 && i > 0 {
			hashes[i] = hashes[i-1]
		}
		if i%11 == 0 && i > 0 {
			hashes[i] = hashes[i-1] ^ 1<<10 // differs in a bit that is not counted over
		}
		order[i] = place(hashes[i], width, i)
	}
	sortPlaces(order, make([]uint64, n))
	seen := map[uint64]bool{}
	last := uint64(0)
	for i, p := range order {
		at := p & (1<<width - 1)
		seen[at] = true
		if hashes[at]>>4 < last { // the last four bits have no room beside the numbers
			t.Fatalf("place %d", i)
		}
		last = hashes[at] >> 4
	}
	if len(seen) != n {
		t.Errorf("%d of %d", len(seen), n)
	}
}

// TestAppendDigits writes numbers of every length with the zeros before them.
func TestAppendDigits(t *testing.T) {
	for n := range maxDigits + 1 {
		for _, v := range []uint64{0, 7, 10, 99, 100, 8048, 606000000000, 9999999999999999} {
			want := fmt.Sprintf("%016d", v)[maxDigits-n:]
			if got := string(appendDigits(nil, v, n)); got != want {
				t.Errorf("%d in %d digits is %q, want %q", v, n, got, want)
			}
		}
	}
}

// TestHarmless: no cell is a formula, moves the cursor or breaks its line.
func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "@x": "'@x", "-2": "'-2", "898310": "898310", "a\x1b[2Jb\nc": "a[2Jbc", "商户": "商户",
		"\t=1": "'=1",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q is written %q", in, got)
		}
	}
	if got := string(appendCell(nil, `a,"b"`)); got != `"a,""b"""` {
		t.Errorf("cell %s", got)
	}
	if strings.Contains(string(appendCell(nil, "plain")), `"`) {
		t.Error("a plain cell is quoted")
	}
}

// TestNumbers: a set holds what was added, few numbers and more than have a list, and what another set has.
func TestNumbers(t *testing.T) {
	for _, n := range []uint32{0, 1, 5000, mostNumbers + 10} {
		var set, more numbers
		for i := range n {
			set.add(3*i + 1)
			set.add(3*i + 1)
			if i < 2000 {
				more.add(3*i + 2)
			}
		}
		more.addAll(&set)
		if set.any() != (n > 0) {
			t.Errorf("%d numbers: any is %v", n, set.any())
		}
		for i := range n + 1 {
			in, both := i < n, i < min(n, 2000)
			if set.has(3*i+1) != in || more.has(3*i+1) != in || set.has(3*i+2) || more.has(3*i+2) != both {
				t.Fatalf("%d numbers: wrong about %d", n, 3*i+1)
			}
		}
	}
}
