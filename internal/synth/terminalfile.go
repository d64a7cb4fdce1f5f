package synth

import (
	"bufio"
	"io"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"github.com/tillproof/tillproof"
)

// terminalFile writes the terminal log: a comma-separated text with CRLF, GB18030 in Chinese and UTF-8 in
// English.
type terminalFile struct {
	w     *bufio.Writer
	words *words
	buf   []byte
	line  int
	sales int
	inner io.Closer // the encoder, which keeps the end of what it was given
}

func newTerminalFile(w io.Writer, lang string, words *words) *terminalFile {
	f := &terminalFile{words: words}
	if lang == Chinese {
		encoder := transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
		w, f.inner = encoder, encoder
	}
	f.w = bufio.NewWriterSize(w, 1<<16)
	for i, h := range words.terminalHeader {
		f.cell(i == 0, h)
	}
	f.end()
	return f
}

func (f *terminalFile) cell(first bool, s string) {
	if !first {
		f.buf = append(f.buf, ',')
	}
	f.buf = append(f.buf, s...)
}

// end closes the line. A failed write is kept by the writer and answered when it is flushed.
func (f *terminalFile) end() {
	f.buf = append(f.buf, '\r', '\n')
	_, _ = f.w.Write(f.buf)
	f.buf = f.buf[:0]
	f.line++
}

func (f *terminalFile) month(m *month) {
	for _, s := range m.swipes {
		if s.silent {
			continue
		}
		f.swipe(m, s)
		s.line = f.line
		if s.deed == sale && s.approved() {
			f.sales++
		}
	}
}

func (f *terminalFile) close() error {
	if err := f.w.Flush(); err != nil || f.inner == nil {
		return err
	}
	return f.inner.Close()
}

func (f *terminalFile) swipe(m *month, s *swipe) {
	w := f.words
	original := s.lostRRN
	if s.original != nil {
		original = s.original.rrn
	}
	f.cell(true, string(m.id))
	f.cell(false, string(terminalID(m.merchant, s.terminal)))
	f.cell(false, pad(s.batch, 6))
	f.cell(false, pad(s.stan, 6))
	f.cell(false, s.rrn)
	f.cell(false, s.auth)
	f.cell(false, s.card.masked())
	f.cell(false, w.kinds[s.card.pool()])
	f.cell(false, s.at.Date().String())
	f.cell(false, clock(s.at))
	f.cell(false, w.deeds[s.deed])
	f.cell(false, w.entry[s.entry])
	f.cell(false, yuan(s.amount))
	f.cell(false, s.response)
	f.cell(false, original)
	f.end()
}

func yuan(fen int64) string { return tillproof.FormatMinor(fen, tillproof.CNY) }

func clock(t tillproof.LocalTime) string {
	s := t.SecondOfDay()
	return pad(s/3600, 2) + ":" + pad(s/60%60, 2) + ":" + pad(s%60, 2)
}
