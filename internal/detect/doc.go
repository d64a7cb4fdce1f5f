// Package detect looks for what is odd: one engine sends transactions past its rules, and what they find
// becomes findings with reasons.
//
// Takes transactions in any order within a bound, one at a time, as a file or as a reconciled run, and
// verdicts about earlier ones.
// Gives for each row its chance of being fraud and its alarms, for what belongs together one incident, and
// findings in a fixed order, each with the sentence that explains it and what would make it innocent.
// Never changes a record, a break or a status, never looks ahead, never accuses where the files are silent
// or where its memory does not reach.
//
// Stream rules (Rule.stream) see a row and what stream.Memory knew before it came; run rules (Rule.test) see
// what reconciliation made. Evaluate asks both about a run, Engine the first alone. Rows of the terminal log
// are looked at; where there is none, those of the acquirer report. They pass in one written total order
// (stream.Compare), so the order of the files decides nothing.
package detect
