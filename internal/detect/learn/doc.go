// Package learn trains and asks small boosted trees over whole numbers.
//
// Takes rows of facts with a verdict and a weight, or one row to judge.
// Gives a model, a score with what each fact put into it, and how two models compare.
// Never gives another model for the same rows, on any machine or any number of processors.
package learn
