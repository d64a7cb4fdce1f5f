package workspace

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// comparison is what is kept, and how much of it the entries have told so far.
type comparison struct {
	out         Comparison
	unread      map[tillproof.ActKind]bool // what is damaged and cannot be compared
	info        tillproof.WorkspaceInfo
	imports     map[string]*told[tillproof.Import] // by what the entry is on
	decisions   map[string]*told[tillproof.KeptDecision]
	runs        sequence[tillproof.KeptRun]
	judgements  sequence[tillproof.Judgement]
	checkpoints sequence[tillproof.Checkpoint] // by the number of entries
	objects     map[string]*toldObject
	missing     map[string]bool           // objects that were told to be missing
	policy      *tillproof.Act            // the newest
	proof       *tillproof.Act            // the newest
	proofs      map[tillproof.Digest]bool // marks of all backups that were proven
}

// told is a row, and whether an entry told of it and of its being taken back.
type told[T any] struct {
	is           T
	made, undone bool
}

// toldObject is an object with the newest entries about it.
type toldObject struct {
	is     tillproof.KeptObject
	hold   *tillproof.Act // on or off
	erased *tillproof.Act // nil: it is there
	unsure bool           // an import may have brought its content again
}

// sequence are rows of the same id in their order. An entry tells of the next one of its time; those before
// that one are told by none.
type sequence[T any] map[string]*ordered[T]

type ordered[T any] struct {
	rows  []T
	times []time.Time
	made  []bool
	next  int
}

func (s sequence[T]) add(id string, at time.Time, row T) {
	if s[id] == nil {
		s[id] = &ordered[T]{}
	}
	o := s[id]
	o.rows, o.times, o.made = append(o.rows, row), append(o.times, at), append(o.made, false)
}

// take is the row that an entry tells of.
func (s sequence[T]) take(id string, at time.Time) (row T, ok bool) {
	o := s[id]
	if o == nil {
		return row, false
	}
	for i := o.next; i < len(o.rows); i++ {
		if o.times[i].Equal(at) {
			o.made[i], o.next = true, i+1
			return o.rows[i], true
		}
	}
	return row, false
}

// rest calls for each row that no entry told of.
func (s sequence[T]) rest(call func(id string)) {
	for _, id := range slices.Sorted(maps.Keys(s)) {
		for _, made := range s[id].made {
			if !made {
				call(id)
			}
		}
	}
}

// keptRows reads all that entries tell of.
func (s *Service) keptRows(ctx context.Context) (*comparison, error) {
	c := &comparison{
		unread:  map[tillproof.ActKind]bool{},
		imports: map[string]*told[tillproof.Import]{}, decisions: map[string]*told[tillproof.KeptDecision]{},
		runs: sequence[tillproof.KeptRun]{}, judgements: sequence[tillproof.Judgement]{},
		checkpoints: sequence[tillproof.Checkpoint]{}, objects: map[string]*toldObject{},
		missing: map[string]bool{}, proofs: map[tillproof.Digest]bool{},
	}
	for _, part := range []struct {
		read  func(context.Context, *comparison) error
		kinds []tillproof.ActKind
	}{
		{s.readInfo, []tillproof.ActKind{tillproof.ActProve, tillproof.ActPolicy}},
		{s.readImports, []tillproof.ActKind{tillproof.ActImport, tillproof.ActUndo}},
		{s.readDecisions, []tillproof.ActKind{tillproof.ActDecide, tillproof.ActUndecide}},
		{s.readRuns, []tillproof.ActKind{tillproof.ActRun}},
		{s.readJudgements, []tillproof.ActKind{tillproof.ActJudge}},
		{s.readCheckpoints, []tillproof.ActKind{tillproof.ActCheckpoint}},
		{s.readObjects, []tillproof.ActKind{
			tillproof.ActHold, tillproof.ActRelease, tillproof.ActErase,
		}},
	} {
		err := part.read(ctx, c)
		if err != nil && !isCode(err, "store.damaged") {
			return nil, err
		}
		for _, kind := range part.kinds {
			c.unread[kind] = err != nil
		}
		if err != nil {
			c.add(Mismatch{-1, part.kinds[0], placeOf(err), rowUnreadable})
		}
	}
	return c, nil
}

// placeOf names the damaged row: its table and key.
func placeOf(err error) string {
	var e *tillproof.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Params["table"] + " " + e.Params["key"]
}

func (s *Service) readInfo(ctx context.Context, c *comparison) (err error) {
	c.info, err = s.store.Workspace(ctx)
	return err
}

func (s *Service) readImports(ctx context.Context, c *comparison) error {
	list, err := s.Imports(ctx)
	for i := range list {
		c.imports[idOf(touched(&list[i]))] = &told[tillproof.Import]{is: list[i]}
	}
	return err
}

// touched are the ids that the entry about an import is on, as the log keeps them: of too many, their digest.
func touched(in *tillproof.Import) []string {
	on := []string{in.ID.String()}
	for i := range in.Sources {
		on = append(on, in.Sources[i].ID.String())
	}
	slices.Sort(on)
	if on = slices.Compact(on); len(on) <= maxOn {
		return on
	}
	text := strings.Join(on, "\n") + "\n"
	return []string{fmt.Sprintf("list:%d:%x", len(on), sha256.Sum256([]byte(text)))}
}

// maxOn is how many ids an entry names, see docs/log-format.md.
const maxOn = 256

// idOf is the import among the ids of an entry, else the digest of the ids.
func idOf(on []string) string {
	for _, id := range on {
		if strings.HasPrefix(id, "imp_") {
			return id
		}
	}
	return strings.Join(on, " ")
}

func (s *Service) readDecisions(ctx context.Context, c *comparison) error {
	list, err := s.store.Decisions(ctx, true)
	for i := range list {
		c.decisions[list[i].ID.String()] = &told[tillproof.KeptDecision]{is: list[i]}
	}
	return err
}

func (s *Service) readRuns(ctx context.Context, c *comparison) error {
	list, err := s.Runs(ctx)
	for i := range slices.Backward(list) { // newest first
		c.runs.add(list[i].ID.String(), list[i].Time, list[i])
	}
	return err
}

func (s *Service) readJudgements(ctx context.Context, c *comparison) error {
	want := tillproof.AnyException()
	want.Cleared = true
	for after := 0; ; after += tillproof.MaxPage {
		page := tillproof.Page{After: after, Limit: tillproof.MaxPage}
		list, err := s.store.Exceptions(ctx, want, page)
		if err != nil {
			return err
		}
		for i := range list {
			if err := s.readJudged(ctx, c, &list[i]); err != nil {
				return err
			}
		}
		if len(list) < tillproof.MaxPage {
			return nil
		}
	}
}

// readJudged reads what was said about an exception, and tells where its state is another one.
func (s *Service) readJudged(ctx context.Context, c *comparison, e *tillproof.KeptException) error {
	last := e.Judged
	if last == nil {
		if e.State != tillproof.ExceptionNew {
			c.unlogged(tillproof.ActJudge, string(e.ID))
		}
		return nil
	}
	if e.State != last.State || e.Until != last.Until {
		c.unlogged(tillproof.ActJudge, string(e.ID))
	}
	list, err := s.store.Judgements(ctx, e.ID)
	for _, j := range list {
		c.judgements.add(string(e.ID), j.Time, j)
	}
	return err
}

func (s *Service) readCheckpoints(ctx context.Context, c *comparison) error {
	list, err := all(func(p tillproof.Page) ([]tillproof.Checkpoint, error) {
		return s.store.Checkpoints(ctx, p)
	})
	for _, kept := range slices.Backward(list) { // newest first
		c.checkpoints.add(strconv.FormatInt(kept.Size, 10), kept.Time, kept)
	}
	return err
}

func (s *Service) readObjects(ctx context.Context, c *comparison) error {
	list, err := s.Objects(ctx)
	for _, o := range list {
		c.objects[o.Digest.String()] = &toldObject{is: o}
	}
	return err
}
