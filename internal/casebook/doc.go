// Package casebook is what a case may do next, by when, and with which proof.
//
// Takes the events of a case, its setting (kind, applicant, provider, network, region), its exhibits and what
// was booked for it, and the dated facts of room pack.
// Gives its state and which steps are open to whom, its deadlines, its checklist, the objections that its
// rows prove, its loss, and deadlines as a calendar file.
// Never asks a clock, keeps anything or works a state out of other fields: now is handed in, the events are
// all that is kept, and the same events give the same answers.
//
// Transitions is the table of states; docs/states.md is made of it. What has to be kept so that all this can
// be worked out again is the list of tillproof.CaseEvent of each case, in the order of Seq, with the setting,
// the exhibits, the communications and the bookings of the loss: see Progress, Docket, Checklist and Reckon.
package casebook
