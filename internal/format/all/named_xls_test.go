package all

import (
	"bytes"
	"os"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestNamedXLS: what calls itself .xls is told by its content. Brokers' and banks' ".xls" is often Chinese
// text with tabs, a web page, XML, or a workbook of the new kind.
func TestNamedXLS(t *testing.T) {
	text := "交易日期\t交易时间\t摘要\t收入金额\t支出金额\t账户余额\n" +
		"20260316\t09:10:11\t商户清算\t128.50\t\t1128.50\n20260317\t00:00:00\t手续费\t\t0.64\t1127.86\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, file, text string }{
		{"table", "", gb},
		{"webtable", "../webtable/testdata/acquirer.xls", ""},
		{"webtable", "../webtable/testdata/workbook.xls", ""},
		{"xls", "../xls/testdata/terminal.xls", ""},
	} {
		raw := []byte(c.text)
		if c.file != "" {
			if raw, err = os.ReadFile(c.file); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"export.xls", "export.csv", "export"} {
			in, err := format.NewInput(name, bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			src, err := format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error {
				n++
				return nil
			})
			if err != nil || src.Format != c.format || n < 2 || src.Unread != 0 {
				t.Errorf("%s %s: %q, %d records, %d unread, %v", name, c.file, src.Format, n, src.Unread, err)
			}
		}
	}
}
