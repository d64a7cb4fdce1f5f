//go:build !torture

package vault

// torture asks for every operation in every mode and every byte, instead of a part of them.
const torture = false
