// Package recon is the main job: files in, the truth out.
//
// Takes open files with the side the user named, the list of formats, and the merchant's policy.
// Gives a Run: what was read, how it matched, what is wrong and what it costs.
// Never keeps anything, never reads a clock, and never lets one bad file hide what the others say.
package recon
