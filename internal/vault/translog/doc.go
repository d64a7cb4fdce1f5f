// Package translog is the bytes of the audit log: entries, the Merkle tree over them, signed heads, proofs,
// and the verification of a whole log. The format has a page of its own, docs/log-format.md.
//
// Takes acts, stored entries and hashes, keys as texts, checkpoints and proofs as bytes.
// Gives the bytes to store, checkpoints, proofs, and a Report that names the first bad entry.
// Never stores anything, never asks a clock, never believes a stored hash it has not computed itself.
//
// Writing: a store calls Encode for an act and Append for the hashes, and inserts both in the transaction of
// the act's effect. Reading: Decode. Outside: Sign and Open a checkpoint, Prove and CheckProof one entry,
// Verify everything.
package translog
