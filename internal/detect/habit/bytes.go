package habit

// What a key takes at the most, its place in the table included. A test compares the numbers with the types.
const (
	CardBytes     = 1_076
	TerminalBytes = 946
	PlaceBytes    = 146
)

// Bytes is the most that a memory with these options takes.
func (o Options) Bytes() int64 {
	cards, terminals := orElse(o.Cards, MaxCards), orElse(o.Terminals, MaxTerminals)
	places := 2 * orElse(o.Places, MaxPlaces) // merchants and categories
	return int64(cards)*CardBytes + int64(terminals)*TerminalBytes + int64(places)*PlaceBytes
}
