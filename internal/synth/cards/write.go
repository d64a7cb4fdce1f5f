package cards

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"
)

// Make gives all rows of the options in time order. The same options give the same rows on every machine.
func Make(o Options) ([]Row, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	b := &book{w: newWorld(o)}
	for i := range b.w.holders {
		b.live(&b.w.holders[i])
	}
	b.sort()
	b.crimes()
	if o.Wide {
		b.returns()
	}
	end := int64(firstDay+o.Days) * daySeconds
	b.rows = slices.DeleteFunc(b.rows, func(r Row) bool { return r.At >= end })
	b.sort()
	return b.rows, nil
}

// sort orders rows by time; rows of one second keep the order in which they were made.
func (b *book) sort() {
	slices.SortStableFunc(b.rows, func(x, y Row) int { return cmp.Compare(x.At, y.At) })
}

const (
	narrowHead = "tx_id,tx_datetime,customer_id,terminal_id,amount,label,scenario"
	wideHead   = narrowHead + ",merchant_id,category,kind,entry_mode,response"
)

// Write makes the rows and writes them as a table. The narrow form has the columns of the published sets of
// card transactions, the wide one what a terminal log has too.
func Write(w io.Writer, o Options) error {
	rows, err := Make(o)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	head := narrowHead
	if o.Wide {
		head = wideHead
	}
	line := append([]byte(head), '\n')
	for i := range rows {
		if _, err := out.Write(line); err != nil {
			return err
		}
		line = rows[i].appendTo(line[:0], i, o.Wide)
	}
	if _, err := out.Write(line); err != nil {
		return err
	}
	return out.Flush()
}

func (r *Row) appendTo(line []byte, id int, wide bool) []byte {
	comma := func() { line = append(line, ',') }
	line = strconv.AppendInt(line, int64(id), 10)
	comma()
	line = time.Unix(r.At, 0).UTC().AppendFormat(line, "2006-01-02T15:04:05")
	comma()
	line = strconv.AppendInt(line, int64(r.Card), 10)
	comma()
	line = strconv.AppendInt(line, int64(r.Terminal), 10)
	comma()
	line = strconv.AppendInt(line, r.Amount/100, 10)
	line = append(line, '.', byte('0'+r.Amount/10%10), byte('0'+r.Amount%10))
	comma()
	line = append(line, '0'+min(r.Scenario, 1), ',', '0'+r.Scenario)
	if wide {
		kind, response := ",sale,", ",00"
		if r.Refund {
			kind = ",refund,"
		}
		if r.Declined {
			response = ",05"
		}
		comma()
		line = strconv.AppendInt(line, int64(r.Shop), 10)
		comma()
		line = append(append(line, categories[r.Category].name...), kind...)
		line = append(append(line, entryNames[r.Entry]...), response...)
	}
	return append(line, '\n')
}
