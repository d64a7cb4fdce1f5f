// Package bulk reconciles files of any length within a fixed amount of memory.
//
// Takes the bulk door of each file, the policy, a memory cap and a folder for what does not fit.
// Gives the lists of everything that was found, complete, and a run that holds what a report shows.
// Never decides what the room of matching would decide otherwise: a pair that only one answer fits is taken
// at once, and whatever is left over goes through that room with all rows of its key.
package bulk
