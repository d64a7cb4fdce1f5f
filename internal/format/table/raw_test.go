package table

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// pipes are characters whose second byte in GB18030 is that of the pipe: 亅 is 0x817C, 倈 0x827C, 億 0x837C.
const pipes = "亅倈億"

func TestPipesArePipes(t *testing.T) {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(pipes))
	if err != nil || len(b) != 6 || b[1] != '|' || b[3] != '|' || b[5] != '|' {
		t.Errorf("% x, %v", b, err)
	}
}

// allRows cuts a text, and gives each row by its line, fault and cells.
func allRows(t *rapid.T, c *records) []string {
	var out []string
	for {
		var row profile.Row
		err := c.Next(&row)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row.Fault+strings.Join(row.Cells, "\x1f"))
	}
}

// A text that is split before it is decoded gives the rows of one that is decoded first, damage included.
func TestSplitBeforeDecoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{
			"消费", "人民路", pipes, "é", "𠮷", "�", "a", "12.50",
			" ", "\"", "\"\"", ",", "|", ";", "\t", "\n", "\r\n", "\r",
		})
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "text"), "")
		raw, charset := []byte(text), format.UTF8
		if rapid.Bool().Draw(t, "chinese") {
			charset = format.GB18030
			raw, _ = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		}
		if len(raw) > 0 && rapid.Bool().Draw(t, "damaged") {
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			raw[at] = rapid.ByteRange(1, 255).Draw(t, "byte")
		}
		raw = append(raw, 'x')
		in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Skipf("no text: %v", err)
		}
		if in, err = in.As(charset); err != nil {
			t.Fatal(err)
		}
		for _, delim := range delimiters {
			decoded, err := in.Text()
			if err != nil {
				t.Fatal(err)
			}
			want := allRows(t, newRecords(decoded, delim))
			u, ok := in.Undecoded()
			if !ok {
				t.Fatal("not to be split")
			}
			if got := allRows(t, splitRaw(u, delim)); !slices.Equal(got, want) {
				t.Fatalf("%q in %s at %q:\ngot  %q\nwant %q", raw, charset, delim, got, want)
			}
		}
	})
}

// A pipe within a character is none, and bytes that are no character are told with their place.
func TestPipesInGB18030(t *testing.T) {
	raw, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("号|类型|额\n1|" + pipes + "|2\n"))
	if err != nil {
		t.Fatal(err)
	}
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if in, err = in.As(format.GB18030); err != nil {
		t.Fatal(err)
	}
	u, _ := in.Undecoded()
	c := splitRaw(u, '|')
	var row profile.Row
	for _, want := range [][]string{{"号", "类型", "额"}, {"1", pipes, "2"}} {
		if err := c.Next(&row); err != nil || !slices.Equal(row.Cells, want) {
			t.Errorf("%q %v, want %q", row.Cells, err, want)
		}
	}
}
