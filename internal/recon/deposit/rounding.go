package deposit

import (
	"github.com/tillproof/tillproof"
)

// feePerBatch is the step for fees that are worked out on the sum of a batch and rounded once.
const feePerBatch tillproof.Method = "fee_per_batch"

// feesOfBatches joins a group of the terminal log with the line of its net where the agreed rate is taken of
// sums instead of rows: of each batch, of each terminal, of the day, by card kind. Rounding once instead of
// once a row moves the deposit by some cents. A fixed part or a cap is a row's own: such tariffs are left
// out.
func (e *engine) feesOfBatches() {
	if e.ledger != tillproof.Terminal {
		return
	}
	for i := range e.groups {
		for _, way := range [...]func(row int32) string{
			e.batchOfRow, e.terminalOfRow, e.terminalBatchOfRow, func(int32) string { return "" },
		} {
			g := &e.groups[i]
			if g.done || g.rest {
				break
			}
			shift, ok := e.batchFees(int32(i), way)
			if !ok || len(shift) == 0 {
				continue
			}
			var moved int64
			for _, s := range shift {
				moved += s.fen
			}
			rank, ok := e.lineOf(int32(i), g.net+moved, g.expected, nil)
			if !ok || moved == 0 || e.known && e.speaks(rank, g.merchant) < learned {
				continue
			}
			for _, s := range shift {
				e.due[s.row] += s.fen
				e.fee[s.row] += s.fen
			}
			g.net += moved
			e.settle(feePerBatch, []int32{int32(i)}, []int32{rank})
		}
	}
}

// shifted is a row that bears the rounding of its batch.
type shifted struct {
	row int32
	fen int64
}

// batchFees says by how much the fees of each part of the group change where they are taken of its sums.
func (e *engine) batchFees(g int32, way func(row int32) string) ([]shifted, bool) {
	v := &e.Views[e.ledger]
	byKind := func(row int32) string { return way(row) + sep + v.Rec(row).Card.Kind.String() }
	var out []shifted
	for _, p := range e.parts(g, byKind) {
		tariff, ok := e.Policy.TariffFor(v.Rec(p.rows[0]).Card.Kind)
		if !ok || tariff.Fixed != 0 || tariff.Cap != 0 || tariff.Min != 0 {
			return nil, false
		}
		var sales, refunds, rows int64
		for _, row := range p.rows {
			if amount := v.Lines[row].Amount; amount < 0 {
				refunds += amount
			} else {
				sales += amount
			}
			rows += e.fee[row]
		}
		fee, err := tariff.Fee(sales)
		back, other := tariff.Fee(refunds)
		if err != nil || other != nil {
			return nil, false
		}
		if diff := -(fee + back) - rows; diff != 0 {
			out = append(out, shifted{p.rows[len(p.rows)-1], diff})
		}
	}
	return out, true
}
