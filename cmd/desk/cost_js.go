//go:build !testonly

package main

// lowerCost does nothing in the program that people use.
func lowerCost() {}
