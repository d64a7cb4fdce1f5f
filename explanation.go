package tillproof

// Explanation says why a record ended as it did: how it was joined, what was compared with both values, and
// what came close. It is made on demand from a Run and never stored.
type Explanation struct {
	Ref     RowRef
	Status  Status
	Method  Method     // that joined it with Partner, else that of its deposit; "" where nothing was joined
	Partner RowRef     // the record of the other side that it was joined with; NoSide where there is none
	Along   []RowRef   // the other records of that match: sales settled in one line, slips that paid one sale
	Fields  []Compared // against Partner, else against the first of Second, else deposit against lines
	Second  []Candidate
	Notes   []Note // the reason of the status, then what breaks and deposits say about the record
}

// Compared is one thing of which both sides, or one of them, show a value. Left is the terminal's value, or
// what the acquirer's lines make; Right is the acquirer's value, or what the bank shows. Amounts are written
// as parameters of sentences are, times and days as ISO 8601.
type Compared struct {
	Field string // as layouts call it: "rrn", "clock", "amount"; its text is "profile.field." + Field
	Left  string
	Right string
	Same  bool // the engine takes the two values for one; false where one side shows none
	Near  bool // they differ by no more than is allowed: the clocks, a fee, a tip
}
