package stream

// What a key takes at the most, its last rows, facts and place in the table included. A key that was seen
// once takes a quarter of the rows. A test compares these numbers with the types.
const (
	CardBytes     = 1_700
	TerminalBytes = 3_600
	MerchantBytes = 7_200
	SaleBytes     = 200
)

// Bytes is the most that a memory with these limits takes.
func (l Limits) Bytes() int64 {
	return int64(l.Cards)*CardBytes + int64(l.Terminals)*TerminalBytes + int64(l.Merchants)*MerchantBytes +
		int64(l.Sales)*SaleBytes
}
