// Package storetest says what a store must do, for whatever engine keeps it.
//
// Takes a Maker of empty workspaces.
// Gives the tests of everything that internal/workspace asks of a store, by its methods alone.
// Never looks into a store's files or tables, and never uses what only one engine has.
//
// acts.go lists every act once; each of them is held to the same rules: one act has one entry, a failure has
// none, a retry has one effect. The other files are histories worked out by hand.
package storetest
