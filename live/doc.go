// Package live looks at a growing store again and again, and says what has changed: an incident has opened, its likely cause is another
// one, it is over. It never repeats itself. What it says goes to receivers, which may be slow or away without holding anything up.
package live
