package markup

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

func TestPath(t *testing.T) {
	for head, want := range map[string]string{
		"\ufeff <?xml version='1.0'?><!-- x --><a:A xmlns:a='u'><B c='1'>": "A B",
		"<A><B/><C/></A>": "A B",
		"<A></A><B>":      "A",
		"<A attr=":        "",
		"A,B":             "",
	} {
		var got []string
		for _, e := range Path(head, 2) {
			got = append(got, e.Name.Local)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", head, got, want)
		}
	}
}

func open(t *testing.T, raw []byte) *Document {
	t.Helper()
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Open(in)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestOpen reads a letter whose byte only the prolog explains: 0xE8 is a č in code page 1250, an è in 1252.
func TestOpen(t *testing.T) {
	doc := open(t, []byte("<?xml version='1.0' encoding='windows-1250'?><a><b n=' 7'> Ka\xe8er </b></a>"))
	for {
		line, col := doc.Pos()
		tok, err := doc.Next()
		if err != nil {
			t.Fatal(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != "a" {
			continue
		}
		n, err := doc.Read(start, line, col)
		if err != nil {
			t.Fatal(err)
		}
		b := n.Kid("b")
		if b.Text != "Kačer" || b.Attr("n") != " 7" || b.Attr("m") != "" || b.Line != 1 || b.Column != 49 {
			t.Errorf("%+v", b)
		}
		break
	}
	if _, err := doc.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last element: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]struct {
		code   string
		breaks bool
	}{
		"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>": {"format.xml.dtd", false},
		"<a>&nbsp;</a>":                   {"format.xml.entity", true},
		"<a><b></a>":                      {"format.xml.syntax", true},
		"<a><b>":                          {"format.xml.broken", true},
		strings.Repeat("<a>", maxDepth+1): {"format.xml.size", false},
		"<a b='" + strings.Repeat("x", 2*maxToken): {"format.xml.size", false},
	} {
		doc := open(t, []byte(text))
		var err error
		for err == nil {
			_, err = doc.Next()
		}
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != want.code {
			t.Errorf("%.40s: %v, want %s", text, err, want.code)
		}
		if issue := BreaksOff(err); (issue != nil) != want.breaks {
			t.Errorf("%.40s: breaks off: %v", text, issue)
		}
	}
}

// TestParts: a part that is taken leaves the tree and the count, one that is not stays in its place; the
// element as far as it was read is there to look at.
func TestParts(t *testing.T) {
	var b strings.Builder
	b.WriteString("<e><a>1</a> <p>another place</p><l>")
	const parts = maxNodes // with their own elements twice as many as may be held
	for range parts {
		b.WriteString("<p><q/></p>\n")
	}
	b.WriteString("<p>last</p></l></e>")
	doc := open(t, []byte(b.String()))
	tok, err := doc.Next()
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	take := func(whole, part *Node) (bool, error) {
		if whole.Value("a") != "1" {
			t.Fatal("the element does not show what stands before the part")
		}
		if part.Text != "last" {
			taken++
		}
		return part.Text != "last", nil
	}
	n, err := doc.ReadParts(tok.(xml.StartElement), 1, 1, Parts{"l", "p", take})
	if err != nil {
		t.Fatal(err)
	}
	if taken != parts || len(n.Kids) != 3 || len(n.At("l").Kids) != 1 || n.Value("l", "p") != "last" {
		t.Errorf("%d taken, %+v", taken, n)
	}
}
