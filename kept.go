package tillproof

import "time"

// ExceptionState is what a person said about an exception.
type ExceptionState string

// The states of an exception. Confirmed and dismissed ones are the verdicts that detection learns from;
// snoozed ones come back on their day.
const (
	ExceptionNew       ExceptionState = "new"
	ExceptionConfirmed ExceptionState = "confirmed"
	ExceptionDismissed ExceptionState = "dismissed"
	ExceptionSnoozed   ExceptionState = "snoozed"
)

// KeptException is a break or a finding that a workspace keeps: what the newest run that shows it says, and
// what people said about it.
type KeptException struct {
	ID        ExceptionID
	Kind      string // the BreakKind, or the RuleID
	Side      Side
	Severity  Severity // of a finding
	Day       Date     // the first day of its records
	Bucket    Bucket
	Part      LossPart
	Amount    Money // what it puts into the bucket; where that is none, what it is about
	Sentence  Note  // what it says
	First     RunID // the run that showed it first
	Last      RunID // the newest run that shows it
	Cleared   RunID // the run that did not show it any more; zero: it stands
	Versions  int   // how often what it says has changed, the first time included
	State     ExceptionState
	Until     Date // of a snooze
	Judged    *Judgement
	ContentOf RunID  // the run that wrote Content
	Content   []byte // ExceptionContent as JSON; read where one exception is shown
}

// Judgement is what a person said about an exception, and when.
type Judgement struct {
	Time   time.Time
	By     string
	State  ExceptionState
	Until  Date
	Reason string
}

// ExceptionContent is all that an exception shows: a run of one break or finding, with its own few records.
type ExceptionContent struct {
	Sources   []ContentSource // Origin.Source of the rows counts in them
	Rows      [4][]ContentRow // by Side; every RowRef of the rest points here
	Break     *Break          `json:",omitempty"`
	Finding   *Finding        `json:",omitempty"`
	Explains  []Finding       `json:",omitempty"` // that explain the break further
	Explained []Explanation   `json:",omitempty"`
	All       int             // the records of the break or finding; Explained are the first of them
}

// ContentSource is as much of a source as a row's place needs.
type ContentSource struct {
	ID     SourceID
	File   string
	Sheets []Sheet `json:",omitempty"`
}

// ContentRow is a record with what its text form leaves out.
type ContentRow struct {
	Record
	CardKind CardKind `json:",omitempty"`
	State    RowState
}

// KeptRun is a run that a workspace keeps: its sums, and how it differs from the one before. The exceptions
// are kept apart, the matched rows not at all: a run is a function of its sources and can be made again.
type KeptRun struct {
	ID           RunID
	Seq          int64 // counts the kept runs from 1
	Time         time.Time
	By           string
	From, To     Date // the period; NoDate: everything
	Basis        Basis
	Sources      []SourceID
	Decisions    []RulingID
	Counts       RunCounts
	Losses       []Loss
	Completeness []Completeness
	Misfits      []Misfit `json:",omitempty"` // decisions that were not obeyed
	Warnings     []Note
	Next         []Note
	Changes      RunChanges
}

// Misfit is a decision that a run did not obey, and why.
type Misfit struct {
	Decision RulingID
	Why      Note
}

// RunCounts counts what a run found.
type RunCounts struct {
	Records    [4]int // by Side
	Matched    int    // pairs
	Deposits   int    // waterfalls
	Breaks     map[BreakKind]int
	Findings   int
	Unlisted   map[BreakKind]int `json:",omitempty"`
	Exceptions int
	Waiting    int
}

// RunChanges says what a run shows that the one before did not.
type RunChanges struct {
	Fresh    int // exceptions that no run showed before
	Returned int // exceptions that had been cleared
	Changed  int // exceptions that say something else now
	Cleared  int // exceptions that are gone
	Arrived  int // items that were under way and are matched now
	Overdue  int // items that were under way and are exceptions now
}

// Waiting is a record whose money is under way, as a run saw it.
type Waiting struct {
	Record   RecordID
	Side     Side
	Day      Date
	Expected Date // NoDate: nobody knows
	Amount   Money
}

// MaxWaiting is how many items under way a run in passes lists: what a chain of ten thousand shops has on
// its way over a weekend.
const MaxWaiting = 200_000

// Checkpoint is a signed state of the log that a workspace keeps.
type Checkpoint struct {
	Size int64 // entries
	Time time.Time
	Text []byte // the signed note, see docs/log-format.md
}

// KeptObject is what is known of an object of the vault: how long it is kept, and whether it still is.
type KeptObject struct {
	Digest  Digest
	Size    int64
	Type    string // MIME type by content
	Name    string // what it is for a reader: a masked file name; "" for what the program made
	Keep    Date   // not erased before: evidence and money records
	Drop    Date   // erased from then on: what the law lets nobody keep longer; NoDate: never
	Held    string // the reason of a legal hold; "": none
	Erased  *Undone
	Purpose ObjectPurpose
}

// ObjectPurpose says what an object of the vault is for.
type ObjectPurpose string

// The purposes.
const (
	ObjectSource   ObjectPurpose = "source"   // a file that was imported, masked
	ObjectOriginal ObjectPurpose = "original" // a file with its card numbers, kept on explicit choice
	ObjectIndex    ObjectPurpose = "index"    // the ids of the rows of a source
	ObjectTokens   ObjectPurpose = "tokens"   // by what the cards of a masked copy are known again
	ObjectPolicy   ObjectPurpose = "policy"   // a version of the policy file
	ObjectExhibit  ObjectPurpose = "exhibit"
)

// Proof says when a backup was shown to restore.
type Proof struct {
	Time   time.Time
	Name   string // of the backup
	Digest Digest
	Size   int64 // entries of the log in it
}
