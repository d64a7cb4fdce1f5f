// Package pack is the drawer of dated facts: calendars and response codes, as data with their source.
//
// Takes the name of a calendar, or a code as a terminal prints it.
// Gives banking days with the span that the data covers, and what a response code means for the money.
// Never answers for a day or a code that its files do not name.
//
// The files stand in data/. Each row names its source and how well it is known: V read in the primary text, S
// a good secondary source or several that agree, K general knowledge of the trade. Names that people read
// stand in the catalogue, as "holiday." and the holiday's code, and as "response." and the response code.
package pack
