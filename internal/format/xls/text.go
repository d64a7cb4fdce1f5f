package xls

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Flags of a string (XLUnicodeRichExtendedString, MS-XLS 2.5.293).
const (
	flagWide = 0x01 // two bytes a character; else the lower byte only
	flagExt  = 0x04 // phonetic guides behind the text
	flagRich = 0x08 // runs of fonts behind the text
)

const runBytes = 4

// chunks reads what runs over a record and those that continue it.
type chunks struct {
	rec  *records
	rest []byte // of the current record
	wide []uint16
	out  []byte
}

// begin starts within the current record, after its first bytes.
func (c *chunks) begin(skip int) { c.rest = c.rec.data[skip:] }

// refill goes on to the continuing record; errShort where there is none.
func (c *chunks) refill() error {
	more, err := c.rec.more()
	switch {
	case err != nil:
		return err
	case !more:
		return errShort
	}
	c.rest = c.rec.data
	return nil
}

// left reports whether anything follows.
func (c *chunks) left() (bool, error) {
	for len(c.rest) == 0 {
		more, err := c.rec.more()
		if err != nil || !more {
			return false, err
		}
		c.rest = c.rec.data
	}
	return true, nil
}

// field reads a number of n bytes, at most 4.
func (c *chunks) field(n int) (uint32, error) {
	var v uint32
	for i := range n {
		for len(c.rest) == 0 {
			if err := c.refill(); err != nil {
				return 0, err
			}
		}
		v |= uint32(c.rest[0]) << (8 * i)
		c.rest = c.rest[1:]
	}
	return v, nil
}

func (c *chunks) skip(n int64) error {
	for n > int64(len(c.rest)) {
		n -= int64(len(c.rest))
		if err := c.refill(); err != nil {
			return err
		}
	}
	c.rest = c.rest[n:]
	return nil
}

// text reads a string of n characters: its flags, its characters, and past the runs and guides behind them.
// The bytes are good until the next call.
func (c *chunks) text(n int) ([]byte, error) {
	flags, err := c.field(1)
	if err != nil {
		return nil, err
	}
	var behind int64
	if flags&flagRich != 0 {
		runs, err := c.field(2)
		if err != nil {
			return nil, err
		}
		behind = int64(runs) * runBytes
	}
	if flags&flagExt != 0 {
		guides, err := c.field(4)
		if err != nil {
			return nil, err
		}
		behind += int64(guides)
	}
	if err := c.characters(n, flags&flagWide != 0); err != nil {
		return nil, err
	}
	return c.out, c.skip(behind)
}

// characters reads n of them. Where a record ends among them, the one that continues it begins with new
// flags: the rest may be written in the other width.
func (c *chunks) characters(n int, wide bool) error {
	c.wide = c.wide[:0]
	for n > 0 {
		size := 1
		if wide {
			size = 2
		}
		fits := min(n, len(c.rest)/size)
		for i := range fits {
			if wide {
				c.wide = append(c.wide, u16(c.rest[2*i:]))
			} else {
				c.wide = append(c.wide, uint16(c.rest[i]))
			}
		}
		c.rest, n = c.rest[fits*size:], n-fits
		if n == 0 {
			break
		}
		if err := c.refill(); err != nil {
			return err
		}
		flags, err := c.field(1)
		if err != nil {
			return err
		}
		wide = flags&flagWide != 0
	}
	c.out = toUTF8(c.out[:0], c.wide)
	return nil
}

// toUTF8 joins surrogates and leaves out NUL, which some writers put behind a text.
func toUTF8(out []byte, wide []uint16) []byte {
	for i := 0; i < len(wide); i++ {
		r := rune(wide[i])
		if utf16.IsSurrogate(r) {
			next := rune(0)
			if i+1 < len(wide) {
				next = rune(wide[i+1])
			}
			if r = utf16.DecodeRune(r, next); r != utf8.RuneError {
				i++
			}
		}
		if r != 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// texts are the strings that cells share, one behind the other.
type texts struct {
	all  strings.Builder
	ends []uint32
}

func (t *texts) add(s []byte) error {
	if len(t.ends) == maxTexts || t.all.Len()+len(s) > maxTextBytes {
		return tooLarge("SST")
	}
	t.all.Write(s)
	t.ends = append(t.ends, uint32(t.all.Len()))
	return nil
}

func (t *texts) at(i uint32) (string, bool) {
	if int64(i) >= int64(len(t.ends)) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.all.String()[from:t.ends[i]], true
}

// sstHeader are the two counts at the start of the table of strings: how often cells refer to it, and how
// many strings there are.
const sstHeader = 8

// readTexts reads the table of strings to its end. The counts it declares are claims: a table that goes on
// is read on, one that stops early is broken only where a string was begun.
func (b *book) readTexts(rec *records) error {
	if err := rec.has(sstHeader); err != nil {
		return err
	}
	declared := u32(rec.data[4:])
	c := &chunks{rec: rec}
	c.begin(sstHeader)
	for {
		more, err := c.left()
		if err != nil || !more {
			return err
		}
		s, err := c.sharedText()
		if err != nil {
			if err == errShort && uint64(len(b.texts.ends)) >= uint64(declared) {
				return nil // what pads the last record is no string
			}
			return err
		}
		if err := b.texts.add(s); err != nil {
			return err
		}
	}
}

// sharedText is one string with its length.
func (c *chunks) sharedText() ([]byte, error) {
	n, err := c.field(2)
	if err != nil {
		return nil, err
	}
	return c.text(int(n))
}
