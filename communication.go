package tillproof

import (
	"io"
	"time"
)

// CommunicationID names an entry of the contact log. Random.
type CommunicationID id

// NewCommunicationID draws an id.
func NewCommunicationID(chance io.Reader) (CommunicationID, error) {
	v, err := drawID(chance)
	return CommunicationID(v), err
}

// String is "com_" and 26 letters, "" for the zero id.
func (i CommunicationID) String() string { return id(i).text("com_") }

// MarshalText writes the text form.
func (i CommunicationID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *CommunicationID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "com_", b) }

// Channel is the way people spoke.
type Channel string

// The channels.
const (
	ByCall     Channel = "call"
	ByLetter   Channel = "letter"
	ByEmail    Channel = "email"
	ByVisit    Channel = "visit"
	ByPortal   Channel = "portal" // the provider's own site or app
	ByMessage  Channel = "message"
	ByInPerson Channel = "counter" // at the counter of a bank or an office
)

// Channels lists the channels.
var Channels = [...]Channel{ByCall, ByLetter, ByEmail, ByVisit, ByPortal, ByMessage, ByInPerson}

// Verified says how the number or address that was used is known to be genuine. It is entered by hand.
type Verified string

// The degrees. A number found on a web page is NotVerified, whoever seems to have put it there.
const (
	NotVerified      Verified = "no"
	FromContract     Verified = "contract"      // stands in the agreement
	FromDevice       Verified = "device"        // on the terminal's own label or the back of a slip
	FromBankCard     Verified = "bank_card"     // on the bank card or the statement
	FromOfficialList Verified = "official_list" // on a list that an authority publishes
)

// VerifiedBy lists the degrees.
var VerifiedBy = [...]Verified{NotVerified, FromContract, FromDevice, FromBankCard, FromOfficialList}

// ContactResult is what came of an attempt to reach somebody.
type ContactResult string

// The results, as desks use them.
const (
	Reached     ContactResult = "reached"
	NotAnswered ContactResult = "not_answered"
	DeadNumber  ContactResult = "dead_number"
	HungUp      ContactResult = "hung_up"
)

// ContactResults lists the results.
var ContactResults = [...]ContactResult{Reached, NotAnswered, DeadNumber, HungUp}

// Communication is one entry of the contact log: who was spoken to, over which way, and what was promised.
type Communication struct {
	ID       CommunicationID
	Case     CaseID
	At       time.Time
	By       string // of us
	Channel  Channel
	To       string // the number or address that was used, as it was dialled or written
	Verified Verified
	Result   ContactResult
	Who      string // name or staff number of the other side
	Said     string
	Promised string       // "": nothing
	ByWhen   *PrintedDate // of the promise; nil: no day was named
	Ticket   string       // the other side's number of the matter
	Holds    []MaterialID // what they said they hold already: not to be asked for again
}
