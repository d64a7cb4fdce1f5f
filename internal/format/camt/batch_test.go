package camt

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// payroll is an entry of n details of 1.00 each, with the elements that banks give.
func payroll(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%d.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>`, n)
	b.WriteString(`<BookgDt><Dt>2026-03-02</Dt></BookgDt><NtryDtls><Btch><NbOfTxs>` + fmt.Sprint(n))
	b.WriteString(`</NbOfTxs></Btch>`)
	for i := range n {
		fmt.Fprintf(&b, "<TxDtls><Refs><EndToEndId>SALARY-%06d</EndToEndId></Refs>", i)
		b.WriteString("<AmtDtls><TxAmt><Amt Ccy=\"EUR\">1.00</Amt></TxAmt></AmtDtls>")
		fmt.Fprintf(&b, "<RltdPties><Cdtr><Nm>Person %d</Nm></Cdtr></RltdPties>", i)
		b.WriteString("<RmtInf><Ustrd>Salary March</Ustrd></RmtInf></TxDtls>\n")
	}
	b.WriteString("</NtryDtls></Ntry>")
	return b.String()
}

// probe tells how much memory is held when the reading has come near the end of the file.
type probe struct {
	*bytes.Reader
	near int64
	held uint64
}

func (p *probe) ReadAt(b []byte, off int64) (int, error) {
	if off >= p.near && p.held == 0 {
		p.held = heldNow()
	}
	return p.Reader.ReadAt(b, off)
}

func heldNow() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestBatchMemory reads an entry of 48,000 details, twelve elements each. Held as elements they would take 58
// MiB, and more than are allowed; as records they take 424 bytes each and their texts.
func TestBatchMemory(t *testing.T) {
	const details, most = 48_000, 30 << 20
	text := []byte(message053(payroll(details)))
	p := &probe{Reader: bytes.NewReader(text), near: int64(len(text)) * 95 / 100}
	in, err := format.NewInput("x", p, int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	p.held = 0
	before := heldNow()
	r, err := open(in, format.Options{}, messages[1])
	if err != nil {
		t.Fatal(err)
	}
	line, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	if held := int64(p.held) - int64(before); held > most || held < 0 {
		t.Errorf("%d MiB are held, at most %d", held>>20, most>>20)
	} else {
		t.Logf("%d MiB are held", held>>20)
	}
	children := line.Record.Children
	if len(children) != details || children[details-1].Refs.Payout != "SALARY-047999" ||
		children[0].Refs.Payout != "SALARY-000000" || children[7].Amount.Minor() != -100 {
		t.Errorf("%d children", len(children))
	}
	if _, err = r.Read(); err != io.EOF {
		t.Errorf("after the entry: %v", err)
	}
	runtime.KeepAlive(text)
}

// TestDetailsBeforeAmount: an entry whose details stand before its amount, as no schema has it, gives the
// same as one in the right order; so does one whose dates stand behind them.
func TestDetailsBeforeAmount(t *testing.T) {
	const (
		head    = `<Amt Ccy="EUR">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>`
		date    = `<BookgDt><Dt>2026-03-02</Dt></BookgDt>`
		details = `<NtryDtls><TxDtls><Amt Ccy="EUR">1.00</Amt></TxDtls>` +
			`<TxDtls><Amt Ccy="EUR">1.50</Amt></TxDtls></NtryDtls>`
	)
	want := "-3.00 EUR 2026-03-02: -1.00 EUR 2026-03-02, -1.50 EUR 2026-03-02; format.camt.batch.sum"
	for _, entry := range []string{head + date + details, details + head + date, head + details + date} {
		src, records, err := load([]byte(message053("<Ntry>"+entry+"</Ntry>")), format.Options{})
		if err != nil || len(records) != 1 || len(src.Issues) != 1 {
			t.Fatalf("%v, %d records, %+v", err, len(records), src.Issues)
		}
		var children []string
		for _, c := range records[0].Children {
			children = append(children, c.Amount.Param()+" "+c.BookingDate.String())
		}
		got := fmt.Sprintf("%s %s: %s; %s", records[0].Amount.Param(), records[0].BookingDate,
			strings.Join(children, ", "), src.Issues[0].Code)
		if got != want {
			t.Errorf("%s: %s, want %s", entry, got, want)
		}
	}
}

// TestUnreadEntryKeepsNothing: details of an entry that gives no record are neither counted as masked nor a
// reason to refuse the file.
func TestUnreadEntryKeepsNothing(t *testing.T) {
	const details = `<NtryDtls><TxDtls><RmtInf><Ustrd>4111 1111 1111 1111</Ustrd></RmtInf></TxDtls>` +
		`<TxDtls><RmtInf><Ustrd>CVV 123</Ustrd></RmtInf></TxDtls></NtryDtls>`
	bad := strings.Replace(oneEntry, "</Ntry>", "<BookgDt><Dt>soon</Dt></BookgDt>"+details+"</Ntry>", 1)
	src, records, err := load([]byte(message053(bad+oneEntry)), format.Options{})
	if err != nil || len(records) != 1 || src.Unread != 1 || src.Masked != 0 {
		t.Errorf("%v, %d records, %+v", err, len(records), src)
	}
}

// TestTooManyDetails: an entry of more details than are held is refused.
func TestTooManyDetails(t *testing.T) {
	text := message053(strings.Replace(oneEntry, "</Ntry>",
		"<NtryDtls>"+strings.Repeat("<TxDtls/>", maxDetails+1)+"</NtryDtls></Ntry>", 1))
	if _, _, err := load([]byte(text), format.Options{}); formattest.Code(err) != "format.xml.size" {
		t.Errorf("%v, want format.xml.size", err)
	}
}
