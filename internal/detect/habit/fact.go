package habit

import (
	"math"
	"strings"
)

// Missing is the value of a fact that the data does not show. It is never a number.
const Missing = math.MinInt32

// Vector is what is known about one transaction just before it is added, one number for each fact of Facts.
type Vector [FactCount]int32

// Unit says how a fact is read.
type Unit uint8

// The units.
const (
	Count    Unit = iota
	Times         // thousandths of what is usual
	Share         // thousandths of a whole
	Rare          // millionths of a whole
	Seconds       // a span of time
	Days          // of the calendar
	Minor         // minor units of the row's currency
	Steps         // hundredths of the usual scatter
	Clock         // minutes after midnight
	Weekday       // 0 is Monday
	Doubling      // 256ths of a doubling of the odds
	Choice        // 0 or 1, or the number of a named value
)

// Fact describes one place of a Vector. Its text is in the catalogue under "habit.fact." + Name.
type Fact struct {
	Name string
	Unit Unit
}

// OfTerminal reports whether the fact is about the terminal, not about the card or the row.
func (f Fact) OfTerminal() bool { return strings.HasPrefix(f.Name, "terminal_") }

// The facts, in the order of a Vector. A model file names them, so that a model of another list is refused.
const (
	Amount = iota
	AmountRatio
	TimeOfDay
	DayOfWeek
	Kind
	Declined
	EntryMode

	CardRatio
	CardSteps
	CardOverLargest
	CardUsual
	CardRows
	CardAge
	CardSince
	CardRows1h
	CardRows3h
	CardRows1d
	CardRows7d
	CardRows30d
	CardPace
	CardSpent3h
	CardSpent1d
	CardRaised1d
	CardRaised3d
	CardRaised7d
	CardRaised14d
	CardHigh3d
	CardHigh7d
	CardHigh14d
	CardVeryHigh7d
	CardVeryHigh14d
	CardHighShare14d
	CardHighPending
	CardHighCleared
	CardHighFraud
	CardSinceHigh
	CardSinceFirstHigh
	CardFirstHighDays
	CardHourShare
	CardEntryShare
	CardNewTerminal
	CardNewTerminals3h
	CardNewTerminals1d
	CardNewShare
	CardNewKind
	CardSmallRun
	CardDeclines1d
	CardFrauds16d
	CardFrauds30d
	CardHighFrauds30d
	CardPlainFrauds30d
	CardSinceFraud
	CardGood

	TerminalRatio
	TerminalUsual
	TerminalRows
	TerminalAge
	TerminalSince
	TerminalRows10m
	TerminalRows1h
	TerminalPace
	TerminalRows1d
	TerminalRows7d
	TerminalRows30d
	TerminalCards
	TerminalHighShare
	TerminalSmallShare
	TerminalDeclineShare
	TerminalNewShare
	TerminalMeanRatio
	TerminalHourShare
	TerminalEntryShare
	TerminalFrauds8d
	TerminalFrauds14d
	TerminalFrauds30d
	TerminalPlain14d
	TerminalPlain30d
	TerminalFraudShare14d
	TerminalFraudShare30d
	TerminalFraudShare
	TerminalStreak
	TerminalStreakAge
	TerminalStreakDays
	TerminalBeforeStreak
	TerminalGoodSince
	TerminalSincePlain
	TerminalOdds
	TerminalOddsGain
	TerminalOddsRate
	TerminalOddsAge
	TerminalOddsFrauds
	TerminalOddsShare
	TerminalGood

	MerchantRatio
	MerchantSteps
	MerchantHourShare
	MerchantDeclineShare
	MerchantFraudShare
	CategoryRatio
	CategorySteps
	CategoryHourShare
	CategoryFraudShare

	FactCount
)

// Facts describes every place of a Vector.
var Facts = [FactCount]Fact{
	Amount:      {"amount", Minor},
	AmountRatio: {"amount_ratio", Times},
	TimeOfDay:   {"time_of_day", Clock},
	DayOfWeek:   {"weekday", Weekday},
	Kind:        {"kind", Choice},
	Declined:    {"declined", Choice},
	EntryMode:   {"entry_mode", Choice},

	CardRatio:          {"card_ratio", Times},
	CardSteps:          {"card_steps", Steps},
	CardOverLargest:    {"card_over_largest", Times},
	CardUsual:          {"card_usual", Minor},
	CardRows:           {"card_rows", Count},
	CardAge:            {"card_age", Seconds},
	CardSince:          {"card_since", Seconds},
	CardRows1h:         {"card_rows_1h", Count},
	CardRows3h:         {"card_rows_3h", Count},
	CardRows1d:         {"card_rows_1d", Count},
	CardRows7d:         {"card_rows_7d", Count},
	CardRows30d:        {"card_rows_30d", Count},
	CardPace:           {"card_pace", Times},
	CardSpent3h:        {"card_spent_3h", Times},
	CardSpent1d:        {"card_spent_1d", Times},
	CardRaised1d:       {"card_raised_1d", Count},
	CardRaised3d:       {"card_raised_3d", Count},
	CardRaised7d:       {"card_raised_7d", Count},
	CardRaised14d:      {"card_raised_14d", Count},
	CardHigh3d:         {"card_high_3d", Count},
	CardHigh7d:         {"card_high_7d", Count},
	CardHigh14d:        {"card_high_14d", Count},
	CardVeryHigh7d:     {"card_very_high_7d", Count},
	CardVeryHigh14d:    {"card_very_high_14d", Count},
	CardHighShare14d:   {"card_high_share_14d", Share},
	CardHighPending:    {"card_high_pending", Count},
	CardHighCleared:    {"card_high_cleared", Count},
	CardHighFraud:      {"card_high_fraud", Count},
	CardSinceHigh:      {"card_since_high", Seconds},
	CardSinceFirstHigh: {"card_since_first_high", Seconds},
	CardFirstHighDays:  {"card_first_high_days", Days},
	CardHourShare:      {"card_hour_share", Share},
	CardEntryShare:     {"card_entry_share", Share},
	CardNewTerminal:    {"card_new_terminal", Choice},
	CardNewTerminals3h: {"card_new_terminals_3h", Count},
	CardNewTerminals1d: {"card_new_terminals_1d", Count},
	CardNewShare:       {"card_new_share", Share},
	CardNewKind:        {"card_new_category", Choice},
	CardSmallRun:       {"card_small_run", Count},
	CardDeclines1d:     {"card_declines_1d", Count},
	CardFrauds16d:      {"card_frauds_16d", Count},
	CardFrauds30d:      {"card_frauds_30d", Count},
	CardHighFrauds30d:  {"card_high_frauds_30d", Count},
	CardPlainFrauds30d: {"card_plain_frauds_30d", Count},
	CardSinceFraud:     {"card_since_fraud", Seconds},
	CardGood:           {"card_good", Count},

	TerminalRatio:         {"terminal_ratio", Times},
	TerminalUsual:         {"terminal_usual", Minor},
	TerminalRows:          {"terminal_rows", Count},
	TerminalAge:           {"terminal_age", Seconds},
	TerminalSince:         {"terminal_since", Seconds},
	TerminalRows10m:       {"terminal_rows_10m", Count},
	TerminalRows1h:        {"terminal_rows_1h", Count},
	TerminalPace:          {"terminal_pace", Times},
	TerminalRows1d:        {"terminal_rows_1d", Count},
	TerminalRows7d:        {"terminal_rows_7d", Count},
	TerminalRows30d:       {"terminal_rows_30d", Count},
	TerminalCards:         {"terminal_cards", Share},
	TerminalHighShare:     {"terminal_high_share", Share},
	TerminalSmallShare:    {"terminal_small_share", Share},
	TerminalDeclineShare:  {"terminal_decline_share", Share},
	TerminalNewShare:      {"terminal_new_share", Share},
	TerminalMeanRatio:     {"terminal_mean_ratio", Times},
	TerminalHourShare:     {"terminal_hour_share", Share},
	TerminalEntryShare:    {"terminal_entry_share", Share},
	TerminalFrauds8d:      {"terminal_frauds_8d", Count},
	TerminalFrauds14d:     {"terminal_frauds_14d", Count},
	TerminalFrauds30d:     {"terminal_frauds_30d", Count},
	TerminalPlain14d:      {"terminal_plain_14d", Count},
	TerminalPlain30d:      {"terminal_plain_30d", Count},
	TerminalFraudShare14d: {"terminal_fraud_share_14d", Share},
	TerminalFraudShare30d: {"terminal_fraud_share_30d", Share},
	TerminalFraudShare:    {"terminal_fraud_share", Rare},
	TerminalStreak:        {"terminal_streak", Count},
	TerminalStreakAge:     {"terminal_streak_age", Seconds},
	TerminalStreakDays:    {"terminal_streak_days", Days},
	TerminalBeforeStreak:  {"terminal_before_streak", Seconds},
	TerminalGoodSince:     {"terminal_good_since", Count},
	TerminalSincePlain:    {"terminal_since_plain", Seconds},
	TerminalOdds:          {"terminal_odds", Doubling},
	TerminalOddsGain:      {"terminal_odds_gain", Doubling},
	TerminalOddsRate:      {"terminal_odds_rate", Choice},
	TerminalOddsAge:       {"terminal_odds_age", Seconds},
	TerminalOddsFrauds:    {"terminal_odds_frauds", Count},
	TerminalOddsShare:     {"terminal_odds_share", Share},
	TerminalGood:          {"terminal_good", Count},

	MerchantRatio:        {"merchant_ratio", Times},
	MerchantSteps:        {"merchant_steps", Steps},
	MerchantHourShare:    {"merchant_hour_share", Share},
	MerchantDeclineShare: {"merchant_decline_share", Share},
	MerchantFraudShare:   {"merchant_fraud_share", Rare},
	CategoryRatio:        {"category_ratio", Times},
	CategorySteps:        {"category_steps", Steps},
	CategoryHourShare:    {"category_hour_share", Share},
	CategoryFraudShare:   {"category_fraud_share", Rare},
}
