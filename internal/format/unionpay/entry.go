package unionpay

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// goesOut reports a kind that takes money from the merchant.
func goesOut(k tillproof.RecordKind) bool {
	return k == tillproof.Refund || k == tillproof.Void || k == tillproof.Reversal
}

// amounts are those of a merchant's line, fee and net in the fields of these numbers. The fault is that of
// the first that is none.
func (r *reader) amounts(feeField, netField int) (amount, fee, net tillproof.Exact, bad *format.LineError) {
	amount, ok := fen(r.f[zmAmount])
	if !ok {
		return amount, fee, net, r.fault(codeAmount, zmAmount+1, "amount", r.f[zmAmount])
	}
	if fee, ok = marked(r.f[feeField]); !ok {
		return amount, fee, net, r.fault(codeAmount, feeField+1, "fee", r.f[feeField])
	}
	if net, ok = marked(r.f[netField]); !ok {
		return amount, fee, net, r.fault(codeAmount, netField+1, "net", r.f[netField])
	}
	return amount, fee, net, nil
}

// zm reads a merchant's transaction. The amount has no direction of its own: the type gives it, and the
// letter of the settlement amount must agree.
func (r *reader) zm() (format.Line, error) {
	amount, fee, net, bad := r.amounts(zmFee, zmNet)
	if bad != nil {
		return format.Line{}, bad
	}
	kind, ok := r.codes.zmType[r.f[zmType]]
	if r.f[zmType] == "" {
		kind, ok = r.codes.zmCode[r.f[zmCode]]
	}
	if !ok {
		bad := r.fault(codeKind, zmType+1, "txnType", r.f[zmCode]+" "+r.f[zmType])
		if net.Unscaled < 0 {
			amount = amount.Neg()
		}
		if net.Unscaled != 0 {
			bad.Amount = &amount
		}
		return format.Line{}, bad
	}
	if goesOut(kind) {
		amount = amount.Neg()
	}
	if net.Unscaled != 0 && (net.Unscaled < 0) != goesOut(kind) {
		return format.Line{}, r.fault(codeDirection, zmNet+1, "net", r.f[zmNet])
	}
	rec, err := r.record(kind, r.f[zmCard])
	if err != nil {
		return format.Line{}, format.Placed(err, tillproof.Place{Line: r.n, Column: zmCard + 1})
	}
	if !r.when(&rec, r.f[zmTime], r.f[zmQuery]) {
		bad := r.fault(codeTime, zmTime+1, "time", r.f[zmTime])
		bad.Amount = &amount
		return format.Line{}, bad
	}
	if err := money(&rec, &amount, &fee, &net); err != nil {
		return format.Line{}, r.fault(codeAmount, zmAmount+1, "amount", r.f[zmAmount])
	}
	if fee.Unscaled > 0 && !goesOut(kind) {
		r.share(codeFee)
	}
	if sum, err := amount.Add(fee); err != nil || !sum.Same(net) {
		r.share(codeNet)
	}
	rec.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(r.Ref(r.f[zmMerchant])),
		Terminal: tillproof.TerminalID(r.f[zmTerminal]),
		STAN:     r.f[zmTrace], Order: r.Ref(r.f[zmOrder]), Bank: r.Ref(r.f[zmQuery]),
		Original: r.Ref(r.original()),
	}
	rec.Card.Kind = r.codes.cards[r.f[zmCardKind]]
	rec.Counterparty, rec.Narrative = r.Text(r.f[zmSubName]), r.Text(r.f[zmText])
	return format.Line{Record: rec, Key: r.key(zmCard, &rec)}, nil
}

// original is what a refund or void names as the transaction that it undoes.
func (r *reader) original() string {
	if q := r.f[zmOldQuery]; q != "" {
		return q
	}
	return r.f[zmOldTrace]
}

// zme reads an adjustment. Its direction stands with its settlement amount alone.
func (r *reader) zme() (format.Line, error) {
	amount, fee, net, bad := r.amounts(zmeFee, zmeNet)
	switch {
	case bad != nil:
		return format.Line{}, bad
	case net.Unscaled == 0 && amount.Unscaled != 0:
		return format.Line{}, r.fault(codeDirection, zmeNet+1, "net", r.f[zmeNet])
	case net.Unscaled < 0:
		amount = amount.Neg()
	}
	rec, err := r.record(tillproof.Adjustment, r.f[zmeCard])
	if err != nil {
		return format.Line{}, format.Placed(err, tillproof.Place{Line: r.n, Column: zmeCard + 1})
	}
	if !r.when(&rec, r.f[zmeTime], "") {
		bad := r.fault(codeTime, zmeTime+1, "time", r.f[zmeTime])
		bad.Amount = &amount
		return format.Line{}, bad
	}
	if err := money(&rec, &amount, &fee, &net); err != nil {
		return format.Line{}, r.fault(codeAmount, zmAmount+1, "amount", r.f[zmAmount])
	}
	rec.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(r.Ref(r.f[zmeShop])), STAN: r.f[zmeTrace], Original: r.f[zmeOld],
	}
	rec.Narrative = r.f[zmeCode] + " " + r.f[zmeWhy]
	return format.Line{Record: rec, Key: r.key(zmeCard, &rec)}, nil
}

// acom reads a transaction as the acquiring institution sees it. What the institutions charge each other is
// not the merchant's fee and stays out.
func (r *reader) acom() (format.Line, error) {
	amount, ok := fen(r.f[acomAmount])
	if !ok {
		return format.Line{}, r.fault(codeAmount, acomAmount+1, "amount", r.f[acomAmount])
	}
	kind, ok := r.codes.acomKind(r.f[acomMTI], r.f[acomCode], r.f[acomCondition])
	if !ok {
		return format.Line{}, r.fault(codeKind, acomMTI+1, "MTI", r.f[acomMTI]+" "+r.f[acomCode])
	}
	if goesOut(kind) {
		amount = amount.Neg()
	}
	if !slices.Contains(r.codes.approved, r.f[acomResponse]) {
		return format.Line{}, r.fault(codeResponse, acomResponse+1, "response", r.f[acomResponse])
	}
	rec, err := r.record(kind, r.f[acomCard])
	if err != nil {
		return format.Line{}, format.Placed(err, tillproof.Place{Line: r.n, Column: acomCard + 1})
	}
	if !r.when(&rec, r.f[acomTime], "") {
		bad := r.fault(codeTime, acomTime+1, "time", r.f[acomTime])
		bad.Amount = &amount
		return format.Line{}, bad
	}
	if err := money(&rec, &amount, nil, nil); err != nil {
		return format.Line{}, r.fault(codeAmount, acomAmount+1, "amount", r.f[acomAmount])
	}
	rec.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(r.Ref(r.f[acomMerchant])),
		Terminal: tillproof.TerminalID(r.f[acomTerminal]),
		STAN:     r.f[acomTrace], RRN: r.f[acomRRN], Auth: r.f[acomAuth],
		Original: notZero(r.f[acomOldTrace]),
	}
	rec.Response, rec.Entry = r.f[acomResponse], entryMode(r.f[acomEntry])
	return format.Line{Record: rec, Key: r.key(acomCard, &rec)}, nil
}

// notZero empties a field that is filled with zeros.
func notZero(s string) string {
	for _, c := range s {
		if c != '0' {
			return s
		}
	}
	return ""
}

// entryMode is data element 22, its first two digits (ISO 8583:1987 as UnionPay uses it).
func entryMode(s string) tillproof.EntryMode {
	if len(s) < 2 {
		return tillproof.EntryUnknown
	}
	switch s[:2] {
	case "01":
		return tillproof.EntryKeyed
	case "02", "90":
		return tillproof.EntryMagstripe
	case "03":
		return tillproof.EntryQR
	case "05":
		return tillproof.EntryChip
	case "07", "91", "98":
		return tillproof.EntryContactless
	case "80":
		return tillproof.EntryFallback
	}
	return tillproof.EntryUnknown
}
