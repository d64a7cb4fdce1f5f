package format

import "sync"

// scanChunk is how much of a file is looked at in one step while its head is ASCII only.
const scanChunk = 256 << 10

// late is the charset of a file whose head is ASCII: the first byte that is not decides it.
type late struct {
	once    sync.Once
	charset string
	assumed bool
	err     error
}

// decide looks for that byte, once.
func (l *late) decide(in *Input) error {
	l.once.Do(func() {
		var window []byte
		if window, l.err = in.firstBeyondHead(); l.err == nil {
			l.charset, l.assumed = narrow(window)
		}
	})
	return l.err
}

// IsLate reports an input whose charset is taken for granted until Holds or Settled decide it.
func (in *Input) IsLate() bool { return in.late != nil }

// Holds reports whether the charset that was taken for granted is the file's, as far as these bytes of it
// tell. Several goroutines may call it.
func (in *Input) Holds(b []byte) (bool, error) {
	if in.late == nil || beyondASCII(b) < 0 {
		return true, nil
	}
	err := in.late.decide(in)
	return err == nil && in.late.charset == in.Charset, err
}

// Settled is the same file, its charset decided.
func (in *Input) Settled() (*Input, error) {
	if in.late == nil {
		return in, nil
	}
	if err := in.late.decide(in); err != nil {
		return nil, err
	}
	out := *in
	out.late, out.Charset, out.Assumed = nil, in.late.charset, in.late.assumed
	out.setHeadText()
	return &out, nil
}

// firstBeyondHead is the window that starts at the first byte behind the head that is not ASCII, or nil where
// there is none.
func (in *Input) firstBeyondHead() ([]byte, error) {
	rest := in.Size - int64(len(in.Head.Raw))
	buf := make([]byte, max(evidence, min(rest, scanChunk)))
	for off := int64(len(in.Head.Raw)); off < in.Size; {
		b := buf[:min(int64(len(buf)), in.Size-off)]
		if err := readFull(in.At, b, off); err != nil {
			return nil, err
		}
		i := beyondASCII(b)
		if i < 0 {
			off += int64(len(b))
			continue
		}
		off += int64(i)
		b = buf[:min(evidence, in.Size-off)]
		return b, readFull(in.At, b, off)
	}
	return nil, nil
}
