package recon

import "github.com/tillproof/tillproof"

// rows collects the records of one file. A million records are moved several times, and held twice, by a
// slice that grows by a quarter each time; so each growth asks how much of the file has been read and makes
// room for the rest.
type rows struct {
	list       []tillproof.Record
	done, size int64
}

const (
	firstRows = 1024
	// spareRows is what an estimate adds, one part in 32: lines of a file differ in length by less than that
	// on average once a thousand have been seen.
	spareRows = 32
	// estimateFrom is the number of rows from which the estimate is trusted.
	estimateFrom = 4 * firstRows
)

func (r *rows) progress(done, size int64) { r.done, r.size = done, size }

func (r *rows) add(rec tillproof.Record) {
	if len(r.list) == cap(r.list) {
		r.grow()
	}
	r.list = append(r.list, rec)
}

func (r *rows) grow() {
	n := int64(len(r.list))
	room := max(2*n, firstRows)
	if n >= estimateFrom && r.done > 0 {
		whole := n * r.size / r.done
		room = max(whole+whole/spareRows, n+n/4)
	}
	list := make([]tillproof.Record, n, room)
	copy(list, r.list)
	r.list = list
}
