package format

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// lineFormat is a format for these tests: a line is "day status amount [note]", or "bad amount", or "note".
func lineFormat(name string, sure int, sides ...tillproof.Side) Format {
	return Format{
		Name: name, Sides: sides,
		Sniff: func(h *Head) Guess { return Guess{Confidence: sure, Dialect: "test"} },
		Open: func(in *Input, opt Options) (Reader, error) {
			text, err := in.Text()
			if err != nil {
				return nil, err
			}
			none := Summary{From: tillproof.NoDate, To: tillproof.NoDate}
			return &lineReader{lines: NewLines(text), sum: none}, nil
		},
	}
}

type lineReader struct {
	lines *Lines
	sum   Summary
}

func (r *lineReader) Summary() Summary { return r.sum }

func (r *lineReader) Read() (Line, error) {
	raw, n, err := r.lines.Next()
	if err != nil {
		return Line{}, err
	}
	words := strings.Fields(string(raw))
	issue := tillproof.Issue{Code: "test.bad", Place: tillproof.Place{Line: n}}
	if n := len(words); n == 0 || n == 1 && words[0] != "note" || n == 2 && words[0] != "bad" {
		return Line{}, fail(tillproof.KindInvalid, "test.broken", nil)
	}
	switch words[0] {
	case "note":
		return Line{}, &LineError{Issue: issue}
	case "bad":
		x, err := tillproof.ParseExact(words[1])
		if err != nil {
			return Line{}, &LineError{Issue: issue, Entry: true, Currency: tillproof.CNY}
		}
		return Line{}, &LineError{Issue: issue, Entry: true, Currency: tillproof.CNY, Amount: &x}
	}
	rec := tillproof.NewRecord(tillproof.Sale)
	rec.SettleDate, _ = tillproof.ParseDate(words[0])
	for s := tillproof.Posted; s <= tillproof.Neutral; s++ {
		if s.String() == words[1] {
			rec.Status = s
		}
	}
	x, _ := tillproof.ParseExact(words[2])
	currency := tillproof.CNY
	if len(words) > 3 {
		currency, _ = tillproof.ParseCurrency(words[3])
	}
	rec.Amount, _ = x.Money(currency)
	rec.Origin.Line = int32(n)
	return Line{Record: rec, Key: bytes.Clone(raw)}, nil
}

const lines = `2026-09-16 posted 10.00
2026-09-16 posted 10.00
2026-09-18 posted -4.50
2026-09-17 declined 99.00
2026-09-17 unknown_outcome 98.00
2026-09-17 cancelled 97.00
2026-09-17 pending 96.00
2026-09-17 neutral 95.00
2026-09-15 posted 7 JPY
bad 2.50
bad 2.505
bad x
note
`

func TestLoad(t *testing.T) {
	var got []tillproof.Record
	opt := Options{Source: 3}
	keep := func(r tillproof.Record) error {
		got = append(got, r)
		return nil
	}
	in := inputOf(t, "day-"+testVisa+".txt", []byte(lines))
	src, err := Load(in, []Format{lineFormat("lines", 50, tillproof.Terminal)}, opt, keep)
	if err != nil {
		t.Fatal(err)
	}
	if src.File != "day-411111******1111.txt" || src.Masked != 1 {
		t.Errorf("file %q, %d masked", src.File, src.Masked)
	}
	if src.Digest != tillproof.DigestOf([]byte(lines)) || src.Bytes != int64(len(lines)) {
		t.Error("digest or size of other bytes")
	}
	if src.Format != "lines" || src.Dialect != "test" || src.Side != tillproof.Terminal ||
		src.Charset != UTF8 {
		t.Errorf("%+v", src)
	}
	if len(got) != 9 || src.Totals.Entries != 12 || src.Unread != 3 || src.IssueCount != 4 {
		t.Errorf("%d records of %d entries, %d unread, %d issues", len(got), src.Totals.Entries, src.Unread,
			src.IssueCount)
	}
	// 10 + 10 + 7 + 2.50 come in, 4.50 goes out; the rest moves nothing, and 2.505 is no amount in yuan.
	if c, d := src.Totals.SumCredit.String(), src.Totals.SumDebit.String(); c != "29.50" || d != "4.50" {
		t.Errorf("credits %s, debits %s", c, d)
	}
	if b := src.Totals.ByCurrency; len(b) != 2 || b[0].Currency != tillproof.CNY || b[0].Entries != 11 ||
		b[0].SumCredit.String() != "22.50" || b[1].SumCredit.String() != "7" {
		t.Errorf("by currency %+v", b)
	}
	if src.From.String() != "2026-09-15" || src.To.String() != "2026-09-18" {
		t.Errorf("span %s to %s", src.From, src.To)
	}
	if got[0].Origin.Source != 3 || got[2].Origin.Line != 3 {
		t.Errorf("origin %+v", got[2].Origin)
	}
}

// TestRecordIDs: identical lines have ids of their own, and the same ones in another file with other lines
// around.
func TestRecordIDs(t *testing.T) {
	ids := func(text string) (out []tillproof.RecordID) {
		formats := []Format{lineFormat("lines", 1, tillproof.Bank)}
		_, err := Load(inputOf(t, "x", []byte(text)), formats, Options{}, func(r tillproof.Record) error {
			out = append(out, r.ID)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	a := ids("2026-09-16 posted 1\n2026-09-16 posted 2\n2026-09-16 posted 1\n")
	b := ids("2026-09-15 posted 9\n2026-09-16 posted 1\n2026-09-16 posted 1\n")
	if a[0] == a[2] || a[0] != b[1] || a[2] != b[2] || a[0] == b[0] {
		t.Errorf("ids %v and %v", a, b)
	}
	line := []byte("2026-09-16 posted 1")
	id := func(n uint32) tillproof.RecordID { return tillproof.RecordIDOf(tillproof.Bank, line, n) }
	if a[0] != id(0) || a[2] != id(1) {
		t.Error("an id is not that of the side, the line and the ordinal")
	}
}

func TestIssuesAreBounded(t *testing.T) {
	src, err := Load(inputOf(t, "x", []byte(strings.Repeat("bad 1\n", MaxIssues+50))),
		[]Format{lineFormat("lines", 1)}, Options{}, func(tillproof.Record) error { return nil })
	if err != nil || len(src.Issues) != MaxIssues || src.IssueCount != MaxIssues+50 ||
		src.Unread != MaxIssues+50 {
		t.Errorf("%d listed of %d, %v", len(src.Issues), src.IssueCount, err)
	}
	if src.Totals.SumCredit.String() != strconv.Itoa(MaxIssues+50) {
		t.Errorf("unread entries sum to %s", src.Totals.SumCredit)
	}
}

// What holds for the whole file is listed behind however many bad rows.
func TestIssuesOfTheFileAreListed(t *testing.T) {
	f := lineFormat("lines", 1)
	open := f.Open
	f.Open = func(in *Input, opt Options) (Reader, error) {
		r, err := open(in, opt)
		r.(*lineReader).sum.Issues = []tillproof.Issue{{Code: "test.file"}}
		return r, err
	}
	src, err := Load(inputOf(t, "x", []byte(strings.Repeat("bad 1\n", MaxIssues+50))),
		[]Format{f}, Options{}, func(tillproof.Record) error { return nil })
	if err != nil || len(src.Issues) != MaxIssues+1 || src.Issues[MaxIssues].Code != "test.file" ||
		src.IssueCount != MaxIssues+51 {
		t.Errorf("%d listed of %d, %v", len(src.Issues), src.IssueCount, err)
	}
}

func TestBalanceGap(t *testing.T) {
	exact := func(s string) *tillproof.Exact {
		x, err := tillproof.ParseExact(s)
		if err != nil {
			t.Fatal(err)
		}
		return &x
	}
	st := tillproof.Statement{
		Opening: exact("-100.5"), Closing: exact("50"),
		SumCredit: *exact("200.00"), SumDebit: *exact("49.495"),
	}
	if gap := balanceGap(&st); gap == nil || gap.String() != "-0.005" {
		t.Errorf("gap %v, want -0.005", gap)
	}
	st.Opening = nil
	if balanceGap(&st) != nil {
		t.Error("a gap without an opening balance")
	}
}

func TestPick(t *testing.T) {
	a, b := lineFormat("a", 60, tillproof.Terminal, tillproof.Acquirer), lineFormat("b", 60, tillproof.Bank)
	none, sure := lineFormat("none", 0, tillproof.Bank), lineFormat("sure", 90, tillproof.Bank)
	b.Profiles = []string{"blue"}
	head := &Head{Raw: []byte("hello 4111111111111111"), Text: "hello 4111111111111111"}
	for _, c := range []struct {
		name, want, code string
		formats          []Format
		opt              Options
	}{
		{name: "the surest", want: "sure", formats: []Format{a, sure, none}},
		{name: "two equal", code: "format.ambiguous", formats: []Format{a, b}},
		{name: "none", code: "format.unknown", formats: []Format{none}},
		{name: "profile decides", want: "b", formats: []Format{a, b, sure}, opt: Options{Profile: "blue"}},
		{name: "format's name as profile", want: "a", formats: []Format{a, b}, opt: Options{Profile: "a"}},
		{
			name: "forced though not recognised", want: "none", formats: []Format{a, none},
			opt: Options{Profile: "none"},
		},
		{name: "side fits", want: "a", formats: []Format{a}, opt: Options{Side: tillproof.Acquirer}},
		{
			name: "side does not fit", code: "format.side", formats: []Format{b},
			opt: Options{Side: tillproof.Terminal},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, _, err := Pick(head, c.formats, c.opt)
			if f.Name != c.want || codeOf(err) != c.code {
				t.Errorf("picked %q, %v", f.Name, err)
			}
			var e *tillproof.Error
			if errors.As(err, &e) && strings.Contains(e.Params["head"], testVisa) {
				t.Error("the error shows a card number")
			}
		})
	}
}

// TestSinkStops: the error of the sink comes back as it is.
func TestSinkStops(t *testing.T) {
	stop := errors.New("enough")
	_, err := Load(inputOf(t, "x", []byte(lines)), []Format{lineFormat("l", 1)}, Options{},
		func(tillproof.Record) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
}

func TestProgress(t *testing.T) {
	var last, size int64
	opt := Options{Progress: func(done, of int64) {
		if done < last {
			t.Errorf("progress went back from %d to %d", last, done)
		}
		last, size = done, of
	}}
	_, err := Load(inputOf(t, "x", []byte(lines)), []Format{lineFormat("l", 1)}, opt,
		func(tillproof.Record) error { return nil })
	if err != nil || last != int64(len(lines)) || size != last {
		t.Errorf("ended at %d of %d, %v", last, size, err)
	}
}

// TestPasses: the hashing before, the reading and the hashing after are told as one way from 0 to the size.
func TestPasses(t *testing.T) {
	text := strings.Repeat(lines, 3*HeadBytes/len(lines))
	var told []int64
	opt := Options{Passes: func(done, _ int64) { told = append(told, done) }}
	_, err := Load(inputOf(t, "x", []byte(text)), []Format{lineFormat("l", 1)}, opt,
		func(tillproof.Record) error { return nil })
	if err != nil || !slices.IsSorted(told) {
		t.Fatalf("%v, told %v", err, told)
	}
	size := int64(len(text))
	for _, want := range []int64{size / 3, 2 * size / 3, size} {
		if !slices.Contains(told, want) {
			t.Errorf("no %d among %v", want, told)
		}
	}
}

// changing is a file that is written while it is read: after some reads its bytes are others.
type changing struct {
	before, after []byte
	reads, change int
}

func (c *changing) ReadAt(b []byte, off int64) (int, error) {
	c.reads++
	text := c.before
	if c.reads > c.change {
		text = c.after
	}
	if off >= int64(len(text)) {
		return 0, io.EOF
	}
	n := copy(b, text[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// TestChangedWhileRead changes the file before each of its reads in turn, in length and in place.
func TestChangedWhileRead(t *testing.T) {
	for _, after := range []string{strings.Replace(lines, "10.00", "99.99", 1), lines[:50]} {
		probe := &changing{before: []byte(lines), change: 1 << 30}
		if err := loadFrom(probe, len(lines)); err != nil {
			t.Fatal(err)
		}
		for change := 1; change < probe.reads; change++ {
			err := loadFrom(&changing{[]byte(lines), []byte(after), 0, change}, len(lines))
			if codeOf(err) != "source.changed" {
				t.Errorf("changed before read %d of %d: %v", change+1, probe.reads, err)
			}
		}
	}
}

func loadFrom(at io.ReaderAt, size int) error {
	in, err := NewInput("x", at, int64(size))
	if err != nil {
		return err
	}
	_, err = Load(in, []Format{lineFormat("l", 1)}, Options{}, func(tillproof.Record) error { return nil })
	return err
}

// endless is a file of 2 GB on no disk: one line that never ends.
type endless struct{ size int64 }

func (e endless) ReadAt(b []byte, off int64) (int, error) {
	n := int(min(int64(len(b)), e.size-off))
	for i := range b[:n] {
		b[i] = 'x'
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func TestHugeLineStaysBounded(t *testing.T) {
	const size = 2 << 30
	in, err := NewInput("x", endless{size}, size)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text, err := in.Text()
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = NewLines(text).Next()
	runtime.ReadMemStats(&after)
	if codeOf(err) != "format.line.long" {
		t.Errorf("a line of 2 GB: %v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16*MaxLine {
		t.Errorf("%d bytes allocated", used)
	}
}

// TestUnknownHead: the head of a file that nobody knows is shown without any number that could be a card's.
func TestUnknownHead(t *testing.T) {
	for head, want := range map[string]string{
		"990041111111111111110002412345625900000000001 X": "********************************************* X",
		"SHOP 4111 1111 1111 1111, 2026-09-16 10:11:12":   "SHOP *******************, 2026-09-16 10:11:12",
		"ref ４１１１１１１１１１１１１１１１ end":                        "ref **************** end",
		"a123456789012b": "a123456789012b",
	} {
		if got := looks(&Head{Text: head}); got != want {
			t.Errorf("%q is shown as %q, want %q", head, got, want)
		}
	}
}
