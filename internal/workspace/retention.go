package workspace

import (
	"context"
	"errors"

	"github.com/tillproof/tillproof"
)

// originalDays is how long a file with full card numbers is kept beside its masked copy: the longest clock of
// a card dispute (540 days: Visa and Mastercard, services to be given later). Nobody needs the numbers after
// that (PCI DSS 3.2.1).
const originalDays = 540

// Objects lists what the vault keeps for the workspace.
func (s *Service) Objects(ctx context.Context) ([]tillproof.KeptObject, error) {
	return all(func(p tillproof.Page) ([]tillproof.KeptObject, error) { return s.store.Objects(ctx, p) })
}

// DueObjects lists those whose second timer has run out on a day: they are to be erased, unless they are on
// hold.
func (s *Service) DueObjects(
	today tillproof.Date,
) func(ctx context.Context) ([]tillproof.KeptObject, error) {
	return func(ctx context.Context) ([]tillproof.KeptObject, error) {
		list, err := s.Objects(ctx)
		var due []tillproof.KeptObject
		for _, o := range list {
			if o.Drop.Known() && o.Drop <= today && o.Erased == nil && o.Held == "" {
				due = append(due, o)
			}
		}
		return due, err
	}
}

// FindObject is the object of a digest, or of the beginning of one.
func (s *Service) FindObject(ctx context.Context, name string) (tillproof.KeptObject, error) {
	list, err := s.Objects(ctx)
	if err != nil {
		return tillproof.KeptObject{}, err
	}
	digest := func(o *tillproof.KeptObject) string { return o.Digest.String() }
	return only(list, name, "workspace.no_object", digest)
}

// Hold keeps an object from being erased until Release, whatever its timers say.
func (s *Service) Hold(ctx context.Context, o tillproof.KeptObject, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	if o.Held != "" {
		p := tillproof.Params{"id": o.Digest.String()[:shortDigest], "reason": o.Held}
		return fail(tillproof.KindConflict, "workspace.held_already", p)
	}
	act, err := s.act(s.moment(), tillproof.ActHold, because{reason}, o.Digest.String())
	if err != nil {
		return err
	}
	return s.store.Hold(ctx, o.Digest, reason, act)
}

// Release ends a hold.
func (s *Service) Release(ctx context.Context, o tillproof.KeptObject, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	act, err := s.act(s.moment(), tillproof.ActRelease, because{reason}, o.Digest.String())
	if err != nil {
		return err
	}
	return s.store.Hold(ctx, o.Digest, "", act)
}

// Eraser takes content away for good.
type Eraser interface {
	Erase(d tillproof.Digest) (bool, error)
}

// Erase takes the content of an object away and keeps the proof that it was there: its digest, its entries in
// the log, and who erased it and why. What a file that counts is read from is not erased: undo its import
// first.
func (s *Service) Erase(ctx context.Context, from Eraser, o tillproof.KeptObject, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	if err := s.mayErase(ctx, &o); err != nil {
		return err
	}
	now := s.moment()
	act, err := s.act(now, tillproof.ActErase, because{reason}, o.Digest.String())
	if err != nil {
		return err
	}
	// The entry comes first: content that is gone without one would look like damage. What is left where the
	// program ends between the two, SweepErased takes away.
	err = s.store.MarkErased(ctx, o.Digest, s.undone(now, reason), act)
	if err != nil {
		return err
	}
	_, err = from.Erase(o.Digest)
	return err
}

func (s *Service) mayErase(ctx context.Context, o *tillproof.KeptObject) error {
	params := tillproof.Params{"id": o.Digest.String()[:shortDigest]}
	switch {
	case o.Erased != nil:
		return fail(tillproof.KindConflict, "workspace.erased", params)
	case o.Held != "":
		params["reason"] = o.Held
		return fail(tillproof.KindConflict, "workspace.held", params)
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	for i := range sources {
		if k := &sources[i]; k.Object == o.Digest || k.Index == o.Digest || k.Tokens == o.Digest {
			params["file"], params["import"] = k.Source.File, k.Import.String()
			return fail(tillproof.KindConflict, "workspace.in_use", params)
		}
	}
	return nil
}

// shortDigest is how many letters of a digest a person is shown.
const shortDigest = 12

// SweepErased takes away the content of objects that are marked as erased, and answers how many were still
// there.
func (s *Service) SweepErased(ctx context.Context, from Eraser) (int, error) {
	list, err := s.Objects(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, o := range list {
		if o.Erased == nil {
			continue
		}
		gone, err := from.Erase(o.Digest)
		if gone {
			n++
		}
		failed = append(failed, err)
	}
	return n, errors.Join(failed...)
}
