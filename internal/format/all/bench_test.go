package all

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth"
)

// benchBytes is about how much each format reads: enough that opening costs nothing.
const benchBytes = 2 << 20

// BenchmarkRead reads each format from bytes to records with ids and sums. The first lines are the yardstick:
// what the standard library needs to cut the same table into cells and the same XML into tokens.
func BenchmarkRead(b *testing.B) {
	files := benchFiles(b)
	b.Run("yardstick/csv", func(b *testing.B) { cutCSV(b, files[0].raw) })
	b.Run("yardstick/xml", func(b *testing.B) { cutXML(b, files[2].raw) })
	for _, f := range files {
		b.Run(f.name, func(b *testing.B) { readAll(b, f.raw) })
	}
}

func cutCSV(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(raw))
		r.ReuseRecord, r.LazyQuotes, r.FieldsPerRecord = true, true, -1
		for {
			if _, err := r.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func cutXML(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		d := xml.NewDecoder(bytes.NewReader(raw))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func readAll(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		rows = 0
		in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			b.Fatal(err)
		}
		_, err = format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error {
			rows++
			return nil
		})
		if err != nil || rows == 0 {
			b.Fatal(rows, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// benchFile is a file of one format, about benchBytes long.
type benchFile struct {
	name string
	raw  []byte
}

// benchFiles begins with a table in UTF-8, the same in GB18030, and a camt.053: a shop's month, repeated.
func benchFiles(b *testing.B) []benchFile {
	b.Helper()
	cal, ok := pack.Calendar("CN")
	if !ok {
		b.Fatal("no calendar CN")
	}
	month, err := synth.Month(synth.Demo(cal))
	if err != nil {
		b.Fatal(err)
	}
	plain, err := simplifiedchinese.GB18030.NewDecoder().Bytes(month.Terminal)
	if err != nil {
		b.Fatal(err)
	}
	head, rows, _ := strings.Cut(string(plain), "\n")
	table := fill(head+"\n", rows, "")
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(table)
	if err != nil {
		b.Fatal(err)
	}
	out := []benchFile{
		{"table/UTF-8", table},
		{"table/GB18030", gb},
		{"camt", repeated(b, month.Bank, "<Ntry>", "</Ntry>")},
		{"xlsx", month.Acquirer},
	}
	for _, f := range [...]struct{ name, file, from, to string }{
		{"mt94x", "mt94x/testdata/de.sta", ":61:", "\n:62F:"},
		{"bai2", "bai2/testdata/newline.bai", "16,", "\n49,"},
		{"ofx", "ofx/testdata/sgml.ofx", "<STMTTRN>", "</STMTTRN>"},
		{"qif", "qif/testdata/eu.qif", "\nD", "^"},
		{"1c", "onec/testdata/utf8.1c", "СекцияДокумент", "КонецФайла"},
		{"unionpay", "unionpay/testdata/zm.txt", "S22", "S30"},
		{"mrx", "mrx/testdata/days.xml", "<payment>", "</payment>"},
		{"poslog", "poslog/testdata/day.xml", "<Transaction>", "</Transaction>"},
		{"stl", "stl/testdata/day.csv", "\"SB\"", "\"SF\""},
		{"iso8583", "iso8583/testdata/sales.log", "", ""},
		{"html", "webtable/testdata/bank.xls", "<tr><td>2026-03-01", "</table>"},
	} {
		raw, err := os.ReadFile("../" + f.file)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, benchFile{f.name, repeated(b, raw, f.from, f.to)})
	}
	out = append(out, benchFile{"journal", slips()})
	return append(out, benchFile{"ipm", manyMessages(b, "../ipm/testdata/day.ipm")})
}

// fill repeats the middle of a file.
func fill(head, middle, tail string) []byte {
	n := max(1, benchBytes/len(middle))
	return []byte(head + strings.Repeat(middle, n) + tail)
}

// repeated is a file whose part from one mark to the end of the last other one is repeated. Without marks it
// is repeated as a whole.
func repeated(b *testing.B, raw []byte, from, to string) []byte {
	b.Helper()
	s := string(raw)
	if from == "" {
		return fill("", s, "")
	}
	i, j := strings.Index(s, from), strings.LastIndex(s, to)
	if i < 0 || j <= i {
		b.Fatalf("no %q before %q", from, to)
	}
	if strings.HasPrefix(to, "</") && to != "</table>" || to == "^" {
		j += len(to) // the mark ends an entry, and is none of what follows
	}
	return fill(s[:i], s[i:j], s[j:])
}

// slips is a stream of receipts, each with numbers of its own: what is printed twice counts once.
func slips() []byte {
	var buf bytes.Buffer
	for i := 0; buf.Len() < benchBytes; i++ {
		fmt.Fprintf(&buf, "          POS签购单\n商户编号：104310058120001\n终端编号：10000001\n"+
			"卡号：621234******1234\n交易类型：消费\n批次号：%06d  凭证号：%06d\n参考号：%012d\n"+
			"日期时间：2026/09/16 10:11:12\n金额：RMB 15.90\n持卡人签名：\n", i/500, i, i)
	}
	return buf.Bytes()
}

// manyMessages repeats what stands between the header and the trailer of a clearing file.
func manyMessages(b *testing.B, name string) []byte {
	b.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	var at []int
	for i := 0; i+4 <= len(raw); {
		n := int(binary.BigEndian.Uint32(raw[i:]))
		if n == 0 {
			break
		}
		at = append(at, i)
		i += 4 + n
	}
	if len(at) < 3 {
		b.Fatalf("%s: %d messages", name, len(at))
	}
	last := at[len(at)-1]
	return fill(string(raw[:at[1]]), string(raw[at[1]:last]), string(raw[last:]))
}
