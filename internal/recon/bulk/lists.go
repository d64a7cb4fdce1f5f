package bulk

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/tillproof/tillproof"
)

// The names of the files in the folder of results.
const (
	matchedList = "matched"
	timingList  = "timing"
	depositList = "bank_short"
	resultName  = "result.json"
	indexName   = "result.tpr"
)

// RuledList is the list of what people ruled: it comes after what became of the records.
const RuledList = "decisions"

// listOf is the list of each kind of break.
var listOf = map[tillproof.BreakKind]string{
	tillproof.NotSettled: "missing", tillproof.NotOnTerminal: "unexpected",
	tillproof.SettledTwice: "duplicate", tillproof.AmountMismatch: "amount_mismatch",
	tillproof.FeeMismatch: "fee_mismatch", tillproof.NotDeposited: depositList,
	tillproof.DepositShort: depositList, tillproof.DepositOver: "deposit_over", tillproof.Late: "late",
	tillproof.UnexpectedDebit: "unexpected_debit", tillproof.UnexpectedCredit: "unexpected_credit",
	tillproof.Ambiguous: "ambiguous", tillproof.OutcomeUnknown: "unknown_outcome",
}

// listNames are all lists, in the order in which they are written.
func listNames() []string {
	names := []string{matchedList, timingList}
	for _, kind := range tillproof.BreakKinds {
		if name := listOf[kind]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return append(names, RuledList)
}

// Names are the files that a reconciliation leaves in its folder.
func Names() []string {
	var out []string
	for _, name := range listNames() {
		out = append(out, name+".csv")
	}
	return append(out, resultName, indexName)
}

// lists writes the lists beside the folder's own files, and puts them in their place when all are whole.
type lists struct {
	dir, temp string
	made      bool // the folder did not exist
	files     map[string]*list
	index     *index
}

// list is one list under way.
type list struct {
	f *os.File
	w *bufio.Writer
	n int64
	b []byte
}

const listBuffer = 64 << 10

// newLists makes the folder where there is none, for its owner alone. Lists of another program are not
// written over.
func newLists(dir string) (*lists, error) {
	l := &lists{dir: dir, files: map[string]*list{}}
	_, err := os.Stat(dir)
	l.made = errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, outError(dir, err)
	}
	if err := l.ours(); err != nil {
		return nil, err
	}
	removeAbandoned(dir)
	if l.temp, err = os.MkdirTemp(dir, tempName(os.Getpid())); err != nil {
		l.discard()
		return nil, outError(dir, err)
	}
	for _, name := range listNames() {
		f, err := os.Create(filepath.Join(l.temp, name+".csv"))
		if err != nil {
			l.discard()
			return nil, outError(dir, err)
		}
		at := &list{f: f, w: bufio.NewWriterSize(f, listBuffer)}
		l.files[name] = at
		at.row(columnsOf(name)...)
		at.n = 0
	}
	if l.index, err = newIndex(filepath.Join(l.temp, indexName)); err != nil {
		l.discard()
		return nil, outError(dir, err)
	}
	return l, nil
}

// ours refuses a folder in which files of these names stand that no earlier run has written.
func (l *lists) ours() error {
	b, err := os.ReadFile(filepath.Join(l.dir, resultName))
	var head struct{ Tillproof int }
	if err == nil && json.Unmarshal(b, &head) == nil && head.Tillproof > 0 {
		return nil
	}
	for _, name := range Names() {
		if _, err := os.Lstat(filepath.Join(l.dir, name)); err == nil {
			return &tillproof.Error{
				Op: "check", Kind: tillproof.KindConflict, Code: "recon.bulk.not_ours",
				Place:  tillproof.Place{File: l.dir},
				Params: tillproof.Params{"file": name},
			}
		}
	}
	return nil
}

func outError(dir string, err error) error {
	return &tillproof.Error{
		Op: "check", Kind: tillproof.KindUnavailable, Code: "recon.bulk.out",
		Place: tillproof.Place{File: dir}, Err: err,
	}
}

// discard leaves the folder as it was found.
func (l *lists) discard() {
	for _, at := range l.files {
		_ = at.f.Close()
	}
	if l.index != nil {
		_ = l.index.f.Close()
	}
	if l.temp != "" {
		_ = os.RemoveAll(l.temp)
	}
	if l.made {
		_ = os.Remove(l.dir) // only where it is empty
	}
}

// keep puts the lists in their place, the result last: where it stands, all stand.
func (l *lists) keep(result any) error {
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(l.temp, resultName), append(text, '\n'), 0o644); err != nil {
		return outError(l.dir, err)
	}
	for _, at := range l.files {
		if err := errors.Join(at.w.Flush(), at.f.Close()); err != nil {
			return outError(l.dir, err)
		}
	}
	_ = os.Remove(filepath.Join(l.dir, resultName))
	names := Names()
	i := slices.Index(names, resultName)
	names = append(slices.Delete(names, i, i+1), resultName)
	for _, name := range names {
		if err := os.Rename(filepath.Join(l.temp, name), filepath.Join(l.dir, name)); err != nil {
			return outError(l.dir, err)
		}
	}
	if err := os.Remove(l.temp); err != nil {
		return outError(l.dir, err)
	}
	l.made = false
	return nil
}

// row writes cells of which the texts were made harmless.
func (l *list) row(cells ...string) {
	l.b = l.b[:0]
	for i, c := range cells {
		if i > 0 {
			l.b = append(l.b, ',')
		}
		l.b = appendCell(l.b, c)
	}
	l.b = append(l.b, '\n')
	_, _ = l.w.Write(l.b) // Flush answers the error
	l.n++
}

func appendCell(b []byte, s string) []byte {
	quote := false
	for i := range len(s) {
		quote = quote || s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r'
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// harmless keeps a spreadsheet from running a text as a formula, and a terminal from obeying it.
func harmless(s string) string {
	clean := make([]byte, 0, len(s)+1)
	for i := range len(s) {
		if s[i] >= ' ' && s[i] != 0x7f {
			clean = append(clean, s[i])
		}
	}
	if len(clean) > 0 {
		switch clean[0] {
		case '=', '+', '-', '@':
			clean = append([]byte{'\''}, clean...)
		}
	}
	return string(clean)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// output is what one partition gives: lines of the matched list and rows of the index.
type output struct {
	text, index []byte
	n           int64
}

// pairText is about what a pair takes in the matched list.
const pairText = 56

func newOutput(pairs int) *output {
	return &output{text: make([]byte, 0, pairs*pairText), index: make([]byte, 0, pairs*pairSize)}
}

// outputs are those of which the content was written: their room is used again.
type outputs struct {
	mu   sync.Mutex
	free []*output
}

func (s *outputs) take(pairs int) *output {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		return newOutput(pairs)
	}
	o := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	o.text, o.index, o.n = o.text[:0], o.index[:0], 0
	return o
}

func (s *outputs) give(o *output) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, o)
}

// pair adds a pair that was matched by its whole key.
func (o *output) pair(j *job, hash uint64, t, a *entry) {
	o.n++
	b := append(o.text, j.safeMerchant[t.merchant]...)
	b = append(b, ',')
	if t.term&textTerm != 0 {
		b = append(b, j.safeTerminal[t.term&^textTerm]...)
	} else {
		b = appendDigits(b, uint64(t.term&(1<<termBits-1)), int(t.term>>termBits))
	}
	b = appendRRN(append(b, ','), t.rrn, int(t.nr))
	b = strconv.AppendInt(append(b, ','), a.amount, 10)
	b = strconv.AppendInt(append(b, ','), a.due(), 10)
	o.text = append(b, ",exact\n"...)
	o.index = j.appendPair(o.index, hash, t, a)
}

// pairs takes over what a partition gave.
func (l *lists) pairs(part int, o *output) error {
	if l == nil {
		return nil
	}
	at := l.files[matchedList]
	at.n += o.n
	if _, err := at.w.Write(o.text); err != nil {
		return outError(l.dir, err)
	}
	return l.index.add(part, o)
}

func (j *job) safeNames() {
	j.safeMerchant = safeTexts(j.merchants)
	j.safeTerminal = safeTexts(j.terminals)
}

func safeTexts(n *names) []string {
	out := make([]string, len(n.texts))
	for i, s := range n.texts {
		out[i] = string(appendCell(nil, harmless(s)))
	}
	return out
}

// columnsOf is the head of a list. Amounts are minor units of the currency with the merchant's sign.
func columnsOf(name string) []string {
	switch name {
	case matchedList:
		return []string{"merchant_no", "terminal_no", "rrn", "gross", "net", "how"}
	case RuledList:
		return []string{
			"line", "ruling", "obeyed", "side", "file", "file_line", "currency", "amount", "id", "reason",
			"by", "at", "misfit",
		}
	case depositList, "deposit_over", "late", "unexpected_debit", "unexpected_credit":
		return []string{
			"merchant_no", "expected", "from", "to", "currency", "net", "paid", "diff", "missing",
			"arrived", "bank_file", "bank_line", "id", "reason", "doubt",
		}
	}
	return []string{
		"merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "card_mask", "txn_time",
		"settle_date", "type", "currency", "amount", "gross", "fee", "net", "diff", "terminal_file",
		"terminal_line", "acquirer_file", "acquirer_line", "id", "reason", "doubt",
	}
}

// breakRow writes a break of log and report.
func (l *lists) breakRow(run *tillproof.Run, b *tillproof.Break) {
	if l == nil {
		return
	}
	at := l.files[listOf[b.Kind]]
	var t, a *tillproof.Record
	for _, ref := range b.Records {
		switch r := run.Record(ref); {
		case ref.Side == tillproof.Terminal && t == nil:
			t = r
		case ref.Side == tillproof.Acquirer && a == nil:
			a = r
		}
	}
	r := t
	if r == nil || a != nil && (b.Kind == tillproof.SettledTwice || b.Kind == tillproof.NotOnTerminal) {
		r = a
	}
	if r == nil {
		return
	}
	row := []string{
		harmless(string(r.Refs.Merchant)), harmless(string(r.Refs.Terminal)), harmless(r.Refs.Batch),
		harmless(r.Refs.STAN), harmless(r.Refs.RRN), r.Card.String(), r.Time.String(), "", r.Kind.String(),
		r.Amount.Currency().String(), "", "", "", "", number(b.Residual.Minor()), "", "", "", "",
		r.ID.String(), b.Reason.Code, b.Doubt.Code,
	}
	if t != nil {
		row[10] = number(t.Amount.Minor())
		row[12], row[13] = number(t.Fee.Minor()), number(t.Due().Minor())
		row[15], row[16] = placeOf(run, t)
	}
	if a != nil {
		row[7], row[11] = a.SettleDate.String(), number(a.Amount.Minor())
		row[12], row[13] = number(a.Fee.Minor()), number(a.Due().Minor())
		row[17], row[18] = placeOf(run, a)
	}
	l.index.listed(r.ID, listOf[b.Kind], at.n)
	at.row(row...)
}

// timing writes a row that waits for a day that has not come.
func (l *lists) timing(run *tillproof.Run, r *tillproof.Record, st tillproof.RowState) {
	if l == nil {
		return
	}
	file, line := placeOf(run, r)
	gross, due := r.Amount.Minor(), r.Due().Minor()
	if st.Adjusted != (tillproof.Money{}) {
		due += st.Adjusted.Minor() - gross
		gross = st.Adjusted.Minor()
	}
	l.files[timingList].row(
		harmless(string(r.Refs.Merchant)), harmless(string(r.Refs.Terminal)), harmless(r.Refs.Batch),
		harmless(r.Refs.STAN), harmless(r.Refs.RRN), r.Card.String(), r.Time.String(), st.Expected.String(),
		r.Kind.String(), r.Amount.Currency().String(), number(gross), "", number(r.Fee.Minor()),
		number(due), "", file, line, "", "", r.ID.String(), st.Reason, "",
	)
}

func placeOf(run *tillproof.Run, r *tillproof.Record) (file, line string) {
	return harmless(run.Source(r).File), strconv.Itoa(int(r.Origin.Line))
}

// matchedRow writes a pair that the room of matching found.
func (l *lists) matchedRow(t, a *tillproof.Record, how string) {
	if l == nil {
		return
	}
	at := l.files[matchedList]
	if how == howManual { // no key leads to it
		l.index.listed(t.ID, matchedList, at.n)
		l.index.listed(a.ID, matchedList, at.n)
	}
	at.row(harmless(string(t.Refs.Merchant)), harmless(string(t.Refs.Terminal)),
		harmless(t.Refs.RRN), number(a.Amount.Minor()), number(a.Due().Minor()), how)
}

// decisions writes what people ruled, a row for each record; of one that was not obeyed, the names as they
// were written.
func (l *lists) decisions(run *tillproof.Run) {
	at := l.files[RuledList]
	for i := range run.Decisions {
		d := &run.Decisions[i]
		row := func(side, file, line, currency, amount, id string) {
			at.row(strconv.Itoa(d.Place.Line), d.Ruling.String(), fmt.Sprint(d.Obeyed()), side, file, line,
				currency, amount, id, harmless(d.Reason), harmless(d.By), harmless(d.At), d.Misfit.Code)
		}
		if !d.Obeyed() {
			for _, name := range d.Named {
				row("", "", "", "", "", harmless(name))
			}
			continue
		}
		for _, ref := range d.Records {
			r := run.Record(ref)
			l.index.listed(r.ID, RuledList, at.n)
			file, line := placeOf(run, r)
			row(ref.Side.String(), file, line, r.Amount.Currency().String(), number(r.Amount.Minor()),
				r.ID.String())
		}
	}
}

// depositRow writes a break of report and bank.
func (l *lists) depositRow(run *tillproof.Run, b *tillproof.Break, w *tillproof.Waterfall) {
	if l == nil {
		return
	}
	name := listOf[b.Kind]
	if name == "ambiguous" {
		l.files[name].row("", "", "", "", "", "", "", b.ExpectedBy.String(), "", b.Amount.Currency().String(),
			"", number(b.Amount.Minor()), "", "", number(b.Residual.Minor()), "", "", "", "", b.ID.String(),
			b.Reason.Code, b.Doubt.Code)
		return
	}
	merchant, from, to, arrived := "", "", "", ""
	net, paid := int64(0), b.Amount.Minor()
	if w != nil {
		merchant, from, to = string(w.Merchant), w.From.String(), w.To.String()
		arrived = w.Arrived.String()
		net, paid = w.Net.Minor(), w.Paid.Minor()
	}
	file, line := "", ""
	for _, ref := range b.Records {
		if ref.Side == tillproof.Bank {
			file, line = placeOf(run, run.Record(ref))
			break
		}
	}
	l.files[name].row(harmless(merchant), b.ExpectedBy.String(), from, to, b.Amount.Currency().String(),
		number(net), number(paid), number(b.Residual.Minor()),
		fmt.Sprint(b.Kind == tillproof.NotDeposited), arrived, file, line, b.ID.String(), b.Reason.Code,
		b.Doubt.Code)
}
