package sqlite

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"github.com/tillproof/tillproof"
)

// keptException is an exception with the columns that the vocabulary does not show. Runs stand in it as their
// numbers: the same id may name two of them.
type keptException struct {
	tillproof.KeptException
	first, last, cleared int64
	said                 tillproof.Digest
	saidIn               int64
	judgements           int64
}

// saveExceptions brings the kept exceptions to what a run shows, in the order of their ids, which is that of
// the table.
func (t *tx) saveExceptions(
	run tillproof.KeptRun, shown []tillproof.KeptException,
) (changes tillproof.RunChanges, err error) {
	order := make([]int, len(shown))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(shown[a].ID, shown[b].ID) })
	sums := tally{}
	for i, at := range order {
		e := &shown[at]
		if i > 0 && shown[order[i-1]].ID == e.ID {
			return changes, conflict(string(e.ID))
		}
		if err := t.ctx.Err(); err != nil {
			return changes, err // as a whole: the savepoint goes back
		}
		if err := t.saveException(run.Seq, e, sums, &changes); err != nil {
			return changes, err
		}
	}
	if changes.Cleared, err = t.clearGone(run, sums); err != nil {
		return changes, err
	}
	return changes, t.saveTally(sums)
}

func (t *tx) saveException(
	run int64, shown *tillproof.KeptException, sums tally, changes *tillproof.RunChanges,
) error {
	said := tillproof.DigestOf(shown.Content)
	r, err := t.c.one("exception", t.ws(), string(shown.ID))
	if err != nil {
		return err
	}
	if r == nil {
		changes.Fresh++
		return t.addException(run, shown, said, sums)
	}
	e, err := exceptionOf(r)
	if err != nil {
		return err
	}
	other := e.said != said
	switch {
	case e.cleared != 0:
		changes.Returned++
	default:
		if err := sums.take(&e.KeptException); err != nil {
			return err
		}
		if other {
			changes.Changed++
		}
	}
	e.take(shown, run)
	if other {
		e.Versions++
		e.said, e.saidIn = said, run
		if err := t.addContent(&e, shown.Content); err != nil {
			return err
		}
	}
	if err := sums.add(&e.KeptException); err != nil {
		return err
	}
	return t.setException("exception_set", &e)
}

// take takes over what a run says of an exception; what people said stays.
func (e *keptException) take(shown *tillproof.KeptException, run int64) {
	e.Kind, e.Side, e.Severity, e.Day = shown.Kind, shown.Side, shown.Severity, shown.Day
	e.Bucket, e.Part, e.Amount, e.Sentence = shown.Bucket, shown.Part, shown.Amount, shown.Sentence
	e.last, e.cleared = run, 0
}

func (t *tx) addException(
	run int64, shown *tillproof.KeptException, said tillproof.Digest, sums tally,
) error {
	e := keptException{KeptException: tillproof.KeptException{
		ID: shown.ID, Versions: 1, State: tillproof.ExceptionNew, Until: tillproof.NoDate,
	}, first: run, said: said, saidIn: run}
	e.take(shown, run)
	if err := sums.add(&e.KeptException); err != nil {
		return err
	}
	if err := t.setException("exception_add", &e); err != nil {
		return err
	}
	return t.addContent(&e, shown.Content)
}

func (t *tx) addContent(e *keptException, content []byte) error {
	return t.put("content_add", sealed(
		"exception_content", t.ws(), string(e.ID), int64(e.Versions), e.saidIn, content,
	)...)
}

// clearGone clears those that stand, lie within the period of the run, and that it did not show.
func (t *tx) clearGone(run tillproof.KeptRun, sums tally) (int, error) {
	lo, hi := bounds(run.From, run.To)
	var gone []keptException
	err := t.c.run("exceptions_gone", func(r row) error {
		e, err := exceptionOf(r)
		gone = append(gone, e)
		return err
	}, t.ws(), run.Seq, lo, hi)
	for i := 0; i < len(gone) && err == nil; i++ {
		e := &gone[i]
		if err = sums.take(&e.KeptException); err != nil {
			break
		}
		e.cleared = run.Seq
		err = t.setException("exception_set", e)
	}
	return len(gone), err
}

// bounds are the days of a period. A day that nobody knows lies in the whole of time only.
func bounds(from, to tillproof.Date) (lo, hi int64) {
	lo, hi = int64(from), math.MaxInt64
	if to.Known() {
		lo, hi = max(lo, int64(tillproof.NoDate)+1), int64(to)
	}
	return lo, hi
}

func (t *tx) setException(statement string, e *keptException) error {
	sentence, err := body(e.Sentence)
	if err != nil {
		return err
	}
	return t.put(statement, sealed(
		"exception", t.ws(), string(e.ID), e.Kind, e.Side.String(), int64(e.Severity), int64(e.Day),
		string(e.Bucket), string(e.Part), e.Amount.Minor(), e.Amount.Currency().String(), sentence,
		e.first, e.last, e.cleared, int64(e.Versions), bytes.Clone(e.said[:]), e.saidIn, string(e.State),
		int64(e.Until), e.judgements,
	)...)
}

// exceptionOf reads a row of exception, without what stands in other tables.
func exceptionOf(r row) (e keptException, err error) {
	if err := r.verify("exception", 1); err != nil {
		return e, err
	}
	e.ID, e.Kind = tillproof.ExceptionID(r.text(1)), r.text(2)
	if err := e.Side.UnmarshalText([]byte(r.text(3))); err != nil {
		return e, damaged("exception", r.key(1), err)
	}
	e.Severity, e.Day = tillproof.Severity(r.int(4)), r.date(5)
	e.Bucket, e.Part = tillproof.Bucket(r.text(6)), tillproof.LossPart(r.text(7))
	if e.Amount, err = money(r, 8); err != nil {
		return e, err
	}
	e.first, e.last, e.cleared = r.int(11), r.int(12), r.int(13)
	e.Versions, e.said, e.saidIn = int(r.int(14)), r.digest(15), r.int(16)
	e.State, e.Until, e.judgements = tillproof.ExceptionState(r.text(17)), r.date(18), r.int(19)
	return e, r.unpack("exception", 1, 10, &e.Sentence)
}
