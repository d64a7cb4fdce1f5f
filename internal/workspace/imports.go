package workspace

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"time"

	"github.com/tillproof/tillproof"
)

// Retention of what a workspace keeps, in years: merchants and their providers keep what proves transactions
// for ten years (AML Law of the PRC, 2024, arts 34 and 63; docs/retention.md).
const keepYears = 10

// imported is the entry of the log about an import.
type imported struct {
	Files []importedFile `json:"files"`
}

type importedFile struct {
	File     string             `json:"file"`
	Source   tillproof.SourceID `json:"source"`
	Digest   tillproof.Digest   `json:"digest"`
	Object   tillproof.Digest   `json:"object"`
	Side     tillproof.Side     `json:"side"`
	Rows     int                `json:"rows"`
	Fresh    int                `json:"fresh"`
	Redacted int                `json:"redacted,omitempty"`
}

// Import keeps the new files of a preview. The bytes rest in the vault before anything is believed of them.
// Of files that are there already, what the vault has is looked at, and put back where it is damaged. Where
// somebody else imports the same file at the same time, it is there once, and no error.
func (s *Service) Import(ctx context.Context, p *Preview) (tillproof.Import, error) {
	for _, c := range p.Files {
		if err := s.mend(ctx, c); err != nil {
			return tillproof.Import{}, placed(err, c.File.Name)
		}
	}
	in, err := s.importOnce(ctx, p)
	if !isCode(err, "store.conflict") {
		return in, err
	}
	kept, wrong := s.store.Sources(ctx)
	if wrong != nil {
		return in, wrong
	}
	for _, c := range p.Files {
		at := slices.IndexFunc(kept, func(k tillproof.KeptSource) bool { return k.ID == c.Kept.ID })
		if c.Same == nil && at >= 0 {
			c.Same = &kept[at]
			c.Kept.Known, c.Kept.Fresh, c.Kept.Alike = c.Kept.Rows, 0, 0
		}
	}
	return s.importOnce(ctx, p)
}

// mend puts the bytes of a file that is there already into the vault again: it takes them only where it has
// none that are whole. A masked copy is not made anew.
func (s *Service) mend(ctx context.Context, c *Candidate) error {
	if c.Same == nil || c.Same.Object != c.Same.Original {
		return nil
	}
	at, size, err := s.engine.Bytes(c.File)
	if err != nil {
		return err
	}
	_, err = s.vault.Put(ctx, io.NewSectionReader(at, 0, size))
	return err
}

func (s *Service) importOnce(ctx context.Context, p *Preview) (tillproof.Import, error) {
	now := s.moment()
	id, err := tillproof.NewImportID(s.opt.Chance)
	if err != nil {
		return tillproof.Import{}, err
	}
	in := tillproof.Import{ID: id, Time: now, By: s.opt.Who.By}
	var objects []tillproof.KeptObject
	on := []string{id.String()}
	for _, c := range p.Files {
		if c.Same != nil {
			continue
		}
		kept, made, err := s.keep(ctx, c, p.Originals)
		if err != nil {
			return tillproof.Import{}, placed(err, c.File.Name)
		}
		kept.Import = id
		in.Sources, objects = append(in.Sources, kept), append(objects, made...)
		on = append(on, kept.ID.String())
	}
	if len(in.Sources) == 0 {
		return in, nil
	}
	act, err := s.act(now, tillproof.ActImport, toldOf(in.Sources), on...)
	if err != nil {
		return tillproof.Import{}, err
	}
	return in, s.store.AddImport(ctx, in, objects, act)
}

// toldOf is what the log says of the files of an import.
func toldOf(sources []tillproof.KeptSource) imported {
	var out imported
	for i := range sources {
		k := &sources[i]
		out.Files = append(out.Files, importedFile{
			k.Source.File, k.ID, k.Original, k.Object, k.Source.Side, k.Rows, k.Fresh, k.Redacted,
		})
	}
	return out
}

// keep puts the bytes of one file and its index into the vault. Of a file with card numbers it is a copy that
// masks them, and the file itself only where that was asked for.
func (s *Service) keep(
	ctx context.Context, c *Candidate, original bool,
) (tillproof.KeptSource, []tillproof.KeptObject, error) {
	kept := c.Kept
	kept.Source.Issues = slices.Clone(kept.Source.Issues[:min(len(kept.Source.Issues), maxKeptIssues)])
	at, size, err := s.engine.Bytes(c.File)
	if err != nil {
		return kept, nil, err
	}
	whole := func() io.Reader { return io.NewSectionReader(at, 0, size) }
	var objects []tillproof.KeptObject
	put := func(from io.Reader, why tillproof.ObjectPurpose) (tillproof.Digest, error) {
		o, err := s.put(ctx, from, why, kept.Source.File)
		objects = append(objects, o)
		return o.Digest, err
	}
	if original && kept.Source.Masked > 0 {
		if _, err = put(whole(), tillproof.ObjectOriginal); err != nil {
			return kept, nil, err
		}
		kept.KeptOriginal = true
	}
	masked := kept.Source.Masked > 0
	if !masked {
		masked, err = s.engine.HoldsCards(c.File)
	}
	switch {
	case err != nil:
	case masked:
		err = s.redact(ctx, c, &kept, put)
	default:
		kept.Object, err = put(whole(), tillproof.ObjectSource)
	}
	if err != nil {
		return kept, nil, err
	}
	if size, err = c.index.size(); err != nil {
		return kept, nil, err
	}
	kept.Index, err = put(io.NewSectionReader(c.index.file, 0, size), tillproof.ObjectIndex)
	return kept, objects, err
}

// put keeps bytes for as long as what proves transactions is kept.
func (s *Service) put(
	ctx context.Context, from io.Reader, why tillproof.ObjectPurpose, name string,
) (tillproof.KeptObject, error) {
	stored, err := s.vault.Put(ctx, from)
	o := tillproof.KeptObject{
		Digest: stored.Digest, Size: stored.Size, Type: stored.Type, Name: name, Purpose: why,
		Keep: dayOf(s.moment().AddDate(keepYears, 0, 0)), Drop: tillproof.NoDate,
	}
	if why == tillproof.ObjectOriginal {
		o.Keep, o.Drop = tillproof.NoDate, dayOf(s.moment())+originalDays
	}
	return o, err
}

// maxKeptIssues is how many issues of a file stay with it; the count of all of them stays too.
const maxKeptIssues = 50

// redact keeps a copy of a file that masks its card numbers, and by what its cards are known again.
func (s *Service) redact(
	ctx context.Context, c *Candidate, kept *tillproof.KeptSource,
	put func(io.Reader, tillproof.ObjectPurpose) (tillproof.Digest, error),
) error {
	scratch, err := os.CreateTemp("", "tillproof-copy-*")
	if err != nil {
		return err
	}
	defer func() {
		_ = scratch.Close() // what was read of it is in the vault
		_ = os.Remove(scratch.Name())
	}()
	made, err := s.engine.Redact(ctx, c.File, scratch)
	if err != nil {
		return err
	}
	kept.Redacted = made.Numbers
	if _, err := scratch.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if kept.Object, err = put(scratch, tillproof.ObjectSource); err != nil || len(made.Tokens) == 0 {
		return err
	}
	kept.Tokens, err = put(bytes.NewReader(made.Tokens), tillproof.ObjectTokens)
	return err
}

func dayOf(t time.Time) tillproof.Date { return tillproof.LocalTimeOf(t).Date() }

// Imports lists all imports, the newest first.
func (s *Service) Imports(ctx context.Context) ([]tillproof.Import, error) {
	return all(func(p tillproof.Page) ([]tillproof.Import, error) { return s.store.Imports(ctx, p) })
}

// FindImport is the import of an id, or of the beginning of one.
func (s *Service) FindImport(ctx context.Context, name string) (tillproof.Import, error) {
	list, err := s.Imports(ctx)
	if err != nil {
		return tillproof.Import{}, err
	}
	return only(list, name, "workspace.no_import", func(i *tillproof.Import) string { return i.ID.String() })
}

// leastName is how many letters the beginning of an id has at least, its prefix included.
const leastName = 6

// only is the one item whose id begins with the name.
func only[T any](list []T, name, code string, id func(*T) string) (T, error) {
	var found []*T
	for i := range list {
		full := id(&list[i])
		if full == name {
			return list[i], nil
		}
		if len(name) >= leastName && len(full) > len(name) && full[:len(name)] == name {
			found = append(found, &list[i])
		}
	}
	var none T
	switch len(found) {
	case 1:
		return *found[0], nil
	case 0:
		return none, fail(tillproof.KindNotFound, code, tillproof.Params{"id": name})
	}
	return none, fail(tillproof.KindInvalid, "workspace.usage.many", tillproof.Params{"id": name})
}

// UndoImport takes an import back: its files count no more. Their bytes stay in the vault for as long as they
// are to be kept, and the same files can be imported again.
func (s *Service) UndoImport(ctx context.Context, in tillproof.Import, reason string) error {
	now := s.moment()
	on := []string{in.ID.String()}
	for i := range in.Sources {
		on = append(on, in.Sources[i].ID.String())
	}
	act, err := s.act(now, tillproof.ActUndo, because{reason}, on...)
	if err != nil {
		return err
	}
	return s.store.UndoImport(ctx, in.ID, s.undone(now, reason), act)
}

// because is the entry of the log about what a person decided.
type because struct {
	Reason string `json:"reason"`
}
