// Package locale is where codes become sentences.
//
// Takes a language, a catalogue code and parameters.
// Gives the text in Chinese or English, and money, dates and numbers as people of that language write them.
// Never holds a text that only one language has; a test compares the catalogues.
//
// The catalogue is catalog/<room>.<lang>.json: a flat object, code to text, sorted by code. A text has
// places: {name} is put in as it is, {amount:money}, {day:date}, {time:time}, {rate:rate} and {n:int} are
// written as people of the language do, as are seconds that have passed {ago:span}; {n:row is|rows are} is
// the number with the words for one or for many, where Chinese has {n:int}. Where the parameter n is "1" and
// the code with ".one" exists, that text is used. Errors and issues have a second text under their code with
// ".hint": what to do next.
package locale
