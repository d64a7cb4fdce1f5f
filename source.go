package tillproof

import "fmt"

// Side is whose view of the money a file shows.
type Side uint8

// The three sides of the chain, and NoSide where it is not known yet.
const (
	NoSide   Side = iota
	Terminal      // the till's or terminal's own log
	Acquirer      // the acquirer's settlement report
	Bank          // the bank's statement of the settlement account
)

// Sides lists the three sides in the order of the money.
var Sides = [...]Side{Terminal, Acquirer, Bank}

var sideNames = [...]string{"", "terminal", "acquirer", "bank"}

// String is the stable English name, "" for NoSide.
func (s Side) String() string { return nameOf(sideNames[:], int(s)) }

// MarshalText writes the name.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Side) UnmarshalText(b []byte) error {
	i, err := named(sideNames[:], b)
	*s = Side(i)
	return err
}

// ParseSide reads the name that String writes.
func ParseSide(s string) (Side, error) {
	if i, ok := parseName(sideNames[:], s); ok {
		return Side(i), nil
	}
	return NoSide, fmt.Errorf("side %q is not terminal, acquirer or bank", s)
}

// Source is one file as it was read: what it is, what it says about itself, and what could not be read.
type Source struct {
	File       string // as the user named it, card numbers masked
	Digest     Digest
	Bytes      int64
	Format     string // "camt.053", "table", ...
	Dialect    string // the profile or version within the format
	Charset    string
	Side       Side
	From, To   Date // the period the file states, else the span of its records
	Statements []Statement
	Totals     Totals
	Decisions  []Note  // what the file's own rows decided about how it is read, each with its evidence
	Issues     []Issue // bounded: see IssueCount
	IssueCount int     // all issues, listed or not
	Unread     int     // entries that gave no record
	Skipped    int     // issues, listed or not, of what was not read, those of Unread among them
	Sheets     []Sheet // the sheets of a workbook that were read, where it has more than one sheet
	Masked     int     // full card numbers masked on the way in
}

// Partly reports a file of which something was not read. What was read and does not add up, or had to be
// decided, is no such thing.
func (s *Source) Partly() bool { return s.Skipped > 0 || s.Unread > 0 }

// Sheet is a table of a workbook: what Origin.Part, and so the line of a record, counts in.
type Sheet struct {
	Part int32
	Name string // card numbers masked
}

// Statement is one account's part of a bank file, or one block of a report that carries its own totals.
// Amounts keep the file's scale. A nil balance means that the file gives none.
type Statement struct {
	Account    string
	Currency   Currency
	From, To   Date
	Opening    *Exact
	Closing    *Exact
	Entries    int
	SumCredit  Exact
	SumDebit   Exact
	BalanceGap *Exact // closing − (opening + credits − debits); nil where a balance is missing
}

// Totals counts the entries of a file, read and unread, and sums those that move money. Credits come in,
// debits go out; both sums are positive. Declined, cancelled, pending and neutral rows are entries but not in
// the sums, save the neutral rows that a till's or provider's own totals count: sales for cash, goods.
type Totals struct {
	Entries    int
	SumCredit  Exact
	SumDebit   Exact
	ByCurrency []CurrencyTotals // in order of first appearance
	ByStatus   [Neutral + 1]int // the entries that were read, by RecordStatus
}

// CurrencyTotals is the part of one currency.
type CurrencyTotals struct {
	Currency  Currency
	Entries   int
	SumCredit Exact
	SumDebit  Exact
}
