// Package kept is how a workspace looks: its imports, runs, decisions, exceptions and status, on a terminal
// and as JSON.
//
// Takes what the workspace service answers, and how it is to be shown.
// Gives bytes to a writer: the same bytes for the same answer; texts of files are cleaned as in every report.
// Never asks a store, never computes a figure, and never shows the content of a file beyond an exception's
// own few rows.
package kept
