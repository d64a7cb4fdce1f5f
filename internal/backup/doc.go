// Package backup carries a workspace in one file, and shows that it comes back.
//
// Takes an open workspace while others write it; a backup with a way to unlock it.
// Gives a file that may leave the machine; a workspace restored from it, checked; a list of what is wrong.
// Never writes over a workspace, trusts a byte that nothing covers, or carries in clear what was kept.
//
// The bytes are described in docs/backup-format.md.
package backup
