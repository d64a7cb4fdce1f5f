package tillproof

import "time"

// WorkspaceInfo is what a workspace knows of itself.
type WorkspaceInfo struct {
	ID      WorkspaceID
	Created time.Time
	Schema  int
	Policy  Digest // of the policy file among the objects; zero: none
	Proven  *Proof // the newest backup that was shown to restore; nil: none
}

// Page is a part of a list: what follows the item with the number After (0: from the beginning).
type Page struct {
	After int
	Limit int // at most MaxPage
}

// MaxPage bounds one page of any list: what a screen or a script takes at once.
const MaxPage = 1000

// NewRun is a run to be kept.
type NewRun struct {
	After      RunID
	Run        KeptRun
	Exceptions []KeptException // with Content, without what people said
	Waiting    []Waiting
	// Settled are records of earlier Waiting items that this run matched, and Late those that it made
	// exceptions of; both only count.
	Settled, Late int
}

// ExceptionVersion is one version of what an exception said.
type ExceptionVersion struct {
	Run     RunID
	Content []byte
}

// WantedExceptions narrows a list of exceptions; AnyException narrows nothing.
type WantedExceptions struct {
	States   []ExceptionState // none: every state
	Kind     string           // "": every kind
	Side     Side
	From, To Date // NoDate: any day
	Cleared  bool // those that no longer stand, too
	Today    Date // a snooze that has ended counts as new
}

// AnyException asks for all exceptions that stand. The days of a zero value are days of 1970.
func AnyException() WantedExceptions {
	return WantedExceptions{From: NoDate, To: NoDate, Today: NoDate}
}

// ExceptionTally sums the standing exceptions, for a status in no time.
type ExceptionTally struct {
	States  map[ExceptionState]int
	Buckets []BucketSum // of those that are neither dismissed nor cleared, by currency and bucket
}

// BucketSum is one column of the statement of loss over what stands.
type BucketSum struct {
	Currency   Currency
	Bucket     Bucket
	Exceptions int
	Minor      int64
}
