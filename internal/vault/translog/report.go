package translog

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// MaxFaults bounds the faults that a report lists; the first ones tell what was done.
const MaxFaults = 100

// FaultKind says what is wrong.
type FaultKind string

// The kinds of faults; docs/log-format.md says what each means. Texts stand under "translog.fault." + kind.
const (
	FaultChanged     FaultKind = "changed"
	FaultUndecodable FaultKind = "undecodable"
	FaultMissing     FaultKind = "missing"
	FaultInserted    FaultKind = "inserted"
	FaultMoved       FaultKind = "moved"
	FaultHash        FaultKind = "hash"
	FaultUnclear     FaultKind = "unclear"
	FaultRewritten   FaultKind = "rewritten"
	FaultRolledBack  FaultKind = "rolled_back"
	FaultCheckpoint  FaultKind = "checkpoint"
)

// Fault is one thing that is wrong with a log.
type Fault struct {
	Kind        FaultKind
	First, Last int64  // the entries that it is about; -1 for a checkpoint that cannot be read
	Found       int64  // the number that the entry gives itself; -1 where it gives none
	Against     *Claim // the checkpoint that shows it; nil: the log itself does
	Why         error  // of a checkpoint that cannot be read
}

// entry reports whether the entries themselves are in doubt.
func (f *Fault) entry() bool { return f.Kind != FaultHash && f.Kind != FaultCheckpoint }

// Claim is a checkpoint as something to compare a log with.
type Claim struct {
	Name string // where it came from, for the reader
	Kept bool   // it lay beside the log: whoever changed the log could have changed it too
	Size int64
	Root string    // hexadecimal: the whole root, or the beginning that a short form has
	Time time.Time // zero where a short form does not say
}

// Claim is what a head claims of the log.
func (h Head) Claim(name string) Claim {
	return Claim{Name: name, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), Time: h.Time}
}

// ParseClaim reads a checkpoint in its full or its short form.
func ParseClaim(name string, text []byte, public string) (Claim, error) {
	if short, ok := ParseShort(strings.TrimSpace(string(text))); ok {
		return Claim{Name: name, Size: short.Size, Root: short.Prefix}, nil
	}
	h, err := Open(text, public)
	if err != nil {
		return Claim{}, err
	}
	return h.Claim(name), nil
}

func (c *Claim) fits(root Hash) bool {
	return c.Root != "" && strings.HasPrefix(hex.EncodeToString(root[:]), c.Root)
}

// Checked is a checkpoint and whether the log agrees with it. One that is beyond the log's end, or beyond an
// entry that is gone together with its hash, cannot be compared: it tells that something is wrong, not where.
type Checked struct {
	Claim
	Compared bool
	Holds    bool
}

// Report is what verification found.
type Report struct {
	Size   int64     // entries
	Root   Hash      // over them; of a log with faults it says nothing
	Faults []Fault   // by the first entry that they are about, at most MaxFaults
	More   int       // faults beyond those
	Claims []Checked // by size
	// Proven counts the entries that a checkpoint from elsewhere proves to be as they were. Of later ones,
	// and of all where it is 0, nothing excludes that the whole directory was put back or rewritten.
	Proven int64
}

// Good reports whether nothing is wrong.
func (r *Report) Good() bool { return len(r.Faults) == 0 }

func (r *Report) add(f Fault) {
	if len(r.Faults) >= MaxFaults {
		r.More++
		return
	}
	r.Faults = append(r.Faults, f)
}

// finish brings the faults into the order in which a reader wants them: the first bad entry first.
func (r *Report) finish() {
	slices.SortStableFunc(r.Faults, func(a, b Fault) int {
		if (a.First < 0) != (b.First < 0) {
			return int(b.First>>63) - int(a.First>>63) // those about no entry last
		}
		return int(min(max(a.First-b.First, -1), 1))
	})
	for i := range r.Claims {
		if c := &r.Claims[i]; c.Holds && !c.Kept {
			r.Proven = max(r.Proven, c.Size)
		}
	}
}
