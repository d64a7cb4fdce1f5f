package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// streams are the three open files of a process, and what it must not leave behind.
type streams struct {
	in       io.Reader
	out, err io.Writer
	scratch  *leftovers // nil: whoever calls looks after it
}

// door is one call of the program: its streams, its environment and what the global flags say.
type door struct {
	std    streams
	args   []string
	getenv func(string) string
	now    func() time.Time
	lang   locale.Lang

	json, quiet, noColor, noInput bool

	config  string   // the folder of the user's settings, "" where the flag does not say
	layouts *layouts // of this call; nil until somebody asks

	running string    // the words of the command, without its arguments
	home    homeFlags // of the workspace
	limits  limits    // of its reconciliations; zero: the defaults

	decisions []tillproof.Decision // what people ruled by hand
	basis     tillproof.Basis      // the digests of the policy and the decisions

	rules  *rulesFolder // of the user; nil where none were named
	trials *rulesAsked  // those rules on their way through a reconciliation
	asked  askedBeside  // beside the book of rules

	spoolMax int64 // bytes that standard input may have
	exit     int   // the worst code of the results so far
}

// run is the whole program as a function: what main calls, and what tests call. It answers the exit code.
func run(
	ctx context.Context, args []string, std streams, getenv func(string) string, now func() time.Time,
) int {
	d := &door{std: std, args: args, getenv: getenv, now: now, spoolMax: maxStdin}
	completing := len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
	if err := d.scanGlobals(); err != nil && !completing { // a word that is still being typed is no mistake
		d.tell(err)
		return exitUsage
	}
	root := d.root()
	root.SetArgs(append([]string{}, args...))
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil {
		err = interrupted()
	}
	if err == nil {
		return d.exit
	}
	if errors.Is(err, syscall.EPIPE) && errors.Is(err, errStdout) {
		return exitClosed
	}
	d.tell(err)
	return worst(d.exit, exitOf(err))
}

func interrupted() error {
	return &tillproof.Error{
		Op: "run", Kind: tillproof.KindUnavailable, Code: "cmd.interrupted", Err: context.Canceled,
	}
}

// tellInterrupted speaks for a run that is too deep in its work to do so itself.
func tellInterrupted(args []string, std streams, getenv func(string) string) {
	d := &door{std: std, args: args, getenv: getenv}
	_ = d.scanGlobals() // the run has complained about them
	d.tell(interrupted())
}

// scanGlobals finds the language and the form of errors before the command line is parsed, because the help
// texts and a mistake in the command line itself need them.
func (d *door) scanGlobals() error {
	d.lang = locale.FromEnv(d.getenv)
	var bad error
	for i, arg := range d.args {
		value, isLang := strings.CutPrefix(arg, "--lang=")
		switch {
		case arg == "--":
			return bad
		case arg == "--json":
			d.json = true
		case arg == "--lang" && i+1 < len(d.args):
			value, isLang = d.args[i+1], true
		}
		if !isLang {
			continue
		}
		lang, known := locale.Parse(value)
		if !known {
			bad = usage("cmd.usage.lang", tillproof.Params{"value": mask(value)})
			continue
		}
		d.lang = lang
	}
	return bad
}

// text is the catalogue's text in the caller's language.
func (d *door) text(code string, p tillproof.Params) string { return locale.Text(d.lang, code, p) }

// usage is a mistake in the command line.
func usage(code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "parse arguments", Kind: tillproof.KindInvalid, Code: code, Params: p}
}

// asError is the vocabulary's error within err; anything else is one that nobody foresaw.
func asError(err error) *tillproof.Error {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e
	}
	return &tillproof.Error{
		Op: "run", Kind: tillproof.KindInternal, Code: "cmd.internal",
		Params: tillproof.Params{"cause": mask(err.Error())}, Err: err,
	}
}
