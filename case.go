package tillproof

import (
	"io"
	"time"
)

// CaseID names a case. Random.
type CaseID id

// NewCaseID draws an id.
func NewCaseID(chance io.Reader) (CaseID, error) {
	v, err := drawID(chance)
	return CaseID(v), err
}

// String is "case_" and 26 letters, "" for the zero id.
func (i CaseID) String() string { return id(i).text("case_") }

// MarshalText writes the text form.
func (i CaseID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *CaseID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "case_", b) }

// ParseCaseID reads the text form.
func ParseCaseID(s string) (CaseID, error) {
	v, err := parseID("case_", s)
	return CaseID(v), err
}

// CaseKind names a kind of case in the taxonomy of room pack: "late_deposit". Its text is in the catalogue
// under "case_kind." + CaseKind.
type CaseKind string

// Applicant is who complains. It is asked first, because it decides which clocks run: a company has no
// consumer's clock.
type Applicant string

// The applicants. NoApplicant was not asked yet: only clocks that run for everybody are shown.
const (
	NoApplicant        Applicant = ""
	Company            Applicant = "company"
	IndividualBusiness Applicant = "individual_business" // 个体工商户
	NaturalPerson      Applicant = "natural_person"
)

// Applicants lists the answers in the order they are offered.
var Applicants = [...]Applicant{Company, IndividualBusiness, NaturalPerson}

// CaseState is where a case stands between us and the other side. What came of it is its Outcome, and what
// the networks call their own stages is its NetworkStage: neither is a state.
type CaseState string

// The states.
const (
	Preparing            CaseState = "preparing"
	Submitted            CaseState = "submitted"
	InformationRequested CaseState = "information_requested"
	UnderReview          CaseState = "under_review"
	Closed               CaseState = "closed"
)

// CaseStates lists the states in the order a case passes them.
var CaseStates = [...]CaseState{Preparing, Submitted, InformationRequested, UnderReview, Closed}

// Outcome is what came of a closed case.
type Outcome string

// The outcomes; NoOutcome while the case is open.
const (
	NoOutcome       Outcome = ""
	RecoveredInFull Outcome = "recovered_in_full"
	RecoveredInPart Outcome = "recovered_in_part"
	Refused         Outcome = "refused"
	Withdrawn       Outcome = "withdrawn"
	FalseAlarm      Outcome = "false_alarm"
)

// Outcomes lists the outcomes in the order they are offered.
var Outcomes = [...]Outcome{RecoveredInFull, RecoveredInPart, Refused, Withdrawn, FalseAlarm}

// NetworkStage is where a dispute stands in the card network's or the platform's own order of steps. It is
// told by them, never worked out from the state of the case.
type NetworkStage string

// The stages.
const (
	NoStage          NetworkStage = ""
	InquiryOpen      NetworkStage = "inquiry_open"
	InquiryAnswered  NetworkStage = "inquiry_answered"
	InquiryForfeited NetworkStage = "inquiry_forfeited" // late, or answered "no slip": final
	DisputeOpen      NetworkStage = "dispute_open"
	DisputeDefended  NetworkStage = "dispute_defended"
	SecondRound      NetworkStage = "second_round"
	DisputeWon       NetworkStage = "won"
	DisputeLost      NetworkStage = "lost"
	DisputeAccepted  NetworkStage = "accepted"
	DisputePrevented NetworkStage = "prevented"
)

// NetworkStages lists the stages in their order.
var NetworkStages = [...]NetworkStage{
	InquiryOpen, InquiryAnswered, InquiryForfeited, DisputeOpen, DisputeDefended, SecondRound, DisputeWon,
	DisputeLost, DisputeAccepted, DisputePrevented,
}

// Role is what a person may do in a workspace. Provider is the other side: what it does is entered by us
// from its letter, or comes as its signed answer.
type Role string

// The roles.
const (
	Owner    Role = "owner"
	Finance  Role = "finance"
	Store    Role = "store" // manager or clerk of a shop
	Auditor  Role = "auditor"
	Provider Role = "provider"
)

// Roles lists the roles in the order of their rights.
var Roles = [...]Role{Owner, Finance, Store, Auditor, Provider}

// CaseStep names what happens to a case. Steps that change its state stand in the table of room casebook;
// the others only leave a trace, and may start a clock.
type CaseStep string

// The steps.
const (
	CaseOpen    CaseStep = "open"    // the case begins
	CaseNotice  CaseStep = "notice"  // what a clock counts from became known: a statement, a letter, a freeze
	CaseSubmit  CaseStep = "submit"  // we filed it
	CaseTake    CaseStep = "take"    // the other side confirmed that it works on it
	CaseRequest CaseStep = "request" // the other side wants more: 补充材料通知, 调单
	CaseAnswer  CaseStep = "answer"  // we answered the request
	CasePromise CaseStep = "promise" // the other side promised something by a day
	CaseKept    CaseStep = "kept"    // it kept the promise
	CaseClose   CaseStep = "close"
	CaseReopen  CaseStep = "reopen"
)

// CaseSteps lists the steps in the order in which a case takes them.
var CaseSteps = [...]CaseStep{
	CaseOpen, CaseNotice, CaseSubmit, CaseTake, CaseRequest, CaseAnswer, CasePromise, CaseKept, CaseClose,
	CaseReopen,
}

// CaseEvent is one thing that happened to a case. The order of events is Seq; At is when it happened, as the
// paper says or as the user says, and may lie before the moment it was entered.
type CaseEvent struct {
	Seq     int
	Step    CaseStep
	At      time.Time // UTC
	By      string
	Role    Role
	Basis   ClockBasis    // of a notice: what became known
	Printed []PrintedDate // of a request or a promise: the dates that stand on it
	About   int           // of an answer, or of a promise kept: Seq of the request or the promise
	Reply   string        // of an answer to a retrieval: the network's code, "04" is "no slip"
	Outcome Outcome       // of a close
	Reason  string
}
