// Package pack is the drawer of dated facts: calendars, response codes, and what the handling of a case rests
// on, as data with their source.
//
// Takes the name of a calendar, a code as a terminal prints it, or a kind of case with who complains to whom.
// Gives banking days with the span that the data covers, what a response code means for the money, and the
// papers, clocks and objections of a case.
// Never answers for a day, a code or a kind that its files do not name, and holds no telephone number.
//
// The files stand in data/. Each row names its source and how well it is known: V read in the primary text, S
// a good secondary source or several that agree, K general knowledge of the trade. Names that people read
// stand in the catalogue, as "holiday." and the holiday's code, as "response." and the response code, and
// under "case_kind.", "clock.", "material.", "objection." and "law.". A row that is "unsure" has sources
// that conflict, are old or are weak, and whoever shows it says so.
package pack
