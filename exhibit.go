package tillproof

import (
	"io"
	"time"
)

// ExhibitID names an exhibit of a case. Random: one object may be an exhibit of several cases.
type ExhibitID id

// NewExhibitID draws an id.
func NewExhibitID(chance io.Reader) (ExhibitID, error) {
	v, err := drawID(chance)
	return ExhibitID(v), err
}

// String is "exh_" and 26 letters, "" for the zero id.
func (i ExhibitID) String() string { return id(i).text("exh_") }

// MarshalText writes the text form.
func (i ExhibitID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *ExhibitID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "exh_", b) }

// MaterialID names a material of room pack: "sales_slip". Its text is in the catalogue under
// "material." + MaterialID.
type MaterialID string

// Exhibit is an object of the vault that stands in a case as evidence.
type Exhibit struct {
	ID         ExhibitID
	Case       CaseID
	Object     Digest
	Material   MaterialID
	Name       string // for a reader, masked
	Added      time.Time
	By         string
	From       string      // where it came from: the till, the bank's portal, a photo of the shop's own
	Purpose    string      // what it is to prove
	Unreadable string      // why it cannot be read; "": it can
	Made       Date        // the day it was made or printed; NoDate: not known
	Expires    Date        // printed on it; NoDate: it does not expire, or nobody entered the day
	Slip       []SlipField // of a sales slip: the fields that are seen on it
	Removed    *Undone     // nil: it counts
}

// SlipField is one of the eight things that a sales slip has to show.
type SlipField string

// The fields of a slip.
const (
	SlipCard      SlipField = "card"      // the number, masked as it is printed
	SlipDate      SlipField = "date"      //
	SlipTime      SlipField = "time"      //
	SlipAmount    SlipField = "amount"    // and currency
	SlipType      SlipField = "type"      // sale, refund, pre-authorisation …
	SlipRRN       SlipField = "rrn"       // 检索参考号
	SlipMerchant  SlipField = "merchant"  // name and number
	SlipSignature SlipField = "signature" // or the mark of a PIN that was entered
)

// SlipFields lists the eight fields in the order they are ticked.
var SlipFields = [...]SlipField{
	SlipCard, SlipDate, SlipTime, SlipAmount, SlipType, SlipRRN, SlipMerchant, SlipSignature,
}
