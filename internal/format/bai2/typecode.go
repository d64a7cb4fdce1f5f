package bai2

// direction is which way a type code moves money in the account.
type direction int8

const (
	unknown     direction = iota // a code that names none: a balance, a bank's status, a code of nobody
	credit                       // money comes in
	debit                        // money goes out
	nonMonetary                  // text only
)

// codeRange is a stretch of type codes that move money the same way.
type codeRange struct {
	first, last int
	way         direction
}

// codeRanges are the type codes of details. Source: Cash Management Balance Reporting Specifications, version
// 2, appendix A (BAI 2005, since 2009 with ASC X9), looked up 2026-11. The codes of loans (7xx) are seen from
// the loan's account: a payment is its credit. The 9xx are each bank's own; the specification gives
// 920–959 to credits and 960–999 to debits, and 900–919 to statuses.
var codeRanges = [...]codeRange{
	{100, 399, credit},
	{400, 699, debit},
	{720, 728, credit},
	{760, 760, debit},
	{890, 890, nonMonetary},
	{920, 959, credit},
	{960, 999, debit},
}

// directionOf is the direction of a type code; unknown where the specification gives none.
func directionOf(code int) direction {
	for _, r := range codeRanges {
		if code >= r.first && code <= r.last {
			return r.way
		}
	}
	return unknown
}

// The status and summary codes of an account header (03) that a statement has a place for.
const (
	openingLedger = 10
	closingLedger = 15
	totalCredits  = 100
	totalDebits   = 400
)
