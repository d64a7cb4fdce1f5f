package detect

import (
	"cmp"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// labels is a heap of verdicts by the moment from which they are known, then by their rows.
type labels []stream.Label

func (l labels) before(i, j int) bool {
	a, b := &l[i], &l[j]
	if c := cmp.Or(cmp.Compare(a.Known, b.Known), stream.Compare(&a.Txn, &b.Txn)); c != 0 {
		return c < 0
	}
	return !a.Fraud && b.Fraud
}

func (l *labels) push(label stream.Label) {
	*l = append(*l, label)
	for i := len(*l) - 1; i > 0 && l.before(i, (i-1)/2); i = (i - 1) / 2 {
		(*l)[i], (*l)[(i-1)/2] = (*l)[(i-1)/2], (*l)[i]
	}
}

func (l *labels) pop() stream.Label {
	h := *l
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	*l = h
	for i := 0; ; {
		least := i
		for _, down := range [...]int{2*i + 1, 2*i + 2} {
			if down < last && h.before(down, least) {
				least = down
			}
		}
		if least == i {
			return top
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
