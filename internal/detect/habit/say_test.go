package habit

import (
	"testing"

	"github.com/tillproof/tillproof"
)

func TestSay(t *testing.T) {
	for _, c := range []struct {
		fact        int
		value       int32
		code, param string
		want        string
	}{
		{CardRatio, 6250, "habit.fact.card_ratio", "n", "6.3"},
		{CardRatio, 149, "habit.fact.card_ratio", "n", "0.15"},
		{Amount, 123450, "habit.fact.amount", "n", "1234.50 CNY"},
		{CardHighShare14d, 333, "habit.fact.card_high_share_14d", "n", "33%"},
		{CategoryFraudShare, 12_500, "habit.fact.category_fraud_share", "n", "1.25%"},
		{TimeOfDay, 130, "habit.fact.time_of_day", "n", "02:10"},
		{CardSteps, -149, "habit.fact.card_steps", "n", "-1.5"},
		{TerminalOdds, 640, "habit.fact.terminal_odds", "n", "2.5"},
		{TerminalStreak, 9, "habit.fact.terminal_streak", "n", "9"},
		{CardNewTerminal, 1, "habit.fact.card_new_terminal", "n", "1"},
		{CardNewTerminal, 0, "habit.fact.card_new_terminal.no", "n", ""},
		{EntryMode, int32(tillproof.EntryKeyed), "habit.fact.entry_mode", "entry", "keyed"},
		{Kind, int32(tillproof.Refund), "habit.fact.kind", "kind", "refund"},
		{TerminalOddsRate, 1, "habit.fact.terminal_odds_rate", "rate", "50%"},
	} {
		n := Say(c.fact, c.value, 414, tillproof.CNY)
		if n.Code != c.code || n.Params[c.param] != c.want || n.Params["share"] != "41" {
			t.Errorf("%s %d: %+v, want %q", Facts[c.fact].Name, c.value, n, c.want)
		}
	}
}
