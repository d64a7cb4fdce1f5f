// Package tariff finds the fees that an acquirer really charges: the tariff of each card kind, the days on
// which it changed, and what that costs.
//
// Takes a run whose records are read and matched, and the tariff of its policy where it has one.
// Gives for each merchant and card kind the tariffs that explain the fees to the minor unit, day by day.
// Never reckons with a float, never calls a tariff found that the rows leave open, never changes a record.
package tariff
