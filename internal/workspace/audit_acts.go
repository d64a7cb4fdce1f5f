package workspace

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
)

func (c *comparison) imported(a *tillproof.Act) {
	id := idOf(a.On)
	t := c.imports[id]
	if t == nil || t.made {
		c.tell(a, id, rowMissing)
		return
	}
	t.made = true
	in := &t.is
	if !done(a, in.By, in.Time) || !slices.Equal(a.On, touched(in)) || !says(a, toldOf(in.Sources)) {
		c.tell(a, id, rowChanged)
	}
	for i := range in.Sources {
		k := &in.Sources[i]
		c.brought(a, k.Object)
		c.brought(a, k.Index)
		c.brought(a, k.Tokens)
		if o := c.objects[k.Original.String()]; o != nil && k.Original != k.Object {
			o.unsure = true // kept beside the copy where that was asked for: the entry does not say
		}
	}
}

// brought notes that an entry brought the content of an object.
func (c *comparison) brought(a *tillproof.Act, d tillproof.Digest) {
	if d == (tillproof.Digest{}) || c.unread[tillproof.ActErase] {
		return
	}
	if o := c.object(a, d.String()); o != nil {
		o.erased, o.unsure = nil, false
	}
}

// object is an object that an entry tells of; one that is missing is told once.
func (c *comparison) object(a *tillproof.Act, id string) *toldObject {
	o := c.objects[id]
	if o == nil && !c.missing[id] {
		c.missing[id] = true
		c.tell(a, id, rowMissing)
	}
	return o
}

func (c *comparison) importUndone(a *tillproof.Act) {
	id := idOf(a.On)
	if t := c.imports[id]; t != nil { // one that is missing was told with the entry that made it
		t.undone = true
		if !c.takenBack(a, t.is.Undone) {
			c.tell(a, id, rowChanged)
		}
	}
}

// takenBack reports whether a row is taken back as the entry says.
func (c *comparison) takenBack(a *tillproof.Act, how *tillproof.Undone) bool {
	return how != nil && done(a, how.By, how.Time) && says(a, because{how.Reason})
}

func (c *comparison) decided(a *tillproof.Act) {
	id := first(a.On)
	t := c.decisions[id]
	if t == nil || t.made {
		c.tell(a, id, rowMissing)
		return
	}
	t.made = true
	d := &t.is
	if !done(a, d.By, d.Time) || !says(a, decided{d.Ruling.String(), d.Records, d.Reason}) {
		c.tell(a, id, rowChanged)
	}
}

func (c *comparison) decisionUndone(a *tillproof.Act) {
	id := first(a.On)
	if t := c.decisions[id]; t != nil {
		t.undone = true
		if !c.takenBack(a, t.is.Undone) {
			c.tell(a, id, rowChanged)
		}
	}
}

func (c *comparison) ran(a *tillproof.Act) {
	id := first(a.On)
	run, ok := c.runs.take(id, a.Time)
	if !ok {
		c.tell(a, id, rowMissing)
		return
	}
	listed := run.Counts.Exceptions
	for _, n := range run.Counts.Unlisted {
		listed -= n
	}
	if !done(a, run.By, run.Time) || !says(a, reconciled{
		run.ID, run.From, run.To, len(run.Sources), len(run.Decisions), listed, run.Counts.Waiting,
	}) {
		c.tell(a, id, rowChanged)
	}
}

func (c *comparison) judged(a *tillproof.Act) {
	id := first(a.On)
	j, ok := c.judgements.take(id, a.Time)
	if !ok {
		c.tell(a, id, rowMissing)
		return
	}
	var said judged
	_ = json.Unmarshal(a.Detail, &said) // what cannot be read differs below
	row := judged{said.From, j.State, j.Until, j.Reason}
	if j.State != tillproof.ExceptionSnoozed {
		row.Until = said.Until // no state but a snooze keeps a day
	}
	if !done(a, j.By, j.Time) || !says(a, row) {
		c.tell(a, id, rowChanged)
	}
}

func (c *comparison) signed(a *tillproof.Act) {
	var said struct {
		Size int64 `json:"size"`
	}
	_ = json.Unmarshal(a.Detail, &said) // what cannot be read is found nowhere
	id := strconv.FormatInt(said.Size, 10)
	if _, ok := c.checkpoints.take(id, a.Time); !ok {
		c.tell(a, id, rowMissing)
	}
}

func (c *comparison) ofObject(a *tillproof.Act) {
	o := c.object(a, first(a.On))
	switch {
	case o == nil:
	case a.Kind == tillproof.ActErase:
		o.erased, o.unsure = a, false
	default:
		o.hold = a
	}
}

func (c *comparison) policySet(a *tillproof.Act) {
	c.policy = a
	var d tillproof.Digest
	if d.UnmarshalText([]byte(first(a.On))) == nil {
		c.brought(a, d)
	}
}

// provenBackup is what the entry about a proof says of the backup.
type provenBackup struct {
	Mark    tillproof.Digest `json:"mark"`
	Entries int64            `json:"log_entries"`
}

func (c *comparison) proven(a *tillproof.Act) {
	var said provenBackup
	_ = json.Unmarshal(a.Detail, &said) // what cannot be read differs from every proof
	c.proof, c.proofs[said.Mark] = a, true
}

// first is the one id that an entry is on.
func first(on []string) string {
	if len(on) == 0 {
		return ""
	}
	return on[0]
}

// finish compares what only the newest entry tells, and adds the rows that none told of.
func (c *comparison) finish() {
	for _, id := range slices.Sorted(maps.Keys(c.objects)) {
		c.finishObject(id, c.objects[id])
	}
	c.finishPolicy()
	c.finishProof()
	for _, id := range slices.Sorted(maps.Keys(c.imports)) {
		t := c.imports[id]
		c.finishRow(id, [2]tillproof.ActKind{tillproof.ActImport, tillproof.ActUndo}, t.made,
			t.is.Undone != nil && !t.undone)
	}
	for _, id := range slices.Sorted(maps.Keys(c.decisions)) {
		t := c.decisions[id]
		c.finishRow(id, [2]tillproof.ActKind{tillproof.ActDecide, tillproof.ActUndecide}, t.made,
			t.is.Undone != nil && !t.undone)
	}
	if !c.unread[tillproof.ActRun] {
		c.runs.rest(func(id string) { c.unlogged(tillproof.ActRun, id) })
	}
	if !c.unread[tillproof.ActJudge] {
		c.judgements.rest(func(id string) { c.unlogged(tillproof.ActJudge, id) })
	}
	if !c.unread[tillproof.ActCheckpoint] {
		c.checkpoints.rest(func(id string) { c.unlogged(tillproof.ActCheckpoint, id) })
	}
}

// finishRow tells of a row that no entry made, or took back.
func (c *comparison) finishRow(id string, kinds [2]tillproof.ActKind, made, undone bool) {
	if c.unread[kinds[0]] {
		return
	}
	if !made {
		c.unlogged(kinds[0], id)
	}
	if undone {
		c.unlogged(kinds[1], id)
	}
}

func (c *comparison) finishObject(id string, o *toldObject) {
	if c.unread[tillproof.ActErase] {
		return
	}
	held, on := o.is.Held != "", o.hold != nil && o.hold.Kind == tillproof.ActHold
	switch {
	case o.hold == nil && held:
		c.unlogged(tillproof.ActHold, id)
	case o.hold != nil && held != on, on && !says(o.hold, because{o.is.Held}):
		c.tell(o.hold, id, rowChanged)
	}
	switch {
	case o.unsure:
	case o.erased == nil && o.is.Erased != nil:
		c.unlogged(tillproof.ActErase, id)
	case o.erased != nil && !c.takenBack(o.erased, o.is.Erased):
		c.tell(o.erased, id, rowChanged)
	}
}

func (c *comparison) finishPolicy() {
	id := c.info.Policy.String()
	set := c.info.Policy != (tillproof.Digest{})
	switch {
	case c.unread[tillproof.ActPolicy]:
	case c.policy == nil && set:
		c.unlogged(tillproof.ActPolicy, id)
	case c.policy != nil && (!set || first(c.policy.On) != id):
		c.tell(c.policy, first(c.policy.On), rowChanged)
	}
}

// proofLag is how far the times of a proof and of its entry are apart at most: the two are written at once,
// and a clock may be put right between them.
const proofLag = time.Hour

// finishProof compares the newest proof, the only one that counts.
func (c *comparison) finishProof() {
	kept := c.info.Proven
	if c.unread[tillproof.ActProve] || c.proof == nil && kept == nil {
		return
	}
	if c.proof == nil {
		c.unlogged(tillproof.ActProve, kept.Digest.String())
		return
	}
	var said provenBackup
	_ = json.Unmarshal(c.proof.Detail, &said)
	id := said.Mark.String()
	switch {
	case kept == nil, kept.Digest != said.Mark && c.proofs[kept.Digest]:
		c.tell(c.proof, id, rowMissing) // an older one stands where the newest did
	case kept.Digest != said.Mark, kept.Size != said.Entries, c.proof.Time.Sub(kept.Time).Abs() > proofLag:
		c.tell(c.proof, id, rowChanged)
	}
}
