package parser

import "bytes"

// valueClass is a set of things that a value could be by its looks.
type valueClass uint32

const (
	classMissing valueClass = 1 << iota // "-" or nothing
	classAddress
	classUpstream // an address with port, a Unix socket, or a list of them
	classDomain
	classRequest // "METHOD URI PROTO"
	classMethod
	classPath
	classURL
	classProtocol
	classStatus   // a status or a list of them
	classInteger  // or a list
	classThousand // a number with three decimals, as nginx prints seconds, or a list
	classDecimal  // any other number with decimals
	classSuffixed // a number with a unit of time
	classCLF
	classISO
	classEpoch
	classAgent
	classLevel
)

const (
	classTime   = classCLF | classISO | classEpoch
	classNumber = classInteger | classThousand | classDecimal | classSuffixed
)

// classOf returns what b could be.
func (c *clockCache) classOf(b []byte) valueClass {
	if isMissing(b) {
		return classMissing
	}
	if b[0]-'0' <= 9 || b[0] == '-' || b[0] == '.' {
		if class := c.timeClass(b) | numberClass(b); class != 0 {
			return class | addressClass(b)
		}
	}
	switch {
	case isMethodName(b):
		return classMethod
	case b[0] == '/' || string(b) == "*":
		return classPath
	case bytes.HasPrefix(b, []byte("HTTP/")) && len(b) < 10:
		return classProtocol
	}
	if method, path, protocol := splitRequest(b); isMethodName(method) && len(path) > 0 || len(protocol) > 0 {
		return classRequest
	}
	if class := addressClass(b); class != 0 {
		return class
	}
	switch i := bytes.Index(b[:min(len(b), 12)], []byte("://")); {
	case i > 0 && i+3 < len(b):
		return classURL
	case isDomain(b):
		return classDomain
	case levelOf(b) != NoSeverity:
		return classLevel
	case looksLikeAgent(b):
		return classAgent
	}
	return 0
}

// timeClass returns by which style all of b is a moment.
func (c *clockCache) timeClass(b []byte) valueClass {
	if _, rest, ok := c.clf(b); ok && len(rest) == 0 {
		return classCLF
	}
	if _, rest, ok := c.iso(b); ok && len(rest) == 0 {
		return classISO
	}
	if _, rest, ok := c.epoch(b); ok && len(rest) == 0 {
		return classEpoch
	}
	return 0
}

// numberClass returns what the values of a list of numbers have in common, "-" left out.
func numberClass(list []byte) valueClass {
	if list[len(list)-1]-'0' > 9 && durationText(list) >= 0 {
		return classSuffixed
	}
	class := ^valueClass(0)
	for rest := list; len(rest) > 0; {
		var one []byte
		one, rest = cutListed(rest)
		if !isMissing(one) {
			class &= oneNumberClass(one)
		}
	}
	if class == ^valueClass(0) {
		return classMissing
	}
	return class
}

// cutListed takes the first value of "a, b : c".
func cutListed(b []byte) (one, rest []byte) {
	i := bytes.IndexByte(b, ' ')
	if i < 0 {
		return b, nil
	}
	one, rest = bytes.TrimSuffix(b[:i], []byte(",")), b[i+1:]
	return one, bytes.TrimPrefix(rest, []byte(": "))
}

func oneNumberClass(b []byte) valueClass {
	whole := 0
	for whole < len(b) && b[whole]-'0' <= 9 {
		whole++
	}
	switch {
	case whole == len(b):
		class := classInteger
		if status, ok := statusNumber(b); ok && status < 600 {
			class |= classStatus
		}
		return class
	case b[whole] != '.':
		if whole > 0 && durationText(b) >= 0 {
			return classSuffixed
		}
		return 0
	}
	end := whole + 1
	for end < len(b) && b[end]-'0' <= 9 {
		end++
	}
	switch {
	case end < len(b):
		if durationText(b) >= 0 {
			return classSuffixed
		}
		return 0
	case whole > 0 && end-whole == 4:
		return classThousand
	}
	return classDecimal
}

func addressClass(b []byte) valueClass {
	class := valueClass(0)
	if one, _ := lastOfList(b); isAddress(one) {
		class |= classAddress
	}
	if isUpstream(b) {
		class |= classUpstream
	}
	return class
}

// isMethodName reports whether b is one of the methods in use.
func isMethodName(b []byte) bool {
	switch string(b) {
	case "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "PURGE", "MKCOL", "MOVE",
		"COPY", "REPORT", "LOCK", "UNLOCK", "PROPPATCH", "SEARCH", "PRI":
		return true
	}
	return false
}
