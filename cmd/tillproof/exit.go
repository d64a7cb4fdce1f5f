package main

import (
	"context"
	"errors"
	"strings"

	"github.com/tillproof/tillproof"
)

// The exit codes. Scripts rely on them: additive only. 9 is kept for commands to come (remote unreachable).
const (
	exitClean       = 0   // done; nothing abnormal
	exitFailed      = 1   // failed, unexpected
	exitUsage       = 2   // wrong usage: command line or policy
	exitPartly      = 3   // done in part: rows or files skipped, and listed
	exitDenied      = 4   // sign-in or permission needed
	exitNotFound    = 5   // a named file is not there
	exitConflict    = 6   // changed meanwhile
	exitIntegrity   = 7   // what was sealed does not agree with its seal
	exitStorage     = 8   // could not write: storage full or read-only
	exitExceptions  = 10  // done, exceptions found
	exitOverdue     = 11  // done, a deadline is overdue
	exitLocked      = 12  // another process has the workspace
	exitWrongKey    = 13  // wrong passphrase or key
	exitNewer       = 14  // the data was written by a newer version
	exitRefused     = 15  // refused for safety
	exitUnread      = 16  // no input could be read
	exitInterrupted = 130 // Ctrl-C, or the console was closed
	exitClosed      = 141 // whoever read the output has closed it (128 + SIGPIPE, as shells show it)
)

// exitOrder lists the codes from worst to best: of several that apply, the first is given. The codes before
// exitUnread that no rule orders end a command alone, so their places among each other never matter.
var exitOrder = [...]int{
	exitInterrupted, exitClosed, exitRefused, exitIntegrity, exitStorage,
	exitNewer, exitWrongKey, exitLocked, exitFailed, exitUsage, exitNotFound, exitDenied, exitConflict,
	exitUnread, exitPartly, exitOverdue, exitExceptions, exitClean,
}

// shownExits are the codes that the help page explains, in the order of their numbers.
var shownExits = [...]int{
	exitClean, exitFailed, exitUsage, exitPartly, exitNotFound, exitConflict, exitIntegrity, exitStorage,
	exitExceptions, exitOverdue, exitLocked, exitWrongKey, exitNewer, exitRefused, exitUnread,
	exitInterrupted,
}

// worst is the code to give where both apply.
func worst(a, b int) int {
	for _, code := range exitOrder {
		if code == a || code == b {
			return code
		}
	}
	return exitFailed
}

// exitOfKind gives the code of an error by what the caller can do about it.
var exitOfKind = map[tillproof.ErrorKind]int{
	tillproof.KindInvalid:         exitUnread,
	tillproof.KindNotFound:        exitNotFound,
	tillproof.KindConflict:        exitConflict,
	tillproof.KindForbidden:       exitRefused,
	tillproof.KindUnauthenticated: exitDenied,
	tillproof.KindUnsupported:     exitUnread,
	tillproof.KindTooLarge:        exitUnread,
	tillproof.KindUnavailable:     exitStorage,
	tillproof.KindInternal:        exitFailed,
}

// exitOfCode are the errors whose kind alone would say something else: input that breaks off is not output
// that cannot be written, a layout that does not exist is no missing file, and a file that holds no table is
// no mistake of a layout.
var exitOfCode = map[string]int{
	"format.read": exitUnread, "cmd.input.stdin": exitUnread, "format.profile.unknown": exitUsage,
	"format.profile.no_table": exitUnread,

	"store.locked": exitLocked, "store.locked_by": exitLocked, "store.newer": exitNewer,
	"store.damaged": exitIntegrity,

	"translog.checkpoint.origin": exitIntegrity, "translog.checkpoint.signature": exitIntegrity,
	"translog.entry": exitIntegrity, "translog.hash": exitIntegrity, "translog.proof.false": exitIntegrity,

	"vault.wrong_key": exitWrongKey, "vault.no_passphrase": exitWrongKey, "vault.newer": exitNewer,
	"vault.key_damaged": exitIntegrity, "vault.key_sum": exitIntegrity,
	"workspace.no_key_file": exitWrongKey, "workspace.index": exitIntegrity,
	"workspace.content": exitIntegrity,

	"backup.cut": exitIntegrity, "backup.damaged": exitIntegrity, "backup.forged": exitIntegrity,
	"backup.incomplete": exitIntegrity, "backup.differs": exitIntegrity, "backup.history": exitIntegrity,
	"backup.newer": exitNewer,
}

// integrityFamily are the errors of sealed objects that are not what was sealed.
const integrityFamily = "vault.object."

// usageFamilies are the errors that are the caller's words, not the content of a file.
var usageFamilies = [...]string{
	"cmd.usage.", "policy.", "decisions.", "profile.", "format.profile.", "synth.", "custom.",
	"workspace.usage.", "vault.passphrase.", "vault.key_file", "vault.recovery_key", "vault.way",
	"audit.usage.", "translog.key",
}

// exitOf is the code of an error that ended a command; of a joined error, the worst.
func exitOf(err error) int {
	code := exitClean
	for _, e := range flatten(err) {
		code = worst(code, exitOfOne(e))
	}
	return code
}

func exitOfOne(err error) int {
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	var e *tillproof.Error
	if !errors.As(err, &e) {
		return exitFailed
	}
	if code, ok := exitOfCode[e.Code]; ok {
		return code
	}
	if strings.HasPrefix(e.Code, integrityFamily) {
		return exitIntegrity
	}
	for _, family := range usageFamilies {
		if e.Kind == tillproof.KindInvalid && strings.HasPrefix(e.Code, family) {
			return exitUsage
		}
	}
	if code, ok := exitOfKind[e.Kind]; ok {
		return code
	}
	return exitFailed
}

// skipped is the code of a file that failed while others were read: the work was done in part, unless the
// failure says more than that.
func skipped(err error) int {
	switch code := exitOf(err); code {
	case exitUnread, exitConflict, exitFailed, exitDenied:
		return exitPartly
	default:
		return code
	}
}

// flatten lists the errors of a joined error in order.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range many.Unwrap() {
			all = append(all, flatten(e)...)
		}
		return all
	}
	return []error{err}
}
