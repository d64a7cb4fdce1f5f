package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// A verdict is found by the number of its transaction. Numbers are kept as their hashes: forty bytes for each
// verdict, so that a million of them take forty megabytes.
type label struct {
	key   stream.Key
	known tillproof.LocalTime // as the file says, NoTime where it does not
	line  int32
	used  int32 // rows that bear the number
	fraud bool
}

// labels are the verdicts of a file, sorted by their keys.
type labels struct {
	file   string
	all    []label
	issues []tillproof.Issue
	bad    int // rows that could not be read
}

// maxLabelIssues is how many bad rows are told one by one.
const maxLabelIssues = 5

// The names of the columns of a file of labels.
var (
	labelIDs = []string{
		"tx_id", "transaction_id", "transactionid", "trans_id", "txn_id", "trans_num", "id_transaction",
		"rec_id", "rrn", "order", "order_no", "order_id", "交易编号", "订单号", "参考号",
	}
	labelWords = []string{
		"label", "fraud", "is_fraud", "isfraud", "tx_fraud", "verdict", "outcome", "class", "fraud_label",
		"结论", "标签",
	}
	labelTimes = []string{"known_at", "confirmed_at", "known", "reported_at", "确认时间"}
)

// verdicts are the words for both verdicts, in small letters.
var verdicts = map[string]bool{
	"1": true, "true": true, "yes": true, "fraud": true, "confirmed": true, "chargeback": true, "y": true,
	"已确认": true, "确认欺诈": true, "已确认欺诈": true, "已拒付": true,
	"欺诈": true, "盗刷": true, "确认": true, "拒付": true, "是": true,
	"0": false, "false": false, "no": false, "genuine": false, "dismissed": false, "legit": false, "n": false,
	"已排除": false, "非欺诈": false, "无欺诈": false, "已核实正常": false,
	"正常": false, "误报": false, "排除": false, "否": false,
}

// readLabels reads a file of verdicts: CSV in any encoding that tables come in, also inside gz or zip.
func (d *door) readLabels(ctx context.Context, path string) (*labels, error) {
	in, err := d.openAll(ctx, []input{{path: path}})
	if err != nil {
		return nil, err
	}
	if len(in.failed) > 0 {
		return nil, errors.Join(in.failed...)
	}
	defer in.Close()
	text, err := textOf(in.open[0])
	if err != nil {
		return nil, err
	}
	l := &labels{file: in.open[0].name}
	if err := l.read(ctx, text); err != nil {
		return nil, err
	}
	slices.SortStableFunc(l.all, func(a, b label) int { return cmp.Compare(a.key, b.key) })
	l.settle()
	if l.bad > 0 {
		d.exit = worst(d.exit, exitPartly)
	}
	for _, i := range l.issues {
		cause := d.text(i.Code, i.Params)
		fmt.Fprintf(d.std.err, "  %s[%s] %s\n", harmless(placeText(i.Place)), i.Code, harmless(cause))
	}
	return l, nil
}

func (l *labels) fail(code string, line int, p tillproof.Params) error {
	return &tillproof.Error{
		Op: "read labels", Kind: tillproof.KindInvalid, Code: code,
		Place: tillproof.Place{File: l.file, Line: line}, Params: p,
	}
}

// columns of a file of labels, -1 where there is none.
type labelColumns struct{ id, word, known int }

func (l *labels) read(ctx context.Context, text io.Reader) error {
	buffered := bufio.NewReaderSize(text, 1<<16)
	head, _ := buffered.Peek(4096)
	rows := csv.NewReader(buffered)
	rows.Comma, rows.ReuseRecord, rows.FieldsPerRecord, rows.LazyQuotes = delimiterOf(head), true, -1, true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return l.fail("cmd.labels.empty", 0, nil)
	}
	if err != nil {
		return l.fail("cmd.labels.text", 1, tillproof.Params{"cause": mask(err.Error())})
	}
	at, err := l.columns(header)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%progressRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return l.fail("cmd.labels.text", 0, tillproof.Params{"cause": mask(err.Error())})
		}
		l.take(rows, row, at)
	}
	if len(l.all) == 0 {
		return l.fail("cmd.labels.none", 0, tillproof.Params{"n": strconv.Itoa(l.bad)})
	}
	return nil
}

// delimiterOf is the mark that parts the names of the first line.
func delimiterOf(head []byte) rune {
	line, _, _ := strings.Cut(string(head), "\n")
	best, most := ',', strings.Count(line, ",")
	for _, mark := range ";\t|" {
		if n := strings.Count(line, string(mark)); n > most {
			best, most = mark, n
		}
	}
	return best
}

func (l *labels) columns(header []string) (labelColumns, error) {
	find := func(names []string) int {
		for _, name := range names { // the best name first
			for i, h := range header {
				h = strings.ToLower(strings.Trim(strings.TrimSpace(h), "\ufeff"))
				if strings.ReplaceAll(h, " ", "_") == name {
					return i
				}
			}
		}
		return -1
	}
	at := labelColumns{find(labelIDs), find(labelWords), find(labelTimes)}
	for _, c := range [...]struct {
		at    int
		names []string
	}{{at.id, labelIDs}, {at.word, labelWords}} {
		if c.at < 0 {
			p := tillproof.Params{"known": strings.Join(c.names, ", ")}
			return at, l.fail("cmd.labels.column", 1, p)
		}
	}
	return at, nil
}

// take reads a row. A number that could be that of a card is masked as in the files of transactions, so that
// the two still meet. A cell that is none of the words is an issue; an empty one says that nothing is known.
func (l *labels) take(rows *csv.Reader, row []string, at labelColumns) {
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	id, word, known := cell(at.id), strings.ToLower(cell(at.word)), cell(at.known)
	if id == "" && word == "" || word == "" {
		return
	}
	line, _ := rows.FieldPos(0)
	said, ok := verdicts[strings.TrimSuffix(word, ".0")]
	one := label{key: stream.KeyOf(mask(id)), known: tillproof.NoTime, line: int32(line), fraud: said}
	switch {
	case id == "":
		l.issue(line, at.id+1, "cmd.labels.no_id", id)
	case !ok:
		l.issue(line, at.word+1, "cmd.labels.word", cell(at.word))
	case known != "" && !one.setKnown(known):
		l.issue(line, at.known+1, "cmd.labels.known", known)
	default:
		l.all = append(l.all, one)
	}
}

func (l *labels) issue(line, column int, code, value string) {
	if l.bad++; l.bad > maxLabelIssues {
		return
	}
	l.issues = append(l.issues, tillproof.Issue{
		Code: code, Place: tillproof.Place{File: l.file, Line: line, Column: column},
		Params: tillproof.Params{"value": mask(value)}, Skipped: true,
	})
}

// setKnown reads "2006-01-02", "2006-01-02 15:04:05" or "2006-01-02T15:04:05".
func (b *label) setKnown(s string) bool {
	day, clock, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	date, err := tillproof.ParseDate(day)
	if err != nil || !date.Known() {
		return false
	}
	b.known = date.At(0, 0, 0)
	if clock == "" {
		return true
	}
	var at [3]int
	parts := strings.Split(strings.TrimSpace(clock), ":")
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || i > 2 || n < 0 || n > [...]int{23, 59, 59}[i] {
			return false
		}
		at[i] = n
	}
	b.known = date.At(at[0], at[1], at[2])
	return len(parts) >= 2
}

// settle drops verdicts that say the same twice, and those that contradict each other: nothing is known then.
func (l *labels) settle() {
	kept := l.all[:0]
	for i := 0; i < len(l.all); {
		j, agree := i+1, true
		for ; j < len(l.all) && l.all[j].key == l.all[i].key; j++ {
			agree = agree && l.all[j].fraud == l.all[i].fraud
		}
		if agree {
			kept = append(kept, l.all[i])
		} else {
			l.issue(int(l.all[i+1].line), 0, "cmd.labels.contradict", strconv.Itoa(int(l.all[i].line)))
		}
		i = j
	}
	l.all = kept
}

// of is the verdict about a record, and from when on it is known: never before its delay is over.
func (l *labels) of(r *tillproof.Record, at tillproof.LocalTime, delay int64) (outcome, tillproof.LocalTime) {
	for _, name := range [...]string{r.Refs.Order, r.Refs.RRN, r.ID.String()} {
		i, ok := slices.BinarySearchFunc(l.all, stream.KeyOf(name), func(b label, k stream.Key) int {
			return cmp.Compare(b.key, k)
		})
		if name == "" || !ok {
			continue
		}
		b := &l.all[i]
		b.used++
		known := at + tillproof.LocalTime(max(1, delay)) // never at its own moment
		if b.known.Known() {
			known = max(known, b.known)
		}
		if b.fraud {
			return fraud, known
		}
		return genuine, known
	}
	return unsaid, tillproof.NoTime
}

// tell says what the labels did not fit.
func (l *labels) tell() []tillproof.Note {
	unknown, several := 0, 0
	for i := range l.all {
		switch {
		case l.all[i].used == 0:
			unknown++
		case l.all[i].used > 1:
			several++
		}
	}
	var notes []tillproof.Note
	add := func(code string, n int) {
		if n > 0 {
			p := tillproof.Params{"n": strconv.Itoa(n), "of": strconv.Itoa(len(l.all)), "file": l.file}
			notes = append(notes, tillproof.Note{Code: code, Params: p})
		}
	}
	add("cmd.labels.unknown", unknown)
	add("cmd.labels.several", several)
	add("cmd.labels.bad", l.bad)
	return notes
}
