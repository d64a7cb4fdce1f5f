package habit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// The table against a plain list of keys in the order of use.
func TestTableAgainstList(t *testing.T) {
	const limit = 300
	r := rand.New(rand.NewPCG(4, 4))
	table := newTable[stream.Key](limit)
	var list []stream.Key
	for range 20000 {
		key := stream.Key(1+r.IntN(1+r.IntN(900))) << 40
		at := slices.Index(list, key)
		if got := table.find(key); (got != nil) != (at >= 0) || got != nil && *got != key {
			t.Fatalf("find(%x) = %v, list has it at %d", key, got, at)
		}
		*table.use(key) = key
		if at >= 0 {
			list = slices.Delete(list, at, at+1)
		} else if len(list) == limit {
			list = list[1:]
		}
		list = append(list, key)
	}
	var order []stream.Key
	for i := table.oldest; i != nobody; i = table.turns[i].newer {
		order = append(order, table.keys[i])
	}
	if !slices.Equal(order, list) {
		t.Fatal("the order of use differs")
	}
}
