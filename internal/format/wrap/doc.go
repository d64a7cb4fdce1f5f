// Package wrap reads the archives around files.
//
// Takes a zip or gzip file.
// Gives the files inside, each as an Input of its own, inflated as they are read.
// Never writes a temporary file, and never inflates beyond its bounds.
package wrap
