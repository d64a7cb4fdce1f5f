package workspace

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// Preview is what an import would add. It holds temporary files: Close it.
type Preview struct {
	Files  []*Candidate
	Notes  []tillproof.Note
	Failed []error // files that cannot be read, each with its name

	// Originals asks to keep files with card numbers as they are too, sealed. Without it the vault has a
	// masked copy alone.
	Originals bool
}

// Candidate is one file of a preview.
type Candidate struct {
	File     File
	Kept     tillproof.KeptSource
	Same     *tillproof.KeptSource // the source of the workspace with the same bytes: nothing would be added
	Recalled string                // the file whose reading was taken, where the user gave none
	Overlaps []Overlap

	index *indexWriter
}

// Overlap is another source of the same side with days in common.
type Overlap struct {
	Source   tillproof.SourceID
	File     string
	From, To tillproof.Date // the days in common
}

// Close forgets what the preview holds.
func (p *Preview) Close() {
	for _, c := range p.Files {
		if c.index != nil {
			c.index.drop()
		}
	}
}

// Fresh counts the rows that the import would add.
func (p *Preview) Fresh() int {
	n := 0
	for _, c := range p.Files {
		n += c.Kept.Fresh
	}
	return n
}

// New reports whether there is anything to import.
func (p *Preview) New() bool {
	return slices.ContainsFunc(p.Files, func(c *Candidate) bool { return c.Same == nil })
}

// Preview reads the files, and those inside archives, and says what of them is new. Nothing is kept. A file
// that cannot be read does not stop the others.
func (s *Service) Preview(ctx context.Context, files []File) (*Preview, error) {
	kept, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	p := &Preview{}
	for _, f := range files {
		inside, notes, err := s.engine.Unpack(f)
		p.Notes = append(p.Notes, notes...)
		if err != nil {
			p.Failed = append(p.Failed, err)
			continue
		}
		for _, f := range inside {
			err := s.look(ctx, p, f, kept)
			switch {
			case ctx.Err() != nil:
				p.Close()
				return nil, ctx.Err()
			case err != nil:
				p.Failed = append(p.Failed, err)
			}
		}
	}
	return p, nil
}

// look reads one file into the preview.
func (s *Service) look(ctx context.Context, p *Preview, f File, kept []tillproof.KeptSource) error {
	c := &Candidate{File: f}
	at, size, err := s.engine.Bytes(f)
	if err != nil {
		return err
	}
	digest, err := digestOf(ctx, at, size)
	if err != nil {
		return err
	}
	if same := sameBytes(kept, digest, f.Reading.Side); same != nil {
		c.Same, c.Kept = same, *same
		c.Kept.Source.File, c.Kept.Known, c.Kept.Fresh, c.Kept.Alike = f.Name, same.Rows, 0, 0
		p.Files = append(p.Files, c)
		return nil
	}
	for _, other := range p.Files {
		if other.Same == nil && other.Kept.Original == digest {
			params := tillproof.Params{"other": other.Kept.Source.File}
			return placed(fail(tillproof.KindConflict, "recon.same_file", params), f.Name)
		}
	}
	if err := s.readAsBefore(ctx, c, kept); err != nil {
		return err
	}
	if c.Kept.Rows == 0 && c.Kept.Source.Partly() {
		c.index.drop()
		return placed(fail(tillproof.KindInvalid, "workspace.nothing_read", nil), f.Name)
	}
	c.Kept.Original = digest
	c.Kept.ID = tillproof.SourceIDOf(digest, c.Kept.Source.Side)
	if err := s.compare(ctx, p, c, kept); err != nil {
		c.index.drop()
		return err
	}
	p.Files = append(p.Files, c)
	return nil
}

func placed(err error, file string) error {
	var e *tillproof.Error
	if errors.As(err, &e) && e.Place.File == "" {
		e.Place.File = file
	}
	return err
}

// sameBytes is the source with that content and side.
func sameBytes(kept []tillproof.KeptSource, d tillproof.Digest, side tillproof.Side) *tillproof.KeptSource {
	for i := range kept {
		if kept[i].Original == d && (side == tillproof.NoSide || kept[i].Source.Side == side) {
			return &kept[i]
		}
	}
	return nil
}

// readAsBefore reads the file. Where the user did not say how, the answer given for a file of that name
// (digits apart) counts again; one that does not fit is forgotten, and the file decides.
func (s *Service) readAsBefore(ctx context.Context, c *Candidate, kept []tillproof.KeptSource) error {
	if before := recalled(kept, c.File); before != nil {
		told := c.File.Reading
		c.File.Reading, c.Recalled = before.Reading, before.Source.File
		err := s.read(ctx, c)
		if err == nil || ctx.Err() != nil {
			return err
		}
		c.File.Reading, c.Recalled = told, ""
	}
	return s.read(ctx, c)
}

// recalled is the newest source whose file has the same name but for digits and whose reading the user had to
// say.
func recalled(kept []tillproof.KeptSource, f File) *tillproof.KeptSource {
	if f.Reading != (tillproof.Reading{}) {
		return nil
	}
	for i := len(kept) - 1; i >= 0; i-- {
		if sameName(kept[i].Source.File, f.Name) {
			if kept[i].Reading == (tillproof.Reading{}) {
				return nil
			}
			return &kept[i]
		}
	}
	return nil
}

// sameName compares the last parts of two paths without their digits: exports are named after their dates.
func sameName(a, b string) bool {
	bare := func(s string) string {
		s = s[strings.LastIndexAny(s, `/\`)+1:]
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	return bare(a) == bare(b)
}

// maxSenders is how many merchants or accounts name the sender of a file; a file with more is an acquirer's
// for many, and goes by its layout.
const maxSenders = 16

// read reads the candidate's rows into its index.
func (s *Service) read(ctx context.Context, c *Candidate) error {
	x, err := newIndex()
	if err != nil {
		return err
	}
	rows, senders := 0, map[string]bool{}
	src, err := s.engine.Read(ctx, c.File, func(r tillproof.Record) error {
		rows++
		if sender := senderOf(&r); sender != "" && len(senders) <= maxSenders {
			senders[sender] = true
		}
		return x.add(&r)
	})
	if err == nil {
		err = x.done()
	}
	if err != nil {
		x.drop()
		return err
	}
	c.index = x
	c.Kept.Source, c.Kept.Reading, c.Kept.Rows = src, c.File.Reading, rows
	c.Kept.Senders = nil
	if len(senders) <= maxSenders {
		for name := range senders {
			c.Kept.Senders = append(c.Kept.Senders, name)
		}
		slices.Sort(c.Kept.Senders)
	}
	return nil
}

// senderOf is whose file a row is part of: the account of a statement, else the merchant.
func senderOf(r *tillproof.Record) string {
	if r.Refs.Account != "" {
		return r.Refs.Account
	}
	return string(r.Refs.Merchant)
}

// compare counts what is new of the candidate, against the sources of the workspace and the files before it.
func (s *Service) compare(ctx context.Context, p *Preview, c *Candidate, kept []tillproof.KeptSource) error {
	var others []index
	defer func() {
		for _, o := range others {
			if closer, ok := o.at.(io.Closer); ok {
				_ = closer.Close() // only read
			}
		}
	}()
	for i := range kept {
		if !c.meets(&kept[i]) {
			continue
		}
		at, err := s.vault.Open(ctx, kept[i].Index)
		if err != nil {
			return err
		}
		others = append(others, index{at, at.Size()})
	}
	for _, before := range p.Files {
		if before.index != nil && c.meets(&before.Kept) {
			size, err := before.index.size()
			if err != nil {
				return err
			}
			others = append(others, index{io.NewSectionReader(before.index.file, 0, size), size})
		}
	}
	size, err := c.index.size()
	if err != nil {
		return err
	}
	found, err := index{c.index.file, size}.compare(others)
	c.Kept.Known, c.Kept.Alike, c.Kept.Fresh = found.known, found.alike, c.Kept.Rows-found.known
	return err
}

// meets notes an overlap with another source of the side, if there is one.
func (c *Candidate) meets(other *tillproof.KeptSource) bool {
	a, b := &c.Kept.Source, &other.Source
	from, to := max(a.From, b.From), min(a.To, b.To)
	if a.Side != b.Side || a.From.Known() && b.From.Known() && from > to {
		return false
	}
	c.Overlaps = append(c.Overlaps, Overlap{other.ID, b.File, from, to})
	return true
}

// digestOf hashes a file.
func digestOf(ctx context.Context, at io.ReaderAt, size int64) (tillproof.Digest, error) {
	h := sha256.New()
	in := io.NewSectionReader(at, 0, size)
	b := make([]byte, 1<<20)
	for {
		n, err := in.Read(b)
		h.Write(b[:n])
		switch {
		case ctx.Err() != nil:
			return tillproof.Digest{}, ctx.Err()
		case errors.Is(err, io.EOF):
			return tillproof.Digest(h.Sum(nil)), nil
		case err != nil:
			return tillproof.Digest{}, err
		}
	}
}
