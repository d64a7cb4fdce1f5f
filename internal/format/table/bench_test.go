package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/table"
)

// benchSize is about how large the tables of the benchmark are: a month of a busy shop.
const benchSize = 20 << 20

// benchTable is a terminal's log with a Chinese word in each row.
func benchTable(delim string) string {
	var b strings.Builder
	b.WriteString("商户号,终端号,批次号,流水号,参考号,卡号,交易日期,交易时间,交易类型,交易金额,应答码,门店\n")
	for i := 0; b.Len() < benchSize; i++ {
		fmt.Fprintf(&b, "898110054110001,6612%04d,%06d,%06d,%012d,620000******%04d,"+
			"2026-%02d-%02d,%02d:%02d:%02d,消费,%d.%02d,00,人民路%d号店\n",
			i%40, i%900, i%1000000, 26000000000+i, i%10000,
			i%12+1, i%28+1, i%24, i%60, i%59, i%5000+1, i%100, i%90)
	}
	return strings.ReplaceAll(b.String(), ",", delim)
}

// BenchmarkRead reads a table to records, without hashing the file.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct{ name, delim, charset string }{
		{"UTF-8", ",", ""}, {"GB18030", ",", "gb"}, {"GB18030 pipes", "|", "gb"},
	} {
		text := []byte(benchTable(c.delim))
		if c.charset != "" {
			var err error
			if text, err = simplifiedchinese.GB18030.NewEncoder().Bytes(text); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				readAll(b, text)
			}
		})
	}
}

func readAll(b *testing.B, text []byte) {
	b.Helper()
	in, err := format.NewInput("x.csv", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		b.Fatal(err)
	}
	r, err := table.Format(profile.Builtin()).Open(in, format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
