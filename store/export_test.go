package store

// What the tests of engines outside of this package share with those inside.

type Engine = engineUnderTest

var Conform = conform

var (
	FeedSearched  = feedSearched
	ConformSearch = conformSearch
)
