// Package formattest holds what the tests of the leaf formats share.
//
// Takes a format's list, a file's bytes, and what a person worked out from the file by hand.
// Gives what was read as lines that can be compared with that.
// Never enters the program: a test holds that only tests import it.
package formattest
