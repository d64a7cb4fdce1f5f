package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillproof/tillproof"
)

// writeHelp prints the page of a command: what it is for, how it is called, its parts, its exit codes.
func (d *door) writeHelp(w io.Writer, cmd *cobra.Command) {
	head := func(code string) { fmt.Fprintf(w, "\n%s\n", d.paint(w, bold, d.text(code, nil))) }
	fmt.Fprintln(w, cmd.Long)
	head("cmd.help.usage")
	fmt.Fprintf(w, "  %s\n", usageLine(cmd))
	var rows [][2]string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			rows = append(rows, [2]string{sub.Name(), sub.Short})
		}
	}
	if len(rows) > 0 {
		head("cmd.help.commands")
		columns(w, rows)
	}
	if cmd.HasParent() {
		if rows = d.flagRows(cmd, cmd.LocalNonPersistentFlags()); len(rows) > 0 {
			head("cmd.help.flags")
			columns(w, rows)
		}
	}
	head("cmd.help.global_flags")
	columns(w, d.flagRows(cmd.Root(), cmd.Root().PersistentFlags()))
	if cmd.Example != "" {
		head("cmd.help.examples")
		fmt.Fprintln(w, cmd.Example)
	}
	if !cmd.HasParent() {
		head("cmd.help.exits")
		columns(w, d.exitRows())
		fmt.Fprintf(w, "\n%s\n", d.text("cmd.help.more", nil))
	}
}

func usageLine(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return cmd.Name() + " COMMAND [FLAGS]"
	}
	return cmd.Parent().CommandPath() + " " + cmd.Use
}

// valueNames are the names of flag values on help pages: what a person puts there. Where a flag takes
// something else at one command, that command stands before it.
var valueNames = map[string]string{
	"acquirer": "FILE", "alerts-per-day": "N", "as-of": "DATE", "bank": "FILE", "by": "NAME", "cards": "N",
	"check out": "DIR", "checkpoint": "FILE|SHORT", "limit": "N", "log kind": "NAME", "log-key": "KEY",
	"since": "DATE", "data-dir": "DIR", "key-file": "FILE", "list kind": "NAME", "list side": "SIDE",
	"new-key-file": "FILE", "new-passphrase-file": "FILE",
	"passphrase-file": "FILE", "period": "PERIOD", "run out": "DIR", "state": "NAME,...", "wait": "SPAN",
	"compare in": "FILE",
	"config-dir": "DIR", "currency": "CODE", "custom": "NAME,...", "date-order": "[FILE=]ymd|dmy|mdy",
	"days": "N", "decisions": "FILE", "detect in": "FILE", "dir": "DIR", "explain in": "DIR|FILE",
	"from": "DATE", "html": "FILE", "in": "DIR", "kind": "NAME,...", "label-delay": "SPAN",
	"labels": "FILE", "lang": "zh|en", "memory": "SIZE", "merchants": "N", "model": "FILE", "months": "N",
	"name": "NAME", "noise": "NAME,...", "out": "FILE", "own": "FILE", "policy": "FILE",
	"profile": "[FILE=]NAME", "rank": "money|chance", "reason": "TEXT", "results": "FILE", "rules": "DIR",
	"scores": "FILE", "seed": "S", "side": "terminal|acquirer|bank", "terminal": "FILE", "test in": "FILE",
	"train in": "FILE", "until": "DATE", "write": "DIR", "xlsx": "FILE", "year": "YYYY",
}

// valueName is what stands behind a flag of a command, "" for a flag that takes no value.
func valueName(cmd *cobra.Command, flag string) string {
	if own, ok := valueNames[cmd.Name()+" "+flag]; ok {
		return own
	}
	return valueNames[flag]
}

// flagRows lists flags in the order of the alphabet, with what holds where they are not given.
func (d *door) flagRows(cmd *cobra.Command, set *pflag.FlagSet) [][2]string {
	var rows [][2]string
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		left := "    --" + f.Name
		if f.Shorthand != "" {
			left = "-" + f.Shorthand + ", --" + f.Name
		}
		about := f.Usage
		if value := defaultOf(f); value != "" {
			about += d.text("cmd.help.default", tillproof.Params{"value": value})
		}
		rows = append(rows, [2]string{strings.TrimRight(left+" "+valueName(cmd, f.Name), " "), about})
	})
	return rows
}

// defaultOf is the value of a flag that is not given, "" where there is none. That of --lang is the system's,
// which its text says.
func defaultOf(f *pflag.Flag) string {
	value := strings.Trim(f.DefValue, "[]")
	if value == "0" || f.Value.Type() == "bool" || f.Name == "lang" {
		return ""
	}
	return value
}

func (d *door) exitRows() [][2]string {
	var rows [][2]string
	for _, code := range shownExits {
		n := strconv.Itoa(code)
		rows = append(rows, [2]string{n, d.text("cmd.exit."+n, nil)})
	}
	return rows
}

// columns prints two columns; the first holds Latin letters only, so its width is its length.
func columns(w io.Writer, rows [][2]string) {
	width := 0
	for _, r := range rows {
		width = max(width, len(r[0]))
	}
	for _, r := range rows {
		fmt.Fprintf(w, "  %-*s  %s\n", width, r[0], r[1])
	}
}

// helpCommand is `help [COMMAND]`.
func (d *door) helpCommand() *cobra.Command {
	cmd := d.command("help", "[COMMAND]")
	type shell = cobra.ShellCompDirective
	cmd.ValidArgsFunction = func(c *cobra.Command, args []string, _ string) ([]string, shell) {
		var names []string
		for _, sub := range c.Root().Commands() {
			if len(args) == 0 && !sub.Hidden {
				names = append(names, sub.Name()+"\t"+sub.Short)
			}
		}
		return names, noFiles
	}
	cmd.RunE = func(c *cobra.Command, args []string) error {
		about, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 || about == nil {
			if about == nil || len(rest) == 0 {
				about, rest = c.Root(), args
			}
			return unknownCommand(about, rest)
		}
		d.writeHelp(d.std.out, about)
		return nil
	}
	return cmd
}

// unknownCommand names the word that is no command, and what it may have been meant to be. Nothing is run on
// a guess.
func unknownCommand(group *cobra.Command, args []string) error {
	word := args[0]
	call := programName + " help" + strings.TrimPrefix(group.CommandPath(), programName)
	p := tillproof.Params{"word": mask(word), "call": call}
	group.SuggestionsMinimumDistance = maxTypo
	near := group.SuggestionsFor(word)
	begun := slices.DeleteFunc(slices.Clone(near), func(s string) bool { return !strings.HasPrefix(s, word) })
	if len(begun) > 0 {
		near = begun // who stopped in the middle of a word meant that one
	}
	if len(near) > 0 {
		p["near"] = strings.Join(near, ", ")
		return usage("cmd.usage.command_near", p)
	}
	return usage("cmd.usage.command", p)
}
