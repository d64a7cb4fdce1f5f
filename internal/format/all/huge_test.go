package all

import (
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// endless is a file on no disk: a beginning, then one line that goes on to the end.
type endless struct {
	head string
	size int64
}

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	n := int(min(int64(len(b)), e.size-off))
	for i := range b[:n] {
		b[i] = 'x'
	}
	if off < int64(len(e.head)) {
		copy(b[:n], e.head[off:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// TestHugeLine reads files of which one line is 2 GB: each format stops in bounded memory, and says why.
func TestHugeLine(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: hashes some GB")
	}
	const size, most = 2 << 30, 64 << 20
	formats := Formats() // the layouts are read once, by no file's fault
	for code, head := range map[string]string{
		"format.xml.size":  camtHead + "<Acct><Nm>",
		"format.line.long": mtHead + ":61:260102C1,00NTRFNONREF\n:86:",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		in, err := format.NewInput("x", endless{head, size}, size)
		if err != nil {
			t.Fatal(err)
		}
		_, err = format.Load(in, formats, format.Options{}, func(tillproof.Record) error { return nil })
		runtime.ReadMemStats(&after)
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != code || e.Kind != tillproof.KindTooLarge || e.Place.Line == 0 {
			t.Errorf("%v, want %s with its line", err, code)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > most {
			t.Errorf("%s: %d MB allocated", code, used>>20)
		}
	}
}
