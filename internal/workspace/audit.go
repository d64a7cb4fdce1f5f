package workspace

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"time"

	"github.com/tillproof/tillproof"
)

// Mismatch is one difference between what the log says was done and what is kept.
type Mismatch struct {
	Seq  int64 // of the entry; -1: there is none
	Kind tillproof.ActKind
	ID   string // of what the two are about
	Code string // "workspace.audit.missing", ".changed", ".unlogged" or ".unreadable"
}

// Comparison is what a comparison of the log with what is kept found.
type Comparison struct {
	Acts  int64      // entries that were compared
	Found []Mismatch // the first ones: entries in their order, then what no entry tells of
	More  int        // others
}

// Good reports whether the log and what is kept agree.
func (c *Comparison) Good() bool { return len(c.Found) == 0 }

const (
	// maxMismatches bounds the list: what a person can look into; a workspace emptied by hand has millions.
	maxMismatches = 1000
	// maxLooks is how often rows are read anew because something was done meanwhile.
	maxLooks = 5
)

// The codes of mismatches.
const (
	rowMissing    = "workspace.audit.missing"
	rowChanged    = "workspace.audit.changed"
	rowUnlogged   = "workspace.audit.unlogged"
	rowUnreadable = "workspace.audit.unreadable"
)

// Compare holds what is kept to the log. The checks of rows have no key, so whoever can write to the folder
// can remove rows or write others with their checks; the log alone, whose checkpoints are signed, tells.
// A log that is damaged itself is the error store.damaged.
func (s *Service) Compare(ctx context.Context) (Comparison, error) {
	c, size, err := s.rowsAtRest(ctx)
	if err != nil {
		return Comparison{}, err
	}
	for from := int64(0); from < size; {
		acts, err := s.store.Acts(ctx, from, int(min(size-from, tillproof.MaxPage)))
		if err != nil {
			return Comparison{}, err
		}
		if len(acts) == 0 {
			break // entries are missing at the end: the verification of the log says so
		}
		for i := range acts {
			if acts[i].Done {
				c.take(&acts[i])
			}
		}
		from = acts[len(acts)-1].Seq + 1
	}
	c.out.Acts = size
	c.finish()
	return c.out, nil
}

// rowsAtRest reads what is kept while nothing is done, and answers how many entries the log had then. Every
// change is an entry, so as many entries before and after are the same rows.
func (s *Service) rowsAtRest(ctx context.Context) (*comparison, int64, error) {
	for range maxLooks {
		before, err := s.store.Size(ctx)
		if err != nil {
			return nil, 0, err
		}
		c, err := s.keptRows(ctx)
		if err != nil {
			return nil, 0, err
		}
		after, err := s.store.Size(ctx)
		if err != nil || before == after {
			return c, after, err
		}
	}
	return nil, 0, fail(tillproof.KindConflict, "workspace.busy", nil)
}

// take holds what is kept to one entry. What could not be read was told already.
func (c *comparison) take(a *tillproof.Act) {
	if c.unread[a.Kind] {
		return
	}
	switch a.Kind {
	case tillproof.ActImport:
		c.imported(a)
	case tillproof.ActUndo:
		c.importUndone(a)
	case tillproof.ActDecide:
		c.decided(a)
	case tillproof.ActUndecide:
		c.decisionUndone(a)
	case tillproof.ActRun:
		c.ran(a)
	case tillproof.ActJudge:
		c.judged(a)
	case tillproof.ActCheckpoint:
		c.signed(a)
	case tillproof.ActHold, tillproof.ActRelease, tillproof.ActErase:
		c.ofObject(a)
	case tillproof.ActPolicy:
		c.policySet(a)
	case tillproof.ActProve:
		c.proven(a)
	}
}

// tell adds a mismatch of an entry.
func (c *comparison) tell(a *tillproof.Act, id, code string) {
	c.add(Mismatch{a.Seq, a.Kind, id, code})
}

// unlogged adds what is kept and no entry tells of.
func (c *comparison) unlogged(kind tillproof.ActKind, id string) {
	c.add(Mismatch{-1, kind, id, rowUnlogged})
}

func (c *comparison) add(m Mismatch) {
	if len(c.out.Found) == maxMismatches {
		c.out.More++
		return
	}
	c.out.Found = append(c.out.Found, m)
}

// done reports whether an entry was written by the same person at the same time as a row.
func done(a *tillproof.Act, by string, at time.Time) bool { return a.By == by && a.Time.Equal(at) }

// says reports whether an entry tells what a row does. A detail that was too long for the log stands there as
// its digest alone (docs/log-format.md): nothing but the ids can be compared then.
func says(a *tillproof.Act, row any) bool {
	said, ok := looseJSON(a.Detail)
	if !ok {
		return false
	}
	if _, folded := said["sha256"]; folded && len(said) == 2 {
		return true
	}
	text, err := json.Marshal(row)
	if err != nil {
		return false
	}
	kept, ok := looseJSON(text)
	return ok && reflect.DeepEqual(said, kept)
}

// looseJSON reads an object whose keys may stand in any order.
func looseJSON(text []byte) (map[string]any, bool) {
	if len(text) == 0 {
		return map[string]any{}, true
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out map[string]any
	err := d.Decode(&out)
	return out, err == nil
}
