// Package custom holds the rules that users write themselves, in the Common Expression Language.
//
// Takes files of rules from a folder.
// Gives rules that the engine asks like its own, each checked when it was saved.
// Never lets a rule cost more than its limit, never runs one that names a fact that does not exist.
package custom
