// Package vault keeps the bytes that a workspace was given: each file once, under its SHA-256, sealed.
//
// Takes bytes, and a way to unlock: a passphrase, a key file, or the recovery key.
// Gives the bytes back, whole or not at all, and the names of the objects that are damaged.
// Never holds an object whole in memory, writes one in clear, or shows a secret.
//
// The files are described in docs/vault-format.md. What is acknowledged lies on the disk: a file is written
// beside its place, forced to the disk, renamed, and its folder forced to the disk.
package vault
