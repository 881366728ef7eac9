//go:build race

package main

// raceDetector multiplies the memory a test needs.
const raceDetector = true
