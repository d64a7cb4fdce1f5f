package table_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/table"
)

// TestCharsetBehindTheHead: a file whose first other character comes behind an ASCII head is the same by both
// doors, in whatever charset, and in one of its rows or in many.
func TestCharsetBehindTheHead(t *testing.T) {
	table.CutBlocks(t, 4096)
	for name, c := range map[string]struct {
		charset encoding.Encoding
		words   string
		want    string
		anew    bool
	}{
		"no other character":   {encoding.Nop, "SALE", format.UTF8, false},
		"UTF-8":                {encoding.Nop, "结算单已经全部打印", format.UTF8, false},
		"GB18030":              {simplifiedchinese.GB18030, "结算单已经全部打印", format.GB18030, true},
		"a Western code page":  {charmap.Windows1252, "café", format.CP1252, true},
		"bytes of none at all": {encoding.Nop, "\xff\xfe\x80", format.CP1252, true},
	} {
		word, err := c.charset.NewEncoder().String(c.words)
		if err != nil {
			t.Fatal(err)
		}
		plain := genLog(2000, ",", "")
		at := strings.LastIndexByte(plain[:len(plain)*3/4], '\n') + 1
		if at < 2*format.HeadBytes {
			t.Fatal("the head is not of ASCII alone")
		}
		one := "898310148000001,36830000,000001,000001," + word + ",,5865,35,2026-03-01 00:01:44,SALE,00,\n"
		for rows, text := range map[string]string{
			"one":  plain[:at] + one + plain[at:],
			"many": plain[:at] + strings.ReplaceAll(plain[at:], ",6060", ","+word),
			"last": plain + one,
		} {
			t.Run(name+"/"+rows, func(t *testing.T) {
				doors(t, formats(), []byte(text), format.Options{Workers: 3})
				got, err := scan(formats(), []byte(text), format.Options{Workers: 3})
				if err != nil || got.Source.Charset != c.want || got.anew != c.anew || got.At == nil {
					t.Errorf("%s, anew: %t, fast: %t, %v; want %s", got.Source.Charset, got.anew,
						got.At != nil, err, c.want)
				}
			})
		}
	}
}
