package synth

import (
	"bufio"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
)

// maxSheetRows is the planned number of sales from which the acquirer report is a CSV: people open workbooks,
// and one of more than a hundred thousand rows is slow in every office program, long before the format's
// limit of 1,048,576 rows.
const maxSheetRows = 100_000

// grid is a file of rows: a workbook's sheet or a CSV.
type grid interface {
	row(cells []cell)
	skip() // an empty row
	close() error
}

// cell is a text or a number in decimal form; both empty: no cell.
type cell struct{ text, number string }

// acquirerFile writes the acquirer's report: preamble, header, rows, footer with control totals.
type acquirerFile struct {
	g               grid
	words           *words
	line            int
	rows            int
	gross, fee, net int64
}

func newAcquirerFile(g grid, r *run) *acquirerFile {
	f := &acquirerFile{g: g, words: r.words()}
	merchants := f.words.merchantLine + string(r.merchantID(0))
	if r.o.Merchants > 1 {
		merchants += f.words.several
	}
	f.put(cell{text: f.words.title})
	f.put(cell{text: merchants})
	f.put(cell{text: f.words.period(r.o.Start, r.end())})
	f.g.skip()
	f.line++
	header := make([]cell, len(f.words.acquirerHeader))
	for i, h := range f.words.acquirerHeader {
		header[i].text = h
	}
	f.put(header...)
	return f
}

func (f *acquirerFile) put(cells ...cell) {
	f.g.row(cells)
	f.line++
}

func (f *acquirerFile) month(m *month) {
	at := 0
	for i := range m.deposits {
		d := &m.deposits[i]
		d.first = f.line + 1
		for range d.rows {
			f.writeRow(m, m.rows[at])
			m.rows[at].line = f.line
			at++
		}
		d.last = f.line
	}
}

func (f *acquirerFile) writeRow(m *month, w *row) {
	s := w.of
	batch, stan, rrn := pad(s.batch, 6), pad(s.stan, 6), s.rrn
	if s.blind {
		batch, stan, rrn = "", "", ""
	}
	f.put(
		cell{text: w.settle.String()}, cell{text: string(m.id)},
		cell{text: string(terminalID(m.merchant, s.terminal))}, cell{text: batch}, cell{text: stan},
		cell{text: rrn},
		cell{text: s.card.masked()}, cell{text: f.words.kinds[s.card.pool()]}, cell{text: moment(w.at)},
		cell{text: f.words.deeds[s.deed]}, cell{number: yuan(w.amount)}, cell{number: yuan(w.fee)},
		cell{number: yuan(w.net())},
	)
	f.rows++
	f.gross += w.amount
	f.fee += w.fee
	f.net += w.net()
}

func (f *acquirerFile) close() error {
	cells := make([]cell, len(f.words.acquirerHeader))
	cells[0].text = f.words.total
	cells[4].number = strconv.Itoa(f.rows)
	cells[10].number, cells[11].number, cells[12].number = yuan(f.gross), yuan(f.fee), yuan(f.net)
	f.put(cells...)
	return f.g.close()
}

func moment(t tillproof.LocalTime) string { return t.Date().String() + " " + clock(t) }

// csvGrid is the report as UTF-8 text with CRLF. No cell holds a comma or a quote.
type csvGrid struct {
	w   *bufio.Writer
	buf []byte
}

func newCSVGrid(w io.Writer) *csvGrid { return &csvGrid{w: bufio.NewWriterSize(w, 1<<16)} }

func (g *csvGrid) row(cells []cell) {
	for i, c := range cells {
		if i > 0 {
			g.buf = append(g.buf, ',')
		}
		g.buf = append(g.buf, c.text...)
		g.buf = append(g.buf, c.number...)
	}
	g.skip()
}

func (g *csvGrid) skip() {
	g.buf = append(g.buf, '\r', '\n')
	_, _ = g.w.Write(g.buf) // a failed write stays in the writer until Flush
	g.buf = g.buf[:0]
}

func (g *csvGrid) close() error { return g.w.Flush() }
