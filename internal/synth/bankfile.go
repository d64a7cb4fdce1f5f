package synth

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// bankFile writes a camt.053.001.08 document: one statement for each merchant's account.
type bankFile struct {
	w       *bufio.Writer
	words   *words
	line    int // the line that is written next
	entries int
	seq     map[tillproof.Date]int // of the bank's references on a day
}

func newBankFile(w io.Writer, r *run) *bankFile {
	f := &bankFile{
		w: bufio.NewWriterSize(w, 1<<16), words: r.words(), line: 1, seq: map[tillproof.Date]int{},
	}
	f.put(`<?xml version="1.0" encoding="UTF-8"?>`)
	f.put(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">`)
	f.put(`<BkToCstmrStmt>`)
	f.put(`<GrpHdr><MsgId>STMT-` + compact(r.end()) + `</MsgId><CreDtTm>` + createdAt(r) + `</CreDtTm></GrpHdr>`)
	return f
}

// createdAt is the morning after the last day, as banks send statements.
func createdAt(r *run) string { return (r.end() + 1).String() + "T06:00:00+08:00" }

func (f *bankFile) put(s string) {
	_, _ = f.w.WriteString(s) // a failed write stays in the writer until Flush
	_ = f.w.WriteByte('\n')
	f.line++
}

func (f *bankFile) close() error {
	f.put(`</BkToCstmrStmt>`)
	f.put(`</Document>`)
	return f.w.Flush()
}

func (f *bankFile) month(m *month) {
	opening := m.opening()
	var credits, debits int64
	var nCredits int
	for _, e := range m.entries {
		if e.amount >= 0 {
			credits += e.amount
			nCredits++
			continue
		}
		debits -= e.amount
	}
	f.put(`<Stmt>`)
	f.put(`<Id>` + compact(m.end()) + `-` + pad(m.merchant+1, 5) + `</Id>`)
	f.put(`<CreDtTm>` + createdAt(m.run) + `</CreDtTm>`)
	f.put(`<FrToDt><FrDtTm>` + m.o.Start.String() + `T00:00:00+08:00</FrDtTm><ToDtTm>` + m.end().String() +
		`T23:59:59+08:00</ToDtTm></FrToDt>`)
	f.put(`<Acct><Id><Othr><Id>` + accountNumber(m.merchant) + `</Id></Othr></Id><Ccy>CNY</Ccy><Nm>` +
		escape(m.trade.name(m.o.Lang)) + `</Nm></Acct>`)
	f.balance("OPBD", opening, m.o.Start)
	f.balance("CLBD", opening+credits-debits, m.end())
	f.put(`<TxsSummry><TtlNtries><NbOfNtries>` + strconv.Itoa(len(m.entries)) + `</NbOfNtries></TtlNtries>` +
		summary("TtlCdtNtries", nCredits, credits) +
		summary("TtlDbtNtries", len(m.entries)-nCredits, debits) +
		`</TxsSummry>`)
	for i := range m.entries {
		f.entry(&m.entries[i])
	}
	f.put(`</Stmt>`)
}

// accountNumber has twenty digits: no card number is that long.
func accountNumber(merchant int) string { return "31001520313052" + pad(500_000+merchant, 6) }

func summary(tag string, n int, sum int64) string {
	return `<` + tag + `><NbOfNtries>` + strconv.Itoa(n) + `</NbOfNtries><Sum>` + yuan(sum) + `</Sum></` + tag + `>`
}

func (f *bankFile) balance(code string, amount int64, day tillproof.Date) {
	f.put(`<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">` + yuan(amount) +
		`</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>` + day.String() + `</Dt></Dt></Bal>`)
}

func (f *bankFile) entry(e *entry) {
	amount, mark, party := e.amount, "CRDT", "Dbtr"
	if amount < 0 {
		amount, mark, party = -amount, "DBIT", "Cdtr"
	}
	f.seq[e.day]++
	family, sub, _ := strings.Cut(e.family, "/")
	e.line = f.line
	f.entries++
	f.put(`<Ntry>`)
	f.put(`<Amt Ccy="CNY">` + yuan(amount) + `</Amt>`)
	f.put(`<CdtDbtInd>` + mark + `</CdtDbtInd>`)
	f.put(`<Sts><Cd>BOOK</Cd></Sts>`)
	f.put(`<BookgDt><Dt>` + e.day.String() + `</Dt></BookgDt>`)
	f.put(`<ValDt><Dt>` + e.day.String() + `</Dt></ValDt>`)
	f.put(`<AcctSvcrRef>LJ-` + compact(e.day) + `-` + pad(f.seq[e.day], 5) + `</AcctSvcrRef>`)
	f.put(`<BkTxCd><Domn><Cd>` + domain(family) + `</Cd><Fmly><Cd>` + family + `</Cd><SubFmlyCd>` + sub +
		`</SubFmlyCd></Fmly></Domn></BkTxCd>`)
	f.put(`<NtryDtls><TxDtls>`)
	f.put(`<RltdPties><` + party + `><Pty><Nm>` + escape(e.counterparty) + `</Nm></Pty></` + party + `></RltdPties>`)
	f.put(`<RmtInf><Ustrd>` + escape(e.narrative) + `</Ustrd></RmtInf>`)
	f.put(`</TxDtls></NtryDtls>`)
	f.put(`</Ntry>`)
}

// domain is the ISO 20022 bank transaction domain: the account's own charges are account management.
func domain(family string) string {
	if family == "MDOP" {
		return "ACMT"
	}
	return "PMNT"
}
