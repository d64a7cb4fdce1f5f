// Package workspace keeps what a merchant has: files, runs, decisions and verdicts, and says where it stands.
//
// Takes files as they are imported, and acts of people, each with who and why.
// Gives previews, imports that can be undone, kept runs, exceptions with their history, and a status.
// Never compares money itself (internal/recon does), never writes SQL, never shows a full card number.
package workspace
