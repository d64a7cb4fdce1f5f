package workspace

import (
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// TestLongEntry compares an import of so many files that its entry has digests in the place of ids and
// detail.
func TestLongEntry(t *testing.T) {
	in := tillproof.Import{Time: time.UnixMicro(1), By: "Li", Sources: make([]tillproof.KeptSource, 300)}
	in.ID[0] = 1
	s := &Service{opt: Options{Who: Who{By: "Li", From: "test"}}}
	on := []string{in.ID.String()}
	for i := range in.Sources {
		in.Sources[i].ID[0], in.Sources[i].ID[1] = byte(i), byte(i>>8)+1
		on = append(on, in.Sources[i].ID.String())
	}
	act, err := s.act(in.Time, tillproof.ActImport, toldOf(in.Sources), on...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := translog.Encode(act)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := translog.Decode(text)
	if err != nil || len(kept.On) != 1 {
		t.Fatal(err, kept.On)
	}
	compare := func(in tillproof.Import) []Mismatch {
		c := &comparison{
			unread:  map[tillproof.ActKind]bool{tillproof.ActErase: true},
			imports: map[string]*told[tillproof.Import]{idOf(touched(&in)): {is: in}},
		}
		c.take(&kept)
		c.finish()
		return c.out.Found
	}
	if got := compare(in); got != nil {
		t.Errorf("found %v", got)
	}
	in.Sources = in.Sources[1:]
	if got := compare(in); len(got) != 2 { // the entry tells of another import, and none of this one
		t.Errorf("a source less: found %v", got)
	}
}
