// Command tillproof is the front door of the house.
//
// Takes the words of a command line, the files they name, standard input and the environment.
// Gives a report, a file or an error on the right stream, in Chinese or English, and an exit code.
// Never keeps what it read, never asks for anything that a script could not answer, never calls home.
//
// One file holds one command; wire.go alone knows every room; exit.go holds the one table of exit codes.
package main
