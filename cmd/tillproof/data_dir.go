package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
)

// homeFlags say where a workspace lies, how it is opened, and who acts.
type homeFlags struct {
	dir, passphraseFile, keyFile, by string
	wait                             time.Duration
}

// defaultWait is how long a command waits for another one that has the workspace to itself: longer than a
// backup of a small one takes, shorter than a person's patience.
const defaultWait = 10 * time.Second

// maxWho bounds the name of whoever acts, as the log of a workspace does.
const maxWho = 200

// homeFlagSet adds the flags about workspaces to those of every command.
func (d *door) homeFlagSet(set *pflag.FlagSet) {
	set.StringVar(&d.home.dir, "data-dir", "", d.flagText("data-dir"))
	set.StringVar(&d.home.passphraseFile, "passphrase-file", "", d.flagText("passphrase-file"))
	set.StringVar(&d.home.keyFile, "key-file", "", d.flagText("key-file"))
	set.StringVar(&d.home.by, "by", "", d.flagText("by"))
	set.DurationVar(&d.home.wait, "wait", defaultWait, d.flagText("wait"))
}

// dataDir is where the workspace lies: what the flag says, else the environment, else the place that the
// system has for such things (XDG base directories 0.8, and the counterpart on Windows).
func (d *door) dataDir() (string, error) {
	for _, dir := range [...]string{d.home.dir, d.getenv("TILLPROOF_DATA_DIR")} {
		if dir != "" {
			return filepath.Abs(dir)
		}
	}
	if dir := d.getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tillproof"), nil
	}
	if dir := d.getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && filepath.IsAbs(dir) {
		return filepath.Join(dir, "tillproof"), nil
	}
	if home := d.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "share", "tillproof"), nil
	}
	return "", usage("workspace.usage.no_home", nil)
}

// databaseName is the file that makes a directory a workspace.
const databaseName = "workspace.db"

// isWorkspace reports whether the directory holds one.
func isWorkspace(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, databaseName))
	return err == nil
}

// defaultKeyFile is where the key file of a workspace lies if nobody says otherwise: apart from the
// workspace, so that a copy of the one is no copy of the other.
func (d *door) defaultKeyFile(id string) string {
	return filepath.Join(d.configDir(), "keys", id+".key")
}

// who says who acts and where from. A card number in the name would stay in the log for ever.
func (d *door) who() (by, from string) {
	by = d.home.by
	if by == "" {
		by = d.getenv("USER")
	}
	if by == "" {
		if u, err := user.Current(); err == nil {
			by = u.Username
		}
	}
	if by = oneLine(mask(by)); by == "" {
		by = "unknown"
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	return cutText(by, maxWho), cutText("cli@"+oneLine(mask(host)), maxWho)
}

// oneLine is a text as one line without what a console would obey.
func oneLine(s string) string { return strings.TrimSpace(harmless(s)) }

// cutText cuts a text at a whole character.
func cutText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// maxSecret bounds what is read as a passphrase; a longer file is not one.
const maxSecret = 4096

// secretPassphrase is the passphrase of the call: the first line of the file, else what a person types.
func (d *door) secretPassphrase() ([]byte, error) {
	if d.home.passphraseFile != "" {
		return passphraseOf(d.home.passphraseFile)
	}
	if !d.canAsk() {
		return nil, usage("workspace.usage.passphrase", nil)
	}
	return d.askSecret("workspace.ask.passphrase")
}

// passphraseOf reads a passphrase file: its first line.
func passphraseOf(path string) ([]byte, error) {
	name, text, err := readWhole(path, maxSecret)
	if err != nil {
		return nil, renamed(err, "workspace.usage.passphrase_file")
	}
	line, _, _ := bytes.Cut(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(text) > maxSecret || len(line) == 0 {
		return nil, &tillproof.Error{
			Op: "read passphrase", Kind: tillproof.KindInvalid, Code: "workspace.usage.passphrase_file",
			Place: tillproof.Place{File: name},
		}
	}
	return line, nil
}

// canAsk reports whether a person can be asked for something that must not be seen.
func (d *door) canAsk() bool { return !d.noInput && isConsole(d.std.in) && isConsole(d.std.err) }

// askSecret asks a person and shows nothing of the answer.
func (d *door) askSecret(code string) ([]byte, error) {
	fmt.Fprint(d.std.err, d.text(code, nil))
	fd, _ := descriptor(d.std.in)
	secret, err := term.ReadPassword(fd)
	fmt.Fprintln(d.std.err)
	if err != nil {
		return nil, usage("workspace.usage.passphrase", nil)
	}
	return secret, nil
}

// today is the day on the clock of this machine.
func (d *door) today() tillproof.Date {
	day, _ := tillproof.NewDate(d.now().Date())
	return day
}

// keptOptions say how what a workspace keeps is shown.
func (d *door) keptOptions() kept.Options {
	return kept.Options{
		Options: d.reportOptions(outputFlags{}), Zone: d.now().Location(), Today: d.today(),
	}
}

// group is a command that only holds others.
func (d *door) group(name string, parts ...*cobra.Command) *cobra.Command {
	group := d.command(name, "COMMAND")
	group.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args)
		}
		return nil
	}
	group.RunE = func(c *cobra.Command, _ []string) error { d.writeHelp(d.std.out, c); return nil }
	group.AddCommand(parts...)
	return group
}

// some makes a command of a group take one word or more, as args names them.
func some(cmd *cobra.Command, word string) *cobra.Command {
	cmd.Args = func(c *cobra.Command, given []string) error {
		if len(given) == 0 {
			call := c.Parent().CommandPath() + " " + c.Use
			return usage("cmd.usage.argument_missing", tillproof.Params{"word": word, "call": call})
		}
		return nil
	}
	return cmd
}

// atMost makes a command of a group take no more words than that, and none at all.
func atMost(cmd *cobra.Command, most int) *cobra.Command {
	cmd.Args = func(_ *cobra.Command, given []string) error {
		if len(given) > most {
			return usage("cmd.usage.argument", tillproof.Params{"word": mask(given[most])})
		}
		return nil
	}
	return cmd
}

// reasonFlag adds the reason of an act to a command.
func (d *door) reasonFlag(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", d.flagText("why"))
}

// reasonOf is a reason as it is kept: one line, full card numbers masked.
func reasonOf(s string) string { return oneLine(mask(s)) }

// needReason is reasonOf where nothing is done without one.
func needReason(s string) (string, error) {
	if s = reasonOf(s); s == "" {
		return "", usage("workspace.usage.reason", nil)
	}
	return s, nil
}

// answer writes an answer of the workspace, for a person or for a program.
func (d *door) answer(c *cobra.Command, text, json func(io.Writer) error) error {
	return d.stdout(c.Context(), func(w io.Writer) error {
		if d.json {
			return json(w)
		}
		return text(w)
	})
}
