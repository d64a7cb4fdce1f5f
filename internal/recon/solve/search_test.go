package solve

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// oracle tries every set of the items, one by one: the fewest items that make the target, how many sets of
// that size there are where items of one amount and class are the same, and whether more than MaxNear others
// of at most that size lie within the window.
func oracle(s Search) (size int, sets map[string]bool, crowded bool) {
	sets = map[string]bool{}
	size = s.Most + 1
	kinds, near := map[Item]bool{}, map[string]bool{}
	for _, it := range s.Items {
		if it.Amount != 0 {
			kinds[it] = true
		}
	}
	all := make([]map[string]int64, s.Most+1)
	for i := range all {
		all[i] = map[string]int64{}
	}
	for set := 1; set < 1<<len(s.Items); set++ {
		var picked []int
		var sum int64
		for i, it := range s.Items {
			if set>>i&1 == 1 && it.Amount != 0 {
				picked = append(picked, i)
				sum += it.Amount
			} else if set>>i&1 == 1 {
				picked = nil
				break
			}
		}
		if n := len(picked); n > 0 && n <= s.Most {
			all[n][name(s, picked)] = sum
			if sum == s.Target {
				size = min(size, n)
			}
		}
	}
	step := new(big.Int)
	for it := range kinds {
		step.GCD(nil, nil, step, new(big.Int).Abs(big.NewInt(it.Amount)))
	}
	reach := int64(500)
	if len(kinds) >= 8 {
		reach *= step.Int64()
	}
	for n := 1; n <= min(size, s.Most); n++ {
		for who, sum := range all[n] {
			switch {
			case sum == s.Target && n == size:
				sets[who] = true
			case sum >= s.Target-reach && sum <= s.Target+reach:
				near[who] = true
			}
		}
	}
	return size, sets, len(near) > 5
}

// name writes a set as its amounts and classes.
func name(s Search, set []int) string {
	items := make([]string, len(set))
	for i, at := range set {
		items[i] = fmt.Sprintf("%d/%d", s.Items[at].Amount, s.Items[at].Class)
	}
	slices.Sort(items)
	return fmt.Sprint(items)
}

// TestOracle holds both ways of searching, that of every set and that of few among many, against the oracle.
func TestOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2026))
	verdicts := map[Verdict]int{}
	crowds := 0
	for n := range 20000 {
		s := Search{Most: 1 + r.IntN(4)}
		scale := []int64{3, 12, 100, 40000}[r.IntN(4)]
		step := []int64{1, 1, 100}[r.IntN(3)]
		for range r.IntN(11) {
			s.Items = append(s.Items, Item{(r.Int64N(2*scale+1) - scale/2) * step, uint64(r.IntN(2))})
		}
		s.Target = (r.Int64N(4*scale+1) - scale) * step
		if len(s.Items) > 3 && r.IntN(2) == 0 {
			s.Target = 0
			for _, it := range s.Items[:1+r.IntN(s.Most)%len(s.Items)] {
				s.Target += it.Amount
			}
		}
		if s.Target == 0 {
			continue
		}
		got := s.Find()
		verdicts[got.Verdict]++
		if got.Verdict != None && got.Crowded {
			crowds++
		}
		judge(t, s, got)
		kinds, _ := s.kinds()
		f := finder{kinds: kinds, target: s.Target, window: Window * grain(kinds)}
		f.few(s.Most)
		judge(t, s, f.answer())
		if t.Failed() {
			t.Fatalf("search %d: %+v", n, s)
		}
	}
	if verdicts[None] < 1000 || verdicts[Unique] < 1000 || verdicts[Several] < 1000 || crowds < 1000 {
		t.Fatalf("the searches are one-sided: %v, %d crowded", verdicts, crowds)
	}
}

func judge(t *testing.T, s Search, got Answer) {
	t.Helper()
	size, want, crowded := oracle(s)
	verdict := Unique
	switch {
	case len(want) == 0:
		verdict, size, crowded = None, 0, false
	case len(want) > 1:
		verdict = Several
	}
	if got.Verdict != verdict || got.Count != len(want) || len(want) > 0 && got.Size != size {
		t.Errorf("verdict %d, %d sets of %d; want %d, %d of %d", got.Verdict, got.Count, got.Size, verdict,
			len(want), size)
	}
	if len(want) > 0 && got.Crowded != crowded {
		t.Errorf("crowded %v, want %v", got.Crowded, crowded)
	}
	seen := map[string]bool{}
	for _, set := range got.Sets {
		who := name(s, set)
		once := len(slices.Compact(slices.Clone(set))) == size
		if !want[who] || seen[who] || !slices.IsSorted(set) || !once {
			t.Errorf("set %v (%s) is none, or shown twice", set, who)
		}
		seen[who] = true
	}
	if len(seen) != min(len(want), Shown) {
		t.Errorf("%d sets shown of %d", len(seen), len(want))
	}
}

// TestOrderOfItems: the same sets are found in whatever order the items stand.
func TestOrderOfItems(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		s := Search{Most: 4, Target: 1 + r.Int64N(30)}
		for range 9 {
			s.Items = append(s.Items, Item{r.Int64N(15) - 4, uint64(r.IntN(3))})
		}
		other := Search{Most: 4, Target: s.Target, Items: slices.Clone(s.Items)}
		r.Shuffle(len(other.Items), func(i, j int) {
			other.Items[i], other.Items[j] = other.Items[j], other.Items[i]
		})
		a, b := s.Find(), other.Find()
		if a.Verdict != b.Verdict || a.Count != b.Count || a.Crowded != b.Crowded || a.Alike != b.Alike {
			t.Fatalf("%+v gives %+v, shuffled %+v", s, a, b)
		}
		for i := range a.Sets {
			if name(s, a.Sets[i]) != name(other, b.Sets[i]) {
				t.Fatalf("set %d is %s, shuffled %s", i, name(s, a.Sets[i]), name(other, b.Sets[i]))
			}
		}
	}
}

// TestBounds: what is too large is said to be so. The amounts are powers of two, so that each sum is made by
// one set alone.
func TestBounds(t *testing.T) {
	var powers []Item
	for i := range 40 {
		powers = append(powers, Item{Amount: 1 << i})
	}
	for name, c := range map[string]struct {
		s    Search
		want Verdict
	}{
		// 40 different amounts are too many for sets of every size, and 5 more than is looked for among many.
		"five of forty":    {Search{powers, 31 << 20, 5}, Limited},
		"four of forty":    {Search{powers, 15 << 20, 5}, Unique},
		"none of four":     {Search{powers, 31 << 20, 4}, None},
		"thirty of thirty": {Search{powers[:30], 1<<30 - 1, 30}, Unique},
		"too many items":   {Search{make([]Item, MaxItems+1), 5, 1}, Limited},
		"too large":        {Search{[]Item{{Amount: 1 << 50}}, 1 << 50, 1}, Limited},
		"nothing to find":  {Search{powers, 0, 4}, Unique},
		"no items":         {Search{nil, 7, 4}, None},
	} {
		if got := c.s.Find(); got.Verdict != c.want {
			t.Errorf("%s: %+v, want verdict %d", name, got, c.want)
		}
	}
}

// TestAlike: of three equal items two are meant, and which two is open; of two equal ones both are.
func TestAlike(t *testing.T) {
	five := Item{Amount: 5}
	for _, c := range []struct {
		items []Item
		alike bool
	}{{[]Item{five, five, five}, true}, {[]Item{five, {Amount: 4}, five}, false}} {
		a := Search{Items: c.items, Target: 10, Most: 3}.Find()
		if a.Verdict != Unique || a.Size != 2 || a.Alike != c.alike {
			t.Errorf("%v: %+v", c.items, a)
		}
	}
}

// TestThousands: two rows of a group of three thousand.
func TestThousands(t *testing.T) {
	var items []Item
	for i := range int64(3000) {
		items = append(items, Item{Amount: 1000003 * i * i})
	}
	target := int64(1000003 * (2999*2999 + 17*17))
	ways := 0
	for i := int64(1); i < 3000; i++ {
		for j := i + 1; j < 3000; j++ {
			if i*i+j*j == 2999*2999+17*17 {
				ways++
			}
		}
	}
	a := Search{Items: items, Target: target, Most: 2}.Find()
	if a.Count != ways || a.Size != 2 || a.Verdict == None || a.Verdict == Limited {
		t.Fatalf("%+v, want %d ways", a, ways)
	}
}

func BenchmarkTwoOfThousands(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	s := Search{Most: 2, Target: 1 << 40}
	for range 20000 {
		s.Items = append(s.Items, Item{Amount: r.Int64N(5000000)})
	}
	for b.Loop() {
		s.Find()
	}
}
