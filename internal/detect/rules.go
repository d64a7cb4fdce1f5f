package detect

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// The rules of the default book.
const (
	OutOfHours           tillproof.RuleID = "out_of_hours"
	RefundWithoutSale    tillproof.RuleID = "refund_without_sale"
	UnknownTerminal      tillproof.RuleID = "unknown_terminal"
	DuplicateCapture     tillproof.RuleID = "duplicate_capture"
	SplitUnderLimit      tillproof.RuleID = "split_under_limit"
	BatchNotClosed       tillproof.RuleID = "batch_not_closed"
	DeclinesThenApproval tillproof.RuleID = "declines_then_approval"
	CardRepeats          tillproof.RuleID = "card_repeats"
	RoundSums            tillproof.RuleID = "round_sums"
	UnknownOutcome       tillproof.RuleID = "unknown_outcome"
	FeeChanged           tillproof.RuleID = "fee_changed"
	FeeRaised            tillproof.RuleID = "fee_raised"
	NewCharge            tillproof.RuleID = "new_charge"
	SettlementFrozen     tillproof.RuleID = "settlement_frozen"
	AccountChanged       tillproof.RuleID = "account_changed"
	UnprovenPayment      tillproof.RuleID = "unproven_payment"
	CodeSwapped          tillproof.RuleID = "code_swapped"
	OfflineUpload        tillproof.RuleID = "offline_upload"

	AlertThenApproval     tillproof.RuleID = "alert_then_approval"
	FallbackSwipe         tillproof.RuleID = "fallback_swipe"
	KeyedEntry            tillproof.RuleID = "keyed_entry"
	RefundToOtherCard     tillproof.RuleID = "refund_to_other_card"
	TerminalManyMerchants tillproof.RuleID = "terminal_many_merchants"
	TerminalMoved         tillproof.RuleID = "terminal_moved"
	SequenceBreak         tillproof.RuleID = "sequence_break"
	CounterSilent         tillproof.RuleID = "counter_silent"
	NewTerminal           tillproof.RuleID = "new_terminal"
	CardTesting           tillproof.RuleID = "card_testing"
	UnusualHours          tillproof.RuleID = "unusual_hours"
	CashOut               tillproof.RuleID = "cash_out"
	JustBelowLimit        tillproof.RuleID = "just_below_limit"
)

// Default is the book of rules in force: most severe first.
func Default() Book {
	return Book{Version: 4, Rules: slices.Concat(
		transactionRules(), cardRules(), stolenRules(), refundRules(), deviceRules(), patternRules(),
		feeRules(), payoutRules(), proofRules(),
	)}
}

// transactionRules look at one transaction, terminal or batch.
func transactionRules() []Rule {
	return []Rule{
		{
			ID: OutOfHours, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows, NeedHours}, stream: outOfHours, say: sayOutOfHours,
			Params:  []Param{{"gap", 6 * 3600, "s"}},
			Reasons: []string{"detect.out_of_hours", "detect.out_of_hours.closed"},
		},
		{
			ID: RefundWithoutSale, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows}, stream: refundWithoutSale, say: sayRefund,
			Params: []Param{{"reach", 180 * 86_400, "s"}},
			Reasons: []string{
				"detect.refund_without_sale", "detect.refund_without_sale.unnamed",
				"detect.refund_above_sale",
			},
		},
		{
			ID: UnknownTerminal, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows, NeedTerminals}, stream: unknownTerminal, say: sayUnknownTerminal,
			Reasons: []string{"detect.unknown_terminal"},
		},
		{
			ID: DuplicateCapture, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows}, stream: duplicateCapture, say: sayCapturedTwice,
			Reasons: []string{
				"detect.duplicate_capture.rrn", "detect.duplicate_capture.auth",
				"detect.duplicate_capture.order",
			},
		},
		{
			ID: BatchNotClosed, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedLog, NeedReport}, test: batchNotClosed,
			Params:  []Param{{"rows", 2, "rows"}},
			Reasons: []string{"detect.batch_not_closed"},
		},
		{
			ID: UnknownOutcome, Version: 1, Severity: tillproof.Info, Score: scoreInfo,
			Needs: []Need{NeedLog}, test: unknownOutcome,
			Params: []Param{{"window", 600, "s"}},
			Reasons: []string{
				"detect.unknown_outcome.approved", "detect.unknown_outcome.failed",
				"detect.unknown_outcome.alone", "detect.unknown_outcome.no_card",
			},
		},
	}
}

// cardRules look at one card at one merchant.
func cardRules() []Rule {
	return []Rule{
		{
			ID: SplitUnderLimit, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows, NeedSplitLimit}, stream: splitUnderLimit, say: saySplit,
			Params: []Param{
				{"rows", 3, "rows"},
				{"window", 1800, "s"},
				{"near", 700, "permille"},
			},
			Reasons: []string{"detect.split_under_limit"},
		},
		{
			ID: DeclinesThenApproval, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			AtRisk: true, Needs: []Need{NeedRows}, stream: declinesThenApproval, say: sayRefusedThenPaid,
			Params: []Param{
				{"rows", 3, "rows"},
				{"window", 900, "s"},
			},
			Reasons: []string{"detect.declines_then_approval"},
		},
		{
			ID: CardRepeats, Version: 1, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedRows}, stream: cardRepeats, say: together,
			Params: []Param{
				{"rows", 5, "rows"},
				{"window", 3600, "s"},
			},
			Reasons: []string{"detect.card_repeats"},
		},
		{
			ID: RoundSums, Version: 2, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedRows}, stream: roundSums, say: sayRoundSums,
			Params: []Param{
				{"rows", 3, "rows"},
				{"unit", 50_000, "minor"},
			},
			Reasons: []string{"detect.round_sums"},
		},
	}
}
