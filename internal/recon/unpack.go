package recon

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/wrap"
)

// Unpack answers the files inside a zip or gzip file, named "archive.zip/inner name", each with what the user
// said about the archive; the notes tell what in it holds nothing to read. Any other file is its own answer.
// Errors concern the archive as a whole; what is wrong with one file inside comes with its reading.
func Unpack(f File) ([]File, []tillproof.Note, error) {
	in, err := f.input()
	if err != nil {
		return nil, nil, placed(err, f.Name)
	}
	content, packed, err := wrap.Open(in)
	if err != nil {
		return nil, nil, placed(err, f.Name)
	}
	if !packed {
		return []File{f}, nil, nil
	}
	files := make([]File, 0, len(content.Members))
	for _, m := range content.Members {
		inner := f
		inner.Name, inner.member, inner.At, inner.Size = m.Name, m, nil, 0
		files = append(files, inner)
	}
	return files, left(f.Name, content.Left), nil
}

// shownNames is how many names a note lists; it counts all of them.
const shownNames = 5

// left tells of the entries that hold nothing: those without bytes, where somebody may miss what should be in
// them, apart from folders and the files that systems add.
func left(archive string, entries []wrap.Left) []tillproof.Note {
	archive, _ = format.MaskText(archive)
	var notes []tillproof.Note
	for _, kind := range [...]struct {
		code  string
		empty bool
	}{{"recon.unpack.empty", true}, {"recon.unpack.left", false}} {
		var names []string
		for _, e := range entries {
			if (e.Why == wrap.Empty) == kind.empty {
				names = append(names, strings.TrimPrefix(e.Name, archive+"/"))
			}
		}
		n := len(names)
		if n == 0 {
			continue
		}
		if n > shownNames {
			names = append(names[:shownNames], "...")
		}
		notes = append(notes, tillproof.Note{Code: kind.code, Params: tillproof.Params{
			"file": archive, "n": strconv.Itoa(n), "names": strings.Join(names, ", "),
		}})
	}
	return notes
}
