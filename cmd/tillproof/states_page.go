package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/casebook"
)

// statesPage writes docs/states.md from the table of transitions.
func statesPage(w io.Writer) error {
	var b strings.Builder
	b.WriteString(madePage + `# States of a case

A case is in one state between us and the other side. What came of it is its outcome, and where a dispute
stands in the network's own order is its network stage: neither is a state. What the table does not list is
refused. The checks of the program, the test over every state, step and role, and this page are made of one
table,
` + "`casebook.Transitions`" + `.

` + "```mermaid\nstateDiagram-v2\n    [*] --> preparing: open\n")
	for _, row := range casebook.Transitions {
		if row.To == "" {
			continue
		}
		for _, from := range row.From {
			if from != row.To {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, row.To, row.On)
			}
		}
	}
	b.WriteString("    closed --> [*]\n```\n\n| state | 中文 |\n|---|---|\n")
	for _, s := range tillproof.CaseStates {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s, inZH("case_state."+string(s)))
	}
	b.WriteString("\n## Steps\n\n| step | from | to | who | clocks | asks |\n|---|---|---|---|---|---|\n")
	for _, row := range casebook.Transitions {
		to := "stays"
		if row.To != "" {
			to = "`" + string(row.To) + "`"
		}
		fmt.Fprintf(&b, "| `%s` %s | %s | %s | %s | %s | %s |\n", row.On,
			inZH("case_step."+string(row.On)), codeList(row.From), to, codeList(row.By),
			clocksOfRow(row), asksOfRow(row))
	}
	b.WriteString("\nThe auditor reads. The other side's steps are entered by us from its letter, or come" +
		" as its signed answer.\n\n## Outcomes\n\n| outcome | 中文 | possible from |\n|---|---|---|\n")
	for _, o := range tillproof.Outcomes {
		var from []tillproof.CaseState
		for _, row := range casebook.Transitions {
			if slices.Contains(row.Outcomes, o) {
				from = append(from, row.From...)
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", o, inZH("outcome."+string(o)), codeList(from))
	}
	b.WriteString("\n## Network stages\n\nTold by the network or the platform, never worked out from the" +
		" state.\n\n| stage | 中文 |\n|---|---|\n")
	for _, s := range tillproof.NetworkStages {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s, inZH("network_stage."+string(s)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// codeList writes names as code with commas.
func codeList[T ~string](names []T) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = "`" + string(n) + "`"
	}
	return strings.Join(all, ", ")
}

// clocksOfRow says what a transition does to whose clocks.
func clocksOfRow(row casebook.Transition) string {
	var said []string
	for _, c := range []struct {
		word string
		of   []tillproof.Owes
	}{{"start", row.Starts}, {"stop", row.Stops}, {"pause", row.Pauses}, {"resume", row.Resumes}} {
		for _, o := range c.of {
			whose := "ours"
			if o == tillproof.TheyOwe {
				whose = "theirs"
			}
			said = append(said, whose+" "+c.word)
		}
	}
	return strings.Join(said, ", ")
}

// asks are the guards of a transition in words.
var asks = map[casebook.Guard]string{
	casebook.Complete:   "nothing required is missing, or a reason",
	casebook.Confirmed:  "money that is forfeited is named once more",
	casebook.Reasoned:   "a reason",
	casebook.OthersOpen: "another request still waits",
	casebook.LastOpen:   "no other request waits",
}

func asksOfRow(row casebook.Transition) string {
	var said []string
	for _, g := range row.Guards {
		said = append(said, asks[g])
	}
	return strings.Join(said, "; ")
}
