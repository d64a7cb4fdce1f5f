package profile

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The codes of this room: what is wrong with a table, a row or a cell.
const (
	CodeAmount          = "format.table.amount"
	CodeAmountTwoWays   = "format.table.amount_two_ways"
	CodeAmountGroups    = "format.table.amount_groups"
	CodeAmountDecimals  = "format.table.amount_decimals"
	CodeAmountRange     = "format.table.amount_range"
	CodeAmountMissing   = "format.table.amount_missing"
	CodeAmountSides     = "format.table.amount_sides"
	CodeAmountSign      = "format.table.amount_sign"
	CodeAmountPadded    = "format.table.amount_padded"
	CodeAmountUnit      = "format.table.amount_unit"
	CodeAmountDirection = "format.table.amount_direction"
	CodeAmountCurrency  = "format.table.amount_currency"
	CodeResponse        = "format.table.response"
	CodeDirection       = "format.table.direction"
	CodeDate            = "format.table.date"
	CodeDateMissing     = "format.table.date_missing"
	CodeDatesLayout     = "format.table.dates_layout"
	CodeDatesTold       = "format.table.dates_told"
	CodeDatesToldNear   = "format.table.dates_told_near"
	CodeDatesToldLayout = "format.table.dates_told_layout"
	CodeDateNoDay       = "format.table.date_no_day"
	CodeDateTwoWays     = "format.table.date_two_ways"
	CodeDateYear        = "format.table.date_year"
	CodeTime            = "format.table.time"
	CodeTimePadded      = "format.table.time_padded"
	CodeSideMissing     = "format.table.side_missing"
	CodeUnsigned        = "format.table.unsigned"
	CodeFlagSigns       = "format.table.flag_signs"
	CodeZone            = "format.table.zone"
	CodeKind            = "format.table.kind"
	CodeStatus          = "format.table.status"
	CodeCurrency        = "format.table.currency"
	CodePrecision       = "format.table.precision"
	CodeRowRemark       = "format.table.row_remark"
	CodeCutOff          = "format.table.cut_off"
	CodeColumnTwice     = "format.table.column_twice"
	CodeAmountShapes    = "format.table.amount_shapes"
	CodeDebitSigns      = "format.table.debit_signs"
	CodeRowLong         = "format.table.row_long"
	CodeRowShort        = "format.table.row_short"
	CodeRowSize         = "format.table.row_size"
	CodeQuote           = "format.table.quote"
	CodeFooterTotal     = "format.table.footer_total"
	CodeStatedTotal     = "format.table.stated_total"
	CodeStatedCount     = "format.table.stated_count"
	CodeStatedLess      = "format.table.stated_less_refunds"
	CodeRefundSigns     = "format.table.refund_signs"
	CodeRefundNote      = "format.table.refund_note"
	CodeRefundOnSale    = "format.table.refund_on_sale"
	CodeFeeSign         = "format.table.fee_sign"
	CodeFeeDecimals     = "format.table.fee_decimals"
	CodeSummary         = "format.table.summary"
	CodeFooterCount     = "format.table.footer_count"
	CodeBalanceChain    = "format.table.balance_chain"
	CodeBalanceUnread   = "format.table.balance_unread"
	CodeNet             = "format.table.net"
	CodeMarksMixed      = "format.table.marks_mixed"
	CodeDatesMixed      = "format.table.dates_mixed"
	CodeSignIgnored     = "format.table.sign_ignored"
	CodeKindOther       = "format.table.kind_other"
	CodeGoods           = "format.table.goods"
	CodeTenderSplit     = "format.table.tender_split"
	CodeRefundInside    = "format.table.refund_inside"
	CodeZoneUnknown     = "format.table.zone_unknown"
	CodeKindDirection   = "format.table.kind_direction"
	CodeDisputeInside   = "format.table.dispute_inside"
	CodePartsTotal      = "format.table.parts_total"
	CodePayoutTotal     = "format.table.payout_total"
	CodeSheetSkipped    = "format.table.sheet_skipped"
	CodeNoRows          = "format.table.no_rows"
	CodeEmpty           = "format.table.empty"
	CodeHeader          = "format.table.header"
	CodeColumn          = "format.table.column"
	CodeCardsOnly       = "format.table.cards_only"
	CodeProfile         = "format.profile.unknown"
	CodeAmbiguous       = "format.ambiguous"
)

// shown is a cell as an issue may repeat it: masked and cut.
func shown(cell string) string {
	return format.Shown(strings.Join(strings.Fields(cell), " "))
}

// cellIssue is an issue about one cell of the current row.
func (t *table) cellIssue(code string, f Field, value string) tillproof.Issue {
	place := tillproof.Place{Line: t.row.Line}
	if at := t.lay.at[f]; len(at) > 0 {
		place.Column, place.Field = at[0]+1, t.lay.header[at[0]]
	}
	return tillproof.Issue{Code: code, Place: place, Params: tillproof.Params{
		"value": shown(value), "column": place.Field, "line": strconv.Itoa(place.Line),
	}}
}

// fault is an entry that cannot be read because of one cell.
func (t *table) fault(code string, f Field, value string) *format.LineError {
	return &format.LineError{Issue: t.cellIssue(code, f, value), Entry: true}
}

// rowFault is an entry that cannot be read as a row.
func (t *table) rowFault(code string, params tillproof.Params) *format.LineError {
	params["line"] = strconv.Itoa(t.row.Line)
	if t.row.Stopped > 0 {
		params["column"] = strconv.Itoa(t.row.Stopped)
	}
	return &format.LineError{Entry: true, Issue: tillproof.Issue{
		Code: code, Place: tillproof.Place{Line: t.row.Line, Column: t.row.Stopped}, Params: params,
	}}
}

// note is an issue that many rows share: it is listed once, with the first place and the count.
type note struct {
	issue tillproof.Issue
	n     int
}

// noteOnce counts an issue of the file by its code and column.
func (t *table) noteOnce(code string, f Field, value string) {
	for i := range t.notes {
		if t.notes[i].issue.Code == code && t.notes[i].issue.Place.Field == t.heading(f) {
			t.notes[i].n++
			return
		}
	}
	t.notes = append(t.notes, note{t.cellIssue(code, f, value), 1})
}

func (t *table) heading(f Field) string {
	if at := t.lay.at[f]; len(at) > 0 {
		return t.lay.header[at[0]]
	}
	return ""
}

func (t *table) notedIssues() []tillproof.Issue {
	var out []tillproof.Issue
	for _, n := range t.notes {
		n.issue.Params["n"] = strconv.Itoa(n.n)
		out = append(out, n.issue)
	}
	return out
}

// failure is an error of the whole file.
func failure(kind tillproof.ErrorKind, code string, params tillproof.Params) error {
	return &tillproof.Error{Op: "read table", Kind: kind, Code: code, Params: params}
}
