// Package tilltest reads what the scenarios of the pure rooms write as text.
//
// Takes the lines of a section; a row is "name kind amount time key=value ...".
// Gives records, amounts and days; what it cannot read fails the test.
// Never is imported by code that is no test.
package tilltest
