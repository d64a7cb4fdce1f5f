// Package markup reads XML that strangers wrote, for the formats that are made of it.
//
// Takes the text of a file.
// Gives its tokens and whole elements under caps, each with its place.
// Never expands an entity, never accepts a document type, and never holds more than one element.
package markup
