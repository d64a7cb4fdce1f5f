package profile

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// Fast reads the plain rows of a table without making records of them. Each row that it takes is one that
// the Reader reads to the same answer and without a word; any other it refuses, and the Reader is given that
// row.
type Fast struct {
	t       *table
	columns []column
	digits  uint8
	usual   tillproof.Currency // of rows that name none, where it is known
	rule    fastRule
	size    [numFields]int64 // the sums of the amounts without signs
	above   [2][]byte        // merchant and terminal that stand above the table
	decode  func(string) (string, bool)
}

// fastRule is what the layout says of each row, worked out once.
type fastRule struct {
	has           [numFields]bool
	bank, byType  bool
	inMinor       bool // amounts are whole numbers of minor units
	turned        bool // spending is written positive
	feeOut, feeTo bool
	whole         bool // a row shows all that is in its record
	comment       []byte
	names         []byte // the text behind which a narrative names the merchant
}

func (t *table) fastRule() fastRule {
	a := &t.lay.amount
	r := fastRule{
		bank: t.lay.Side == tillproof.Bank, byType: t.shape() == byType, inMinor: t.inMinor(),
		feeOut: a.feeOut, feeTo: a.feeTo, whole: t.isWhole(), comment: []byte(t.lay.comment),
	}
	r.turned = a.invert && !r.byType
	if len(t.lay.at[Narrative]) == 1 {
		r.names = []byte(t.lay.rules.names)
	}
	for f := range t.lay.at {
		r.has[f] = len(t.lay.at[f]) > 0
	}
	return r
}

// column is what a row's cell of one column is read as.
type column struct {
	field   Field
	refused bool // nobody may keep what stands here
	read    cellRead
}

// cellRead is the way in which a cell is read.
type cellRead uint8

const (
	readText cellRead = iota // only looked through for what the Reader would have to mask or refuse
	readRef
	readWord
	readCard
	readMoney
	readMoment
)

// Fast is the fast way through the rows of the file's only table, nil where they need the Reader. decode
// decodes a cell that is not ASCII, and answers false where its bytes are no characters. The Reader's rows
// are then those of odd: the rows that Fast refuses, in their order, format.ErrAwait between them.
func (r *Reader) Fast(odd Rows, decode func(string) (string, bool)) *Fast {
	if len(r.tables) != 1 || r.sheets || len(r.issues) > 0 {
		return nil
	}
	t := r.tables[0]
	cur := t.usualCurrency()
	switch {
	case !t.isFast(), len(t.lay.field) > maxFastColumns, t.preset.foreign:
		return nil
	case !cur.Known() && !t.lay.has(CurrencyCode):
		return nil
	}
	f := &Fast{t: t, digits: uint8(cur.MinorDigits()), usual: cur, decode: decode, rule: t.fastRule()}
	for i, field := range t.lay.field {
		c := column{field: field, read: readOf(field)}
		c.refused = slices.ContainsFunc(t.refuse, func(r refusal) bool { return r.column == i })
		f.columns = append(f.columns, c)
	}
	above, _ := Merchant.mask(t.preset.merchant)
	f.above[0] = []byte(above)
	f.above[1] = []byte(masked(t.preset.terminal))
	t.rows = odd
	return f
}

// usualCurrency is that of rows that name none, where the file knows it.
func (t *table) usualCurrency() tillproof.Currency {
	for _, c := range [...]tillproof.Currency{
		t.lay.currency, t.preset.currency, t.opt.Currency, t.lay.Currency,
	} {
		if c.Known() {
			return c
		}
	}
	return tillproof.Currency{}
}

// maxFastColumns is the widest fast row: a word has a bit for each of its columns.
const maxFastColumns = 64

// fastFields are the columns that a fast row may have. The others need their neighbours, as balances do, or
// rules of a few layouts.
var fastFields = [numFields]bool{
	NoField: true, Merchant: true, Terminal: true, Batch: true, STAN: true, RRN: true, Auth: true, Card: true,
	CardKind: true, Day: true, Clock: true, Type: true, EntryMode: true, Amount: true, Fee: true, Net: true,
	Response: true, Status: true, Original: true, SettleDay: true, BookingDay: true, ValueDay: true,
	CurrencyCode: true, Counterparty: true, Narrative: true, Account: true, BankRef: true, Order: true,
	Payout: true, Ordinal: true, Ignored: true, Payee: true, Customer: true, Category: true,
}

// isFast reports a table whose rows can be read one by one, from their bytes: this is the one place that says
// which. Nothing is left open that rows have to show, no row says what its neighbours mean, and no rule of
// the layout goes beyond columns, kinds and signs.
func (t *table) isFast() bool {
	l, w, r := t.lay, &t.lay.wallet, &t.lay.rules
	shape := t.shape()
	switch {
	case t.surveyed, t.placed, t.src.Ragged, t.src.Serial != nil:
		return false
	case t.style.mark != cell.MarkPoint, shape != bySign && shape != byType:
		return false
	case l.below, w.tick != "", w.note != NoField, w.statesTotals, len(w.lines)+len(w.summary) > 0:
		return false
	case w.filled != [numFields]bool{}, len(l.words.skip) > 0, !l.words.areFastEmpty():
		return false
	case r.payouts != noPayouts, r.totals != NoField, r.turned != tillproof.NoKind:
		return false
	case r.goods, r.mods, r.byOrder:
		return false
	case r.pending, r.kindSigns, r.prefix != "", len(r.disputed)+len(r.sumOf)+len(r.sumLess)+len(r.marks) > 0:
		return false
	case t.ends.opening != nil || t.ends.closing != nil:
		return false
	}
	return t.hasFastColumns()
}

// hasFastColumns reports a table with an amount, a day, and no column that is not fast.
func (t *table) hasFastColumns() bool {
	day := false
	for f := range t.lay.at {
		field, at := Field(f), t.lay.at[f]
		if len(at) == 0 {
			continue
		}
		many := field == Narrative || field == Ignored || field == Ordinal
		if !fastFields[f] || len(at) > 1 && !many {
			return false
		}
		day = day || readOf(field) == readMoment
	}
	for _, f := range [...]Field{Day, Clock, BookingDay} {
		if name := normal(t.heading(f)); strings.HasSuffix(name, "(utc)") || strings.HasSuffix(name, "_utc") {
			return false
		}
	}
	return day && t.lay.has(Amount) && strings.Trim(t.heading(Amount), "0123456789") != ""
}

// areFastEmpty reports words for nothing without a digit: no number is one of them.
func (v *vocabulary) areFastEmpty() bool {
	for w := range v.empty {
		if strings.ContainsAny(w, "0123456789") {
			return false
		}
	}
	return true
}

func readOf(f Field) cellRead {
	switch f {
	case Merchant, Terminal, Batch, STAN, RRN, Auth, Original, Order, Payout:
		return readRef
	case Type, Status, Response, CurrencyCode, CardKind:
		return readWord
	case Card:
		return readCard
	case Amount, Fee, Net:
		return readMoney
	case Day, Clock, BookingDay, ValueDay, SettleDay:
		return readMoment
	}
	return readText
}

// Width is how many cells a fast row has.
func (f *Fast) Width() int { return len(f.columns) }

// Ended reports whether what the fast rows gave holds at the end of the file: no odd row has told something
// that they would have had to know.
func (f *Fast) Ended() bool {
	t := f.t
	return len(t.promises) == 0 && t.ends.opening == nil && t.ends.closing == nil && !t.chain.seen
}

// Surveyed reports that an odd row had the whole table read once more.
func (f *Fast) Surveyed() bool { return f.t.surveyed }

// Record reads one row of the table again, at the end of the file, and gives it as the Reader does.
func (f *Fast) Record(row Rows) (format.Line, error) {
	f.t.rows = row
	return f.t.next()
}

// HeaderLine is the line of the header of the file's first table, 0 where it has none.
func (r *Reader) HeaderLine() int { return r.tables[0].header }
