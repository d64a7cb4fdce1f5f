package recon

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

// TestEqualRowsInPasses: a report that shows one sale ten thousand times says in passes what it says held,
// each row under an id of its own, and takes no longer for the last row than for the first.
func TestEqualRowsInPasses(t *testing.T) {
	const equal = 10_000
	key := "merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,"
	ref := "898310148121001,00000038,000001,000001,606000000001,622200******0001,"
	texts := map[tillproof.Side]string{
		tillproof.Terminal: key + "amount,fee,local_time,type,resp_code,orig_rrn\n" +
			ref + "10000,38,2026-03-02T09:00:00,SALE,00,\n",
		tillproof.Acquirer: "settle_date," + key + "txn_time,type,gross,fee,net\n" +
			strings.Repeat("2026-03-02,"+ref+"2026-03-02T09:00:00,SALE,10000,38,9962\n", equal),
	}
	files := func() []File {
		return slices.DeleteFunc(tradeFiles(texts), func(f File) bool { return f.Side == tillproof.Bank })
	}
	held, passes, dir := bothWays(t, files, Options{})
	c := passes.Completeness[1].Counts
	if c[tillproof.Matched] != 1 || c[tillproof.Exception] != equal-1 {
		t.Errorf("%v of %d rows", c, equal)
	}
	r, err := bulk.OpenResult(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for _, n := range []int{1, 2, 5000, equal - 1} {
		id := held.Records[tillproof.Acquirer][n].ID
		l, err := r.Records(id)
		if err != nil || len(l) != 1 || l[0].List != "duplicate" {
			t.Errorf("row %d, %s: %+v, %v", n, id, l, err)
		}
	}
}
