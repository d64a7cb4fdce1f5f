// Package wrap reads the archives around files.
//
// Takes a zip or gzip file.
// Gives the files inside, each as an Input of its own, inflated as they are read.
// Never writes a temporary file, and never inflates beyond its bounds.
//
// A file that fits memCap is held in memory while it is read, a longer one is inflated anew from its start
// whenever it is read backwards: formats read forwards, so that is a handful of times. Workbooks are read
// here and there, so a longer one is refused. A workbook is a zip itself and no wrapper. Archives inside
// archives are opened one level deep.
package wrap
