// Package locale is where codes become sentences.
//
// Takes a language, a catalogue code and parameters.
// Gives the text in Chinese or English, and money, dates and numbers as people of that language write them.
// Never holds a text that only one language has; a test compares the catalogues.
package locale
