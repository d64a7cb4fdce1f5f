package poslog

import (
	"errors"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// ticket is what the tenders of one transaction share.
type ticket struct {
	order     string
	time      tillproof.LocalTime
	day       tillproof.Date // the till's business day, which may end after midnight
	currency  string         // that the transaction names
	cancelled bool
	part      int32
}

// ticket reads the tenders of one transaction. One without a sale (a sign-on, a till count) has none.
func (r *reader) ticket(n *markup.Node) error {
	retail := n.Kid("RetailTransaction")
	if retail == nil {
		return nil
	}
	shop := markup.First(n.Value("RetailStoreID"), n.Value("BusinessUnit", "UnitID"))
	t := ticket{
		order: r.Ref(strings.Trim(shop+"-"+n.Value("WorkstationID")+"-"+n.Value("SequenceNumber"), "-")),
		currency: markup.First(
			n.Value("CurrencyCode"), retail.Value("CurrencyCode"), retail.Kid("Total").Attr("CurrencyCode"),
		),
		cancelled: isSet(n, "CancelFlag") || isSet(n, "TrainingModeFlag") || isSet(retail, "CancelFlag") ||
			slices.Contains(undone, retail.Attr("TransactionStatus")),
		part: int32(r.tickets - 1),
	}
	t.time = r.when(n, "POSLogDateTime", "ReceiptDateTime", "EndDateTime", "BeginDateTime")
	if !t.time.Known() {
		t.time = r.when(retail, "ReceiptDateTime")
	}
	day, err := tillproof.ParseDate(n.Value("BusinessDayDate"))
	if t.day = tillproof.NoDate; err == nil {
		t.day = day
	}
	change := r.change(retail)
	for _, item := range retail.Each("LineItem") {
		tender := item.Kid("Tender")
		if tender == nil {
			continue
		}
		if err := checkForbidden(tender); err != nil {
			return format.Placed(err, tender.Place("Tender"))
		}
		line, err := r.tender(t, item, tender, &change)
		var bad *format.LineError
		if err != nil && !errors.As(err, &bad) {
			return err
		}
		r.Give(line, err)
	}
	return nil
}

// undone are the states of a transaction that did not take place (ARTS POSLog, TransactionStatus).
var undone = []string{"Voided", "PostVoided", "Suspended", "Failed", "Canceled", "Cancelled"}

// isSet reports a flag that stands as an attribute or as an element.
func isSet(n *markup.Node, name string) bool {
	v := markup.First(n.Attr(name), n.Value(name))
	return v == "true" || v == "1"
}

// checkForbidden looks at every text of a tender. Elements of a forbidden name may stand there empty.
func checkForbidden(n *markup.Node) error {
	if code := format.ForbiddenColumn(n.Name); code != "" && n.Text != "" {
		return &tillproof.Error{Op: "read", Kind: tillproof.KindForbidden, Code: code}
	}
	if err := format.Forbidden(n.Text); err != nil {
		return err
	}
	for _, k := range n.Kids {
		if err := checkForbidden(k); err != nil {
			return err
		}
	}
	return nil
}

// change is the cash given back, which the till lists beside what the customer handed over.
func (r *reader) change(retail *markup.Node) tillproof.Exact {
	var sum tillproof.Exact
	for _, item := range retail.Each("LineItem") {
		for _, holder := range [...]*markup.Node{item, item.Kid("Tender")} { // vendors differ
			r.addChange(&sum, holder.Kid("TenderChange"))
		}
	}
	return sum
}

func (r *reader) addChange(sum *tillproof.Exact, given *markup.Node) {
	if inner := given.Kid("TenderChange"); inner != nil { // one vendor nests it
		given = inner
	}
	if given.Kid("Amount") == nil {
		return
	}
	x, err := tillproof.ParseExact(given.Value("Amount"))
	if err == nil {
		x, err = sum.Add(x)
	}
	if err != nil {
		r.Give(format.Line{}, r.fault(given, "Amount", "format.poslog.change", false))
		return
	}
	*sum = x
}

// when is the first of some moments that is there; those without an offset from UTC are the till's own clock.
func (r *reader) when(n *markup.Node, names ...string) tillproof.LocalTime {
	for _, name := range names {
		m, ok := markup.When(n.Value(name), r.opt.Zone)
		if !ok || !m.Time.Known() {
			continue
		}
		if m.Offset && r.opt.Zone == nil {
			r.shared.Add(format.IssueAt("format.poslog.offset", tillproof.Place{Line: n.Line}, nil))
		}
		return m.Time
	}
	return tillproof.NoTime
}

// fault is a tender that gave no record, or a note on something beside it.
func (r *reader) fault(n *markup.Node, field, code string, entry bool) *format.LineError {
	at := n
	if k := n.Kid(field); k != nil {
		at = k
	}
	p := format.Value(at.Text)
	return &format.LineError{Issue: format.IssueAt(code, at.Place(field), p), Entry: entry}
}
