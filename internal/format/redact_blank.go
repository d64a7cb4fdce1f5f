package format

import (
	"bytes"
	"regexp"
	"strings"
)

// maxBlank is the longest file from which data that nobody may keep is taken out: it is held in memory
// meanwhile, for it must not be written anywhere.
const maxBlank = 64 << 20

// maxBlanks is how often such data may stand in one line.
const maxBlanks = 100

// blank puts the file without track data, verification values and PIN blocks in the place of the file. Of a
// file of which that cannot be done the reading says what it holds.
func (r *redaction) blank() error {
	in := r.in
	if in.Charset == "" || in.Size > maxBlank {
		return nil
	}
	enc, err := encodingOf(in.Charset)
	if err != nil {
		return nil // the reading says so
	}
	var out bytes.Buffer
	from, to := in.TextBounds()
	if err := copyBytes(&out, in, 0, from); err != nil {
		return err
	}
	b := &blanker{}
	n, err := rewritePieces(&out, sectionOf(in, from, to), piece{enc, in.Charset, atLines}, b.line)
	if err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	if err := copyBytes(&out, in, to, in.Size); err != nil {
		return err
	}
	r.blanked = n
	r.in, err = NewInput(in.Name, bytes.NewReader(out.Bytes()), int64(out.Len()))
	return err
}

// blanker takes forbidden data out of the lines of a text.
type blanker struct {
	joint   rune  // between the cells of the table, once its header was seen
	columns []int // that nobody may keep
}

// line is a line without them, and how many there were.
func (b *blanker) line(s string) (string, int) {
	body := strings.TrimRight(s, "\r\n")
	end := s[len(body):]
	body, n := blankElements(body)
	body, more := b.cells(body)
	n += more
	for range maxBlanks {
		from, to := forbiddenSpan(body)
		if to == 0 {
			break
		}
		body, n = body[:from]+body[to:], n+1
	}
	return body + end, n
}

// forbiddenSpan is where forbidden data stands, with all that hangs on it; to is 0 where there is none.
func forbiddenSpan(s string) (from, to int) {
	if Forbidden(s) == nil {
		return 0, 0
	}
	for _, re := range [...]*regexp.Regexp{track1, track2, cvvText, cvvChinese, pinText} {
		at := re.FindStringIndex(s)
		if at == nil {
			continue
		}
		tail := strings.IndexAny(s[at[1]:], " \t,;|\"<>")
		if tail < 0 {
			tail = len(s) - at[1]
		}
		if re == cvvChinese || re == cvvText {
			tail = 0 // a sentence goes on without a blank
		}
		return at[0], at[1] + tail
	}
	return 0, 0
}

// element is an element of XML with a text.
var element = regexp.MustCompile(`(<(?:[\w.-]+:)?([\w.-]+)[^<>]*>)([^<>]+)(</)`)

// blankElements empties the elements whose names say what they hold.
func blankElements(s string) (string, int) {
	if !strings.Contains(s, "</") {
		return s, 0
	}
	n := 0
	s = element.ReplaceAllStringFunc(s, func(e string) string {
		m := element.FindStringSubmatch(e)
		if ForbiddenColumn(m[2]) == "" || strings.TrimSpace(m[3]) == "" {
			return e
		}
		n++
		return m[1] + m[4]
	})
	return s, n
}

// cells empties the cells of the columns whose header says what they hold.
func (b *blanker) cells(s string) (string, int) {
	for _, joint := range [...]rune{',', ';', '\t', '|'} {
		var columns []int
		for i, c := range cellsOf(s, joint) {
			if ForbiddenColumn(strings.Trim(s[c[0]:c[1]], `"' `)) != "" {
				columns = append(columns, i)
			}
		}
		if len(columns) > 0 {
			b.joint, b.columns = joint, columns
			return s, 0
		}
	}
	cells := cellsOf(s, b.joint)
	n := 0
	for i := len(b.columns) - 1; i >= 0; i-- {
		if b.columns[i] >= len(cells) {
			continue
		}
		if c := cells[b.columns[i]]; strings.Trim(s[c[0]:c[1]], `"' `) != "" {
			s, n = s[:c[0]]+s[c[1]:], n+1
		}
	}
	return s, n
}

// cellsOf are the cells of a line; a joint within quotes is none.
func cellsOf(s string, joint rune) [][2]int {
	var out [][2]int
	from, quoted := 0, false
	for i, r := range s {
		switch {
		case r == '"':
			quoted = !quoted
		case r == joint && !quoted:
			out, from = append(out, [2]int{from, i}), i+1
		}
	}
	return append(out, [2]int{from, len(s)})
}
