package parser

// levelOf is SeverityNamed for a text that may be any word.
func levelOf(word []byte) Severity {
	var low [11]byte
	if len(word) < 3 || len(word) > len(low) {
		return NoSeverity
	}
	for i, c := range word {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	return SeverityNamed(string(low[:len(word)]))
}
